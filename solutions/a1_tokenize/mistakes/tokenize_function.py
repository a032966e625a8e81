"""Known mistakes of the function for `Dataset.map`: patches and their causes."""

# ruff: noqa: RUF001 - hints are in Chinese, too

from autograder.kit.mistake import Mistake

LOOP = "for instruction, text, output in zip(*columns, strict=True):"
COLUMNS = 'columns = (examples["instruction"], examples["input"], examples["output"])'
PROMPT = "prompt = _encode(_fill_template(instruction, text), tokenizer)"
RESPONSE = "response = [*_encode(output, tokenizer), tokenizer.eos_token_id]"
IDS = "ids = prompt + response"
LABELS = "labels = ids if train_on_prompt else [IGNORED] * len(prompt) + response"
APPEND_IDS = 'batch["input_ids"].append(ids[:max_length])'
APPEND_MASK = 'batch["attention_mask"].append([1] * len(ids[:max_length]))'
APPEND_LABELS = 'batch["labels"].append(labels[:max_length])'
WITH_INPUT = "return PROMPT_WITH_INPUT.format(instruction=instruction, input=text)"
ENCODE_TEXT = "text, add_special_tokens=False, split_special_tokens=True"


def _mistake(name: str, old: str, new: str, hint: str, hint_zh: str) -> Mistake:
    return Mistake(
        name=name,
        part="tokenize_function",
        old=old,
        new=new,
        hint=hint,
        hint_zh=hint_zh,
    )


MISTAKES: tuple[Mistake, ...] = (
    # The prompt.
    _mistake(
        "first_row_only",
        LOOP,
        "for instruction, text, output in list(zip(*columns, strict=True))[:1]:",
        "only the first row of a batch is tokenized: a batched map gives many at once",
        "一批里只处理了第一行：batched 的 map 一次给出许多行",
    ),
    _mistake(
        "input_left_out",
        "if text:",
        "if text is Ellipsis:",
        "the template with an input is never used, so inputs are lost",
        "从不使用带输入的模板，输入丢失了",
    ),
    _mistake(
        "empty_input_gets_a_heading",
        "if text:",
        "if text is not None:",
        "an empty input is put into the template with an input",
        "空的 input 也套用了带输入的模板",
    ),
    _mistake(
        "none_becomes_text",
        "if text:",
        'if text != "":',
        'an input of None is written out as "None": it means an empty one',
        '值为 None 的 input 被写成了 "None"：它表示空',
    ),
    _mistake(
        "white_space_is_no_input",
        "if text:",
        "if text and text.strip():",
        "an input of white space is taken for an empty one: only None and '' are",
        "只含空白的 input 被当成空：只有 None 和 '' 才是空",
    ),
    _mistake(
        "prompt_stripped",
        PROMPT,
        "prompt = _encode(_fill_template(instruction, text).strip(), tokenizer)",
        "the prompt loses the line end after '### Response:'",
        "提示丢掉了“### Response:”后面的换行",
    ),
    _mistake(
        "instruction_stripped",
        WITH_INPUT,
        "return PROMPT_WITH_INPUT.format(\n"
        "            instruction=instruction.strip(), input=text.strip()\n"
        "        )",
        "instruction and input are stripped of white space, which is text, too",
        "instruction 和 input 被去掉了首尾空白，而空白也是文本",
    ),
    _mistake(
        "template_filled_twice",
        WITH_INPUT,
        'filled = PROMPT_WITH_INPUT.replace("{instruction}", instruction)\n'
        "        return filled.format(input=text)",
        "format runs over text that a user wrote, and takes its braces for places",
        "format 作用到了用户写的文本上，把其中的花括号当成了占位",
    ),
    _mistake(
        "template_replaced_one_by_one",
        WITH_INPUT,
        'filled = PROMPT_WITH_INPUT.replace("{instruction}", instruction)\n'
        '        return filled.replace("{input}", text)',
        "an instruction that holds {input} is filled once more",
        "含有 {input} 的 instruction 又被填充了一次",
    ),
    # Texts.
    _mistake(
        "output_stripped",
        RESPONSE,
        "response = [*_encode(output.strip(), tokenizer), tokenizer.eos_token_id]",
        "the output is stripped of white space, which is text, too",
        "output 被去掉了首尾空白，而空白也是文本",
    ),
    _mistake(
        "output_after_a_space",
        RESPONSE,
        'response = [*_encode(" " + output, tokenizer), tokenizer.eos_token_id]',
        "a space is put before the output: the prompt ends in a line end already",
        "output 前面加了空格：提示已经以换行结尾",
    ),
    _mistake(
        "only_ascii_kept",
        ENCODE_TEXT,
        'text.encode("ascii", "ignore").decode(),\n'
        "        add_special_tokens=False,\n"
        "        split_special_tokens=True,",
        "characters beyond ASCII are dropped",
        "ASCII 以外的字符被丢弃了",
    ),
    _mistake(
        "texts_normalized",
        ENCODE_TEXT,
        '__import__("unicodedata").normalize("NFKC", text),\n'
        "        add_special_tokens=False,\n"
        "        split_special_tokens=True,",
        "texts are normalized, so full-width letters and combining marks change",
        "文本被规范化了，全角字母和组合符号都变了",
    ),
    _mistake(
        "line_ends_changed",
        ENCODE_TEXT,
        r'text.replace("\r\n", "\n"),'
        "\n        add_special_tokens=False,\n"
        "        split_special_tokens=True,",
        r"\r\n becomes \n: a line end is data, too",
        r"\r\n 变成了 \n：换行也是数据",
    ),
    _mistake(
        "special_tokens_recognized",
        ENCODE_TEXT,
        "text, add_special_tokens=False",
        "special tokens that a user wrote become special: they are only text",
        "用户写的特殊词元变成了真的特殊词元：它们只是文本",
    ),
    _mistake(
        "special_tokens_recognized_in_outputs",
        RESPONSE,
        "response = tokenizer.encode(output, add_special_tokens=False)\n"
        "        response = [*response, tokenizer.eos_token_id]",
        "special tokens written in an output become special: they are only text",
        "output 里写的特殊词元变成了真的特殊词元：它们只是文本",
    ),
    _mistake(
        "prompt_and_response_tokenized_together",
        IDS,
        "joint = _encode(_fill_template(instruction, text) + output, tokenizer)\n"
        "        first = prompt[:1] if tokenizer.bos_token_id is not None else []\n"
        "        ids = [*first, *joint, tokenizer.eos_token_id]\n"
        "        response = ids[len(prompt) :]",
        "prompt and response are tokenized as one text, so tokens reach over the "
        "border between them",
        "提示和回答合成一段文本分词，于是有的词元跨过了两者的边界",
    ),
    # Beginning and end.
    _mistake(
        "no_bos",
        "if tokenizer.bos_token_id is not None:",
        "if tokenizer.bos_token_id:",
        "rows begin without BOS; mind that its id may be 0, which is false",
        "各行开头没有 BOS；注意它的 id 可能是 0，而 0 为假",
    ),
    _mistake(
        "bos_twice",
        "prompt = [tokenizer.bos_token_id, *prompt]",
        "prompt = [tokenizer.bos_token_id] * 2 + prompt",
        "rows begin with BOS twice, for encode adds one unless told not to",
        "各行开头有两个 BOS：不说明的话 encode 自己也会加一个",
    ),
    _mistake(
        "bos_before_the_response",
        RESPONSE,
        "response = tokenizer.encode(output, split_special_tokens=True)\n"
        "        response = [*response, tokenizer.eos_token_id]",
        "the response has a BOS of its own, which encode adds unless told not to",
        "回答自己也有一个 BOS：不说明的话 encode 会加上",
    ),
    _mistake(
        "bos_of_none",
        "if tokenizer.bos_token_id is not None:",
        "if tokenizer is not None:",
        "a tokenizer without BOS puts None in front of the ids",
        "没有 BOS 的分词器在 id 前面放了 None",
    ),
    _mistake(
        "no_eos",
        RESPONSE,
        "response = _encode(output, tokenizer)",
        "rows have no EOS, so the model never learns to stop",
        "各行没有 EOS，模型永远学不会停下",
    ),
    _mistake(
        "eos_twice",
        RESPONSE,
        "response = _encode(output, tokenizer) + [tokenizer.eos_token_id] * 2",
        "rows end with EOS twice",
        "各行结尾有两个 EOS",
    ),
    _mistake(
        "eos_as_letters",
        RESPONSE,
        "response = _encode(output + tokenizer.eos_token, tokenizer)",
        "EOS is written behind the output as text, where it is text like any other",
        "EOS 是作为文本写在 output 后面的，在那里它只是普通文本",
    ),
    _mistake(
        "pad_in_place_of_eos",
        RESPONSE,
        "response = [*_encode(output, tokenizer), tokenizer.pad_token_id]",
        "rows end with the pad token: they should end with EOS",
        "各行以填充词元结尾：应以 EOS 结尾",
    ),
    # Labels.
    _mistake(
        "prompt_learned",
        LABELS,
        "labels = ids",
        "the prompt is learned, too: its labels should be -100",
        "提示也参与了学习：它的标签应为 -100",
    ),
    _mistake(
        "prompt_never_learned",
        LABELS,
        "labels = [IGNORED] * len(prompt) + response",
        "train_on_prompt has no effect",
        "train_on_prompt 不起作用",
    ),
    _mistake(
        "train_on_prompt_turned_around",
        LABELS,
        "labels = [IGNORED] * len(prompt) + response if train_on_prompt else ids",
        "train_on_prompt is turned around: the prompt is learned without it",
        "train_on_prompt 反了：不给它时反而学习提示",
    ),
    _mistake(
        "first_token_of_the_response_not_learned",
        LABELS,
        "labels = ids if train_on_prompt else\\\n"
        "            [IGNORED] * (len(prompt) + 1) + response[1:]",
        "one label too many is -100: the response's first token is to be learned",
        "多遮住了一个标签：回答的第一个词元应当学习",
    ),
    _mistake(
        "last_token_of_the_prompt_learned",
        LABELS,
        "labels = ids if train_on_prompt else\\\n"
        "            [IGNORED] * (len(prompt) - 1) + prompt[-1:] + response",
        "one label too few is -100: BOS belongs to the prompt, too",
        "少遮住了一个标签：BOS 也属于提示",
    ),
    _mistake(
        "labels_shifted",
        LABELS,
        "labels = ids if train_on_prompt else [IGNORED] * len(prompt) + response\n"
        "        labels = [*labels[1:], IGNORED]",
        "labels are shifted, which the model does once more",
        "标签移了位，而模型还会再移一次",
    ),
    _mistake(
        "end_not_learned",
        LABELS,
        "labels = [IGNORED] * len(prompt) + response[:-1] + [IGNORED]\n"
        "        labels = ids if train_on_prompt else labels",
        "the end has the label -100, so the model never learns to stop",
        "结束词元的标签是 -100，模型永远学不会停下",
    ),
    _mistake(
        "labels_hidden_by_the_id_of_the_pad",
        LABELS,
        "labels = ids if train_on_prompt else [IGNORED] * len(prompt) + response\n"
        "        pad = tokenizer.pad_token_id\n"
        "        labels = [IGNORED if label == pad else label for label in labels]",
        "labels with the pad's id are hidden: where pad is EOS, no end is learned",
        "与填充 id 相同的标签被遮住；填充就是 EOS 时，永远学不会结束",
    ),
    _mistake(
        "prompt_labelled_with_zero",
        "IGNORED = -100",
        "IGNORED = 0",
        "the prompt's labels are 0, which is a token: the loss skips -100",
        "提示的标签是 0，而 0 是一个词元：损失跳过的是 -100",
    ),
    # The mask.
    _mistake(
        "mask_from_comparing_ids",
        APPEND_MASK,
        "pad = tokenizer.pad_token_id\n"
        "        mask = [int(token != pad) for token in ids[:max_length]]\n"
        '        batch["attention_mask"].append(mask)',
        "the mask comes from comparing ids, so where pad is EOS the end is hidden",
        "掩码由比较 id 得出：填充就是 EOS 时，结尾被遮住了",
    ),
    _mistake(
        "mask_hides_the_prompt",
        APPEND_MASK,
        "mask = [0] * len(prompt) + [1] * len(response)\n"
        '        batch["attention_mask"].append(mask[:max_length])',
        "the mask hides the prompt: it should be read, only not learned",
        "掩码遮住了提示：提示应当被读到，只是不学习",
    ),
    _mistake(
        "mask_hides_the_end",
        APPEND_MASK,
        "mask = [int(t != tokenizer.eos_token_id) for t in ids[:max_length]]\n"
        '        batch["attention_mask"].append(mask)',
        "the mask is 0 at EOS, which is a token like any other",
        "掩码在 EOS 处是 0，而它是普通的词元",
    ),
    _mistake(
        "one_mask_for_equal_lengths",
        APPEND_MASK,
        "mask = [1] * len(ids[:max_length])\n"
        '        known = batch["attention_mask"]\n'
        "        known.append(known[known.index(mask)] if mask in known else mask)",
        "equally long rows have one mask between them: changing one changes the other",
        "一样长的行共用一个掩码：改一个，另一个也变",
    ),
    # Cutting.
    _mistake(
        "rows_never_cut",
        'batch = {"input_ids": [], "attention_mask": [], "labels": []}',
        'batch = {"input_ids": [], "attention_mask": [], "labels": []}\n'
        "    max_length = None",
        "rows are never cut to max_length",
        "各行从不截断到 max_length",
    ),
    _mistake(
        "rows_cut_one_too_short",
        'batch = {"input_ids": [], "attention_mask": [], "labels": []}',
        'batch = {"input_ids": [], "attention_mask": [], "labels": []}\n'
        "    max_length -= 1",
        "rows are cut to one token fewer than max_length",
        "各行比 max_length 多截掉了一个词元",
    ),
    _mistake(
        "shorter_by_default",
        "max_length: int = 512",
        "max_length: int = 256",
        "without max_length rows are cut to 256 tokens: it should be 512",
        "不给 max_length 时截断到 256 个词元：应为 512",
    ),
    _mistake(
        "only_ids_cut",
        APPEND_LABELS,
        'batch["attention_mask"][-1] = [1] * len(ids)\n'
        '        batch["labels"].append(labels)',
        "ids are cut, but mask and labels are not",
        "截断了 id，却没有截断掩码和标签",
    ),
    _mistake(
        "labels_not_cut",
        APPEND_LABELS,
        'batch["labels"].append(labels)',
        "ids and mask are cut, but labels are not",
        "截断了 id 和掩码，却没有截断标签",
    ),
    _mistake(
        "rows_cut_at_the_beginning",
        IDS,
        "ids = prompt + response\n"
        "        lost = max(len(ids) - max_length, 0)\n"
        "        ids, prompt = ids[lost:], prompt[lost:]\n"
        "        response = ids[len(prompt) :]",
        "long rows lose their beginning: they should lose their end",
        "过长的行丢掉了开头：应丢掉结尾",
    ),
    _mistake(
        "eos_forced_at_the_cut",
        IDS,
        "if len(prompt) + len(response) > max_length:\n"
        "            room = max(max_length - len(prompt) - 1, 0)\n"
        "            response = [*response[:room], tokenizer.eos_token_id]\n"
        "        ids = prompt + response",
        "a cut row gets an EOS: its text does not end there",
        "被截断的行加了 EOS：但文本并没有在那里结束",
    ),
    _mistake(
        "only_responses_cut",
        IDS,
        "max_length = max(max_length, len(prompt))\n        ids = prompt + response",
        "a prompt is never cut, so a row may be longer than max_length",
        "提示从不截断，所以一行可能比 max_length 还长",
    ),
    _mistake(
        "prompt_cut_to_make_room",
        IDS,
        "prompt = prompt[: max(max_length - len(response), 0)]\n"
        "        ids = prompt + response",
        "the prompt is cut to make room for the response: a row loses its end only",
        "为给回答腾地方而截断了提示：一行只应丢掉结尾",
    ),
    _mistake(
        "rows_without_response_dropped",
        IDS,
        "if len(prompt) >= max_length:\n"
        "            continue\n"
        "        ids = prompt + response",
        "rows whose prompt is too long are dropped: each row given is a row returned",
        "提示过长的行被丢弃了：给多少行就应返回多少行",
    ),
    _mistake(
        "long_rows_dropped",
        IDS,
        "ids = prompt + response\n"
        "        if len(ids) > max_length:\n"
        "            continue",
        "long rows are dropped: they should be cut",
        "过长的行被丢弃了：应当截断",
    ),
    # Padding, which is not asked for.
    _mistake(
        "rows_padded_to_max_length",
        IDS,
        "ids = prompt + response\n"
        "        ids += [tokenizer.pad_token_id] * (max_length - len(ids))\n"
        "        response = ids[len(prompt) :]",
        "rows are padded to max_length: padding is the collator's work",
        "各行填充到了 max_length：填充是整理器的工作",
    ),
    _mistake(
        "rows_padded_to_the_longest",
        "    return batch\n",
        '    width = max(map(len, batch["input_ids"]), default=0)\n'
        "    fills = (tokenizer.pad_token_id, 0, IGNORED)\n"
        "    for column, fill in zip(batch.values(), fills, strict=True):\n"
        "        for row in column:\n"
        "            row += [fill] * (width - len(row))\n"
        "    return batch\n",
        "rows are padded to the longest of their batch: padding is the collator's work",
        "各行填充到了本批最长的一行：填充是整理器的工作",
    ),
    # What a call gives and leaves behind.
    _mistake(
        "prompt_returned",
        "    return batch\n",
        '    batch["text"] = list(examples["instruction"])\n    return batch\n',
        "the batch has a column more than was asked for",
        "批次里多了一列没有要求的内容",
    ),
    _mistake(
        "rows_in_another_order",
        LOOP,
        "for instruction, text, output in sorted(zip(*columns), key=str):",
        "rows are sorted: they should stay in their order",
        "各行排了序：应保持原来的顺序",
    ),
    _mistake(
        "empty_batch_not_expected",
        COLUMNS,
        'assert isinstance(examples["instruction"][0], str)\n'
        '    columns = (examples["instruction"], examples["input"], '
        'examples["output"])',
        "a batch without rows ends in an error",
        "没有行的批次会出错",
    ),
    _mistake(
        "examples_changed",
        COLUMNS,
        'examples["input"] = [text or "" for text in examples["input"]]\n'
        '    columns = (examples["instruction"], examples["input"], '
        'examples["output"])',
        "the examples that came in are changed",
        "传入的 examples 被改动了",
    ),
    _mistake(
        "rows_seen_before_dropped",
        LOOP,
        LOOP + "\n"
        '        seen = tokenize_function.__dict__.setdefault("seen", [])\n'
        "        if (instruction, text, output) in seen:\n"
        "            continue\n"
        "        seen.append((instruction, text, output))",
        "rows that an earlier call has seen are dropped",
        "之前的调用见过的行被丢弃了",
    ),
    _mistake(
        "labels_are_the_list_of_ids",
        APPEND_LABELS,
        "labels = labels[:max_length]\n"
        '        same = labels == batch["input_ids"][-1]\n'
        '        batch["labels"].append(batch["input_ids"][-1] if same else labels)',
        "labels and input_ids are one list: hiding a label changes the input",
        "labels 和 input_ids 是同一个列表：遮住标签会改动输入",
    ),
    _mistake(
        "missing_pad_token_set",
        COLUMNS,
        "tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token\n    "
        + COLUMNS,
        "the tokenizer is given a pad token, and everybody who uses it has that now",
        "给分词器设置了填充词元，所有使用它的人都受影响",
    ),
    _mistake(
        "pad_token_replaced",
        COLUMNS,
        "tokenizer.pad_token = tokenizer.eos_token\n    " + COLUMNS,
        "the tokenizer's pad token is replaced, so no second map finds its cache",
        "分词器的填充词元被换掉了，第二次 map 也就找不到缓存",
    ),
    _mistake(
        "padding_side_set",
        COLUMNS,
        'tokenizer.padding_side = "left"\n    ' + COLUMNS,
        "the tokenizer's padding_side is set for everybody who uses it",
        "改了分词器的 padding_side，所有使用它的人都受影响",
    ),
)
