"""Goes by way of tokens, labels by position and collects column by column."""

# ruff: noqa: ANN001, ANN201, ANN204, ANN205 - students write untyped code, too

TEMPLATE = {
    True: "Below is an instruction that describes a task, paired with an input that "
    "provides further context. Write a response that appropriately completes the "
    "request.\n\n### Instruction:\n%s\n\n### Input:\n%s\n\n### Response:\n",
    False: "Below is an instruction that describes a task. Write a response that "
    "appropriately completes the request.\n\n### Instruction:\n%s\n\n"
    "### Response:\n",
}


class Row:
    """One row on its way from text to ids."""

    def __init__(self, tokenizer, instruction, given, output):
        filled = (instruction, given) if given else (instruction,)
        self.prompt = self.encode(tokenizer, TEMPLATE[bool(given)] % filled)
        if tokenizer.bos_token is not None:
            self.prompt = [tokenizer.bos_token_id, *self.prompt]
        self.response = self.encode(tokenizer, output)
        self.response.append(tokenizer.eos_token_id)

    @staticmethod
    def encode(tokenizer, text):
        """Return the ids of plain text."""
        tokens = tokenizer.tokenize(text, split_special_tokens=True)
        return tokenizer.convert_tokens_to_ids(tokens)


def tokenize_function(examples, tokenizer, max_length=512, train_on_prompt=False):  # noqa: FBT002 - as the handout says
    """See the handout."""
    rows = [
        Row(tokenizer, examples["instruction"][i], examples["input"][i], output)
        for i, output in enumerate(examples["output"])
    ]
    out = {"input_ids": [], "attention_mask": [], "labels": []}
    for row in rows:
        ids = [*row.prompt, *row.response][:max_length]
        n_hidden = 0 if train_on_prompt else min(len(row.prompt), len(ids))
        out["input_ids"].append(ids)
        out["attention_mask"].append([1 for _ in ids])
        out["labels"].append([-100] * n_hidden + ids[n_hidden:])
    return out
