"""Trains the embedded tokenizer, a byte-level BPE, on the embedded records."""

import sys
from collections.abc import Iterator
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, processors
from tokenizers.trainers import BpeTrainer

from autograder.kit.records import records
from autograder.kit.tokenizer import BOS, EOS, PAD, PATH, VOCAB_SIZE

# In the order of their ids. Pad is neither the first id nor EOS: code that pads with
# zero, or takes EOS for padding, must not be right by luck.
SPECIAL_TOKENS = (
    BOS,
    "<|end_of_text|>",
    PAD,
    "<|start_header_id|>",
    "<|end_header_id|>",
    EOS,
)

# Where Llama 3 cuts before it merges: contractions, words, up to three digits,
# punctuation, line ends, spaces.
PIECES = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
    r"|[^\r\n\p{L}\p{N}]?\p{L}+"
    r"|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+"
    r"|\s+(?!\S)"
    r"|\s+"
)


def corpus() -> Iterator[str]:
    """Yield every text of the embedded records."""
    for record in records():
        yield record.instruction
        yield record.input or ""
        yield record.output


def train() -> Tokenizer:
    """Train the tokenizer anew; the same records always make the same one."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = BpeTrainer(
        vocab_size=VOCAB_SIZE,
        min_frequency=2,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(corpus(), trainer)
    tokenizer.post_processor = processors.Sequence(
        [
            processors.ByteLevel(trim_offsets=False),
            processors.TemplateProcessing(
                single=f"{BOS} $A",
                pair=f"{BOS} $A {BOS}:1 $B:1",
                special_tokens=[(BOS, tokenizer.token_to_id(BOS))],
            ),
        ]
    )
    return tokenizer


def main(arguments: list[str], path: Path = PATH) -> None:
    """Write the tokenizer's file; with `--check` only compare it.

    Raises:
        SystemExit: With `--check` if the file is stale, or on any other argument.
    """
    if arguments not in ([], ["--check"]):
        raise SystemExit(f"expected nothing or --check, got {' '.join(arguments)}")
    fresh = train().to_str(pretty=True) + "\n"
    if not arguments:
        path.write_text(fresh, encoding="utf-8", newline="\n")
    elif not path.exists() or path.read_text(encoding="utf-8") != fresh:
        raise SystemExit(
            f"{path.name} is stale: run python -m autograder.kit.train_tokenizer"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
