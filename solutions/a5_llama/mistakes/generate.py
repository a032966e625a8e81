"""Known mistakes of generating: what each patches, and its cause in a sentence."""

# ruff: noqa: RUF001 - hints are in Chinese, too

from autograder.kit.mistake import Mistake

NO_GRAD = "@torch.no_grad()\n"
POSITIONS = "positions = (mask.cumsum(dim=-1) - 1).clamp(min=0)"
NEXT_POSITION = "positions = positions[:, -1:] + 1"
CALL = "model(new, attention_mask=mask, position_ids=positions, cache=cache)"
SCORES = "scores = logits[:, -1].float()"
PADS = "token = torch.where(running, token, pad_token_id)"
ENDS = "running = running & (token != eos_token_id)"
STOPS = "if not running.any():\n            break\n        "
NEW = "new = token[:, None]"
IDS = "ids = torch.cat((ids, new), dim=-1)"
MASK = "mask = torch.cat((mask, torch.ones_like(new)), dim=-1)"
START = "ids, mask = input_ids, attention_mask"
GREEDY = "return scores.argmax(dim=-1)"
TEMPERATURE = "scores = scores / temperature"
TOP_K = "if top_k is not None:\n        scores = _keep_top_k(scores, top_k)"
TOP_P = "if top_p is not None:\n        scores = _keep_top_p(scores, top_p)"
SOFTMAX = "probabilities = scores.softmax(dim=-1)"
DRAWS = "torch.multinomial(probabilities, 1, generator=generator)[:, 0]"
LAST = "last = scores.topk(min(top_k, scores.shape[-1])).values[:, -1:]"
BELOW = "scores.masked_fill(scores < last, -torch.inf)"
BEFORE = "before = probabilities.cumsum(dim=-1) - probabilities"
ORDERED = "probabilities = ordered.softmax(dim=-1)"
DROPPED = "dropped = (before >= top_p).scatter(-1, order, before >= top_p)"


def _mistake(name: str, old: str, new: str, hint: str, hint_zh: str) -> Mistake:
    return Mistake(
        name=f"generate_{name}",
        part="generate",
        old=old,
        new=new,
        hint=hint,
        hint_zh=hint_zh,
    )


MISTAKES: tuple[Mistake, ...] = (
    # What comes back.
    _mistake(
        "prompt_left_out",
        "return ids",
        "return ids[:, input_ids.shape[1] :]",
        "only the new tokens are returned: the prompt comes before them",
        "只返回了新词元：前面还应有提示",
    ),
    _mistake(
        "one_token_too_many",
        "range(max_new_tokens)",
        "range(max_new_tokens + 1)",
        "one token too many is added",
        "多加了一个词元",
    ),
    _mistake(
        "max_new_tokens_counts_the_prompt",
        "range(max_new_tokens)",
        "range(max_new_tokens - input_ids.shape[1])",
        "max_new_tokens is taken as the length with the prompt: it counts new tokens",
        "把 max_new_tokens 当成了含提示的总长度：它只计新词元",
    ),
    _mistake(
        "gradients_recorded",
        NO_GRAD,
        "",
        "gradients are recorded, though nothing is learned: use torch.no_grad()",
        "记录了梯度，而生成时并不学习：应使用 torch.no_grad()",
    ),
    _mistake(
        "prompt_modified",
        START,
        "input_ids.masked_fill_(attention_mask == 0, eos_token_id)\n"
        "    ids, mask = input_ids, attention_mask",
        "the caller's prompt is written into",
        "改写了调用者的提示",
    ),
    # Which logits.
    _mistake(
        "logits_of_the_first_token",
        SCORES,
        "scores = logits[:, 0].float()",
        "the next token is chosen by the logits of the first position: it is the last",
        "用第一个位置的 logits 选择下一个词元：应为最后一个",
    ),
    _mistake(
        "logits_before_the_last",
        SCORES,
        "scores = logits[:, max(logits.shape[1] - 2, 0)].float()",
        "the token after a prompt is chosen by the logits of its last position but one",
        "提示的下一个词元用了倒数第二个位置的 logits",
    ),
    _mistake(
        "likeliest_of_the_least",
        GREEDY,
        "return scores.argmin(dim=-1)",
        "the least likely token is taken",
        "取了概率最小的词元",
    ),
    _mistake(
        "last_of_equal_tokens",
        GREEDY,
        "return scores.shape[-1] - 1 - scores.flip(-1).argmax(dim=-1)",
        "of equally likely tokens the last is taken: it is the first",
        "多个词元同样最可能时取了最后一个：应取第一个",
    ),
    _mistake(
        "draws_at_temperature_0",
        f"if temperature == 0:\n        {GREEDY}\n    {TEMPERATURE}",
        "scores = scores / (temperature or 1.0)",
        "at temperature 0 tokens are drawn: the likeliest is taken",
        "温度为 0 时仍在抽样：应取最可能的词元",
    ),
    # Cache, mask and positions.
    _mistake(
        "no_cache",
        f"{NEW}  # [b, 1]\n        {IDS}\n        {MASK}\n        {NEXT_POSITION}",
        f"{NEW}\n        {IDS}\n        {MASK}\n        new, cache = ids, KVCache()\n"
        f"        {POSITIONS}",
        "all tokens go through the model again at every step: keep the cache, and show "
        "it the new token alone",
        "每一步都把所有词元重新送进模型：应保留缓存，只送入新词元",
    ),
    _mistake(
        "cache_sees_tokens_twice",
        f"{NEW}  # [b, 1]\n        {IDS}",
        "ids = torch.cat((ids, token[:, None]), dim=-1)\n        new = ids",
        "all tokens are shown to the model at every step, though the cache holds them",
        "缓存里已有的词元每一步又送进模型一次",
    ),
    _mistake(
        "cache_forgets",
        NEXT_POSITION,
        f"{NEXT_POSITION}\n        cache = KVCache()",
        "every step begins with an empty cache, so the model sees the last token alone",
        "每一步都用空的缓存，模型只看到最后一个词元",
    ),
    _mistake(
        "cache_outlives_the_call",
        "cache = KVCache()",
        "cache = generate.__dict__.setdefault(str(id(model)), KVCache())",
        "the cache of an earlier call is used again: each call makes a new one",
        "沿用了上一次调用的缓存：每次调用都应从空缓存开始",
    ),
    _mistake(
        "mask_does_not_grow",
        MASK,
        "mask = torch.cat((mask, torch.zeros_like(new)), dim=-1)",
        "the mask hides the new tokens: they are real, so it is 1 there",
        "掩码遮住了新词元：它们是真实词元，应为 1",
    ),
    _mistake(
        "mask_by_comparing_ids",
        MASK,
        "mask = torch.cat((mask, (new != pad_token_id).long()), dim=-1)",
        "new tokens with the pad's id are masked: a token of a running row is real",
        "与填充 id 相同的新词元被遮住了：仍在生成的行里它是真实词元",
    ),
    _mistake(
        "prompt_mask_by_comparing_ids",
        START,
        "ids, mask = input_ids, (input_ids != pad_token_id).long()",
        "the mask is made by comparing ids with the pad's: use attention_mask",
        "掩码是由比较填充 id 得出的：应使用 attention_mask",
    ),
    _mistake(
        "mask_ignored",
        CALL,
        "model(new, position_ids=positions, cache=cache)",
        "the model is not given the mask, so it sees padding",
        "没有把掩码交给模型，它会看到填充",
    ),
    _mistake(
        "positions_count_padding",
        POSITIONS,
        "positions = torch.arange(mask.shape[1]).expand_as(mask)",
        "positions count padding: the first real token of a row is at 0",
        "位置把填充也数进去了：每行第一个真实词元的位置是 0",
    ),
    _mistake(
        "positions_from_1",
        POSITIONS,
        "positions = mask.cumsum(dim=-1)",
        "positions begin with 1: the first real token of a row is at 0",
        "位置从 1 开始：每行第一个真实词元的位置是 0",
    ),
    _mistake(
        "position_stays",
        NEXT_POSITION,
        "positions = positions[:, -1:]",
        "new tokens all get the position of the prompt's last token",
        "所有新词元都用了提示最后一个词元的位置",
    ),
    _mistake(
        "position_skips_one",
        POSITIONS + "  # [b, s]\n    new = input_ids",
        "shown = (mask.cumsum(dim=-1) - 1).clamp(min=0)\n"
        "    positions, new = shown.clone(), input_ids\n"
        "    positions[:, -1] += positions.shape[1] > 1",
        "the last token of a prompt gets the next one's position",
        "提示的最后一个词元用了下一个词元的位置",
    ),
    _mistake(
        "position_is_the_width",
        NEXT_POSITION,
        "positions = torch.full_like(new, ids.shape[1] - 1)",
        "a new token's position is the width of the batch: padding does not count",
        "新词元的位置用了批次的宽度：填充不应计入",
    ),
    # The end.
    _mistake(
        "never_ends",
        ENDS,
        "running = running & (token == token)",
        "rows go on after their end",
        "行在结束之后仍继续生成",
    ),
    _mistake(
        "all_end_with_the_first",
        ENDS,
        "running = running & bool((token != eos_token_id).all())",
        "all rows end as soon as one does: each ends by itself",
        "一行结束，所有行就都结束了：每行应各自结束",
    ),
    _mistake(
        "ended_rows_go_on",
        PADS,
        "token = torch.where(running, token, token)",
        "a row that has ended still gets tokens: pad_token_id comes after its end",
        "已结束的行仍得到词元：结束之后应为 pad_token_id",
    ),
    _mistake(
        "ended_rows_get_the_end",
        PADS,
        "token = torch.where(running, token, eos_token_id)",
        "a row that has ended is filled with eos_token_id: it is pad_token_id",
        "已结束的行用 eos_token_id 填充：应为 pad_token_id",
    ),
    _mistake(
        "end_is_padding",
        f"{PADS}\n        {ENDS}",
        f"{ENDS}\n        {PADS}",
        "the end itself is replaced by padding: the row keeps its end",
        "结束词元本身被换成了填充：行应保留它的结束词元",
    ),
    _mistake(
        "ended_rows_come_back",
        ENDS,
        "running = token != eos_token_id",
        "whether a row has ended is forgotten after one token",
        "行是否结束只记住了一个词元",
    ),
    _mistake(
        "goes_on_when_all_have_ended",
        STOPS,
        "",
        "padding is added though all rows have ended: stop there",
        "所有行都已结束却还在添加填充：此时应停止",
    ),
    _mistake(
        "prompt_ends_a_row",
        "running = torch.ones_like(input_ids[:, 0], dtype=torch.bool)",
        "running = (input_ids != eos_token_id).all(dim=-1)",
        "a row whose prompt holds the end counts as ended: only new tokens end it",
        "提示里含结束词元的行被当作已结束：只有新词元才能结束一行",
    ),
    # Drawing.
    _mistake(
        "temperature_multiplied",
        TEMPERATURE,
        "scores = scores * temperature",
        "logits are multiplied by the temperature: they are divided by it",
        "logits 乘了温度：应除以温度",
    ),
    _mistake(
        "temperature_ignored",
        TEMPERATURE,
        "scores = scores * 1.0",
        "the temperature changes nothing",
        "温度没有起作用",
    ),
    _mistake(
        "temperature_of_probabilities",
        TEMPERATURE,
        "scores = scores.softmax(dim=-1) / temperature",
        "softmax is taken twice: temperature divides logits, not probabilities",
        "做了两次 softmax：温度除的是 logits，不是概率",
    ),
    _mistake(
        "logits_as_probabilities",
        SOFTMAX,
        "probabilities = scores.clamp(min=0) + 1e-6",
        "logits are drawn from as if they were probabilities: softmax comes first",
        "把 logits 当作概率来抽样：应先做 softmax",
    ),
    _mistake(
        "likeliest_though_drawing",
        DRAWS,
        "probabilities.argmax(dim=-1)",
        "the likeliest token is taken at every temperature: draw one",
        "任何温度下都取最可能的词元：应抽样",
    ),
    _mistake(
        "one_draw_for_all_rows",
        DRAWS,
        "torch.multinomial(\n        probabilities[:1], 1, generator=generator\n"
        "    )[:, 0].expand(len(scores))",
        "one token is drawn for all rows: each draws its own",
        "所有行共用一次抽样：每行应各自抽样",
    ),
    _mistake(
        "generator_ignored",
        DRAWS,
        "torch.multinomial(probabilities, 1)[:, 0]",
        "the generator is not used: pass it to what draws",
        "没有使用 generator：应把它传给抽样函数",
    ),
    _mistake(
        "seed_set_anew",
        DRAWS,
        "torch.multinomial(\n        probabilities,\n        1,\n"
        "        generator=generator and generator.manual_seed(0),\n    )[:, 0]",
        "the generator is seeded anew: its numbers go on from call to call",
        "重新设置了 generator 的种子：它的随机数应一直往下走",
    ),
    _mistake(
        "top_k_ignored",
        TOP_K,
        "pass",
        "top_k changes nothing",
        "top_k 没有起作用",
    ),
    _mistake(
        "top_k_one_too_many",
        LAST,
        "last = scores.topk(min(top_k + 1, scores.shape[-1])).values[:, -1:]",
        "top_k keeps one token too many",
        "top_k 多保留了一个词元",
    ),
    _mistake(
        "top_k_drops_the_last",
        BELOW,
        "scores.masked_fill((scores <= last) & (scores < scores.max()), -torch.inf)",
        "top_k drops the last of the tokens to keep: those equal to it stay",
        "top_k 丢掉了该保留的最后一个词元：与它相等的都应保留",
    ),
    _mistake(
        "top_k_breaks_ties",
        f"{LAST}  # [b, 1]\n    return {BELOW}",
        "kept = scores.topk(min(top_k, scores.shape[-1]))\n"
        "    out = torch.full_like(scores, -torch.inf)\n"
        "    return out.scatter(-1, kept.indices, kept.values)",
        "tokens as likely as the last that is kept are dropped: top_k keeps them, too",
        "与最后保留者同样可能的词元被丢掉了：top_k 也应保留它们",
    ),
    _mistake(
        "top_k_beyond_the_vocabulary",
        "min(top_k, scores.shape[-1])",
        "top_k",
        "a top_k larger than the vocabulary fails: it keeps all tokens then",
        "top_k 大于词表时出错：此时应保留所有词元",
    ),
    _mistake(
        "top_k_fills_with_zero",
        BELOW,
        "scores.masked_fill(scores < last, 0.0)",
        "dropped tokens get the logit 0, which is a probability: it is minus infinity",
        "丢掉的词元 logit 置为 0，仍有概率：应为负无穷",
    ),
    _mistake(
        "top_p_ignored",
        TOP_P,
        "pass",
        "top_p changes nothing",
        "top_p 没有起作用",
    ),
    _mistake(
        "top_p_drops_the_token_that_reaches_it",
        BEFORE,
        "before = probabilities.cumsum(dim=-1)\n    before[:, 0] = 0",
        "top_p drops the token that reaches it: it stays",
        "top_p 丢掉了恰好达到它的词元：应保留",
    ),
    _mistake(
        "top_p_may_keep_none",
        BEFORE,
        "before = probabilities.cumsum(dim=-1)",
        "top_p drops the token that reaches it, even the first: one stays at least",
        "top_p 丢掉了恰好达到它的词元，连第一个也丢：至少应保留一个",
    ),
    _mistake(
        "top_p_keeps_one_more",
        BEFORE,
        "before = probabilities.cumsum(dim=-1) - probabilities\n"
        "    before = before.roll(1, dims=-1)\n    before[:, 0] = 0",
        "top_p keeps one token too many",
        "top_p 多保留了一个词元",
    ),
    _mistake(
        "top_p_from_the_least_likely",
        "scores.sort(dim=-1, descending=True)",
        "scores.sort(dim=-1)",
        "top_p keeps the least likely tokens: begin with the likeliest",
        "top_p 保留了最不可能的词元：应从最可能的开始",
    ),
    _mistake(
        "top_p_not_sorted_back",
        DROPPED,
        "dropped = before >= top_p",
        "top_p drops tokens by their place in the sorted order: bring it back to ids",
        "top_p 按排序后的位次丢弃词元：应还原成 id 的顺序",
    ),
    _mistake(
        "top_p_as_a_threshold",
        DROPPED,
        "dropped = scores.softmax(dim=-1) < (1 - top_p)",
        "top_p is compared with each probability: it is a sum over the likeliest",
        "把 top_p 与单个概率比较：它是最可能的若干词元之和",
    ),
    _mistake(
        "top_p_before_top_k",
        f"{TOP_K}\n    {TOP_P}",
        f"{TOP_P}\n    {TOP_K}",
        "top_p comes before top_k: it works on what top_k has left",
        "top_p 在 top_k 之前：应作用于 top_k 留下的词元",
    ),
    _mistake(
        "temperature_after_top_p",
        f"{TEMPERATURE}\n    {TOP_K}\n    {TOP_P}",
        f"{TOP_K}\n    {TOP_P}\n    {TEMPERATURE}",
        "the temperature comes last: it comes before top_k and top_p",
        "温度放在了最后：应在 top_k 和 top_p 之前",
    ),
    _mistake(
        "chosen_in_half_precision",
        SCORES,
        "scores = logits[:, -1]",
        "logits are divided in their own dtype, which is too coarse: use float32",
        "以 logits 自己的 dtype 做除法，太粗糙：应使用 float32",
    ),
)
