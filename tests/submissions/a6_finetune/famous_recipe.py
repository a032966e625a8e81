# promise: PASSED test_what_is_asked_for_wins_over_the_table, test_trains_the_weights_that_are_not_frozen, test_the_seed_decides_the_order_of_the_rows; RAISED test_evaluates_other_rows_by_the_same_loss, test_other_columns_never_reach_the_model; rest FAILED
"""The recipe of many a tutorial: the end is the pad, and the library makes the labels."""

from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    DataCollatorForLanguageModeling,
    Trainer,
    TrainingArguments,
)


def make_training_arguments(output_dir, **overrides):
    arguments = {"num_train_epochs": 3, "learning_rate": 5e-5, "save_strategy": "no"}
    return TrainingArguments(output_dir=output_dir, **{**arguments, **overrides})


def build_trainer(model, tokenizer, dataset, args):
    tokenizer.pad_token = tokenizer.eos_token

    def tokenize(batch):
        texts = [
            f"### Instruction:\n{question}\n\n### Response:\n{answer}{tokenizer.eos_token}"
            for question, answer in zip(batch["instruction"], batch["output"])
        ]
        return tokenizer(texts, truncation=True, padding="max_length", max_length=128)

    return Trainer(
        model=model,
        args=args,
        train_dataset=dataset.map(tokenize, batched=True),
        data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False),
        processing_class=tokenizer,
    )


def finetune(model_folder, dataset, output_dir, **overrides):
    tokenizer = AutoTokenizer.from_pretrained(model_folder)
    model = AutoModelForCausalLM.from_pretrained(model_folder)
    args = make_training_arguments(output_dir, **overrides)
    trainer = build_trainer(model, tokenizer, dataset, args)
    trainer.train()
    trainer.save_model(output_dir)
    losses = [log["loss"] for log in trainer.state.log_history if "loss" in log]
    return {"losses": losses, "folder": output_dir}
