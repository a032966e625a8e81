"""Known mistakes of the collator: what each patches, and its cause in a sentence."""

# ruff: noqa: RUF001 - hints are in Chinese, too

from autograder.kit.mistake import Mistake


def _mistake(name: str, old: str, new: str, hint: str, hint_zh: str) -> Mistake:
    return Mistake(
        name=name, part="collator", old=old, new=new, hint=hint, hint_zh=hint_zh
    )


MISTAKES: tuple[Mistake, ...] = (
    # What a batch is.
    _mistake(
        "mask_is_boolean",
        "return batch | _stack_numbers(features)",
        'batch["attention_mask"] = batch["attention_mask"].bool()\n'
        "        return batch | _stack_numbers(features)",
        "attention_mask is a bool tensor: it should be a LongTensor of 1 and 0",
        "attention_mask 是 bool 张量：应为由 1 和 0 组成的 LongTensor",
    ),
    _mistake(
        "mask_is_floating",
        "return batch | _stack_numbers(features)",
        'batch["attention_mask"] = batch["attention_mask"].float()\n'
        "        return batch | _stack_numbers(features)",
        "attention_mask is a float tensor: it should be a LongTensor of 1 and 0",
        "attention_mask 是浮点张量：应为由 1 和 0 组成的 LongTensor",
    ),
    _mistake(
        "ids_have_32_bits",
        "return batch | _stack_numbers(features)",
        'batch["input_ids"] = batch["input_ids"].int()\n'
        "        return batch | _stack_numbers(features)",
        "input_ids is an int32 tensor: an embedding and a loss want int64, a "
        "LongTensor",
        "input_ids 是 int32 张量：嵌入层和损失函数要的是 int64，即 LongTensor",
    ),
    _mistake(
        "columns_are_lists",
        "return batch | _stack_numbers(features)",
        "batch = {column: rows.tolist() for column, rows in batch.items()}\n"
        "        return batch | _stack_numbers(features)",
        "the batch holds lists: each column should be one tensor",
        "批次里是列表：每一列都应是一个张量",
    ),
    _mistake(
        "one_row_loses_its_batch_dimension",
        "torch.stack([self._pad(row[column], width, fill) for row in rows])",
        "torch.stack([self._pad(row[column], width, fill) for row in rows]).squeeze(0)",
        "a batch of one row came out without its batch dimension: it should be [1, s]",
        "只有一行的批次丢了批维度：形状应为 [1, s]",
    ),
    _mistake(
        "brings_positions_along",
        "return batch | _stack_numbers(features)",
        'batch["position_ids"] = position_ids(batch["attention_mask"])\n'
        "        return batch | _stack_numbers(features)",
        "the batch has a column that nobody asked for: position_ids",
        "批次里多了一列没有要求的 position_ids",
    ),
    _mistake(
        "pads_to_max_length",
        "width = self._round_up(longest)",
        "width = self._round_up(self.max_length or longest)",
        "rows are padded to max_length: the longest row of the batch decides the width",
        "各行被填充到 max_length：宽度应由本批次最长的一行决定",
    ),
    _mistake(
        "one_pad_too_many",
        "width = self._round_up(longest)",
        "width = self._round_up(longest) + 1",
        "the batch is one position wider than its longest row",
        "批次比最长的一行多出一个位置",
    ),
    _mistake(
        "width_of_the_first_row",
        'longest = max(len(row["input_ids"]) for row in rows)',
        'longest = len(rows[0]["input_ids"])',
        "the first row decides the width, and longer rows lose tokens: the "
        "longest should",
        "宽度由第一行决定，更长的行会丢失词元：应由最长的一行决定",
    ),
    _mistake(
        "rows_sorted_by_length",
        "rows = [self._read(feature) for feature in features]",
        "features = sorted(features, key=lambda feature: "
        'len(feature["input_ids"]))\n'
        "        rows = [self._read(feature) for feature in features]",
        "the rows of the batch are sorted by length: they should keep their order",
        "批次中的行按长度重新排序了：应保持原来的顺序",
    ),
    # What stands at the padding.
    _mistake(
        "ids_padded_with_zero",
        '"input_ids": pad_token_id,',
        '"input_ids": 0,',
        "input_ids are padded with 0, whatever pad_token_id is",
        "无论 pad_token_id 是多少，input_ids 都用 0 填充",
    ),
    _mistake(
        "ids_padded_with_the_label_pad",
        '"input_ids": pad_token_id,',
        '"input_ids": label_pad_token_id,',
        "input_ids are padded with label_pad_token_id, which is no token",
        "input_ids 用 label_pad_token_id 填充，而它不是任何词元",
    ),
    _mistake(
        "mask_padded_with_one",
        '"attention_mask": 0,',
        '"attention_mask": 1,',
        "attention_mask is 1 at padding, so the model attends to it: it should be 0",
        "attention_mask 在填充处是 1，模型会注意到填充：应为 0",
    ),
    _mistake(
        "labels_padded_with_the_pad_id",
        '"labels": label_pad_token_id,',
        '"labels": pad_token_id,',
        "labels are padded with pad_token_id, so the loss learns to predict padding",
        "labels 用 pad_token_id 填充，损失会去学习预测填充",
    ),
    _mistake(
        "label_pad_fixed_at_minus_100",
        '"labels": label_pad_token_id,',
        '"labels": -100,',
        "labels are padded with -100, whatever label_pad_token_id is",
        "无论 label_pad_token_id 是多少，labels 都用 -100 填充",
    ),
    # On which side it stands.
    _mistake(
        "side_ignored",
        "self.padding_side = padding_side",
        'self.padding_side = "right"',
        "padding_side is ignored: padding is on the right always",
        "padding_side 被忽略：填充总在右边",
    ),
    _mistake(
        "sides_swapped",
        'if self.padding_side == "left":',
        'if self.padding_side == "right":',
        "the sides are swapped: padding_side says where the padding goes, not "
        "the tokens",
        "左右颠倒了：padding_side 说的是填充放在哪边，不是词元放在哪边",
    ),
    _mistake(
        "labels_always_padded_on_the_right",
        'if self.padding_side == "left":',
        'if self.padding_side == "left" and fill != self.fills["labels"]:',
        "with padding on the left, labels are still padded on the right",
        "左填充时，labels 仍在右边填充",
    ),
    _mistake(
        "mask_always_padded_on_the_right",
        'if self.padding_side == "left":',
        'if self.padding_side == "left" and fill != self.fills["attention_mask"]:',
        "with padding on the left, attention_mask is still padded on the right",
        "左填充时，attention_mask 仍在右边填充",
    ),
    _mistake(
        "left_padding_reverses_the_tokens",
        "return pad(row, (n_missing, 0), value=fill)",
        "return pad(row.flip(0), (n_missing, 0), value=fill)",
        "padding on the left reverses the order of the tokens: flip them back",
        "左填充时词元顺序颠倒了：需要再翻转回来",
    ),
    # What a token is.
    _mistake(
        "mask_from_comparing_ids",
        "return batch | _stack_numbers(features)",
        'batch["attention_mask"] = (\n'
        '            batch["input_ids"] != self.fills["input_ids"]\n'
        "        ).long()\n"
        "        return batch | _stack_numbers(features)",
        "attention_mask comes from comparing ids with the pad's: a real token "
        "may have it",
        "attention_mask 由 id 与填充 id 比较得出：真实词元也可能等于这个 id",
    ),
    _mistake(
        "made_mask_hides_the_pad_id",
        '"attention_mask", [1] * len(ids)',
        '"attention_mask", [int(i != self.fills["input_ids"]) for i in ids]',
        "a mask that is made hides tokens with the pad's id: in a row every "
        "token is real",
        "自建的掩码遮住了与填充 id 相同的词元：一行里的每个词元都是真实的",
    ),
    _mistake(
        "labels_hide_the_pad_id",
        "return batch | _stack_numbers(features)",
        'is_pad = batch["input_ids"] == self.fills["input_ids"]\n'
        '        batch["labels"][is_pad] = self.fills["labels"]\n'
        "        return batch | _stack_numbers(features)",
        "labels hide every id that equals the pad's: with pad = EOS the end is "
        "never learned",
        "labels 把所有等于填充 id 的位置都遮住：当 pad = EOS 时，模型学不会结束",
    ),
    _mistake(
        "labels_hidden_where_the_mask_is_zero",
        "return batch | _stack_numbers(features)",
        'batch["labels"][batch["attention_mask"] == 0] = self.fills["labels"]\n'
        "        return batch | _stack_numbers(features)",
        "labels are overwritten where a row's own mask is 0: given labels should "
        "be kept",
        "行自带掩码为 0 的位置，labels 被改写了：给定的标签应保留",
    ),
    _mistake(
        "mask_one_short",
        '"attention_mask", [1] * len(ids)',
        '"attention_mask", [1] * (len(ids) - 1) + [0] * (len(ids) > 0)',
        "the mask ends one token too early: the last token of a row is real, too",
        "掩码早结束了一个词元：一行的最后一个词元也是真实的",
    ),
    # What a row brings along.
    _mistake(
        "labels_overwritten_by_ids",
        'labels = feature.get("labels", ids)',
        "labels = ids",
        "labels that a row brings are replaced by its ids: the hidden prompt is "
        "trained on",
        "行自带的 labels 被 id 取代：本应遮住的提示也会被训练",
    ),
    _mistake(
        "mask_overwritten_by_ones",
        'mask = feature.get("attention_mask", [1] * len(ids))',
        "mask = [1] * len(ids)",
        "an attention_mask that a row brings is replaced by ones",
        "行自带的 attention_mask 被全 1 取代",
    ),
    _mistake(
        "missing_labels_are_hidden",
        'labels = feature.get("labels", ids)',
        'labels = feature.get("labels", [self.fills["labels"]] * len(ids))',
        "a row without labels gets labels that the loss skips: they should be its ids",
        "没有 labels 的行得到了会被损失跳过的标签：标签应等于它的 id",
    ),
    _mistake(
        "labels_shifted",
        "return batch | _stack_numbers(features)",
        'batch["labels"] = batch["labels"].roll(-1, dims=1)\n'
        "        return batch | _stack_numbers(features)",
        "labels are shifted by one position: the model shifts them, a collator "
        "does not",
        "labels 被移了一位：移位由模型来做，整理器不做",
    ),
    _mistake(
        "first_row_decides_about_labels",
        "rows = [self._read(feature) for feature in features]",
        "rows = [self._read(feature) for feature in features]\n"
        '        if "labels" not in features[0]:\n'
        '            rows = [{**row, "labels": row["input_ids"]} for row in rows]',
        "the first row decides whether labels were given: each row should, for itself",
        "是否给出 labels 由第一行决定：每一行应各自判断",
    ),
    _mistake(
        "first_row_decides_about_masks",
        "rows = [self._read(feature) for feature in features]",
        "rows = [self._read(feature) for feature in features]\n"
        '        if "attention_mask" not in features[0]:\n'
        "            for row in rows:\n"
        '                row["attention_mask"] = '
        'torch.ones_like(row["input_ids"])',
        "the first row decides whether masks were given: each row should, for itself",
        "是否给出掩码由第一行决定：每一行应各自判断",
    ),
    _mistake(
        "labels_asked_for_their_truth",
        'feature.get("labels", ids)',
        'feature.get("labels") or ids',
        "`or` asks labels whether they are true, which an array or tensor cannot "
        "answer",
        "`or` 会询问 labels 的真假，而数组或张量无法回答",
    ),
    _mistake(
        "mask_asked_for_its_truth",
        'feature.get("attention_mask", [1] * len(ids))',
        'feature.get("attention_mask") or [1] * len(ids)',
        "`or` asks the mask whether it is true, which an array or tensor cannot answer",
        "`or` 会询问掩码的真假，而数组或张量无法回答",
    ),
    # How rows are cut.
    _mistake(
        "labels_not_cut",
        "[: self.max_length]",
        '[: None if column == "labels" else self.max_length]',
        "labels are not cut to max_length",
        "labels 没有截断到 max_length",
    ),
    _mistake(
        "mask_not_cut",
        "[: self.max_length]",
        '[: None if column == "attention_mask" else self.max_length]',
        "attention_mask is not cut to max_length",
        "attention_mask 没有截断到 max_length",
    ),
    _mistake(
        "start_cut_off",
        "[: self.max_length]",
        "[-(self.max_length or 0) :]",
        "a long row loses its start: it should lose its end",
        "过长的行丢掉了开头：应丢掉结尾",
    ),
    _mistake(
        "padding_side_cut_off",
        "[: self.max_length]",
        "[\n"
        "                slice(-(self.max_length or 0), None)\n"
        '                if self.padding_side == "left"\n'
        "                else slice(self.max_length)\n"
        "            ]",
        "with padding on the left, a long row loses its start: it should lose its end",
        "左填充时，过长的行丢掉了开头：应丢掉结尾",
    ),
    _mistake(
        "cut_one_too_short",
        "self.max_length = max_length",
        "self.max_length = max_length and max_length - 1",
        "rows are cut to one token fewer than max_length",
        "各行截断后比 max_length 少一个词元",
    ),
    _mistake(
        "cut_keeps_the_last_token",
        'ids = feature["input_ids"]',
        'ids = feature["input_ids"]\n'
        "        if self.max_length is not None and len(ids) > self.max_length:\n"
        "            ids = [*ids[: self.max_length - 1], ids[-1]]",
        "a row that is cut keeps its last token: its first tokens should stay, "
        "no others",
        "被截断的行保留了最后一个词元：只应留下最前面的词元",
    ),
    _mistake(
        "width_from_uncut_rows",
        'longest = max(len(row["input_ids"]) for row in rows)',
        'longest = max(len(feature["input_ids"]) for feature in features)',
        "the width is that of the rows before they were cut",
        "宽度取自截断之前的行",
    ),
    _mistake(
        "long_rows_dropped",
        "rows = [self._read(feature) for feature in features]",
        "limit = self.max_length or 1 << 30\n"
        '        features = [row for row in features if len(row["input_ids"]) <= '
        "limit]\n"
        "        rows = [self._read(feature) for feature in features]",
        "rows longer than max_length are dropped: they should be cut",
        "超过 max_length 的行被丢弃：应当截断",
    ),
    _mistake(
        "rounded_width_capped",
        "width = self._round_up(longest)",
        "width = min(self._round_up(longest), self.max_length or 1 << 30)",
        "the rounded width is capped at max_length: rounding comes last and may "
        "exceed it",
        "取整后的宽度被 max_length 限制：取整在最后，可以超过 max_length",
    ),
    # How the width is rounded.
    _mistake(
        "exact_multiple_grows",
        "return -(-length // multiple) * multiple",
        "return (length // multiple + (multiple > 1)) * multiple",
        "a width that is a multiple already grows by one more",
        "已经是倍数的宽度又多加了一倍",
    ),
    _mistake(
        "rounded_down",
        "return -(-length // multiple) * multiple",
        "return length // multiple * multiple",
        "the width is rounded down, so rows lose tokens",
        "宽度向下取整，各行会丢失词元",
    ),
    _mistake(
        "rounded_to_the_nearest",
        "return -(-length // multiple) * multiple",
        "return round(length / multiple) * multiple",
        "the width is rounded to the nearest multiple: it should never shrink",
        "宽度取整到最近的倍数：它不应变小",
    ),
    _mistake(
        "one_multiple_at_least",
        "return -(-length // multiple) * multiple",
        "return max(length, multiple)",
        "the width is at least one multiple, but beyond it no multiple any more",
        "宽度至少是一个倍数，但超过之后就不再取整了",
    ),
    _mistake(
        "rounded_to_powers_of_two",
        "return -(-length // multiple) * multiple",
        "return multiple * (1 << (-(-length // multiple) - 1).bit_length()) if "
        "multiple > 1 else length",
        "the width doubles until it fits: it should be the next multiple",
        "宽度不断翻倍直到放得下：应取下一个倍数",
    ),
    _mistake(
        "multiple_fixed_at_8",
        "multiple = self.pad_to_multiple_of or 1",
        "multiple = 8 if self.pad_to_multiple_of else 1",
        "the width is rounded to a multiple of 8, whatever pad_to_multiple_of is",
        "无论 pad_to_multiple_of 是多少，宽度都取整到 8 的倍数",
    ),
    # What is refused.
    _mistake(
        "empty_batch_is_an_empty_dict",
        'raise ValueError("a batch needs at least one row, got none")',
        "return {}",
        "an empty batch gives an empty dict: it should raise ValueError",
        "空批次返回了空字典：应抛出 ValueError",
    ),
    _mistake(
        "empty_batch_is_an_index_error",
        'raise ValueError("a batch needs at least one row, got none")',
        "features[0]",
        "an empty batch ends in an IndexError: it should raise ValueError",
        "空批次引发了 IndexError：应抛出 ValueError",
    ),
    _mistake(
        "unknown_side_taken_for_right",
        'if padding_side not in ("right", "left"):',
        "if padding_side is None:",
        "an unknown padding_side is taken for the right: it should raise ValueError",
        "未知的 padding_side 被当成右边：应抛出 ValueError",
    ),
    _mistake(
        "side_compared_with_one_text",
        'if padding_side not in ("right", "left"):',
        'if padding_side not in "right, left":',
        "padding_side is looked for inside one text: there the empty one is found, too",
        "padding_side 是在一个字符串里查找的：空字符串也会被找到",
    ),
    _mistake(
        "side_in_any_case",
        'if padding_side not in ("right", "left"):',
        'if padding_side.lower() not in ("right", "left"):',
        "padding_side is accepted in capitals and then not understood",
        "大写的 padding_side 被接受，之后却没有被识别",
    ),
    _mistake(
        "side_asserted",
        'raise ValueError(\n                f"padding_side',
        'raise AssertionError(\n                f"padding_side',
        "a wrong padding_side fails an assertion: it should raise ValueError",
        "错误的 padding_side 触发了断言：应抛出 ValueError",
    ),
    # What a row may be.
    _mistake(
        "rows_keep_their_dtype",
        "torch.as_tensor(values, dtype=torch.long)",
        "torch.as_tensor(values)",
        "rows keep their own dtype: int32 stays int32, and a row without tokens "
        "is float",
        "各行保留了自己的 dtype：int32 仍是 int32，空行成了浮点",
    ),
    _mistake(
        "only_sequences_are_read",
        "torch.as_tensor(values, dtype=torch.long)",
        "torch.LongTensor(values)",
        "torch.LongTensor reads no array or tensor of another dtype",
        "torch.LongTensor 读不了其他 dtype 的数组或张量",
    ),
    _mistake(
        "rows_without_tokens_dropped",
        "rows = [self._read(feature) for feature in features]",
        'rows = [self._read(row) for row in features if len(row["input_ids"])]',
        "rows without tokens are dropped: they should be rows of padding",
        "没有词元的行被丢弃：它应成为全是填充的一行",
    ),
    _mistake(
        "row_without_tokens_gets_one",
        '"attention_mask", [1] * len(ids)',
        '"attention_mask", [1] * max(1, len(ids))',
        "a row without tokens has a 1 in its mask: all of it is padding",
        "没有词元的行在掩码里有一个 1：它应全是填充",
    ),
    _mistake(
        "width_at_least_one",
        "width = self._round_up(longest)",
        "width = self._round_up(max(longest, 1))",
        "a batch of rows without tokens is one wide: it should be as wide as "
        "they are, 0",
        "全是空行的批次宽度为 1：应与各行一样，为 0",
    ),
    # What happens to other columns.
    _mistake(
        "text_kept",
        "if all(isinstance(value, int | float) for value in values):",
        "if all(isinstance(value, str) for value in values):\n"
        "            numbers[column] = values\n"
        "        if all(isinstance(value, int | float) for value in values):",
        "text is kept in the batch: no model takes it",
        "批次里保留了文本：没有模型接受它",
    ),
    _mistake(
        "numbers_dropped",
        "return batch | _stack_numbers(features)",
        "return batch",
        "columns of numbers are dropped: they should be stacked",
        "数值列被丢弃了：应当堆叠起来",
    ),
    _mistake(
        "numbers_stay_lists",
        "numbers[column] = torch.tensor(values)",
        "numbers[column] = values",
        "columns of numbers stay lists: each should be a tensor [b]",
        "数值列仍是列表：每列应是形状 [b] 的张量",
    ),
    _mistake(
        "numbers_become_integers",
        "numbers[column] = torch.tensor(values)",
        "numbers[column] = torch.tensor(values, dtype=torch.long)",
        "columns of float become integers: 0.5 becomes 0",
        "浮点列变成了整数：0.5 成了 0",
    ),
    _mistake(
        "numbers_in_a_column_of_their_own",
        "numbers[column] = torch.tensor(values)",
        "numbers[column] = torch.tensor(values)[:, None]",
        "columns of numbers have the shape [b, 1]: it should be [b]",
        "数值列的形状是 [b, 1]：应为 [b]",
    ),
    _mistake(
        "only_integers_stacked",
        "if all(isinstance(value, int | float) for value in values):",
        "if all(isinstance(value, int) for value in values):",
        "columns of float are dropped: they are numbers, too",
        "浮点列被丢弃了：它们也是数值",
    ),
    _mistake(
        "first_row_decides_about_numbers",
        "if all(isinstance(value, int | float) for value in values):",
        "if isinstance(values[0], int | float):",
        "the first row decides whether a column holds numbers: a later one may lack it",
        "一列是不是数值由第一行决定：后面的行可能没有这个值",
    ),
    _mistake(
        "missing_number_is_zero",
        "values = [feature.get(column) for feature in features]",
        "values = [feature.get(column) for feature in features]\n"
        "        values = [0 if value is None else value for value in values]",
        "a missing number becomes 0: nobody said so, and the column should be dropped",
        "缺失的数值变成了 0：没有人这样说过，这一列应丢弃",
    ),
    # What a call leaves behind.
    _mistake(
        "labels_taken_out_of_the_rows",
        'feature.get("labels", ids)',
        'feature.pop("labels", ids)',
        "pop takes labels out of the data set's own rows",
        "pop 把 labels 从数据集自己的行里取走了",
    ),
    _mistake(
        "rows_completed_in_place",
        'feature.get("labels", ids)',
        'feature.setdefault("labels", ids)',
        "setdefault writes labels into the data set's own rows",
        "setdefault 把 labels 写进了数据集自己的行",
    ),
    _mistake(
        "rows_cut_in_place",
        'ids = feature["input_ids"]',
        'ids = feature["input_ids"]\n'
        "        if isinstance(ids, list) and self.max_length is not None:\n"
        "            del ids[self.max_length :]",
        "rows are cut in place, so the data set loses its tokens for good",
        "各行被就地截断，数据集永远失去了这些词元",
    ),
    _mistake(
        "rows_hidden_in_place",
        "rows = [self._read(feature) for feature in features]",
        "rows = [self._read(feature) for feature in features]\n"
        "        for row in rows:\n"
        '            row["labels"][row["attention_mask"] == 0] = '
        'self.fills["labels"]',
        "labels are hidden where the mask is 0, inside the data set's own tensors",
        "在掩码为 0 处改写标签，而且直接改在数据集自己的张量里",
    ),
    _mistake(
        "remembers_the_widest_batch",
        "width = self._round_up(longest)",
        "width = self._round_up(longest)\n"
        '        self.widest = width = max(width, getattr(self, "widest", 0))',
        "the width remembers an earlier, wider batch",
        "宽度记住了之前更宽的批次",
    ),
    _mistake(
        "buffers_used_again",
        "return batch | _stack_numbers(features)",
        'self.buffers = getattr(self, "buffers", {})\n'
        "        for column, rows_ in batch.items():\n"
        "            key = (column, rows_.shape)\n"
        "            batch[column] = self.buffers.setdefault(key, "
        "rows_).copy_(rows_)\n"
        "        return batch | _stack_numbers(features)",
        "a batch lies in the memory of an earlier one and overwrites it",
        "新批次放在旧批次的内存里，把旧的改写了",
    ),
    _mistake(
        "labels_are_the_tensor_of_ids",
        "return batch | _stack_numbers(features)",
        'if torch.equal(batch["labels"], batch["input_ids"]):\n'
        '            batch["labels"] = batch["input_ids"]\n'
        "        return batch | _stack_numbers(features)",
        "labels and input_ids are one tensor: hiding a label changes the input",
        "labels 和 input_ids 是同一个张量：遮住标签会改动输入",
    ),
    _mistake(
        "mask_is_one_row_expanded",
        "return batch | _stack_numbers(features)",
        'if batch["attention_mask"].all():\n'
        "            mask = torch.ones(1, width, dtype=torch.long)\n"
        '            batch["attention_mask"] = mask.expand(len(rows), width)\n'
        "        return batch | _stack_numbers(features)",
        "the rows of the mask are one row, expanded: writing into one changes all",
        "掩码的各行其实是同一行展开的：改一行就改了所有行",
    ),
    _mistake(
        "lone_row_is_a_view",
        "column: torch.stack([self._pad(row[column], width, fill) for row in rows])",
        "column: rows[0][column][None]\n"
        "            if len(rows) == 1 and width == longest\n"
        "            else torch.stack([self._pad(row[column], width, fill) for "
        "row in rows])",
        "a batch of one row is a view of the data set's own tensor",
        "单行批次只是数据集自己张量的视图",
    ),
    _mistake(
        "seeds_the_world",
        "rows = [self._read(feature) for feature in features]",
        "torch.manual_seed(0)\n"
        "        rows = [self._read(feature) for feature in features]",
        "each call seeds torch's global random numbers, so dropout repeats itself",
        "每次调用都设定 torch 的全局随机种子，dropout 会一再重复",
    ),
    _mistake(
        "switches_gradients_off",
        "rows = [self._read(feature) for feature in features]",
        "torch.set_grad_enabled(False)\n"
        "        rows = [self._read(feature) for feature in features]",
        "a call switches gradients off for the whole process",
        "一次调用就关掉了整个进程的梯度",
    ),
    _mistake(
        "holds_a_lambda",
        "self.max_length = max_length",
        "self.max_length = max_length\n"
        "        self.round = lambda length: self._round_up(length)",
        "the collator holds a lambda, which cannot be sent to a worker",
        "整理器持有 lambda，无法发送给工作进程",
    ),
    # Positions.
    _mistake(
        "padding_has_position_one",
        "return (n_so_far - 1).masked_fill(attention_mask == 0, 0)",
        "return (n_so_far - 1).masked_fill(attention_mask == 0, 1)",
        "padding has position 1: it should have 0",
        "填充的位置是 1：应为 0",
    ),
    _mistake(
        "padding_has_position_minus_one",
        "return (n_so_far - 1).masked_fill(attention_mask == 0, 0)",
        "return (n_so_far - 1).masked_fill(attention_mask == 0, -1)",
        "padding has position -1, which no table of positions has: it should be 0",
        "填充的位置是 -1，位置表里没有它：应为 0",
    ),
    _mistake(
        "positions_run_on_in_the_padding",
        "return (n_so_far - 1).masked_fill(attention_mask == 0, 0)",
        "return (n_so_far - 1).clamp(min=0)",
        "padding on the right has the position of the last token: it should have 0",
        "右边的填充取了最后一个词元的位置：应为 0",
    ),
    _mistake(
        "positions_start_at_one",
        "return (n_so_far - 1).masked_fill(attention_mask == 0, 0)",
        "return n_so_far.masked_fill(attention_mask == 0, 0)",
        "positions start at 1: the first token has position 0",
        "位置从 1 开始：第一个词元的位置应为 0",
    ),
    _mistake(
        "positions_ignore_the_mask",
        "n_so_far = attention_mask.cumsum(dim=-1)",
        "n_so_far = torch.ones_like(attention_mask).cumsum(dim=-1)",
        "positions count the padding before a token, too",
        "位置把词元之前的填充也数进去了",
    ),
    _mistake(
        "holes_are_counted",
        "n_so_far = attention_mask.cumsum(dim=-1)",
        "n_so_far = attention_mask.cummax(dim=-1).values.cumsum(dim=-1)",
        "positions count from the first real token, also where the mask is 0 in "
        "between",
        "位置从第一个真实词元起一直数，连中间掩码为 0 的也数了",
    ),
    _mistake(
        "positions_counted_down_the_rows",
        "n_so_far = attention_mask.cumsum(dim=-1)",
        "n_so_far = attention_mask.cumsum(dim=0)",
        "positions are counted along the batch: they should be along each row",
        "位置沿着批维度计数：应沿每一行计数",
    ),
    _mistake(
        "positions_counted_through_the_batch",
        "n_so_far = attention_mask.cumsum(dim=-1)",
        "n_so_far = attention_mask.flatten().cumsum(0).view_as(attention_mask)",
        "positions run on from one row to the next: each row starts at 0",
        "位置从一行延续到下一行：每行都应从 0 开始",
    ),
    _mistake(
        "positions_of_the_first_row",
        "n_so_far = attention_mask.cumsum(dim=-1)",
        "n_so_far = attention_mask[:1].cumsum(dim=-1).expand_as(attention_mask)",
        "all rows have the positions of the first one",
        "所有行都用了第一行的位置",
    ),
    _mistake(
        "positions_are_floating",
        "return (n_so_far - 1).masked_fill(attention_mask == 0, 0)",
        "return (n_so_far - 1.0).masked_fill(attention_mask == 0, 0)",
        "positions are a float tensor: they should be a LongTensor",
        "位置是浮点张量：应为 LongTensor",
    ),
    _mistake(
        "mask_flattened_as_a_view",
        "n_so_far = attention_mask.cumsum(dim=-1)",
        "n_so_far = attention_mask.view(-1).view_as(attention_mask).cumsum(dim=-1)",
        "view flattens the mask, which works on contiguous memory only",
        "view 把掩码展平，而这只适用于连续内存",
    ),
    _mistake(
        "mask_counted_in_place",
        "n_so_far = attention_mask.cumsum(dim=-1)",
        "real, attention_mask = attention_mask, attention_mask.clone()\n"
        "    n_so_far = real.cumsum_(dim=-1)",
        "the mask is counted in place, so it is no mask any more after the call",
        "掩码被就地累加，调用之后就不再是掩码了",
    ),
)
