"""A student's side of handing in: looks at the parts as grading will, and packs them.

It needs the released folder and nothing of ours that is private.  Only what grading
could not read is refused; all the rest is said, and packed.
"""
