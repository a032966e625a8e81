"""The gradebook: every run of grading, what persons said of it, and what it exports.

`Book` is the file, `session` grades into it, `standing` says which grade counts, and
each export format is a module that turns entries into text.
"""
