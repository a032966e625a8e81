"""What a check is written with, and the data that it feeds to a submission.

A check imports from the modules: `calling`, `compare` (is it right?), `expect` (does it
raise?), `records` and `tokenizer` (the embedded text and its ids).
"""
