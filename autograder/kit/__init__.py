"""What a check is written with, and the data that it feeds to a submission.

A check imports from the modules: `calling`, `compare` and `tokens` (is it right?),
`allowance` (how far may it be off?), `expect` (does it raise?), `records` and
`tokenizer` (the embedded text and its ids).
"""
