"""Train for real: record what reaches a model, and ask the model afterwards."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor, nn

from .checkpoints import Files, read_model
from .finetuning import Columns
from .runs import made


def batches_seen(
    collate: Callable[[list[Any]], Any],
    rows: list[dict[str, Any]],
    batch_size: int,
    *,
    remove_unused_columns: bool,
) -> list[dict[str, Any]]:
    """Return the arguments of each forward pass of one epoch over copies of the rows.

    Rows come in their order.  The model names the arguments `input_ids`,
    `attention_mask` and `labels`, so the other columns are the unused ones.
    It runs on the CPU; nothing is printed or left on the disk.
    """
    from transformers import PrinterCallback, Trainer, TrainingArguments  # noqa: PLC0415 - takes seconds

    model = _Recorder()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        arguments = TrainingArguments(
            output_dir=folder,
            num_train_epochs=1,
            per_device_train_batch_size=batch_size,
            train_sampling_strategy="sequential",
            remove_unused_columns=remove_unused_columns,
            use_cpu=True,
            dataloader_pin_memory=False,
            disable_tqdm=True,
            logging_strategy="no",
            report_to="none",
            save_strategy="no",
        )
        trainer = Trainer(
            model=model,
            args=arguments,
            train_dataset=deepcopy(rows),
            data_collator=collate,
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train()
    return model.seen


def answered(
    finetune: Callable[..., Any],
    files: Files,
    columns: Columns,
    overrides: dict[str, Any],
    prompts: list[list[int]],
    most_new: int,
) -> dict[str, Any]:
    """Fine-tune a model and ask the one that was saved.

    Args:
        finetune: Fine-tunes it.
        files: Its folder.
        columns: The rows.
        overrides: The arguments of the training run.
        prompts: The ids of each prompt.
        most_new: How many tokens an answer may have at most.

    Returns:
        "losses", those of the run, and "answers": the likeliest tokens, one after the
        other, up to the end that the model gives.
    """
    with made(finetune, files, columns, overrides) as (answer, _, target):
        model = read_model(target)
    answers = [_continued(model, prompt, most_new) for prompt in prompts]
    return {"losses": answer["losses"], "answers": answers}


def _continued(model: Any, prompt: list[int], most_new: int) -> list[int]:
    """Return the likeliest tokens after a prompt, up to the end, which is the last."""
    ids = torch.tensor([prompt])
    with torch.no_grad():
        for _ in range(most_new):
            following = model(ids).logits[:, -1:].argmax(-1)
            ids = torch.cat([ids, following], dim=1)
            if int(following) == model.config.eos_token_id:
                break
    found: list[int] = ids[0, len(prompt) :].tolist()
    return found


class _Recorder(nn.Module):
    """A model of one weight that keeps what it is called with."""

    accepts_loss_kwargs = False  # else the Trainer adds an argument of its own

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(()))
        self.seen: list[dict[str, Any]] = []

    def forward(
        self,
        input_ids: Any = None,
        attention_mask: Any = None,
        labels: Any = None,
        **others: Any,
    ) -> dict[str, Tensor]:
        given = {
            "input_ids": input_ids,
            "attention_mask": attention_mask,
            "labels": labels,
        }
        self.seen.append(given | others)
        return {"loss": self.weight.square()}
