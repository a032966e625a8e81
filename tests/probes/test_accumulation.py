"""The small training loop of the checks does what a real Trainer does."""

import pytest
import torch
from torch import nn
from transformers import PrinterCallback, Trainer, TrainingArguments
from transformers.modeling_outputs import CausalLMOutputWithPast

from autograder.probes import accumulation
from solutions.a3_loss.loss import causal_lm_loss, loss_for_trainer

WEIGHTS = [
    torch.randn(7, 3, generator=torch.Generator().manual_seed(k)) for k in (0, 1)
]
LABELS = torch.randint(7, (8, 5), generator=torch.Generator().manual_seed(2))
# Batches differ in how much they count, so means of means are no means.
LABELS[0, 2:] = LABELS[5, 1:4] = LABELS[6, 3:] = -100
RATE = 0.5


class Bigrams(nn.Module):
    loss_type = "ForCausalLM"  # else a Trainer counts the first token of each row, too

    def __init__(self):
        super().__init__()
        self.embedding, self.head = (nn.Parameter(w.clone()) for w in WEIGHTS)

    def forward(self, input_ids, labels=None):  # noqa: ARG002 - what a Trainer takes away
        return CausalLMOutputWithPast(logits=self.embedding[input_ids] @ self.head.T)


def ignores_the_number_of_items(outputs, labels, num_items_in_batch=None):  # noqa: ARG001 - as it says
    return causal_lm_loss(outputs.logits, labels)


def trained(loss_function, batch_size, accumulated, folder):
    """The weights after one epoch of a real Trainer."""
    model = Bigrams()
    trainer = Trainer(
        model=model,
        args=TrainingArguments(
            output_dir=folder,
            num_train_epochs=1,
            per_device_train_batch_size=batch_size,
            gradient_accumulation_steps=accumulated,
            train_sampling_strategy="sequential",
            optim="sgd",
            learning_rate=RATE,
            lr_scheduler_type="constant",
            max_grad_norm=0,
            use_cpu=True,
            dataloader_pin_memory=False,
            disable_tqdm=True,
            logging_strategy="no",
            report_to="none",
            save_strategy="no",
        ),
        train_dataset=[
            {"input_ids": row.clamp(min=0), "labels": row} for row in LABELS
        ],
        compute_loss_func=loss_function,
    )
    trainer.remove_callback(PrinterCallback)
    trainer.train()
    return [model.embedding.detach(), model.head.detach()]


@pytest.mark.parametrize(
    "loss_function", [loss_for_trainer, ignores_the_number_of_items]
)
@pytest.mark.parametrize(
    ("batch_size", "accumulated"), [(8, 1), (4, 2), (2, 4), (2, 2)]
)
def test_loop_ends_with_the_weights_of_a_trainer(
    loss_function, batch_size, accumulated, tmp_path
):
    expected = trained(loss_function, batch_size, accumulated, str(tmp_path))

    actual = accumulation.weights_after(
        loss_function,
        WEIGHTS,
        LABELS,
        batch_size=batch_size,
        accumulation=accumulated,
        learning_rate=RATE,
    )

    for one, other in zip(actual, expected, strict=True):
        torch.testing.assert_close(one, other)


def test_loss_that_ignores_the_number_of_items_depends_on_the_split():
    def weights(batch_size, accumulated):
        embedding, _ = accumulation.weights_after(
            ignores_the_number_of_items,
            WEIGHTS,
            LABELS,
            batch_size=batch_size,
            accumulation=accumulated,
            learning_rate=RATE,
        )
        return embedding

    assert float((weights(8, 1) - weights(2, 4)).norm()) > 0.1


@pytest.mark.parametrize(
    "read",
    [
        lambda outputs: outputs["logits"],
        lambda outputs: outputs.logits,
        lambda outputs: outputs[0],
        lambda outputs: outputs.to_tuple()[-1],
        lambda outputs: outputs.get("logits"),
    ],
    ids=["key", "attribute", "index", "tuple", "get"],
)
def test_outputs_are_read_as_those_of_transformers(read):
    logits = torch.ones(1, 2, 3)
    theirs = CausalLMOutputWithPast(logits=logits)
    ours = []

    accumulation.weights_after(
        lambda outputs, labels, num_items_in_batch: (  # noqa: ARG005 - as a Trainer calls
            ours.append(read(outputs)) or outputs.logits.sum()
        ),
        WEIGHTS,
        LABELS[:1],
        batch_size=1,
        accumulation=1,
        learning_rate=RATE,
    )

    assert read(theirs) is logits
    assert ours[0].shape == (1, 5, 7)


@pytest.mark.parametrize("loss", [2.0, torch.tensor(2.0)], ids=["number", "cut"])
def test_loss_without_a_graph_changes_nothing(loss):
    weights = accumulation.weights_after(
        lambda outputs, labels, num_items_in_batch: loss,  # noqa: ARG005 - as it says
        WEIGHTS,
        LABELS,
        batch_size=4,
        accumulation=2,
        learning_rate=RATE,
    )

    assert all(map(torch.equal, weights, WEIGHTS))
