"""The sizes and settings of a whole LLaMA."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class LlamaModelConfig:
    """What tells one LLaMA from another.

    The names are those of `transformers.LlamaConfig`.

    Attributes:
        vocab_size: How many tokens there are, `v`.
        hidden_size: Features of a token between layers, `h`.
        intermediate_size: Features inside the MLP.
        num_hidden_layers: How many decoder layers there are.
        num_attention_heads: Heads of the queries, `n_h`.
        num_key_value_heads: Heads of the keys and values; divides `n_h`.
        head_dim: Features of one head, `h_d`; even, and not always `h / n_h`.
        rms_norm_eps: What RMSNorm adds to the mean square.
        rope_theta: The base of the rotation's frequencies.
        rope_scaling: None, or Llama 3's dict with "rope_type" ("llama3"), "factor",
            "low_freq_factor", "high_freq_factor" and
            "original_max_position_embeddings".
        max_position_embeddings: How long a text the model is made for.
        tie_word_embeddings: Whether `lm_head` and `embed_tokens` are one parameter.
    """

    vocab_size: int
    hidden_size: int
    intermediate_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    rms_norm_eps: float = 1e-5
    rope_theta: float = 10000.0
    rope_scaling: dict[str, Any] | None = None
    max_position_embeddings: int = 2048
    tie_word_embeddings: bool = False
