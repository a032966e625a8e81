"""A LLaMA: token ids in, a score for every possible next token out.

In shapes, `b` is the batch, `s` the new tokens, `total` cached and new tokens together,
`h` the hidden size and `v` the size of the vocabulary.
"""

from pathlib import Path

from torch import Tensor, nn

from .blocks import KVCache
from .config import LlamaModelConfig


class LlamaModel(nn.Module):
    """All of a LLaMA but its head: from tokens to normed features.

    Args:
        config: The sizes and settings of the model.

    Attributes:
        embed_tokens: From ids to features, `[v, h]`.
        layers: The decoder layers, in their order.
        norm: Norms what the last layer gives.
    """

    def __init__(self, config: LlamaModelConfig) -> None:
        raise NotImplementedError("a5_llama: implement __init__")

    def forward(
        self,
        inputs_embeds: Tensor,
        attention_mask: Tensor | None,
        position_ids: Tensor | None,
        cache: KVCache | None,
    ) -> Tensor:
        """Return the normed features of the new tokens, `[b, s, h]`."""
        raise NotImplementedError("a5_llama: implement forward")


class Llama(nn.Module):
    """A LLaMA; its parameters have the names of `LlamaForCausalLM`'s.

    Args:
        config: The sizes and settings of the model.

    Attributes:
        model: Everything but the head, with `embed_tokens`, `layers` and `norm`.
        lm_head: From features to logits, without a bias; with `tie_word_embeddings`
            its weight is the one of `model.embed_tokens`.
    """

    def __init__(self, config: LlamaModelConfig) -> None:
        raise NotImplementedError("a5_llama: implement __init__")

    def forward(
        self,
        input_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        position_ids: Tensor | None = None,
        cache: KVCache | None = None,
        inputs_embeds: Tensor | None = None,
    ) -> Tensor:
        """Return the logits of the token after each of the new tokens.

        Args:
            input_ids: The new tokens, LongTensor `[b, s]`.
            attention_mask: LongTensor `[b, total]`, 1 at real tokens and 0 at padding,
                over cached and new tokens; None: all are real.
            position_ids: LongTensor `[b, s]`; None: the new tokens follow those of the
                cache.
            cache: What holds the tokens before; the new ones are added to it.
            inputs_embeds: The new tokens' features, `[b, s, h]`, in place of ids.

        Returns:
            `[b, s, v]`.

        Raises:
            ValueError: Both of `input_ids` and `inputs_embeds` are given, or neither.
        """
        raise NotImplementedError("a5_llama: implement forward")


def load_pretrained(folder: str | Path) -> Llama:
    """Load a model that `LlamaForCausalLM.save_pretrained` wrote.

    Args:
        folder: What holds `config.json` and one or more `*.safetensors`.

    Returns:
        The model in the dtype of the files, ready to evaluate.
    """
    raise NotImplementedError("a5_llama: implement load_pretrained")
