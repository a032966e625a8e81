"""Known mistakes of RMSNorm: what each patches, and its cause in a sentence."""

# ruff: noqa: RUF001 - hints are in Chinese, too

from autograder.kit.mistake import Mistake

NORMALIZED = "x * torch.rsqrt(mean_square + self.eps)"
MEAN_SQUARE = "x.square().mean(dim=-1, keepdim=True)"
RESULT = "(self.weight * normalized).to(hidden_states.dtype)"


def _mistake(name: str, old: str, new: str, hint: str, hint_zh: str) -> Mistake:
    return Mistake(
        name=name, part="rms_norm", old=old, new=new, hint=hint, hint_zh=hint_zh
    )


MISTAKES: tuple[Mistake, ...] = (
    # Where eps goes.
    _mistake(
        "norm_eps_outside_the_root",
        NORMALIZED,
        "x / (mean_square.sqrt() + self.eps)",
        "eps is added to the root: it belongs under it, to the mean square",
        "eps 加在了开方之后：应加在根号里面的均方值上",
    ),
    _mistake(
        "norm_eps_ignored",
        NORMALIZED,
        "x * torch.rsqrt(mean_square)",
        "eps is not added at all, so a vector of zeros becomes NaN",
        "完全没有加 eps，全零向量会变成 NaN",
    ),
    _mistake(
        "norm_eps_fixed_at_1e_5",
        "self.eps = eps",
        "self.eps = 1e-5",
        "eps is always 1e-5: it should be the one that the norm is made with",
        "eps 恒为 1e-5：应使用构造时传入的 eps",
    ),
    _mistake(
        "norm_eps_fixed_at_1e_6",
        "self.eps = eps",
        "self.eps = 1e-6",
        "eps is always 1e-6: it should be the one that the norm is made with",
        "eps 恒为 1e-6：应使用构造时传入的 eps",
    ),
    _mistake(
        "norm_eps_squared",
        "mean_square + self.eps)",
        "mean_square + self.eps**2)",
        "eps is squared before it is added to the mean square",
        "eps 先被平方，再加到均方值上：应直接相加",
    ),
    _mistake(
        "norm_eps_as_a_lower_bound",
        "mean_square + self.eps)",
        "mean_square.clamp(min=self.eps))",
        "eps bounds the mean square from below: it should be added to it",
        "eps 被用作均方值的下限：应加到均方值上",
    ),
    # What the features are divided by.
    _mistake(
        "norm_subtracts_the_mean",
        "x = hidden_states.float()",
        "x = hidden_states.float()\n        x = x - x.mean(dim=-1, keepdim=True)",
        "the mean is subtracted first: that is a layer norm, RMSNorm leaves it",
        "先减去了均值：那是 LayerNorm，RMSNorm 不减均值",
    ),
    _mistake(
        "norm_by_the_variance",
        MEAN_SQUARE,
        "x.var(dim=-1, keepdim=True, unbiased=False)",
        "features are divided by their standard deviation: it should be the root of "
        "their mean square, without a mean taken off",
        "除以的是标准差：应除以均方根，即不减均值",
    ),
    _mistake(
        "norm_by_the_sum_of_squares",
        MEAN_SQUARE,
        "x.square().sum(dim=-1, keepdim=True)",
        "squares are summed, not averaged: the vector's length is what is divided by",
        "对平方求了和而不是均值：除以的成了向量的长度",
    ),
    _mistake(
        "norm_by_one_feature_fewer",
        MEAN_SQUARE,
        "x.square().sum(dim=-1, keepdim=True) / (x.shape[-1] - 1)",
        "the sum of squares is divided by h - 1: a mean square divides by h",
        "平方和除以了 h - 1：均方值应除以 h",
    ),
    _mistake(
        "norm_over_all_vectors",
        MEAN_SQUARE,
        "x.square().mean()",
        "one mean square is taken over all vectors: each has its own, over the last "
        "dimension",
        "对所有向量只求了一个均方值：每个向量应在最后一维上各自求",
    ),
    _mistake(
        "norm_over_the_first_dimension",
        MEAN_SQUARE,
        "x.square().mean(dim=0, keepdim=True)",
        "the mean is taken over the first dimension: features lie in the last",
        "均值取在了第一维上：特征在最后一维",
    ),
    _mistake(
        "norm_by_the_mean_size",
        MEAN_SQUARE,
        "x.abs().mean(dim=-1, keepdim=True).square()",
        "the mean of the absolute values is used: it should be the root of the mean "
        "square",
        "用了绝对值的均值：应为均方值的平方根",
    ),
    _mistake(
        "norm_without_the_root",
        NORMALIZED,
        "x / (mean_square + self.eps)",
        "features are divided by the mean square itself, not by its root",
        "除以了均方值本身：应除以它的平方根",
    ),
    # Weights.
    _mistake(
        "norm_without_weights",
        RESULT,
        "normalized.to(hidden_states.dtype)",
        "the weights are never multiplied with",
        "没有乘以权重",
    ),
    _mistake(
        "norm_weights_from_zero",
        RESULT,
        "((1 + self.weight) * normalized).to(hidden_states.dtype)",
        "one is added to the weights, as Gemma does: LLaMA multiplies by the weights "
        "as they are",
        "权重先加了 1（Gemma 的做法）：LLaMA 直接乘以权重",
    ),
    _mistake(
        "norm_starts_with_zeros",
        "torch.ones(hidden_size)",
        "torch.zeros(hidden_size)",
        "the weights start as zeros, so a new norm gives zeros: they start as ones",
        "权重初始为 0，新建的归一化层输出全是 0：应初始为 1",
    ),
    _mistake(
        "norm_weighs_first",
        "x = hidden_states.float()",
        "x = hidden_states.float() * self.weight.float()",
        "the input is multiplied by the weights before it is normed, not after",
        "在归一化之前就乘了权重：应在归一化之后乘",
    ),
    _mistake(
        "norm_weights_not_trained",
        "self.weight = nn.Parameter(torch.ones(hidden_size))",
        'self.register_buffer("weight", torch.ones(hidden_size))',
        "weight is a buffer, which no optimizer trains: it should be a parameter",
        "weight 是 buffer，优化器不会训练它：应为 nn.Parameter",
    ),
    _mistake(
        "norm_one_weight_for_all",
        "self.weight * normalized",
        "self.weight.mean() * normalized",
        "all features are multiplied by one number: each has a weight of its own",
        "所有特征乘了同一个数：每个特征应有自己的权重",
    ),
    # Dtypes and gradients.
    _mistake(
        "norm_in_low_precision",
        "x = hidden_states.float()",
        "x = hidden_states",
        "nothing is computed in float32: squares of float16 overflow or vanish",
        "没有转成 float32 计算：float16 的平方会溢出或下溢",
    ),
    _mistake(
        "norm_squares_in_low_precision",
        MEAN_SQUARE,
        "hidden_states.square().float().mean(dim=-1, keepdim=True)",
        "the input is squared before it becomes float32, when it is too late",
        "先平方再转 float32，为时已晚：应先转换再平方",
    ),
    _mistake(
        "norm_returns_float32",
        RESULT,
        "self.weight * normalized",
        "the result keeps the dtype of the computation: it should return to the "
        "input's",
        "结果保留了计算时的 dtype：应转回输入的 dtype",
    ),
    _mistake(
        "norm_root_without_gradient",
        "mean_square + self.eps)",
        "mean_square.detach() + self.eps)",
        "the root is detached, so the gradient of the input lacks its second term",
        "均方根被 detach，输入的梯度少了第二项",
    ),
    _mistake(
        "norm_without_gradient_of_weights",
        "(self.weight * normalized)",
        "(self.weight.data * normalized)",
        "weight.data is multiplied with, which no gradient reaches: use weight itself",
        "乘的是 weight.data，梯度到不了它：应直接用 weight",
    ),
    # What is left behind.
    _mistake(
        "norm_changes_its_input",
        NORMALIZED,
        "x.data.mul_(torch.rsqrt(mean_square + self.eps))",
        "the input is changed in place: for float32, `float()` makes no copy",
        "就地修改了输入：对 float32 来说 float() 并不复制",
    ),
)
