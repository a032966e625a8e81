# promise: all RAISED
"""Puts the commands of continuous integration where a log is read."""

COMMANDS = "\n::error file=x::y\n::set-env name=PATH::/tmp\n##[group]x\n##vso[task.x]y"


def PaddingCollator(*settings, **more):
    print(COMMANDS)
    raise ValueError(COMMANDS)


def position_ids(attention_mask):
    raise ValueError(COMMANDS)
