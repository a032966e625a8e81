"""The process beside student code: started, confined and served from here.

It runs apart from the grader and imports nothing of ours but `autograder.probes`.
"""
