"""Generate text: let a model write one token after another.

In shapes, `b` is the batch, `s` the tokens of the prompt, `total` all tokens so far and
`v` the size of the vocabulary.
"""

import torch
from torch import Tensor, nn


@torch.no_grad()
def generate(  # noqa: PLR0913, PLR0917 - as the handout has it
    model: nn.Module,
    input_ids: Tensor,
    attention_mask: Tensor,
    max_new_tokens: int,
    eos_token_id: int,
    pad_token_id: int,
    temperature: float = 0.0,
    top_k: int | None = None,
    top_p: float | None = None,
    generator: torch.Generator | None = None,
) -> Tensor:
    """Continue every row of a batch of prompts.

    Args:
        model: Called as `Llama` is, with a `KVCache`.
        input_ids: The prompts, LongTensor `[b, s]`, padded on the left.
        attention_mask: LongTensor `[b, s]`, 1 at real tokens and 0 at padding.
        max_new_tokens: How many tokens a row gets at most.
        eos_token_id: The token that ends a row.
        pad_token_id: What follows it while other rows go on.
        temperature: 0: always the likeliest token; else what logits are divided by.
        top_k: Draw from that many of the likeliest tokens; None: from all.
        top_p: Draw from the fewest of the likeliest tokens that have this probability
            together; None: from all.
        generator: The source of random numbers; None: torch's own.

    Returns:
        LongTensor `[b, s + new]`, prompts and all; `new` is `max_new_tokens`, or less
        where all rows have ended before.
    """
    raise NotImplementedError("a5_llama: implement generate")
