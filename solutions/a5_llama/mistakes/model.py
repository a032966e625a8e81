"""Known mistakes of the model: what each patches, and its cause in a sentence."""

# ruff: noqa: RUF001 - hints are in Chinese, too

from autograder.kit.mistake import Mistake

EMBEDDING = "self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)"
MAKES_NORM = "self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)"
MAKES_LAYER = "DecoderLayer(config, layer_idx)"
KEEPS_FREQUENCIES = "self.inv_freq = inverse_frequencies(config)"
NORMS = "normed: Tensor = self.norm(hidden)"
START = "start = 0 if cache is None else cache.length(0)"
COUNTS = "torch.arange(start, end, device=hidden.device)"
ADDS_ROWS = "position_ids = positions[None]"
NO_POSITIONS = "if position_ids is None:\n            start"
TURNS = "rotary_cos_sin(position_ids, inv_freq, hidden.dtype)"
CALLS = "hidden = layer(hidden, position_embeddings, attention_mask, cache)"
LOOP = f"for layer in self.layers:\n            {CALLS}"
HEAD = "nn.Linear(config.hidden_size, config.vocab_size, bias=False)"
TIES = "self.lm_head.weight = self.model.embed_tokens.weight"
IF_TIED = f"if config.tie_word_embeddings:\n            {TIES}"
EMBEDS = "inputs_embeds = self.model.embed_tokens(input_ids)"
REFUSES = "if (input_ids is None) == (inputs_embeds is None):"
SCORES = "logits: Tensor = self.lm_head(hidden)"
GATHERS = "weights |= load_file(file)"
DTYPE = 'model = Llama(config).to(weights["model.norm.weight"].dtype)'
ROPE = 'rope = settings.get("rope_parameters") or settings.get("rope_scaling") or {}'
THETA = 'theta = rope.get("rope_theta") or settings.get("rope_theta") or 10000.0'
HEAD_DIM = 'head_dim=settings.get("head_dim") or settings["hidden_size"] // heads'


def _mistake(name: str, old: str, new: str, hint: str, hint_zh: str) -> Mistake:
    return Mistake(
        name=f"model_{name}",
        part="model",
        old=old,
        new=new,
        hint=hint,
        hint_zh=hint_zh,
    )


MISTAKES: tuple[Mistake, ...] = (
    # What the model is made of.
    _mistake(
        "frequencies_in_the_state_dict",
        KEEPS_FREQUENCIES,
        'self.register_buffer("inv_freq", inverse_frequencies(config))',
        "the frequencies are a persistent buffer, so the state dict has a name that no "
        "LLaMA has",
        "频率被存成持久缓冲区，state dict 里多出 LLaMA 没有的名字",
    ),
    _mistake(
        "head_has_a_bias",
        HEAD,
        "nn.Linear(config.hidden_size, config.vocab_size)",
        "lm_head has a bias: a LLaMA's has none",
        "lm_head 带有偏置：LLaMA 的没有",
    ),
    _mistake(
        "norm_beside_the_model",
        f"{NORMS}\n        return normed",
        "self.final = self.norm\n        normed: Tensor = self.norm(hidden)\n"
        "        return normed",
        "the norm is kept under a second name when the model is called, so its state "
        "dict changes",
        "调用模型时又用第二个名字保存了归一化，state dict 随之改变",
    ),
    _mistake(
        "eps_fixed",
        MAKES_NORM,
        "self.norm = RMSNorm(config.hidden_size, 1e-5)",
        "the last norm's eps is always 1e-5: it is rms_norm_eps of the config",
        "最后的归一化 eps 恒为 1e-5：应使用配置里的 rms_norm_eps",
    ),
    _mistake(
        "every_layer_is_layer_0",
        MAKES_LAYER,
        "DecoderLayer(config, layer_idx * 0)",
        "every layer is made as layer 0, so layers share cached tokens",
        "每一层都以第 0 层创建，各层共用了缓存的词元",
    ),
    _mistake(
        "one_layer_many_times",
        f"nn.ModuleList(\n            {MAKES_LAYER}\n"
        "            for layer_idx in range(config.num_hidden_layers)\n        )",
        "nn.ModuleList([DecoderLayer(config, 0)] * config.num_hidden_layers)",
        "the list holds one layer several times, so all layers share their weights",
        "列表里是同一个层重复多次，所有层共用了权重",
    ),
    # From ids to logits.
    _mistake(
        "norm_left_out",
        NORMS,
        "normed: Tensor = hidden + 0 * self.norm(hidden)",
        "the last norm is left out: it stands between the last layer and lm_head",
        "漏掉了最后的归一化：它位于最后一层与 lm_head 之间",
    ),
    _mistake(
        "embeddings_scaled",
        EMBEDS,
        f"{EMBEDS} * self.lm_head.in_features**0.5",
        "embeddings are multiplied by sqrt(hidden_size): a LLaMA leaves them alone",
        "嵌入乘了 sqrt(hidden_size)：LLaMA 直接使用嵌入",
    ),
    _mistake(
        "embeddings_normed",
        "hidden = inputs_embeds  # [b, s, h]",
        "hidden = self.norm(inputs_embeds)  # [b, s, h]",
        "the norm comes before the first layer, too: it comes once, after the last",
        "第一层之前也做了归一化：只在最后一层之后做一次",
    ),
    _mistake(
        "scores_by_the_embedding",
        SCORES,
        "logits: Tensor = hidden @ self.model.embed_tokens.weight.T",
        "logits come from the embedding's weight where it is not tied: use lm_head",
        "未共享权重时 logits 也用了嵌入的权重：应使用 lm_head",
    ),
    _mistake(
        "returns_probabilities",
        f"{SCORES}  # [b, s, v]",
        "logits: Tensor = self.lm_head(hidden).softmax(dim=-1)",
        "probabilities are returned: the model returns logits, before any softmax",
        "返回了概率：模型应返回 softmax 之前的 logits",
    ),
    _mistake(
        "returns_log_probabilities",
        f"{SCORES}  # [b, s, v]",
        "logits: Tensor = self.lm_head(hidden).log_softmax(dim=-1)",
        "log-probabilities are returned: the model returns logits, before any softmax",
        "返回了对数概率：模型应返回 softmax 之前的 logits",
    ),
    _mistake(
        "last_token_only",
        f"{SCORES}  # [b, s, v]",
        "logits: Tensor = self.lm_head(hidden[:, -1:])  # [b, 1, v]",
        "logits are those of the last token alone: every token gets a row of them",
        "只给出了最后一个词元的 logits：每个词元都应有一行",
    ),
    _mistake(
        "logits_in_float32",
        f"{SCORES}  # [b, s, v]",
        "logits: Tensor = self.lm_head(hidden).float()  # [b, s, v]",
        "logits are float32 whatever the weights are: they have the weights' dtype",
        "无论权重是什么 dtype，logits 总是 float32：应与权重相同",
    ),
    _mistake(
        "layers_in_reverse",
        LOOP,
        LOOP.replace("self.layers:", "reversed(self.layers):"),
        "layers are gone through from the last to the first",
        "各层是从最后一层向第一层经过的",
    ),
    _mistake(
        "last_layer_left_out",
        LOOP,
        LOOP.replace("self.layers:", "self.layers[:-1]:"),
        "the last layer is left out",
        "漏掉了最后一层",
    ),
    _mistake(
        "residual_around_layers",
        CALLS,
        CALLS.replace("= layer", "= hidden + layer"),
        "what a layer gives is added to its input: layers add by themselves",
        "把层的结果又加到了它的输入上：层自己已经加过",
    ),
    _mistake(
        "layers_read_the_embeddings",
        CALLS,
        CALLS.replace("layer(hidden", "layer(inputs_embeds"),
        "every layer reads the embeddings: it reads what the layer before it gives",
        "每一层都读取了嵌入：应读取前一层的结果",
    ),
    # Positions, mask and cache.
    _mistake(
        "positions_from_1",
        COUNTS,
        COUNTS.replace("start, end", "start + 1, end + 1"),
        "positions begin with 1: the first token is at 0",
        "位置从 1 开始：第一个词元的位置是 0",
    ),
    _mistake(
        "positions_ignore_the_cache",
        START,
        "start = 0",
        "new tokens count from 0 even if the cache holds tokens before them",
        "即使缓存里已有词元，新词元的位置也从 0 数起",
    ),
    _mistake(
        "positions_from_the_mask",
        ADDS_ROWS,
        "if attention_mask is not None:\n"
        "                counts = (attention_mask.cumsum(-1) - 1).clamp(min=0)\n"
        "                positions = counts[:, -hidden.shape[1] :]\n"
        "            position_ids = positions.reshape(-1, hidden.shape[1])",
        "positions that are not given are counted from the mask: they follow the cache",
        "未给出位置时按掩码来数：应接着缓存往下数",
    ),
    _mistake(
        "positions_ignored",
        NO_POSITIONS,
        "if True:\n            start",
        "position_ids that are given are not used",
        "没有使用给出的 position_ids",
    ),
    _mistake(
        "positions_of_the_first_row",
        TURNS,
        TURNS.replace("position_ids", "position_ids[:1]"),
        "all rows are turned by the first row's positions: each has its own",
        "所有行都用了第一行的位置：每一行有自己的位置",
    ),
    _mistake(
        "mask_not_handed_on",
        CALLS,
        CALLS.replace("attention_mask", "None"),
        "attention_mask is not handed to the layers, so padding is attended to",
        "没有把 attention_mask 传给各层，填充也会被注意到",
    ),
    _mistake(
        "cache_not_handed_on",
        CALLS,
        CALLS.replace("cache)", "None)"),
        "the cache is not handed to the layers, so earlier tokens are lost",
        "没有把缓存传给各层，之前的词元都丢了",
    ),
    _mistake(
        "frequencies_become_half_precision",
        KEEPS_FREQUENCIES,
        "frequencies = inverse_frequencies(config)\n"
        '        self.register_buffer("inv_freq", frequencies, persistent=False)',
        "the frequencies are a buffer, which becomes bfloat16 with the model: they "
        "stay float32",
        "频率是缓冲区，会随模型变成 bfloat16：应保持 float32",
    ),
    _mistake(
        "frequencies_stay_on_the_cpu",
        "inv_freq = self.inv_freq.to(hidden.device)",
        "inv_freq = self.inv_freq",
        "the frequencies stay on the CPU when the model is moved",
        "移动模型时，频率留在了 CPU 上",
    ),
    _mistake(
        "positions_made_on_the_cpu",
        COUNTS,
        COUNTS.replace(", device=hidden.device", ""),
        "positions are made on the CPU whatever device the inputs are on",
        "无论输入在哪个设备，位置都建在 CPU 上",
    ),
    _mistake(
        "output_is_detached",
        NORMS,
        "normed: Tensor = self.norm(hidden.detach())",
        "what the last layer gives is detached, so no layer learns anything",
        "最后一层的结果被 detach 了，各层什么也学不到",
    ),
    _mistake(
        "embedding_is_detached",
        EMBEDS,
        f"{EMBEDS}.detach()",
        "the embeddings are detached, so embed_tokens does not learn",
        "嵌入被 detach 了，embed_tokens 学不到东西",
    ),
    _mistake(
        "drops_features_in_training",
        NORMS,
        "hidden = nn.functional.dropout(hidden, 0.1, self.training)\n        " + NORMS,
        "features are dropped at random in training: a LLaMA has no dropout",
        "训练时随机丢弃了特征：LLaMA 没有 dropout",
    ),
    # Tying, embeddings in place of ids.
    _mistake(
        "not_tied",
        IF_TIED,
        "pass",
        "with tie_word_embeddings there are two parameters: assign the embedding's "
        "weight itself to lm_head, no copy and not its data",
        "tie_word_embeddings 为真时仍有两个参数：应把嵌入的权重本身赋给 lm_head，"
        "而不是副本，也不是它的 data",
    ),
    _mistake(
        "always_tied",
        IF_TIED,
        TIES,
        "the weights are tied even if tie_word_embeddings is false",
        "即使 tie_word_embeddings 为假，也共享了权重",
    ),
    _mistake(
        "embeddings_ignored",
        "if inputs_embeds is None:\n            " + EMBEDS,
        "if input_ids is None:\n            input_ids = inputs_embeds.argmax(-1)\n"
        "        inputs_embeds = self.model.embed_tokens(input_ids)",
        "inputs_embeds are not used as they are",
        "没有直接使用 inputs_embeds",
    ),
    _mistake(
        "both_inputs_accepted",
        REFUSES,
        "if input_ids is None and inputs_embeds is None:",
        "ids and embeddings at once are accepted: that is a ValueError",
        "同时给出 id 和嵌入时没有拒绝：应抛出 ValueError",
    ),
    _mistake(
        "no_input_accepted",
        REFUSES,
        "if input_ids is not None and inputs_embeds is not None:",
        "neither ids nor embeddings are accepted: that is a ValueError",
        "id 和嵌入都没有给出时没有拒绝：应抛出 ValueError",
    ),
    # Folders.
    _mistake(
        "last_shard_only",
        GATHERS,
        "weights = load_file(file)",
        "only the last of several files is loaded",
        "多个文件中只载入了最后一个",
    ),
    _mistake(
        "one_file_only",
        'sorted(folder.glob("*.safetensors"))',
        '[folder / "model.safetensors"]',
        "only model.safetensors is read: large models lie in several files",
        "只读取了 model.safetensors：大模型分成多个文件",
    ),
    _mistake(
        "weights_not_loaded",
        "model.load_state_dict(weights, strict=True)\n    ",
        "",
        "the weights are read, but not loaded into the model",
        "读取了权重，却没有载入模型",
    ),
    _mistake(
        "head_not_restored_when_tied",
        'weights["lm_head.weight"] = weights["model.embed_tokens.weight"]',
        'weights["lm_head.weight"] = torch.zeros_like(\n'
        '            weights["model.embed_tokens.weight"]\n        )',
        "a head that is not in the files is set to zeros: it is the embedding",
        "文件里没有的输出头被置为零：它就是嵌入",
    ),
    _mistake(
        "ties_not_read",
        'tie_word_embeddings=settings.get("tie_word_embeddings", False)',
        'tie_word_embeddings=settings.get("tied", False)',
        "tie_word_embeddings of config.json is not read",
        "没有读取 config.json 里的 tie_word_embeddings",
    ),
    _mistake(
        "loaded_in_float32",
        DTYPE,
        "model = Llama(config)",
        "the model is float32 whatever the files are: it takes their dtype",
        "无论文件是什么 dtype，模型总是 float32：应与文件相同",
    ),
    _mistake(
        "loaded_to_train",
        "return model.eval()",
        "return model",
        "the loaded model is set to train: load_pretrained gives one set to evaluate",
        "载入的模型处于训练模式：load_pretrained 应返回评估模式的模型",
    ),
    _mistake(
        "theta_not_read",
        THETA,
        "theta = 10000.0",
        "rope_theta of config.json is not read",
        "没有读取 config.json 里的 rope_theta",
    ),
    _mistake(
        "theta_in_new_words_only",
        THETA,
        'theta = rope.get("rope_theta") or 10000.0',
        "rope_theta is looked for in rope_parameters: older files have it outside",
        "只在 rope_parameters 里找 rope_theta：旧文件把它写在外面",
    ),
    _mistake(
        "theta_in_old_words_only",
        THETA,
        'theta = settings.get("rope_theta") or 10000.0',
        "rope_theta is looked for at the top alone: newer files have it in "
        "rope_parameters",
        "只在最外层找 rope_theta：新文件写在 rope_parameters 里",
    ),
    _mistake(
        "scaling_in_new_words_only",
        ROPE,
        'rope = settings.get("rope_parameters") or {}',
        "rope_scaling of older files is not read",
        "没有读取旧文件里的 rope_scaling",
    ),
    _mistake(
        "scaling_not_read",
        'rope if rope.get("rope_type") == "llama3" else None',
        "None",
        "Llama 3's scaling of config.json is not read",
        "没有读取 config.json 里 Llama 3 的缩放",
    ),
    _mistake(
        "head_dim_not_read",
        HEAD_DIM,
        'head_dim=settings["hidden_size"] // heads',
        "head_dim is taken as hidden_size / num_attention_heads: the file says it",
        "head_dim 用 hidden_size / num_attention_heads 计算：文件里已写明",
    ),
    _mistake(
        "eps_not_read",
        'rms_norm_eps=settings["rms_norm_eps"]',
        "rms_norm_eps=1e-5",
        "rms_norm_eps of config.json is not read",
        "没有读取 config.json 里的 rms_norm_eps",
    ),
)
