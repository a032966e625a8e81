"""The commands: a module each, of which `run` does what was asked and prints.

It returns the exit status: 0 done, 3 where something failed on our side; what is not as
it must be is raised.
"""
