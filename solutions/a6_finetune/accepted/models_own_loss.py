"""Leaves the loss to the model, which also divides by the tokens of the step."""

# ruff: noqa: ANN001, ANN003, ANN201, ANN202, D103 - students write like that

import random

import numpy as np
import torch
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    Trainer,
    TrainingArguments,
)

from .collator import PaddingCollator
from .tokenize_function import tokenize_function


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

    def prepare(rows):
        return rows.map(
            lambda batch: tokenize_function(batch, tokenizer, longest),
            batched=True,
            remove_columns=rows.column_names,
        ).filter(lambda row: set(row["labels"]) != {-100})

    train = prepare(dataset["train"] if isinstance(dataset, dict) else dataset)
    if not len(train):
        raise ValueError("nothing to learn")
    pad = tokenizer.pad_token_id
    return Trainer(
        model,
        args,
        PaddingCollator(tokenizer.eos_token_id if pad is None else pad),
        train,
        prepare(dataset["test"]) if "test" in dataset else None,
        tokenizer,
    )


def finetune(model_folder, dataset, output_dir, **overrides):
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()  # noqa: NPY002 - the global one
    try:
        trainer = build_trainer(
            AutoModelForCausalLM.from_pretrained(model_folder, dtype="float32"),
            AutoTokenizer.from_pretrained(model_folder),
            dataset,
            make_training_arguments(output_dir, **overrides),
        )
        trainer.train()
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002 - the global one
        torch.set_rng_state(states[2])
    trainer.save_model(output_dir)
    logged = trainer.state.log_history
    return {"losses": [log["loss"] for log in logged[:-1]], "folder": str(output_dir)}
