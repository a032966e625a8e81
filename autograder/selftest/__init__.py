"""The contract of a worker: named behaviours that every machine that grades must show.

`autograder doctor --self-test` runs them in real workers.  Each is data: code as a
student could hand it in, what must come of it, and an honest control, without whose
success "the attack failed" would also be true of a worker that can do nothing at all.
"""
