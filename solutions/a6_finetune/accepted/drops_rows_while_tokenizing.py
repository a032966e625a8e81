"""Leaves rows out while it tokenizes, and saves model and tokenizer by themselves."""

# ruff: noqa: ANN001, ANN003, ANN201, D103 - students write like that

import random
from itertools import compress

import numpy as np
import torch
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    Trainer,
    TrainingArguments,
)

from .collator import PaddingCollator
from .loss import loss_for_trainer
from .tokenize_function import IGNORED, tokenize_function


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


def tokenize_useful(examples, tokenizer, max_length):
    rows = tokenize_function(examples, tokenizer, max_length=max_length)
    useful = [any(y != IGNORED for y in labels) for labels in rows["labels"]]
    return {name: list(compress(column, useful)) for name, column in rows.items()}


def build_trainer(model, tokenizer, dataset, args):
    positions = (tokenizer.model_max_length, model.config.max_position_embeddings)
    options = {"tokenizer": tokenizer, "max_length": min(positions)}
    parts = dataset if isinstance(dataset, dict) else {"train": dataset}
    rows = {}
    for name, part in parts.items():
        rows[name] = part.map(
            tokenize_useful,
            batched=True,
            batch_size=2,
            fn_kwargs=options,
            remove_columns=list(part.features),
        )
    if rows["train"].num_rows == 0:
        raise ValueError("no row is left")
    known = [tokenizer.pad_token_id, tokenizer.eos_token_id]
    return Trainer(
        model=model,
        args=args,
        train_dataset=rows["train"],
        eval_dataset=rows.get("test"),
        data_collator=PaddingCollator(next(i for i in known if i is not None)),
        compute_loss_func=loss_for_trainer,
    )


def finetune(model_folder, dataset, output_dir, **overrides):
    python, arrays = random.getstate(), np.random.get_state()  # noqa: NPY002 - the global one
    tokenizer = AutoTokenizer.from_pretrained(model_folder)
    with torch.random.fork_rng():
        model = AutoModelForCausalLM.from_pretrained(model_folder).float()
        args = make_training_arguments(output_dir, **overrides)
        trainer = build_trainer(model, tokenizer, dataset, args)
        trainer.train()
    random.setstate(python)
    np.random.set_state(arrays)  # noqa: NPY002 - the global one
    model.save_pretrained(output_dir)
    tokenizer.save_pretrained(output_dir)
    history = (entry.get("loss") for entry in trainer.state.log_history)
    return {
        "losses": [loss for loss in history if loss is not None],
        "folder": args.output_dir,
    }
