"""Known mistakes of the decoder layer: what each patches, and its cause."""

# ruff: noqa: RUF001 - hints are in Chinese, too

from autograder.kit.mistake import Mistake

FIRST_NORM = "self.input_layernorm(hidden_states),"
SECOND_NORM = "self.mlp(self.post_attention_layernorm(hidden_states))"
FIRST_SUM = "hidden_states = hidden_states + attended"
SECOND_SUM = "output: Tensor = hidden_states + changed"
FORWARD = f"""{FIRST_NORM}
            position_embeddings,
            attention_mask,
            cache,
        )
        {FIRST_SUM}
        changed = {SECOND_NORM}"""
MAKES_FIRST = "self.input_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)"
MAKES_SECOND = (
    "self.post_attention_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)"
)


def _mistake(name: str, old: str, new: str, hint: str, hint_zh: str) -> Mistake:
    return Mistake(
        name=f"layer_{name}",
        part="decoder_layer",
        old=old,
        new=new,
        hint=hint,
        hint_zh=hint_zh,
    )


MISTAKES: tuple[Mistake, ...] = (
    # The norms.
    _mistake(
        "first_norm_left_out",
        FIRST_NORM,
        "hidden_states,",
        "attention reads the input as it is: input_layernorm comes before it",
        "注意力直接读取了输入：之前应先经过 input_layernorm",
    ),
    _mistake(
        "second_norm_left_out",
        SECOND_NORM,
        "self.mlp(hidden_states)",
        "the MLP reads the sum as it is: post_attention_layernorm comes before it",
        "MLP 直接读取了相加的结果：之前应先经过 post_attention_layernorm",
    ),
    _mistake(
        "norms_swapped",
        FORWARD,
        FORWARD.replace("input_", "other_")
        .replace("post_attention_", "input_")
        .replace("other_", "post_attention_"),
        "the two norms are swapped: input_layernorm is attention's, "
        "post_attention_layernorm the MLP's",
        "两个归一化用反了：input_layernorm 属于注意力，另一个属于 MLP",
    ),
    _mistake(
        "one_norm_for_both",
        SECOND_NORM,
        "self.mlp(self.input_layernorm(hidden_states))",
        "input_layernorm is used twice: the MLP has a norm of its own, "
        "post_attention_layernorm",
        "input_layernorm 用了两次：MLP 有自己的归一化 post_attention_layernorm",
    ),
    _mistake(
        "norms_share_a_weight",
        MAKES_SECOND,
        "self.post_attention_layernorm = self.input_layernorm",
        "both norms are one module, so they share one weight",
        "两个归一化是同一个模块，共用了同一份权重",
    ),
    _mistake(
        "norm_after_attention",
        "attended = self.self_attn(\n            self.input_layernorm(hidden_states),\n"
        "            position_embeddings,\n            attention_mask,\n"
        "            cache,\n        )",
        "attended = self.input_layernorm(\n            self.self_attn(\n"
        "                hidden_states, position_embeddings, attention_mask, cache\n"
        "            )\n        )",
        "input_layernorm is applied after attention: it comes before (pre-norm)",
        "input_layernorm 放在了注意力之后：应在之前（pre-norm）",
    ),
    _mistake(
        "norm_after_the_mlp",
        SECOND_NORM,
        "self.post_attention_layernorm(self.mlp(hidden_states))",
        "post_attention_layernorm is applied after the MLP: it comes before (pre-norm)",
        "post_attention_layernorm 放在了 MLP 之后：应在之前（pre-norm）",
    ),
    _mistake(
        "sum_is_normed",
        SECOND_SUM,
        "output: Tensor = self.post_attention_layernorm(hidden_states) + changed",
        "the second residual is the normed sum: what is added to is the sum itself",
        "第二个残差用了归一化之后的值：应加到相加的结果本身",
    ),
    _mistake(
        "input_is_normed",
        "attended = self.self_attn(\n            self.input_layernorm(hidden_states),",
        "hidden_states = self.input_layernorm(hidden_states)\n"
        "        attended = self.self_attn(\n            hidden_states,",
        "the first residual is the normed input: what is added to is the input itself",
        "第一个残差用了归一化之后的输入：应加到输入本身",
    ),
    _mistake(
        "eps_fixed_at_1e_6",
        f"{MAKES_FIRST}\n        self.self_attn = Attention(config, layer_idx)\n"
        f"        {MAKES_SECOND}",
        "self.input_layernorm = RMSNorm(config.hidden_size, 1e-6)\n"
        "        self.self_attn = Attention(config, layer_idx)\n"
        "        self.post_attention_layernorm = RMSNorm(config.hidden_size, 1e-6)",
        "the norms' eps is always 1e-6: it is rms_norm_eps of the config",
        "归一化的 eps 恒为 1e-6：应使用配置里的 rms_norm_eps",
    ),
    _mistake(
        "eps_only_in_the_first_norm",
        MAKES_SECOND,
        "self.post_attention_layernorm = RMSNorm(config.hidden_size, 1e-5)",
        "the second norm's eps is always 1e-5: it is rms_norm_eps of the config",
        "第二个归一化的 eps 恒为 1e-5：应使用配置里的 rms_norm_eps",
    ),
    # The residuals.
    _mistake(
        "first_residual_left_out",
        FIRST_SUM,
        "hidden_states = attended",
        "what attention gives replaces the input: it is added to it",
        "注意力的结果取代了输入：应加到输入上",
    ),
    _mistake(
        "second_residual_left_out",
        SECOND_SUM,
        "output: Tensor = changed",
        "what the MLP gives replaces the sum: it is added to it",
        "MLP 的结果取代了相加的结果：应加上去",
    ),
    _mistake(
        "second_residual_is_the_input",
        f"{FIRST_SUM}\n        changed = {SECOND_NORM}\n        {SECOND_SUM}",
        "changed = self.mlp(self.post_attention_layernorm(hidden_states + attended))\n"
        "        output: Tensor = hidden_states + changed",
        "the MLP's result is added to the layer's input, and attention's is lost",
        "MLP 的结果加到了层的输入上，注意力的结果丢掉了",
    ),
    _mistake(
        "parts_side_by_side",
        f"{FIRST_SUM}\n        changed = {SECOND_NORM}",
        "changed = self.mlp(self.post_attention_layernorm(hidden_states))\n"
        f"        {FIRST_SUM}",
        "attention and MLP both read the layer's input: the MLP reads what attention "
        "has been added to",
        "注意力和 MLP 都读取了层的输入：MLP 应读取加上注意力之后的结果",
    ),
    _mistake(
        "mlp_reads_attention_alone",
        SECOND_NORM,
        "self.mlp(self.post_attention_layernorm(attended))",
        "the MLP reads what attention gives alone: it reads the sum with the input",
        "MLP 只读取了注意力的结果：应读取它与输入之和",
    ),
    _mistake(
        "residual_is_halved",
        SECOND_SUM,
        "output: Tensor = (hidden_states + changed) / 2",
        "the sum is halved: residuals are plain sums",
        "相加之后又除以了二：残差只是相加",
    ),
    _mistake(
        "residual_in_place",
        FIRST_SUM,
        "hidden_states += attended",
        "the residual is added in place, so the caller's hidden_states change",
        "残差是就地相加的，调用者的 hidden_states 也被改了",
    ),
    _mistake(
        "residual_is_detached",
        FIRST_SUM,
        "hidden_states = hidden_states.detach() + attended",
        "the first residual is detached, so gradients do not flow past attention",
        "第一个残差被 detach 了，梯度无法绕过注意力",
    ),
    _mistake(
        "mlp_input_is_detached",
        SECOND_NORM,
        "self.mlp(self.post_attention_layernorm(hidden_states.detach()))",
        "what the MLP reads is detached, so attention learns nothing through it",
        "MLP 的输入被 detach 了，注意力无法通过它学习",
    ),
    # What is handed on, and what comes back.
    _mistake(
        "mask_not_handed_on",
        "            attention_mask,\n            cache,",
        "            None,\n            cache,",
        "attention_mask is not handed to the attention, so padding is attended to",
        "没有把 attention_mask 传给注意力，填充也会被注意到",
    ),
    _mistake(
        "cache_not_handed_on",
        "            attention_mask,\n            cache,",
        "            attention_mask,\n            None,",
        "the cache is not handed to the attention, so earlier tokens are lost",
        "没有把缓存传给注意力，之前的词元都丢了",
    ),
    _mistake(
        "positions_not_handed_on",
        "            position_embeddings,\n            attention_mask,",
        "            (\n"
        "                position_embeddings[0].abs().clamp(min=1),\n"
        "                0 * position_embeddings[1],\n"
        "            ),\n            attention_mask,",
        "attention gets positions that rotate nothing: hand position_embeddings on as "
        "they are",
        "传给注意力的位置什么都不旋转：应原样传递 position_embeddings",
    ),
    _mistake(
        "sine_before_cosine",
        "            position_embeddings,\n            attention_mask,",
        "            position_embeddings[::-1],\n            attention_mask,",
        "sine and cosine are handed on in the wrong order: it is (cos, sin)",
        "正弦和余弦的顺序传反了：应为 (cos, sin)",
    ),
    _mistake(
        "layer_idx_is_zero",
        "self.self_attn = Attention(config, layer_idx)",
        "self.self_attn = Attention(config, 0)",
        "every layer's attention is made as layer 0, so layers share cached tokens",
        "每一层的注意力都以第 0 层创建，各层共用了缓存的词元",
    ),
    _mistake(
        "returns_a_tuple",
        "return output",
        "return (output,)  # type: ignore[return-value]",
        "the layer returns a tuple: it should return the tensor alone",
        "该层返回了元组：应只返回张量",
    ),
    _mistake(
        "drops_features_in_training",
        SECOND_SUM,
        "from torch.nn.functional import dropout\n\n"
        "        output: Tensor = hidden_states + dropout(changed, 0.1, self.training)",
        "features are dropped at random in training: a LLaMA has no dropout",
        "训练时随机丢弃了特征：LLaMA 没有 dropout",
    ),
    _mistake(
        "returns_float32",
        "return output",
        "return output.float()",
        "the output is float32 whatever the input is: it has the dtype of the input",
        "无论输入是什么 dtype，输出总是 float32：应与输入相同",
    ),
    _mistake(
        "scale_in_the_state_dict",
        "self.mlp = MLP(config)",
        "self.mlp = MLP(config)\n"
        "        weight = self.input_layernorm.weight\n"
        '        self.register_buffer("scale", weight.new_ones(1))',
        "the layer keeps a buffer of its own, so the state dict has a name that no "
        "LLaMA has",
        "该层自己存了一个缓冲区，state dict 里多出 LLaMA 没有的名字",
    ),
)
