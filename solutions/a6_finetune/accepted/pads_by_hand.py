"""Pads by hand and keeps the tokenized rows in a list."""

# ruff: noqa: ANN001, ANN003, ANN201, ANN202, D103 - students write like that

import random

import numpy as np
import torch
from torch.nn.utils.rnn import pad_sequence
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    Trainer,
    TrainingArguments,
)

from .loss import loss_for_trainer
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
    limit = min(model.config.max_position_embeddings, tokenizer.model_max_length)
    pad = tokenizer.pad_token_id
    fills = {
        "input_ids": tokenizer.eos_token_id if pad is None else pad,
        "attention_mask": 0,
        "labels": -100,
    }

    def collate(rows):
        return {
            name: pad_sequence(
                [torch.tensor(row[name]) for row in rows],
                batch_first=True,
                padding_value=fill,
            )
            for name, fill in fills.items()
        }

    def prepare(rows):
        found = []
        for row in rows:
            one = {name: [row[name]] for name in ("instruction", "input", "output")}
            made = tokenize_function(one, tokenizer, max_length=limit)
            if any(label >= 0 for label in made["labels"][0]):
                found.append({name: made[name][0] for name in fills})
        return found

    parts = dict(dataset) if isinstance(dataset, dict) else {"train": dataset}
    prepared = {name: prepare(rows) for name, rows in parts.items()}
    if not prepared["train"]:
        raise ValueError("no row has an answer")
    return Trainer(
        model=model,
        args=args,
        train_dataset=prepared["train"],
        eval_dataset=prepared.get("test"),
        data_collator=collate,
        compute_loss_func=loss_for_trainer,
        processing_class=tokenizer,
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
