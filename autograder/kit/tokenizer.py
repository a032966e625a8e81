"""The embedded tokenizer: byte-level BPE of 1,024 tokens, English and Chinese."""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from tokenizers import Tokenizer

from autograder.kit.records import DATA, records

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

PATH = DATA / "tokenizer.json"

BOS = "<|begin_of_text|>"
EOS = "<|eot_id|>"
PAD = "<|pad|>"

BOS_ID = 0
EOS_ID = 5
PAD_ID = 2
VOCAB_SIZE = 1024

# Llama 3's shape. The end of a turn is inside the generation block: a model that is not
# trained to end its turn never does.
CHAT_TEMPLATE = (
    "{{- bos_token }}"
    "{%- for message in messages %}"
    "{{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' }}"
    "{%- if message['role'] == 'assistant' %}"
    "{%- generation %}"
    "{{- message['content'] | trim + '<|eot_id|>' }}"
    "{%- endgeneration %}"
    "{%- else %}"
    "{{- message['content'] | trim + '<|eot_id|>' }}"
    "{%- endif %}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}"
    "{{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}"
    "{%- endif %}"
)


def encode(text: str) -> list[int]:
    """Return the ids of plain text: no BOS, and `<|eot_id|>` in it is only text."""
    return _plain().encode(text, add_special_tokens=False).ids


def decode(ids: Iterable[int]) -> str:
    """Return the text of ids, special tokens included."""
    return _plain().decode(list(ids), skip_special_tokens=False)


def load_tokenizer(**options: Any) -> "PreTrainedTokenizerFast":
    """Return a new Hugging Face tokenizer; options go to its constructor."""
    from transformers import PreTrainedTokenizerFast  # noqa: PLC0415 - takes seconds

    defaults = {
        "bos_token": BOS,
        "eos_token": EOS,
        "pad_token": PAD,
        "model_max_length": 512,
        "chat_template": CHAT_TEMPLATE,
        "clean_up_tokenization_spaces": False,
    }
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # it is untyped
        tokenizer_object=Tokenizer.from_file(str(PATH)), **(defaults | options)
    )


@cache
def token_rows() -> tuple[tuple[int, ...], ...]:
    """Return each record's ids, from BOS to EOS: rows as a collator gets them."""
    texts = (
        "\n".join(filter(None, (record.instruction, record.input, record.output)))
        for record in records()
    )
    return tuple((BOS_ID, *encode(text), EOS_ID) for text in texts)


@cache
def _plain() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(PATH))
    tokenizer.encode_special_tokens = True
    return tokenizer
