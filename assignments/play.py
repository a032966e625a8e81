"""Train and talk: your a1 to a6 together, on a model and a data set of your choice.

    python -m assignments.play
    python -m assignments.play --model DIR --dataset rows.jsonl --steps 200

What you have not written yet is done by a file that the course gives, or by the
library.  Without options it takes the embedded model and records: no network is needed.
"""

# ruff: noqa: INP001 - it lies in a folder that is no package, and nobody imports it

import argparse
import contextlib
import importlib
import io
import itertools
import sys
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from datasets import Dataset, disable_progress_bars, load_dataset
from transformers import AutoModelForCausalLM, AutoTokenizer
from transformers.utils.logging import disable_progress_bar

from autograder.kit import tiny_llama
from autograder.kit.records import columns, records

IGNORED = -100
TEXTS = ("instruction", "input", "output")
# The earlier part that stands in for a file that a6 is given.
SWAPS = {
    "tokenize_function": ("a1_tokenize", "tokenize_function"),
    "collator": ("a2_collator", "PaddingCollator"),
    "loss": ("a3_loss", "loss_for_trainer"),
}
WIDTH, HEIGHT = 60, 12


def main(arguments: list[str] | None = None) -> None:
    """Answer, train, draw the losses, and answer again."""
    asked = parse(arguments)
    finetuning = load_finetuning()
    if finetuning is None:
        say("a6_finetune/finetune.py is not written yet, and nothing trains without it")
        return
    with tempfile.TemporaryDirectory() as temporary:
        target = asked.out or temporary
        source = asked.model or str(tiny_llama.folder())
        rows = read_rows(asked.dataset, asked.rows)
        question = {name: [rows[name][0]] for name in TEXTS}
        if asked.ask:
            question = {"instruction": [asked.ask], "input": [""], "output": [""]}

        say(f"\nmodel {source}, {len(rows)} rows, {asked.steps} steps")
        say(f"instruction: {question['instruction'][0]} {question['input'][0] or ''}")
        say(f"before: {answer(source, question, asked.tokens)!r}\n")
        with contextlib.redirect_stdout(io.StringIO()):  # it is drawn below
            trained = finetuning.finetune(
                source,
                rows,
                target,
                max_steps=asked.steps,
                learning_rate=asked.learning_rate or (2e-5 if asked.model else 0.01),
                disable_tqdm=True,
            )
        say(f"\nlosses\n{curve(trained['losses'])}\n")
        reply = answer(trained["folder"], question, asked.tokens)
        say(f"after: {reply!r}")


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m assignments.play", description=str(__doc__).splitlines()[0]
    )
    parser.add_argument("--model", help="a folder or hub id for `from_pretrained`")
    parser.add_argument("--dataset", help="a .json or .jsonl file, or a hub id")
    parser.add_argument("--ask", help="an instruction; else the first row's")
    parser.add_argument("--rows", type=int, default=8, help="train on the first N")
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--tokens", type=int, default=60, help="longest answer")
    parser.add_argument("--learning-rate", type=float, help="2e-5; tiny model: 0.01")
    parser.add_argument("--out", help="where to keep the trained model")
    return parser.parse_args(arguments)


def load_finetuning() -> ModuleType | None:
    """Return your a6, with your a1 to a3 in place of the given files."""
    for given, (assignment, name) in SWAPS.items():
        own = written(f"{assignment}.{given}", name)
        say(f"{given:18} {'yours, ' + assignment if own else 'given'}")
        if own:
            sys.modules[f"{__package__}.a6_finetune.{given}"] = own
    finetuning = written("a6_finetune.finetune", "finetune")
    say(f"{'finetune':18} {'yours, a6_finetune' if finetuning else 'missing'}")
    return finetuning


def written(module: str, name: str) -> ModuleType | None:
    """Return a module beside this one, if it has that name and is no stub any more."""
    file = Path(__file__).parent.joinpath(*module.split(".")).with_suffix(".py")
    if not file.is_file():
        return None
    if "raise NotImplementedError" in file.read_text(encoding="utf-8"):
        return None
    found = importlib.import_module(f"{__package__}.{module}")
    return found if hasattr(found, name) else None


def read_rows(source: str | None, most: int) -> Dataset:
    """Return the first rows of a file, of the hub's data set, or of the records."""
    if source is None:
        short = sorted(records(), key=lambda row: len(row.instruction + row.output))
        plain = [row for row in short if row.output.strip() and not row.input]
        return Dataset.from_dict(columns(plain[:most]))
    if Path(source).is_file():
        rows = load_dataset("json", data_files=source, split="train")
    else:
        rows = load_dataset(source, split="train")
    return rows.select(range(min(most, len(rows))))


def answer(folder: str, question: dict[str, list[Any]], most_new: int) -> str:
    """Return what the model of a folder says to one instruction."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenize = importlib.import_module(f"{__package__}.a6_finetune.tokenize_function")
    row = tokenize.tokenize_function(question | {"output": [""]}, tokenizer)
    labels = row["labels"][0]
    n_prompt = sum(1 for _ in itertools.takewhile(lambda y: y == IGNORED, labels))
    prompt = torch.tensor([row["input_ids"][0][:n_prompt]])
    ids = continue_prompt(folder, prompt, tokenizer, most_new)
    text: str = tokenizer.decode(ids[n_prompt:], skip_special_tokens=False)
    return text


def continue_prompt(
    folder: str, prompt: torch.Tensor, tokenizer: Any, most_new: int
) -> list[int]:
    """Return a prompt and what follows, by your a5 or by the library's model."""
    end = tokenizer.eos_token_id
    pad = end if tokenizer.pad_token_id is None else tokenizer.pad_token_id
    ones = torch.ones_like(prompt)
    own_model = written("a5_llama.model", "load_pretrained")
    own_loop = written("a5_llama.generate", "generate")
    with torch.no_grad():
        if own_model and own_loop:
            model = own_model.load_pretrained(folder).eval()
            ids = own_loop.generate(model, prompt, ones, most_new, end, pad)
        else:
            model = AutoModelForCausalLM.from_pretrained(folder)
            ids = model.generate(
                prompt,
                attention_mask=ones,
                max_new_tokens=most_new,
                do_sample=False,
                pad_token_id=pad,
            )
    found: list[int] = ids[0].tolist()
    return found


def curve(losses: list[float]) -> str:
    """Draw losses over steps in plain characters, as many columns as fit."""
    if not losses:
        return "none were logged"
    n = min(WIDTH, len(losses))
    edges = [len(losses) * k // n for k in range(n + 1)]
    means = [sum(losses[a:b]) / (b - a) for a, b in itertools.pairwise(edges)]
    top = max(*means, 1e-9)
    heights = [round(mean / top * (HEIGHT - 1)) for mean in means]
    lines = []
    for level in range(HEIGHT - 1, -1, -1):
        points = "".join("*" if height == level else " " for height in heights)
        lines.append(f"{top * level / (HEIGHT - 1):8.3f} | {points.rstrip()}".rstrip())
    return "\n".join([*lines, f"{'':8} +{'-' * (n + 1)} {len(losses)} steps"])


def say(text: str) -> None:
    """Print a line at once, so that it comes before the library's."""
    print(text, flush=True)  # noqa: T201 - it is a program that prints


if __name__ == "__main__":
    disable_progress_bars()
    disable_progress_bar()
    main()
