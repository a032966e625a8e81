"""Collects the losses in a callback and tokenizes row by row."""

# ruff: noqa: ANN001, ANN003, ANN201, ANN202, ANN204, D103 - students write like that

import random

import numpy as np
import torch
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

from .collator import PaddingCollator
from .loss import loss_for_trainer
from .tokenize_function import tokenize_function


class Losses(TrainerCallback):
    """Notes each loss when it is logged."""

    def __init__(self):
        self.seen = []

    def on_log(self, args, state, control, logs=None, **more):  # noqa: ARG002 - the library's signature
        """See `TrainerCallback.on_log`."""
        if logs and "loss" in logs:
            self.seen.append(logs["loss"])


def make_training_arguments(output_dir, **overrides):
    overrides.setdefault("num_train_epochs", 3)
    overrides.setdefault("per_device_train_batch_size", 8)
    overrides.setdefault("per_device_eval_batch_size", 8)
    overrides.setdefault("learning_rate", 2e-5)
    overrides.setdefault("lr_scheduler_type", "cosine")
    overrides.setdefault("logging_steps", 1)
    overrides.setdefault("save_strategy", "no")
    overrides.setdefault("report_to", "none")
    if not overrides.get("use_cpu") and torch.cuda.is_available():
        overrides.setdefault("bf16", torch.cuda.is_bf16_supported())
    return TrainingArguments(output_dir, **overrides)


def build_trainer(model, tokenizer, dataset, args):
    longest = min(tokenizer.model_max_length, model.config.max_position_embeddings)

    def tokenize(row):
        batch = {name: [text] for name, text in row.items()}
        made = tokenize_function(batch, tokenizer, max_length=longest)
        return {name: column[0] for name, column in made.items()}

    def prepare(rows):
        rows = rows.select_columns(["instruction", "input", "output"])
        made = rows.map(tokenize).remove_columns(rows.column_names)
        kept = [n for n, labels in enumerate(made["labels"]) if max(labels) >= 0]
        return made.select(kept)

    parts = dataset if hasattr(dataset, "keys") else {"train": dataset}
    train = prepare(parts["train"])
    if len(train) == 0:
        raise ValueError("nothing to learn")
    pad = tokenizer.pad_token_id
    collate = PaddingCollator(tokenizer.eos_token_id if pad is None else pad)
    trainer = Trainer(model, args, collate, train, processing_class=tokenizer)
    if "test" in parts:
        trainer.eval_dataset = prepare(parts["test"])
    trainer.compute_loss_func = loss_for_trainer
    return trainer


def finetune(model_folder, dataset, output_dir, **overrides):
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()  # noqa: NPY002 - the global one
    try:
        trainer = build_trainer(
            AutoModelForCausalLM.from_pretrained(model_folder, dtype="float32"),
            AutoTokenizer.from_pretrained(model_folder),
            dataset,
            make_training_arguments(output_dir, **overrides),
        )
        losses = Losses()
        trainer.add_callback(losses)
        trainer.train()
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002 - the global one
        torch.set_rng_state(states[2])
    trainer.save_model(output_dir)
    return {"losses": losses.seen, "folder": trainer.args.output_dir}
