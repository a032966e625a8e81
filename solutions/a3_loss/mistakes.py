"""Known mistakes of the loss: what each patches, and its cause in a sentence."""

# ruff: noqa: RUF001 - hints are in Chinese, too

from autograder.kit.mistake import Mistake


def _mistake(name: str, old: str, new: str, hint: str, hint_zh: str) -> Mistake:
    return Mistake(name=name, part="loss", old=old, new=new, hint=hint, hint_zh=hint_zh)


# Lines of the reference that several mistakes patch.
_SHIFT = """\
    counted, targets = _targets(labels, ignore_index, logits.shape[-1])
    predictions = logits[:, :-1][counted]  # [n, v]
"""
_MEAN = """\
    total = _sum_of_losses(predictions, targets, label_smoothing, z_loss)
    return total / _divisor(targets, num_items_in_batch)
"""
_COUNTED = "    counted = following != ignore_index\n"
_LOSSES = (
    "losses = (1 - label_smoothing) * of_target + label_smoothing * of_any",
    "z_loss * log_sums.square()",
)
_STATES = "    states = hidden[:, :-1][counted]  # [n, h]\n"
_CHUNK_ENDS = """\
            use_reentrant=False,
        )
    return total / _divisor(targets, num_items_in_batch)
"""
_RECOMPUTED = """\
        # The backward pass computes these logits again, so nobody has to keep them.
"""
_CHUNK_COUNTED = "_targets(labels, ignore_index, len(lm_head_weight))\n"

MISTAKES: tuple[Mistake, ...] = (
    # What a loss is.
    _mistake(
        "returns_a_python_float",
        _MEAN,
        _MEAN.replace("return total", "return float(total").replace(
            "batch)\n", "batch))\n"
        ),
        "the loss is a Python float: nothing can be trained with a number that has "
        "left the graph",
        "损失是 Python 的 float：离开了计算图的数无法用来训练",
    ),
    _mistake(
        "cut_from_the_graph",
        _MEAN,
        _MEAN.replace("return total", "return total.detach()"),
        "the loss is cut from the graph (detach, .data, .item() or a new tensor made "
        "of it), so no gradient comes back",
        "损失从计算图中断开了（detach、.data、.item() 或由它新建的张量），梯度回不来",
    ),
    _mistake(
        "one_element_instead_of_a_number",
        _MEAN,
        _MEAN.replace("return total", "return total.reshape(1)"),
        "the loss has shape [1]: it should have no dimensions, shape []",
        "损失的形状是 [1]：它应当没有维度，形状为 []",
    ),
    _mistake(
        "in_the_dtype_of_the_logits",
        _MEAN,
        _MEAN.replace("return total", "return total.to(logits.dtype)"),
        "the loss has the dtype of the logits: it should be float32 whatever they are",
        "损失的 dtype 与 logits 相同：不论 logits 是什么，损失都应是 float32",
    ),
    # What is compared with what.
    _mistake(
        "not_shifted",
        _SHIFT,
        "    labels = torch.cat([labels[:, :1], labels], dim=1)\n"
        + _SHIFT.replace("logits[:, :-1][", "logits["),
        "nothing is shifted: position t is compared with its own token, which it has "
        "seen, instead of the next",
        "没有移位：位置 t 被拿来与它自己（已经看到）的词元比较，而不是与下一个",
    ),
    _mistake(
        "shifted_the_other_way",
        _SHIFT,
        "    labels = labels.roll(1, dims=1)\n" + _SHIFT.replace("[:, :-1]", "[:, 1:]"),
        "the shift goes the other way: position t is compared with the token before it",
        "移位方向反了：位置 t 被拿来与前一个词元比较",
    ),
    _mistake(
        "shifted_twice",
        _SHIFT,
        "    labels = torch.nn.functional.pad(labels[:, 1:], (0, 1), "
        "value=ignore_index)\n" + _SHIFT,
        "labels are shifted twice: position t is compared with the token at t + 2",
        "标签移了两次：位置 t 被拿来与 t + 2 处的词元比较",
    ),
    _mistake(
        "flattened_before_the_shift",
        _SHIFT,
        "    labels = labels.reshape(1, -1)\n"
        "    logits = logits.reshape(1, -1, logits.shape[-1])\n" + _SHIFT,
        "rows are joined before the shift, so the last position of a row is compared "
        "with the first token of the next row",
        "先把各行连成一行再移位，于是一行的最后位置被拿来与下一行的第一个词元比较",
    ),
    # Which tokens count.
    _mistake(
        "ignore_index_fixed",
        _COUNTED,
        "    counted = following != -100\n",
        "labels of -100 are left out whatever ignore_index is",
        "无论 ignore_index 是多少，都只略过 -100",
    ),
    _mistake(
        "everything_negative_ignored",
        _COUNTED,
        "    counted = following >= 0\n",
        "all negative labels are left out, and only they: ignore_index says which "
        "label does not count",
        "略过的是全部负标签，也只有它们：哪个标签不计入由 ignore_index 决定",
    ),
    _mistake(
        "unknown_negatives_ignored",
        _COUNTED,
        "    counted = (following != ignore_index) & (following >= 0)\n",
        "negative labels other than ignore_index are left out in silence: they are "
        "outside the vocabulary",
        "除 ignore_index 外的负标签被悄悄略过：它们在词表之外，应当报错",
    ),
    _mistake(
        "token_0_ignored",
        _COUNTED,
        "    counted = (following != ignore_index) & (following != 0)\n",
        "labels of 0 are left out, though 0 is a token like any other",
        "标签 0 被略过了，而 0 是和其他词元一样的词元",
    ),
    _mistake(
        "ignored_labels_become_token_0",
        _COUNTED,
        "    following = following.where(following != ignore_index, 0)\n"
        "    counted = torch.ones_like(following).bool()\n",
        "ignored labels are replaced by token 0 and counted",
        "被忽略的标签换成了词元 0，并且计入了",
    ),
    _mistake(
        "first_answer_token_left_out",
        _COUNTED,
        "    counted = (following != ignore_index) & (labels[:, :-1] != ignore_index)"
        "\n",
        "a position is left out because its own token is ignored: the next token's "
        "label decides, or the first token of an answer is never learned",
        "因为位置自己的词元被忽略就略过了它：应由下一个词元的标签决定，否则回答的第一个词元永远学不到",
    ),
    # What the sum is divided by.
    _mistake(
        "mean_of_row_means",
        _SHIFT,
        "    if len(labels) > 1 and num_items_in_batch is None:\n"
        "        rows = zip(logits.split(1), labels.split(1), strict=True)\n"
        "        more = (ignore_index, None, label_smoothing, z_loss)\n"
        "        return torch.stack([causal_lm_loss(*r, *more) for r in rows]).mean()\n"
        + _SHIFT,
        "each row is averaged first, so tokens of short rows weigh more than others",
        "先对每一行取平均，于是短行里的词元权重更大",
    ),
    _mistake(
        "divided_by_all_positions",
        _MEAN,
        _MEAN.replace("_divisor(targets", "_divisor(counted.flatten()"),
        "the sum is divided by all positions, also by those that do not count",
        "总和除以了全部位置数，连不计入的位置也算了",
    ),
    _mistake(
        "counted_before_the_shift",
        _MEAN,
        _MEAN.replace("_divisor(targets", "_divisor(labels[labels != ignore_index]"),
        "tokens are counted before the shift, the first of each row too, which nothing "
        "predicts",
        "词元是在移位之前数的，连没有位置去预测的每行第一个也数了",
    ),
    _mistake(
        "never_divided",
        "n = len(targets) if num_items_in_batch is None else num_items_in_batch",
        "n = 1 if num_items_in_batch is None else num_items_in_batch",
        "without num_items_in_batch the loss is a sum: it should be a mean over the "
        "tokens that count",
        "没有 num_items_in_batch 时损失是总和：应为对计入词元的平均",
    ),
    _mistake(
        "number_of_items_ignored",
        _MEAN,
        _MEAN.replace("num_items_in_batch", "None"),
        "num_items_in_batch is ignored: the sum is always divided by the tokens of "
        "this batch",
        "num_items_in_batch 被忽略了：总和总是除以本批次的词元数",
    ),
    _mistake(
        "items_of_a_tensor_ignored",
        "n = len(targets) if num_items_in_batch is None else num_items_in_batch",
        "given = isinstance(num_items_in_batch, int)\n"
        "    n = num_items_in_batch if given else len(targets)",
        "num_items_in_batch is ignored where it is a tensor, and a Trainer gives one",
        "num_items_in_batch 是张量时被忽略了，而 Trainer 给的正是张量",
    ),
    _mistake(
        "divided_twice",
        _MEAN,
        _MEAN.replace("total / ", "total / max(len(targets), 1) / "),
        "the mean over this batch's tokens is divided once more: the sum should be "
        "divided, and once",
        "对本批次词元取平均之后又除了一次：应当只对总和除一次",
    ),
    _mistake(
        "never_below_the_count",
        _MEAN,
        "    if num_items_in_batch is not None:\n"
        "        num_items_in_batch = max(num_items_in_batch, len(targets))\n" + _MEAN,
        "a num_items_in_batch below this batch's count is replaced by the count",
        "num_items_in_batch 小于本批次的计数时，被换成了计数",
    ),
    # Where nothing counts.
    _mistake(
        "nan_where_nothing_counts",
        "torch.as_tensor(n).clamp(min=1)",
        "torch.as_tensor(n)",
        "where nothing counts, 0 is divided by 0, which is NaN and spoils all weights",
        "没有词元计入时，0 除以 0 得 NaN，会毁掉所有权重",
    ),
    _mistake(
        "zero_items_divide",
        "    n = len(targets) if num_items_in_batch is None else num_items_in_batch\n"
        "    return torch.as_tensor(n).clamp(min=1)",
        "    count = torch.as_tensor(len(targets)).clamp(min=1)\n"
        "    return count if num_items_in_batch is None else num_items_in_batch",
        "where nothing counts and num_items_in_batch is 0, the loss divides by 0",
        "没有词元计入且 num_items_in_batch 为 0 时，损失除以了 0",
    ),
    _mistake(
        "zero_without_a_graph",
        _SHIFT,
        _SHIFT + "    if len(targets) == 0:\n        return torch.tensor(0.0)\n",
        "where nothing counts, the loss is a new 0 without a path back to the logits, "
        "so backward() fails",
        "没有词元计入时，返回的是一个新建的 0，没有通向 logits 的路径，"
        "backward() 会失败",
    ),
    # What is refused.
    _mistake(
        "labels_not_checked",
        "if len(unknown):",
        "if len(unknown) > len(targets):",
        "labels are not checked: outside the vocabulary, gather or cross_entropy fails "
        "with another error than ValueError",
        "没有检查标签：超出词表时，gather 或 cross_entropy 抛出的不是 ValueError",
    ),
    _mistake(
        "vocabulary_one_too_large",
        "(targets >= v)",
        "(targets > v)",
        "a label equal to the size of the vocabulary is not refused: the last token is "
        "one less",
        "等于词表大小的标签没有被拒绝：最后一个词元要小 1",
    ),
    _mistake(
        "labels_clamped",
        "targets = following[counted]  # [n]",
        "targets = following[counted].clamp(0, v - 1)  # [n]",
        "labels outside the vocabulary are clamped to it: they should raise ValueError",
        "词表之外的标签被截到词表之内：应当抛出 ValueError",
    ),
    _mistake(
        "refused_with_an_index_error",
        "raise ValueError(",
        "raise IndexError(",
        "labels outside the vocabulary raise IndexError instead of ValueError",
        "词表之外的标签抛出的是 IndexError，而不是 ValueError",
    ),
    _mistake(
        "ignored_labels_refused",
        "    unknown = targets[(targets < 0) | (targets >= v)]\n",
        "    unknown = following[(following < 0) | (following >= v)]\n",
        "labels are checked before the ignored ones are left out, so -100 is refused",
        "在略过被忽略的标签之前就做了检查，于是连 -100 也被拒绝",
    ),
    # Precision.
    _mistake(
        "not_in_float32",
        "logits = logits.float()  # half",
        "logits = logits.clone()  # half",
        "the loss is computed in the dtype of the logits: half precision has three "
        "digits at most",
        "损失按 logits 的 dtype 计算：半精度最多只有三位有效数字",
    ),
    _mistake(
        "detour_through_bfloat16",
        "logits = logits.float()  # half",
        "logits = logits.bfloat16().float()  # half",
        "logits are rounded to bfloat16 on their way to float32",
        "logits 在转成 float32 之前先被舍入成了 bfloat16",
    ),
    _mistake(
        "exponentials_without_the_maximum",
        "logits.logsumexp(dim=-1, keepdim=True)",
        "logits.exp().sum(dim=-1, keepdim=True).log()",
        "logits are exponentiated without subtracting their maximum first: that "
        "overflows from 89 on, and is 0 below -104",
        "取指数之前没有减去最大值：从 89 起就溢出，低于 -104 就变成 0",
    ),
    _mistake(
        "logarithm_of_softmax",
        "log_p = logits - log_sums",
        "log_p = logits.softmax(dim=-1).log()",
        "the logarithm is taken of softmax, which is 0 for unlikely tokens: the loss "
        "becomes infinite",
        "对 softmax 取了对数，而不大可能的词元的 softmax 为 0：损失变成无穷大",
    ),
    _mistake(
        "logarithm_of_softmax_and_a_little",
        "log_p = logits - log_sums",
        "log_p = (logits.softmax(dim=-1) + 1e-9).log()",
        "a small number is added inside the logarithm, so no token ever costs more "
        "than about 20, nor gets a gradient from there",
        "对数里加了一个很小的数，于是任何词元的代价都不超过约 20，也得不到梯度",
    ),
    _mistake(
        "logits_clamped",
        "logits = logits.float()  # half",
        "logits = logits.float().clamp(-40, 40)  # half",
        "logits are clamped, so large ones cost what smaller ones do and get no "
        "gradient",
        "logits 被截断了：很大的 logits 代价和较小的一样，也没有梯度",
    ),
    # Smoothing.
    _mistake(
        "smoothing_ignored",
        _LOSSES[0],
        "losses = of_target + 0 * of_any",
        "label_smoothing is ignored",
        "label_smoothing 被忽略了",
    ),
    _mistake(
        "smoothing_over_the_others",
        _LOSSES[0],
        "share = label_smoothing * log_p.shape[-1] / (log_p.shape[-1] - 1)\n"
        "    losses = (1 - share) * of_target + share * of_any",
        "smoothing leaves the right class out: its share goes to all classes, the "
        "right one among them",
        "平滑时没有算上正确的类：那一份应分给所有的类，包括正确的",
    ),
    _mistake(
        "smoothing_added_on_top",
        _LOSSES[0],
        "losses = of_target + label_smoothing * of_any",
        "the smoothing is added on top: the target keeps only 1 - label_smoothing",
        "平滑项是额外加上去的：目标应只保留 1 - label_smoothing",
    ),
    _mistake(
        "smoothing_summed_over_classes",
        "of_any = -log_p.mean(",
        "of_any = -log_p.sum(",
        "smoothing adds up the classes: each gets label_smoothing / v of the target",
        "平滑时把各类加了起来：每一类应得到目标的 label_smoothing / v",
    ),
    # The z-loss.
    _mistake(
        "z_loss_ignored",
        _LOSSES[1],
        "0 * log_sums.square()",
        "z_loss is ignored",
        "z_loss 被忽略了",
    ),
    _mistake(
        "z_loss_not_squared",
        _LOSSES[1],
        "z_loss * log_sums",
        "the z-loss lacks its square",
        "z-loss 少了平方",
    ),
    _mistake(
        "z_loss_detached",
        _LOSSES[1],
        "z_loss * log_sums.detach().square()",
        "the z-loss is cut from the graph: it has the right value and moves nothing",
        "z-loss 从计算图中断开了：数值对，却什么也不会推动",
    ),
    _mistake(
        "z_loss_of_the_largest",
        _LOSSES[1],
        "z_loss * logits.amax(dim=-1, keepdim=True).square()",
        "the z-loss squares the largest logit instead of the log-sum-exp",
        "z-loss 平方的是最大的 logit，而不是 logsumexp",
    ),
    _mistake(
        "z_loss_without_the_maximum",
        _LOSSES[1],
        "z_loss * (log_sums - logits.amax(dim=-1, keepdim=True)).square()",
        "the z-loss is taken after the maximum was subtracted, which is just what it "
        "should see",
        "z-loss 是在减去最大值之后取的，而它要看的正是这个最大值",
    ),
    _mistake(
        "z_loss_of_ignored_tokens",
        _MEAN,
        _MEAN.replace(
            "    return",
            "    others = logits[:, :-1][~counted].float().logsumexp(dim=-1)\n"
            "    total = total + z_loss * others.square().sum()\n    return",
        ),
        "the z-loss is taken of ignored tokens, too",
        "z-loss 把被忽略的词元也算了进去",
    ),
    # Gradients.
    _mistake(
        "log_sum_detached",
        "log_p = logits - log_sums",
        "log_p = logits - log_sums.detach()",
        "the log-sum-exp is cut from the graph: right classes are pulled up and none "
        "is pushed down",
        "logsumexp 从计算图中断开了：正确的类被拉高，却没有任何类被压低",
    ),
    _mistake(
        "upstream_gradient_ignored",
        _MEAN,
        _MEAN.replace("return total", "loss = total") + "    if loss.requires_grad:\n"
        "        loss.register_hook(torch.ones_like)\n"
        "    return loss\n",
        "the gradient that comes from above is ignored, as if the loss were always the "
        "end of the graph",
        "从上游传来的梯度被忽略了，就好像损失总是计算图的终点",
    ),
    # What is left behind.
    _mistake(
        "last_logits_overwritten",
        _SHIFT,
        "    logits[:, -1] = 0.0\n" + _SHIFT,
        "the logits of the last position are overwritten in the caller's tensor",
        "调用者的张量里，最后位置的 logits 被改写了",
    ),
    _mistake(
        "first_labels_overwritten",
        _SHIFT,
        "    labels[:, 0] = ignore_index\n" + _SHIFT,
        "the first label of each row is overwritten in the caller's tensor",
        "调用者的张量里，每行的第一个标签被改写了",
    ),
    _mistake(
        "random_numbers_seeded",
        _SHIFT,
        "    torch.manual_seed(0)\n" + _SHIFT,
        "the loss seeds torch's random numbers, so every step of a training draws the "
        "same",
        "损失函数给 torch 的随机数设了种子，于是训练的每一步都抽到同样的数",
    ),
    _mistake(
        "needs_contiguous_logits",
        _SHIFT,
        _SHIFT.replace("logits[:, :-1][", "logits.view(-1, logits.shape[-1])[").replace(
            "[counted]", "[torch.nn.functional.pad(counted, (0, 1)).flatten()]"
        ),
        "view is called on the logits, which fails unless they are contiguous: reshape "
        "and flatten never do",
        "对 logits 调用了 view，不连续时会失败：reshape 和 flatten 则不会",
    ),
    # For a Trainer.
    _mistake(
        "outputs_by_attribute",
        'outputs["logits"]',
        "outputs.logits",
        "outputs is read as outputs.logits, which a dict does not have",
        "用 outputs.logits 读取输出，而 dict 没有这个属性",
    ),
    _mistake(
        "outputs_by_place",
        'outputs["logits"]',
        "next(iter(outputs.values()))",
        "the first value of outputs is taken for the logits, whatever its name",
        "把 outputs 的第一个值当作 logits，不管它叫什么",
    ),
    _mistake(
        "outputs_emptied",
        'outputs["logits"]',
        'outputs.pop("logits")',
        "the logits are taken out of outputs, which are not yours to change",
        "logits 被从 outputs 中取走了，而 outputs 不该由你改动",
    ),
    _mistake(
        "trainers_items_ignored",
        "causal_lm_loss(logits, labels, num_items_in_batch=num_items_in_batch)",
        "causal_lm_loss(logits, labels)",
        "loss_for_trainer does not pass num_items_in_batch on, so accumulated batches "
        "are summed instead of averaged",
        "loss_for_trainer 没有把 num_items_in_batch 传下去，"
        "累积的各批次就被相加而不是平均",
    ),
    _mistake(
        "trainers_labels_shifted_again",
        "causal_lm_loss(logits, labels, num_items_in_batch=num_items_in_batch)",
        "causal_lm_loss(\n"
        "        logits[:, :-1], labels[:, 1:], num_items_in_batch=num_items_in_batch\n"
        "    )",
        "loss_for_trainer shifts, and causal_lm_loss shifts again",
        "loss_for_trainer 移了一次位，causal_lm_loss 又移了一次",
    ),
    # In chunks.
    _mistake(
        "mean_of_chunk_means",
        _CHUNK_ENDS,
        _CHUNK_ENDS.replace(
            "        )\n",
            "        ) * len(targets) / max(len(some_targets), 1) / len(\n"
            "            states.split(chunk_size)\n"
            "        )\n",
        ),
        "each chunk is averaged first, so tokens of a short last chunk weigh more",
        "先对每个分块取平均，于是较短的最后一块里的词元权重更大",
    ),
    _mistake(
        "last_chunk_dropped",
        _RECOMPUTED,
        "        if len(some_states) < chunk_size:\n            break\n",
        "the last chunk is dropped where chunk_size does not divide the tokens",
        "chunk_size 不能整除词元数时，最后一块被丢掉了",
    ),
    _mistake(
        "chunks_shift_for_themselves",
        """\
            some_states,
            lm_head_weight,
            some_targets,
""",
        """\
            some_states[1:],
            lm_head_weight,
            some_targets[1:],
""",
        "every chunk shifts for itself, so one token is lost at each border",
        "每个分块各自移位，于是每个边界上都丢掉一个词元",
    ),
    _mistake(
        "chunk_size_ignored",
        "states.split(chunk_size), targets.split(chunk_size), strict=True",
        "[states], [targets], strict=True",
        "chunk_size is ignored: all tokens make one chunk",
        "chunk_size 被忽略了：所有词元成了一整块",
    ),
    _mistake(
        "chunks_kept_for_the_backward_pass",
        """\
        total = total + checkpoint(
            _sum_from_states,
            some_states,
            lm_head_weight,
            some_targets,
            label_smoothing,
            z_loss,
            use_reentrant=False,
        )
""",
        """\
        logits = some_states @ lm_head_weight.T
        total = total + _sum_of_losses(logits, some_targets, label_smoothing, z_loss)
""",
        "the graph keeps what every chunk computed until backward: in the end all "
        "logits are held",
        "计算图把每个分块算出的东西都保留到反向传播：最后还是存下了全部 logits",
    ),
    _mistake(
        "all_logits_for_a_check",
        _STATES,
        _STATES + "    if (states @ lm_head_weight.T).isnan().any():\n"
        '        raise FloatingPointError("logits are not numbers")\n',
        "all logits are computed at once before the chunks are, if only to look at "
        "them",
        "在分块之前先一次算出了全部 logits，哪怕只是为了看一眼",
    ),
    _mistake(
        "chunks_forget_the_smoothing",
        "            label_smoothing,\n            z_loss,\n            use_reentrant",
        "            0.0,\n            z_loss,\n            use_reentrant",
        "the chunks do not get label_smoothing",
        "label_smoothing 没有传给各分块",
    ),
    _mistake(
        "chunks_forget_the_z_loss",
        "            label_smoothing,\n            z_loss,\n            use_reentrant",
        "            label_smoothing,\n            0.0,\n            use_reentrant",
        "the chunks do not get z_loss",
        "z_loss 没有传给各分块",
    ),
    _mistake(
        "chunks_forget_the_number_of_items",
        _CHUNK_ENDS,
        _CHUNK_ENDS.replace("num_items_in_batch", "None"),
        "the chunks' sum is divided by this batch's count whatever num_items_in_batch "
        "is",
        "无论 num_items_in_batch 是多少，各分块的总和都除以本批次的计数",
    ),
    _mistake(
        "chunks_ignore_minus_100_only",
        _CHUNK_COUNTED,
        _CHUNK_COUNTED.replace("ignore_index", "-100"),
        "the chunks leave out -100 whatever ignore_index is",
        "无论 ignore_index 是多少，各分块都只略过 -100",
    ),
    _mistake(
        "chunks_detach_the_head",
        "            lm_head_weight,\n            some_targets,",
        "            lm_head_weight.detach(),\n            some_targets,",
        "the head's weight is cut from the graph of the chunks, so it never learns",
        "输出层的权重从各分块的计算图中断开了，永远学不到东西",
    ),
    _mistake(
        "chunks_detach_the_states",
        _STATES,
        _STATES.replace("[counted]", "[counted].detach()"),
        "the hidden states are cut from the graph of the chunks, so only the head "
        "learns",
        "隐藏状态从各分块的计算图中断开了，只有输出层在学习",
    ),
    _mistake(
        "chunks_ignore_the_upstream_gradient",
        _CHUNK_ENDS,
        _CHUNK_ENDS.replace("return total", "loss = total")
        + "    if loss.requires_grad:\n"
        "        loss.register_hook(torch.ones_like)\n"
        "    return loss\n",
        "the chunks' gradients are not multiplied by the one that comes from above",
        "各分块的梯度没有乘以从上游传来的梯度",
    ),
    _mistake(
        "chunks_rounded_to_half_precision",
        _CHUNK_ENDS,
        _CHUNK_ENDS.replace("        )\n", "        ).to(hidden.dtype)\n"),
        "each chunk's sum is rounded to the dtype of hidden: sums belong into float32",
        "每个分块的和被舍入成了 hidden 的 dtype：求和应在 float32 中进行",
    ),
    _mistake(
        "chunks_of_nothing_have_no_graph",
        _STATES,
        "    if len(targets) == 0:\n        return torch.zeros(())\n" + _STATES,
        "where nothing counts, the chunked loss is a new 0 without a path back",
        "没有词元计入时，分块的损失是一个新建的 0，没有反向的路径",
    ),
    _mistake(
        "last_states_overwritten",
        _STATES,
        "    hidden[:, -1] = 0.0\n" + _STATES,
        "the hidden states of the last position are overwritten in the caller's tensor",
        "调用者的张量里，最后位置的隐藏状态被改写了",
    ),
)
