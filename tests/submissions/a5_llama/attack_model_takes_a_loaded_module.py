# promise: all POLICY
# part: model
"""Looks the library up among the loaded modules."""

import sys

library = sys.modules["transformers"]


def load_pretrained(folder):
    return library.LlamaForCausalLM.from_pretrained(folder)


class Llama(library.LlamaForCausalLM):
    pass
