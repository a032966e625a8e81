"""Lets the library cut prompt and response before both are put together and cut."""

# ruff: noqa: ANN001, ANN201, ANN202 - students write untyped code, too

BELOW = "Below is an instruction that describes a task"
WRITE = "Write a response that appropriately completes the request."


def tokenize_function(examples, tokenizer, max_length=512, train_on_prompt=False):  # noqa: FBT002 - as the handout says
    """See the handout."""

    def ids_of(text):
        return tokenizer(
            text,
            add_special_tokens=False,
            split_special_tokens=True,
            truncation=True,
            max_length=max_length,
        )["input_ids"]

    def row(instruction, given, output):
        if given is None or given == "":
            text = f"{BELOW}. {WRITE}\n\n### Instruction:\n{instruction}\n\n"
        else:
            text = (
                f"{BELOW}, paired with an input that provides further context. {WRITE}"
                f"\n\n### Instruction:\n{instruction}\n\n### Input:\n{given}\n\n"
            )
        prompt = ids_of(text + "### Response:\n")
        if tokenizer.bos_token_id is not None:
            prompt.insert(0, tokenizer.bos_token_id)
        response = ids_of(output)
        # A response that was cut already loses this end again.
        ids = prompt + response + [tokenizer.eos_token_id]
        labels = [
            token if train_on_prompt or place >= len(prompt) else -100
            for place, token in enumerate(ids)
        ]
        return ids[:max_length], [1] * min(len(ids), max_length), labels[:max_length]

    columns = [examples[name] for name in ("instruction", "input", "output")]
    rows = [row(*fields) for fields in zip(*columns, strict=True)]
    return {
        name: [each[k] for each in rows]
        for k, name in enumerate(("input_ids", "attention_mask", "labels"))
    }
