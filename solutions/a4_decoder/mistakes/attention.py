"""Known mistakes of attention: what each patches, and its cause in a sentence."""

# ruff: noqa: RUF001 - hints are in Chinese, too

from autograder.kit.mistake import Mistake

ROTATE = "q, k = apply_rotary(q, k, *position_embeddings)"
REPEAT_K = "k = k.repeat_interleave(self.n_repeats, dim=1)"
REPEAT_V = "v = v.repeat_interleave(self.n_repeats, dim=1)"
UPDATE = "k, v = cache.update(self.layer_idx, k, v)"
WITH_CACHE = f"if cache is not None:\n            {UPDATE}"
SCALE = " * self.head_dim**-0.5"
FILL = "scores.float().masked_fill(~allowed, torch.finfo(torch.float32).min)"
SOFTMAX = "scores.softmax(dim=-1)"
CAUSAL = "(keys <= queries[:, None])"
PADDING = "allowed & attention_mask.bool()[:, None, None, :]"
HEADS = "heads = (weights @ v).transpose(1, 2)"
SPLIT = "x.unflatten(-1, (-1, self.head_dim)).transpose(1, 2)"
CROPPED_K = "self._keys[layer_idx] = self._keys[layer_idx][:, :, :length]"
CROPPED_V = "self._values[layer_idx] = self._values[layer_idx][:, :, :length]"
JOINED_K = "k = torch.cat((self._keys[layer_idx], k), dim=2)"
JOINED_V = "v = torch.cat((self._values[layer_idx], v), dim=2)"


def _mistake(name: str, old: str, new: str, hint: str, hint_zh: str) -> Mistake:
    return Mistake(
        name=f"attention_{name}",
        part="attention",
        old=old,
        new=new,
        hint=hint,
        hint_zh=hint_zh,
    )


MISTAKES: tuple[Mistake, ...] = (
    # The four projections.
    _mistake(
        "query_has_a_bias",
        "self.q_proj = nn.Linear(config.hidden_size, q_size, bias=False)",
        "self.q_proj = nn.Linear(config.hidden_size, q_size)",
        "q_proj has a bias: none of the four projections has one",
        "q_proj 带有偏置：四个投影都不应有偏置",
    ),
    _mistake(
        "output_has_a_bias",
        "self.o_proj = nn.Linear(q_size, config.hidden_size, bias=False)",
        "self.o_proj = nn.Linear(q_size, config.hidden_size)",
        "o_proj has a bias: none of the four projections has one",
        "o_proj 带有偏置：四个投影都不应有偏置",
    ),
    _mistake(
        "mask_in_the_state_dict",
        "self.layer_idx = layer_idx",
        'self.register_buffer("causal", torch.ones(64, 64).tril())\n'
        "        self.layer_idx = layer_idx",
        "a mask is kept as a persistent buffer, so the state dict has a name that no "
        "LLaMA has",
        "掩码被存成持久缓冲区，state dict 里多出 LLaMA 没有的名字",
    ),
    _mistake(
        "query_size_is_the_hidden_size",
        "q_size = config.num_attention_heads * config.head_dim",
        "q_size = config.hidden_size",
        "q_proj and o_proj are as wide as the hidden size: their width is the number "
        "of heads times head_dim",
        "q_proj 和 o_proj 的宽度用了 hidden_size：应为头数乘以 head_dim",
    ),
    _mistake(
        "a_key_head_for_every_query",
        "kv_size = config.num_key_value_heads * config.head_dim",
        "kv_size = config.num_attention_heads * config.head_dim",
        "k_proj and v_proj have as many heads as q_proj: they have num_key_value_heads",
        "k_proj 和 v_proj 的头数与 q_proj 相同：应为 num_key_value_heads 个",
    ),
    _mistake(
        "head_dim_of_the_hidden_size",
        "self.head_dim = config.head_dim",
        "self.head_dim = config.hidden_size // config.num_attention_heads",
        "head_dim is taken as hidden_size / num_attention_heads: it is a setting of "
        "its own",
        "head_dim 用 hidden_size / num_attention_heads 计算：它是一个独立的配置项",
    ),
    _mistake(
        "output_not_projected",
        "output: Tensor = self.o_proj(heads.flatten(2))",
        "output: Tensor = heads.flatten(2) + 0 * self.o_proj(heads.flatten(2))",
        "the heads are returned as they are: o_proj mixes them at the end",
        "直接返回了各头的结果：最后应由 o_proj 混合",
    ),
    # Heads.
    _mistake(
        "heads_split_without_transposing",
        SPLIT,
        "x.reshape(x.shape[0], -1, x.shape[1], self.head_dim)",
        "[b, s, n * h_d] is viewed as [b, n, s, h_d]: split the last axis first, then "
        "transpose",
        "把 [b, s, n * h_d] 直接 view 成 [b, n, s, h_d]：应先拆最后一维，再转置",
    ),
    _mistake(
        "heads_take_every_nth_feature",
        SPLIT,
        "x.unflatten(-1, (self.head_dim, -1)).permute(0, 3, 1, 2)",
        "a head takes every n-th feature: its features stand side by side",
        "每个头隔 n 个取一个特征：一个头的特征应是相邻的",
    ),
    _mistake(
        "heads_not_put_back",
        HEADS,
        "heads = (weights @ v).reshape(*hidden_states.shape[:2], -1, self.head_dim)",
        "[b, n_h, s, h_d] is viewed as [b, s, n_h, h_d]: transpose it back first",
        "把 [b, n_h, s, h_d] 直接 view 成 [b, s, n_h, h_d]：应先转置回来",
    ),
    _mistake(
        "groups_repeated_in_turn",
        f"{REPEAT_K}  # [b, n_h, total, h_d]\n        {REPEAT_V}",
        "k = k.repeat(1, self.n_repeats, 1, 1)\n"
        "        v = v.repeat(1, self.n_repeats, 1, 1)",
        "heads of keys and values are repeated in turn (0, 1, 0, 1): neighbouring "
        "queries share one (0, 0, 1, 1)",
        "键和值的头按轮次重复（0, 1, 0, 1）：相邻的查询头应共用一个（0, 0, 1, 1）",
    ),
    _mistake(
        "keys_repeated_in_turn",
        REPEAT_K,
        "k = k.repeat(1, self.n_repeats, 1, 1)",
        "heads of keys are repeated in turn (0, 1, 0, 1), those of values rightly not",
        "键的头按轮次重复（0, 1, 0, 1），而值的头是对的",
    ),
    _mistake(
        "values_repeated_in_turn",
        REPEAT_V,
        "v = v.repeat(1, self.n_repeats, 1, 1)",
        "heads of values are repeated in turn (0, 1, 0, 1), those of keys rightly not",
        "值的头按轮次重复（0, 1, 0, 1），而键的头是对的",
    ),
    # Scores and their softmax.
    _mistake(
        "scores_not_scaled",
        SCALE,
        "",
        "scores are not divided by sqrt(head_dim)",
        "分数没有除以 sqrt(head_dim)",
    ),
    _mistake(
        "scores_divided_by_head_dim",
        SCALE,
        " / self.head_dim",
        "scores are divided by head_dim: they should be by its square root",
        "分数除以了 head_dim：应除以它的平方根",
    ),
    _mistake(
        "scores_multiplied_by_the_root",
        SCALE,
        " * self.head_dim**0.5",
        "scores are multiplied by sqrt(head_dim): they should be divided by it",
        "分数乘以了 sqrt(head_dim)：应除以它",
    ),
    _mistake(
        "scale_of_the_hidden_size",
        SCALE,
        " * hidden_states.shape[-1] ** -0.5",
        "scores are divided by sqrt(hidden_size): it is the size of one head that "
        "counts",
        "分数除以了 sqrt(hidden_size)：应使用一个头的大小 head_dim",
    ),
    _mistake(
        "softmax_over_queries",
        SOFTMAX,
        "scores.softmax(dim=-2)",
        "the softmax runs over the queries: weights add up to one over the keys",
        "softmax 沿查询维度计算：权重应在键的维度上和为一",
    ),
    _mistake(
        "softmax_over_heads",
        SOFTMAX,
        "scores.softmax(dim=1)",
        "the softmax runs over the heads: weights add up to one over the keys",
        "softmax 沿头的维度计算：权重应在键的维度上和为一",
    ),
    _mistake(
        "softmax_in_bfloat16",
        f"weights = {SOFTMAX}",
        f"weights = {SOFTMAX}.bfloat16()",
        "the weights pass through bfloat16, which keeps three digits",
        "注意力权重经过了 bfloat16，只剩三位有效数字",
    ),
    # Which keys a query may attend to.
    _mistake(
        "not_causal",
        CAUSAL,
        "(keys <= queries[-1].expand(s, 1))",
        "every token attends to all others: it may only see itself and what came "
        "before",
        "每个词元都能看到所有词元：只应看到自己和之前的",
    ),
    _mistake(
        "sees_one_token_ahead",
        CAUSAL,
        "(keys <= queries[:, None] + 1)",
        "a token attends to the next one, too: the diagonal is one too high",
        "词元还看到了下一个词元：对角线高了一格",
    ),
    _mistake(
        "does_not_see_itself",
        CAUSAL,
        "(keys < queries[:, None])",
        "a token does not attend to itself: the diagonal is one too low",
        "词元看不到自己：对角线低了一格",
    ),
    _mistake(
        "sees_only_the_future",
        CAUSAL,
        "(keys >= queries[:, None])",
        "the causal mask is turned round: a token sees what comes after it",
        "因果掩码反了：词元看到的是它之后的内容",
    ),
    _mistake(
        "causal_from_the_first_key",
        "torch.arange(total - s, total, device=scores.device)",
        "torch.arange(s, device=scores.device)",
        "with a cache the causal mask starts at the first key: new tokens are the last "
        "ones",
        "有缓存时因果掩码从第一个键开始对齐：新词元应与末尾对齐",
    ),
    _mistake(
        "padding_ignored",
        PADDING,
        "allowed",
        "attention_mask is ignored, so padding is attended to",
        "attention_mask 被忽略，填充也会被注意到",
    ),
    _mistake(
        "padding_masks_queries",
        PADDING,
        "allowed & attention_mask.bool()[:, None, -s:, None]",
        "attention_mask is laid over the queries: it tells which keys are real",
        "attention_mask 盖在了查询上：它说明的是哪些键是真实的",
    ),
    _mistake(
        "padding_of_the_first_row",
        PADDING,
        "allowed & attention_mask[:1].bool()[:, None, None, :]",
        "every row is masked as the first one: each has padding of its own",
        "每一行都用了第一行的掩码：各行的填充不同",
    ),
    _mistake(
        "padding_inverted",
        PADDING,
        "allowed & ~attention_mask.bool()[:, None, None, :]",
        "attention_mask is read the wrong way round: 1 is a real token, 0 is padding",
        "attention_mask 的含义弄反了：1 是真实词元，0 是填充",
    ),
    _mistake(
        "padding_instead_of_causal",
        PADDING,
        "attention_mask.bool()[:, None, None, :].expand(-1, 1, s, -1)",
        "with an attention_mask the causal mask is lost: both hold at once",
        "给了 attention_mask 之后丢了因果掩码：两者应同时成立",
    ),
    _mistake(
        "padding_forgotten_with_a_cache",
        "if attention_mask is not None:",
        "if attention_mask is not None and s == total:",
        "attention_mask is ignored once there are cached tokens, and covers them, too",
        "有缓存之后 attention_mask 就被忽略了：它也覆盖缓存中的词元",
    ),
    _mistake(
        "fill_of_minus_infinity",
        FILL,
        'scores.float().masked_fill(~allowed, float("-inf"))',
        "masked scores are -inf: a row of nothing else becomes NaN in the softmax",
        "被遮住的分数填成 -inf：整行都被遮住时 softmax 得到 NaN",
    ),
    _mistake(
        "fill_of_minus_ten",
        FILL,
        "scores.float().masked_fill(~allowed, -10.0)",
        "masked scores are -10, which still leaves them a weight: fill with the least "
        "number",
        "被遮住的分数填成 -10，仍会分到权重：应填最小的数",
    ),
    _mistake(
        "masked_scores_are_zero",
        FILL,
        "scores.float() * allowed",
        "masked scores are zero, which is a score like any other: they have to be very "
        "small",
        "被遮住的分数成了 0，而 0 也是普通分数：应填很小的数",
    ),
    _mistake(
        "mask_of_ones_is_added",
        FILL,
        "scores.float() + allowed",
        "the mask of 1 and 0 is added to the scores: what may not be seen has to "
        "become very small",
        "把 1 和 0 的掩码直接加到分数上：不可见处应变成很小的数",
    ),
    _mistake(
        "masked_after_the_softmax",
        f"scores = {FILL}\n        weights = {SOFTMAX}.to(v.dtype)",
        "weights = (scores.float().softmax(dim=-1) * allowed).to(v.dtype)",
        "the mask is applied after the softmax, so weights no longer add up to one",
        "在 softmax 之后才应用掩码，权重之和不再是一",
    ),
    _mistake(
        "keys_on_the_cpu",
        "keys = torch.arange(total, device=scores.device)",
        "keys = torch.arange(total)",
        "the causal mask is made on the CPU: make it with device= of the input",
        "因果掩码建在 CPU 上：创建时应指定输入所在的 device",
    ),
    # Rotation.
    _mistake(
        "nothing_rotated",
        ROTATE,
        "q, k = q, k",
        "queries and keys are not rotated: apply_rotary gives them their positions",
        "查询和键没有旋转：位置信息由 apply_rotary 给出",
    ),
    _mistake(
        "keys_not_rotated",
        ROTATE,
        "q, _ = apply_rotary(q, k, *position_embeddings)",
        "keys are not rotated, only queries",
        "只旋转了查询，没有旋转键",
    ),
    _mistake(
        "queries_not_rotated",
        ROTATE,
        "_, k = apply_rotary(q, k, *position_embeddings)",
        "queries are not rotated, only keys",
        "只旋转了键，没有旋转查询",
    ),
    _mistake(
        "values_rotated",
        ROTATE,
        f"{ROTATE}\n        v, _ = apply_rotary(v, v, *position_embeddings)",
        "values are rotated, too: only queries and keys are",
        "值也被旋转了：只应旋转查询和键",
    ),
    _mistake(
        "positions_of_the_first_row",
        ROTATE,
        "q, k = apply_rotary(q, k, *(each[:1] for each in position_embeddings))",
        "every row is rotated by the positions of the first one",
        "每一行都用了第一行的位置来旋转",
    ),
    # The cache.
    _mistake(
        "cached_before_the_rotation",
        f"{ROTATE}\n        {WITH_CACHE}",
        f"{WITH_CACHE}\n        {ROTATE}",
        "keys are cached before they are rotated, and rotated again with new ones: "
        "rotate first, then cache",
        "键在旋转之前就进了缓存，之后又和新键一起旋转：应先旋转，再缓存",
    ),
    _mistake(
        "cached_after_the_repetition",
        f"{WITH_CACHE}  # [b, n_kv, total, h_d]\n        {REPEAT_K}"
        f"  # [b, n_h, total, h_d]\n        {REPEAT_V}",
        f"{REPEAT_K}\n        {REPEAT_V}\n        {WITH_CACHE}",
        "the cache holds keys and values repeated for every head of queries: cache "
        "first, then repeat",
        "缓存里存的是为每个查询头重复过的键和值：应先缓存，再重复",
    ),
    _mistake(
        "cached_tokens_not_attended_to",
        UPDATE,
        "cache.update(self.layer_idx, k, v)",
        "what the cache returns is dropped, so only new tokens are attended to",
        "没有使用缓存返回的内容，只注意到了新词元",
    ),
    _mistake(
        "layers_share_a_place",
        UPDATE,
        "k, v = cache.update(0, k, v)",
        "every layer stores its keys as layer 0: use layer_idx",
        "每一层都存到了第 0 层：应使用 layer_idx",
    ),
    _mistake(
        "keys_and_values_exchanged",
        UPDATE,
        "v, k = cache.update(self.layer_idx, v, k)",
        "values are cached as keys and keys as values: the order is k, v",
        "值存成了键，键存成了值：顺序应为 k, v",
    ),
    _mistake(
        "past_computed_again",
        UPDATE,
        "cache.seen = torch.cat((getattr(cache, 'seen', hidden_states[:, :0]),"
        " hidden_states), dim=1)\n"
        "            self.k_proj(cache.seen), self.v_proj(cache.seen)\n"
        f"            {UPDATE}",
        "keys and values of all tokens are computed again at every step: that is what "
        "the cache is there to save",
        "每一步都重新计算所有词元的键和值：缓存正是为了省掉它",
    ),
    _mistake(
        "cache_forgets_the_past",
        "if layer_idx in self._keys:",
        "if layer_idx not in self._keys:\n            pass\n        elif False:",
        "update replaces what the cache held: new tokens are added to it",
        "update 覆盖了缓存原有的内容：应把新词元接在后面",
    ),
    _mistake(
        "new_tokens_in_front",
        f"{JOINED_K}\n            {JOINED_V}",
        "k = torch.cat((k, self._keys[layer_idx]), dim=2)\n"
        "            v = torch.cat((v, self._values[layer_idx]), dim=2)",
        "new tokens are put before the cached ones: they come after",
        "新词元放在了缓存内容之前：应接在后面",
    ),
    _mistake(
        "cached_values_are_keys",
        JOINED_V,
        "v = torch.cat((self._keys[layer_idx], v), dim=2)",
        "new values are put after old keys: they belong after old values",
        "新的值接在了旧的键后面：应接在旧的值后面",
    ),
    _mistake(
        "caches_share_their_content",
        "def __init__(self) -> None:\n        self._keys: dict[int, Tensor] = {}",
        "_keys: dict[int, Tensor] = {}\n\n    def __init__(self) -> None:",
        "all caches keep their keys in one dict of the class: make it in __init__",
        "所有缓存共用类属性里的同一个 dict：应在 __init__ 中创建",
    ),
    _mistake(
        "length_counts_heads",
        "return self._keys[layer_idx].shape[2]",
        "return self._keys[layer_idx].shape[1]",
        "length tells the number of heads: tokens are along axis 2 of [b, n_kv, s, "
        "h_d]",
        "length 返回的是头数：词元在 [b, n_kv, s, h_d] 的第 2 维",
    ),
    _mistake(
        "length_of_an_unknown_layer",
        "return self._keys[layer_idx].shape[2] if layer_idx in self._keys else 0",
        "return self._keys[layer_idx].shape[2]",
        "length raises for a layer that holds nothing yet: it is 0 there",
        "对还没有内容的层，length 会抛出异常：应返回 0",
    ),
    _mistake(
        "crop_keeps_the_end",
        f"{CROPPED_K}\n            {CROPPED_V}",
        "start = max(self._keys[layer_idx].shape[2] - length, 0)\n"
        "            self._keys[layer_idx] = self._keys[layer_idx][:, :, start:]\n"
        "            self._values[layer_idx] = self._values[layer_idx][:, :, start:]",
        "crop keeps the last tokens: it keeps the first ones",
        "crop 保留了最后的词元：应保留最前面的",
    ),
    _mistake(
        "crop_forgets_the_values",
        CROPPED_V,
        "pass",
        "crop shortens the keys and leaves the values as long as they were",
        "crop 只截短了键，值还是原来的长度",
    ),
    _mistake(
        "crop_cuts_heads",
        f"{CROPPED_K}\n            {CROPPED_V}",
        "self._keys[layer_idx] = self._keys[layer_idx][:, :length]\n"
        "            self._values[layer_idx] = self._values[layer_idx][:, :length]",
        "crop cuts heads off: tokens are along axis 2 of [b, n_kv, s, h_d]",
        "crop 截掉的是头：词元在 [b, n_kv, s, h_d] 的第 2 维",
    ),
    _mistake(
        "crop_only_the_first_layer",
        "for layer_idx in self._keys:",
        "for layer_idx in list(self._keys)[:1]:",
        "crop shortens one layer only: all layers forget the same tokens",
        "crop 只截短了一层：所有层都应忘掉同样的词元",
    ),
    # Gradients, and what a call leaves behind.
    _mistake(
        "keys_detached",
        REPEAT_K,
        "k = k.detach().repeat_interleave(self.n_repeats, dim=1)",
        "keys are detached, so k_proj learns nothing",
        "键被 detach 了，k_proj 学不到东西",
    ),
    _mistake(
        "weights_detached",
        f"weights = {SOFTMAX}",
        "weights = scores.detach().softmax(dim=-1)",
        "the attention weights are detached, so q_proj and k_proj learn nothing",
        "注意力权重被 detach 了，q_proj 和 k_proj 学不到东西",
    ),
    _mistake(
        "input_detached",
        "v = self._split_heads(self.v_proj(hidden_states))",
        "v = self._split_heads(self.v_proj(hidden_states.detach()))",
        "the values are made of a detached input, so earlier layers learn too little",
        "值由 detach 过的输入算出，前面的层学到的不完整",
    ),
    _mistake(
        "drops_weights_in_training",
        f"weights = {SOFTMAX}",
        f"weights = nn.functional.dropout({SOFTMAX}, 0.1, self.training)",
        "weights are dropped at random in training: a LLaMA has no dropout",
        "训练时随机丢弃了权重：LLaMA 没有 dropout",
    ),
    _mistake(
        "mask_changed_in_place",
        "attention_mask.bool()[:, None, None, :]",
        "attention_mask.sub_(1).eq(0)[:, None, None, :]",
        "attention_mask is changed in place, and the next layer reads it",
        "attention_mask 被就地修改了，而下一层还要读它",
    ),
    _mistake(
        "input_changed_in_place",
        "output: Tensor = self.o_proj(heads.flatten(2))",
        "output: Tensor = self.o_proj(heads.flatten(2))\n"
        "        hidden_states.detach().copy_(output.detach())",
        "hidden_states is overwritten with the output: the residual needs it as it was",
        "hidden_states 被输出覆盖了：残差还需要原来的值",
    ),
    _mistake(
        "mask_kept_from_the_first_call",
        "allowed = _allowed(scores, attention_mask)",
        "if not hasattr(self, 'allowed'):\n"
        "            self.allowed = _allowed(scores, attention_mask)\n"
        "        allowed = self.allowed",
        "the mask of the first call is kept for all later ones",
        "第一次调用的掩码被保留下来，用于之后的所有调用",
    ),
    _mistake(
        "dtype_becomes_float32",
        "output: Tensor = self.o_proj(heads.flatten(2))",
        "output: Tensor = self.o_proj(heads.flatten(2)).float()",
        "the output is float32 whatever the input is: it has the dtype of the input",
        "无论输入是什么 dtype，输出总是 float32：应与输入相同",
    ),
)
