"""Known mistakes of batches made by hand: what each patches, and why it is wrong."""

# ruff: noqa: RUF001 - hints are in Chinese, too

from autograder.kit.mistake import Mistake

ENCODE = "rows = [tokenizer.encode(text) for text in texts]"
CUT = "rows = [row[:max_length] for row in rows]"
LONGEST = "width = max((len(row) for row in rows), default=0)"
FILL = "fill, mask = [tokenizer.pad_token_id] * n_missing, [1] * len(row)"
LEFT = "ids, mask = fill + row, [0] * n_missing + mask"
KEEP_MASK = 'batch["attention_mask"].append(mask)'
REAL = "[token for token, is_real in zip(ids, mask, strict=True) if is_real]"
DECODE = "texts.append(tokenizer.decode(tokens, skip_special_tokens=True))"


def _mistake(name: str, old: str, new: str, hint: str, hint_zh: str) -> Mistake:
    return Mistake(
        name=name,
        part="batch_encoding",
        old=old,
        new=new,
        hint=hint,
        hint_zh=hint_zh,
    )


MISTAKES: tuple[Mistake, ...] = (
    # What a row is.
    _mistake(
        "encoded_without_bos",
        ENCODE,
        "rows = [tokenizer.encode(text, add_special_tokens=False) for text in texts]",
        "texts are encoded without their BOS, which the tokenizer's own call adds",
        "编码时没有加 BOS，而分词器自己的调用会加",
    ),
    _mistake(
        "every_row_gets_an_eos",
        ENCODE,
        "rows = [[*tokenizer.encode(t), tokenizer.eos_token_id] for t in texts]",
        "every row gets an EOS that the tokenizer's own call does not add",
        "每行都加了 EOS，而分词器自己的调用不加",
    ),
    _mistake(
        "texts_stripped",
        ENCODE,
        "rows = [tokenizer.encode(text.strip()) for text in texts]",
        "white space around a text is stripped: it is text, too",
        "文本首尾的空白被去掉了：空白也是文本",
    ),
    _mistake(
        "texts_lowered",
        ENCODE,
        "rows = [tokenizer.encode(text.lower()) for text in texts]",
        "texts are lower-cased before they are encoded",
        "编码前把文本转成了小写",
    ),
    _mistake(
        "texts_composed",
        ENCODE,
        'nfc = __import__("unicodedata").normalize\n'
        '    rows = [tokenizer.encode(nfc("NFC", text)) for text in texts]',
        "combining marks are composed before encoding: the text is another one then",
        "编码前把组合符号合成了单个字符：那就成了另一段文本",
    ),
    _mistake(
        "first_text_only",
        ENCODE,
        "rows = [tokenizer.encode(text) for text in texts[:1]]",
        "only the first text is encoded",
        "只编码了第一段文本",
    ),
    _mistake(
        "empty_texts_dropped",
        ENCODE,
        "rows = [tokenizer.encode(text) for text in texts if text]",
        "empty texts are dropped: each of them is a row",
        "空文本被丢弃了：每段空文本也是一行",
    ),
    _mistake(
        "rows_sorted_by_length",
        ENCODE,
        "rows = sorted(map(tokenizer.encode, texts), key=len)",
        "rows are sorted by length: they should stay in the order of the texts",
        "各行按长度排了序：应保持文本的顺序",
    ),
    _mistake(
        "texts_taken_out_of_their_list",
        ENCODE,
        "rows = [tokenizer.encode(texts.pop(0)) for _ in range(len(texts))]",
        "pop takes the texts out of the caller's own list",
        "pop 把文本从调用者自己的列表里取走了",
    ),
    _mistake(
        "one_row_for_equal_texts",
        'batch["input_ids"].append(ids)',
        'known = batch["input_ids"]\n'
        "        known.append(known[known.index(ids)] if ids in known else ids)",
        "equal rows are one and the same list: changing one changes the other",
        "相同的行是同一个列表：改一个，另一个也变",
    ),
    _mistake(
        "rows_of_earlier_calls_kept",
        'batch: dict[str, list[list[int]]] = {"input_ids": [], "attention_mask": []}',
        'kept = {"input_ids": [], "attention_mask": []}\n'
        '    batch = encode_batch.__dict__.setdefault("batch", kept)',
        "rows pile up from one call to the next",
        "各行从一次调用累积到下一次",
    ),
    _mistake(
        "rows_are_tuples",
        'batch["input_ids"].append(ids)',
        'batch["input_ids"].append(tuple(ids))',
        "rows of ids are tuples: they should be lists",
        "id 的各行是元组：应为列表",
    ),
    _mistake(
        "token_types_added",
        "    return batch\n",
        '    batch["token_type_ids"] = [[0] * len(i) for i in batch["input_ids"]]\n'
        "    return batch\n",
        "the batch has token_type_ids, which nobody asked for",
        "批次里多了没人要的 token_type_ids",
    ),
    # Cutting.
    _mistake(
        "cut_one_too_short",
        CUT,
        "rows = [row[: max_length - 1] for row in rows]",
        "rows are cut to one id fewer than max_length",
        "各行比 max_length 多截掉了一个 id",
    ),
    _mistake(
        "cut_at_the_beginning",
        CUT,
        "rows = [row[-max_length:] for row in rows]",
        "rows lose their beginning: they should lose their end",
        "各行丢掉了开头：应丢掉结尾",
    ),
    _mistake(
        "cut_on_the_padding_side",
        CUT,
        'first = padding_side == "right"\n'
        "        rows = [r[:max_length] if first else r[-max_length:] for r in rows]",
        "with padding on the left rows are cut on the left, too: "
        "they should lose their end",
        "左填充时连截断也在左边：丢掉的应始终是结尾",
    ),
    _mistake(
        "cut_rows_end_with_eos",
        CUT,
        "rows = [\n"
        "            row if len(row) <= max_length else\n"
        "            [*row[: max_length - 1], tokenizer.eos_token_id]\n"
        "            for row in rows\n"
        "        ]",
        "a cut row ends with an EOS: its text does not end there",
        "被截断的行以 EOS 结尾：但文本并没有在那里结束",
    ),
    _mistake(
        "cut_by_characters",
        CUT,
        "rows = [tokenizer.encode(text[:max_length]) for text in texts]",
        "max_length cuts characters: it counts ids",
        "max_length 截的是字符：它数的是 id",
    ),
    _mistake(
        "never_cut",
        "if truncation:",
        "if truncation is None:",
        "rows are never cut, whatever truncation says",
        "无论 truncation 是什么，都没有截断",
    ),
    _mistake(
        "always_cut",
        "if truncation:",
        "if max_length:",
        "max_length cuts rows although truncation was not asked for",
        "没有要求 truncation，max_length 也截断了各行",
    ),
    _mistake(
        "cut_when_padded_to_max_length",
        "if truncation:",
        'if truncation or padding == "max_length":',
        'padding="max_length" cuts longer rows: only truncation does that',
        'padding="max_length" 截断了更长的行：只有 truncation 才截断',
    ),
    # Widths.
    _mistake(
        "width_measured_before_cutting",
        LONGEST,
        "width = max((len(tokenizer.encode(t)) for t in texts), default=0)",
        "the longest row is measured before rows are cut",
        "最长的一行是在截断之前量的",
    ),
    _mistake(
        "longest_padded_to_max_length",
        LONGEST,
        "width = max_length or max((len(row) for row in rows), default=0)",
        "padding=True pads to max_length: it should pad to the longest row",
        "padding=True 填充到了 max_length：应填充到最长的一行",
    ),
    _mistake(
        "max_length_padded_to_the_longest",
        'if padding == "max_length":',
        "if padding is None:",
        'padding="max_length" pads to the longest row: it should pad to max_length',
        'padding="max_length" 填充到了最长的一行：应填充到 max_length',
    ),
    _mistake(
        "width_rounded_to_8",
        LONGEST,
        "width = -(-max((len(row) for row in rows), default=0) // 8) * 8",
        "the width is rounded up to a multiple of 8, which nobody asked for",
        "宽度取整到了 8 的倍数，而没有人要求这样做",
    ),
    _mistake(
        "empty_batch_has_no_longest_row",
        LONGEST,
        "width = max(len(row) for row in rows)",
        "an empty batch ends in an error, for max of nothing is none",
        "空批次出错了：对空序列取 max 没有结果",
    ),
    # Padding.
    _mistake(
        "padding_side_ignored",
        'if padding_side == "right":',
        "if padding_side:",
        "padding stands on the right, whatever padding_side says",
        "无论 padding_side 是什么，都填充在右边",
    ),
    _mistake(
        "sides_swapped",
        'if padding_side == "right":',
        'if padding_side == "left":',
        "left and right are swapped: padding_side says where the padding stands",
        "左右颠倒了：padding_side 说的是填充在哪一侧",
    ),
    _mistake(
        "mask_padded_on_the_right_only",
        LEFT,
        "ids, mask = fill + row, mask + [0] * n_missing",
        "on the left the ids are padded, but the mask is padded on the right",
        "左填充时 id 填在左边，掩码却填在右边",
    ),
    _mistake(
        "left_rows_reversed",
        LEFT,
        "ids, mask = fill + row[::-1], [0] * n_missing + mask",
        "rows padded on the left are turned around: tokens keep their order",
        "左填充的行被颠倒了：词元应保持顺序",
    ),
    _mistake(
        "padded_with_zero",
        FILL,
        "fill, mask = [0] * n_missing, [1] * len(row)",
        "padding is 0: it should be the tokenizer's pad_token_id",
        "填充的是 0：应为分词器的 pad_token_id",
    ),
    _mistake(
        "padded_with_eos",
        FILL,
        "fill, mask = [tokenizer.eos_token_id] * n_missing, [1] * len(row)",
        "padding is EOS: it should be the tokenizer's pad_token_id",
        "填充的是 EOS：应为分词器的 pad_token_id",
    ),
    _mistake(
        "mask_by_comparing_ids",
        KEEP_MASK,
        "mask = [int(token != tokenizer.pad_token_id) for token in ids]\n"
        '        batch["attention_mask"].append(mask)',
        "the mask comes from comparing ids, so a token with the pad's id is hidden",
        "掩码由比较 id 得出，于是与填充 id 相同的词元被遮住了",
    ),
    _mistake(
        "mask_of_ones",
        KEEP_MASK,
        'batch["attention_mask"].append([1] * len(ids))',
        "the mask is 1 at padding, too",
        "掩码在填充处也是 1",
    ),
    _mistake(
        "mask_upside_down",
        KEEP_MASK,
        'batch["attention_mask"].append([1 - value for value in mask])',
        "the mask is 1 at padding and 0 at tokens: it should be the other way round",
        "掩码在填充处是 1、词元处是 0：应当反过来",
    ),
    _mistake(
        "mask_of_booleans",
        KEEP_MASK,
        'batch["attention_mask"].append([value == 1 for value in mask])',
        "the mask holds True and False: it should hold 1 and 0",
        "掩码里是 True 和 False：应为 1 和 0",
    ),
    # What is refused.
    _mistake(
        "unknown_padding_taken_for_longest",
        'if padding not in (False, True, "max_length"):',
        "if padding is None:",
        "an unknown padding is taken for True: it should raise ValueError",
        "未知的 padding 被当成 True：应抛出 ValueError",
    ),
    _mistake(
        "unknown_side_taken_for_left",
        "if padding_side not in SIDES:",
        "if padding_side is None:",
        "an unknown padding_side is taken for the left: it should raise ValueError",
        "未知的 padding_side 被当成左边：应抛出 ValueError",
    ),
    _mistake(
        "sides_in_any_case",
        "if padding_side not in SIDES:",
        "if padding_side.lower() not in SIDES:",
        "padding_side is accepted in capitals and then not understood",
        "大写的 padding_side 被接受，之后却没有被识别",
    ),
    _mistake(
        "padded_without_a_pad_token",
        "if padding and tokenizer.pad_token_id is None:",
        "if padding and tokenizer is None:",
        "a tokenizer without a pad token pads with None: it should raise ValueError",
        "没有填充词元的分词器用 None 填充：应抛出 ValueError",
    ),
    _mistake(
        "pad_token_asked_for_without_padding",
        "if padding and tokenizer.pad_token_id is None:",
        "if tokenizer.pad_token_id is None:",
        "a tokenizer without a pad token is refused although nothing is to be padded",
        "并不需要填充，却拒绝了没有填充词元的分词器",
    ),
    # Decoding.
    _mistake(
        "special_tokens_decoded",
        DECODE,
        "texts.append(tokenizer.decode(tokens))",
        "special tokens are decoded as text: they should be skipped",
        "特殊词元被解码成文本：应当跳过",
    ),
    _mistake(
        "padding_decoded",
        REAL,
        "list(ids)",
        "padding is decoded, or found by its id: the mask alone says what is real",
        "填充也被解码了，或者是靠 id 来找填充的：什么是真实的，只由掩码决定",
    ),
    _mistake(
        "padding_expected_on_the_right",
        REAL,
        "ids[: sum(mask)]",
        "padding is expected on the right: it may stand on the left, too",
        "以为填充总在右边：它也可能在左边",
    ),
    _mistake(
        "decoded_token_by_token",
        DECODE,
        "words = [tokenizer.decode([t], skip_special_tokens=True) for t in tokens]\n"
        '        texts.append("".join(words))',
        "ids are decoded one by one, but a character may take several of them",
        "id 是逐个解码的，但一个字符可能由好几个 id 组成",
    ),
    _mistake(
        "decoded_with_spaces_between",
        DECODE,
        "words = [tokenizer.decode([t], skip_special_tokens=True) for t in tokens]\n"
        '        texts.append(" ".join(words))',
        "tokens are joined by spaces: a space that was there is in its token already",
        "词元之间加了空格：原有的空格已经在词元里了",
    ),
    _mistake(
        "decoded_texts_stripped",
        DECODE,
        "text = tokenizer.decode(tokens, skip_special_tokens=True)\n"
        "        texts.append(text.strip())",
        "decoded texts are stripped of white space, which is text, too",
        "解码出的文本被去掉了首尾空白，而空白也是文本",
    ),
    _mistake(
        "rows_of_padding_dropped",
        DECODE,
        "if tokens:\n"
        "            texts.append(tokenizer.decode(tokens, skip_special_tokens=True))",
        "a row of padding gives no text: it should give an empty one",
        "全是填充的一行没有给出文本：应给出空文本",
    ),
    _mistake(
        "padding_deleted_from_the_rows",
        DECODE,
        "ids[:] = tokens\n"
        "        texts.append(tokenizer.decode(tokens, skip_special_tokens=True))\n"
        "        mask[:] = [1] * len(ids) + [0]",
        "decoding changes the rows that it was given",
        "解码改动了传入的行",
    ),
)
