"""Has the tokenizer take all prompts at once, and all outputs."""

# ruff: noqa: ANN001, ANN201 - students write untyped code, too

PROMPT_WITH_INPUT = (
    "Below is an instruction that describes a task, paired with an input that provides"
    " further context. Write a response that appropriately completes the request.\n\n"
    "### Instruction:\n{instruction}\n\n### Input:\n{input}\n\n### Response:\n"
)
PROMPT_WITHOUT_INPUT = (
    "Below is an instruction that describes a task. Write a response that appropriately"
    " completes the request.\n\n"
    "### Instruction:\n{instruction}\n\n### Response:\n"
)


def tokenize_function(examples, tokenizer, max_length=512, train_on_prompt=False):  # noqa: FBT002 - as the handout says
    """See the handout."""
    n = len(examples["instruction"])
    if n == 0:
        return {"input_ids": [], "attention_mask": [], "labels": []}
    prompts = []
    for i in range(n):
        template = PROMPT_WITH_INPUT if examples["input"][i] else PROMPT_WITHOUT_INPUT
        prompts.append(
            template.format(
                instruction=examples["instruction"][i], input=examples["input"][i]
            )
        )
    options = {"add_special_tokens": False, "split_special_tokens": True}
    prompts = tokenizer(prompts, **options)["input_ids"]
    responses = tokenizer(list(examples["output"]), **options)["input_ids"]
    bos, eos = tokenizer.bos_token_id, tokenizer.eos_token_id
    start = [] if bos is None else [bos]
    prompts = [start + ids for ids in prompts]
    responses = [[*ids, eos] for ids in responses]
    input_ids, labels = [], []
    for prompt, response in zip(prompts, responses, strict=True):
        input_ids.append((prompt + response)[:max_length])
        hidden = prompt if train_on_prompt else [-100 for _ in prompt]
        labels.append((hidden + response)[:max_length])
    mask = [[1] * len(row) for row in input_ids]
    return {"input_ids": input_ids, "attention_mask": mask, "labels": labels}
