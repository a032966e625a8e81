"""Known mistakes of the rotary embedding: what each patches, and its cause."""

# ruff: noqa: RUF001 - hints are in Chinese, too

from autograder.kit.mistake import Mistake

PAIRS = "pairs = torch.arange(0, config.head_dim, 2, dtype=torch.float32)"
INV_FREQ = "inv_freq = 1.0 / config.rope_theta ** (pairs / config.head_dim)"
SCALED = "inv_freq = _scale(inv_freq, config.rope_scaling)"
SHARE = "share = ((turns - low) / (high - low)).clamp(0, 1)"
BLEND = "share * inv_freq + (1 - share) * inv_freq / scaling["
ANGLES = "position_ids[:, :, None].float() * inv_freq.float()"
BOTH = "torch.cat((angles, angles), dim=-1)"
COS_SIN = "angles.cos().to(dtype), angles.sin().to(dtype)"
ROTATED_Q = "rotated_q = q * cos + _rotate_half(q) * sin"
ROTATED_K = "rotated_k = k * cos + _rotate_half(k) * sin"
HALVES = "first, second = x.chunk(2, dim=-1)  # each [..., h_d/2]"
JOINED = "torch.cat((-second, first), dim=-1)"


def _mistake(name: str, old: str, new: str, hint: str, hint_zh: str) -> Mistake:
    return Mistake(name=name, part="rope", old=old, new=new, hint=hint, hint_zh=hint_zh)


MISTAKES: tuple[Mistake, ...] = (
    # Frequencies.
    _mistake(
        "rope_theta_fixed",
        "config.rope_theta",
        "10000.0",
        "theta is always 10000: it should be the configuration's rope_theta",
        "theta 恒为 10000：应使用配置中的 rope_theta",
    ),
    _mistake(
        "rope_head_dim_from_hidden_size",
        "    " + PAIRS,
        "    from dataclasses import replace\n\n"
        "    size = config.hidden_size // config.num_attention_heads\n"
        "    config = replace(config, head_dim=size)\n"
        "    " + PAIRS,
        "the size of a head is computed from hidden_size and the heads: it is "
        "head_dim, which may be another number",
        "每个头的大小由 hidden_size 除以头数算出：应使用 head_dim，两者不一定相等",
    ),
    _mistake(
        "rope_exponent_without_the_two",
        PAIRS,
        "pairs = torch.arange(0, config.head_dim // 2, dtype=torch.float32)",
        "pair i has the exponent i / head_dim: it should be 2 * i / head_dim",
        "第 i 对的指数是 i / head_dim：应为 2 * i / head_dim",
    ),
    _mistake(
        "rope_exponent_over_half_the_head",
        "(pairs / config.head_dim)",
        "(pairs / (config.head_dim // 2))",
        "exponents are divided by head_dim / 2, so they go up to 2 instead of 1",
        "指数除以了 head_dim / 2，范围到了 2 而不是 1",
    ),
    _mistake(
        "rope_exponents_from_two",
        PAIRS,
        "pairs = torch.arange(2, config.head_dim + 2, 2, dtype=torch.float32)",
        "the pairs are counted from 1: the first should turn by 1 radian a position",
        "各对从 1 开始计数：第一对每个位置应转 1 弧度",
    ),
    _mistake(
        "rope_frequencies_not_inverted",
        INV_FREQ,
        "inv_freq = config.rope_theta ** (pairs / config.head_dim)",
        "theta has a positive exponent, so the last pairs turn fastest: it should be "
        "1 / theta ** (...)",
        "theta 的指数为正，最后几对转得最快：应为 1 / theta ** (...)",
    ),
    _mistake(
        "rope_frequencies_in_low_precision",
        INV_FREQ,
        "inv_freq = (1.0 / config.rope_theta ** (pairs / config.head_dim))"
        ".bfloat16().float()",
        "the frequencies pass through bfloat16, which keeps three digits of them",
        "频率经过了 bfloat16，只剩三位有效数字",
    ),
    # Llama 3's scaling.
    _mistake(
        "rope_scaling_ignored",
        SCALED,
        "inv_freq = inv_freq * 1.0",
        "rope_scaling of the configuration is ignored",
        "忽略了配置中的 rope_scaling",
    ),
    _mistake(
        "rope_scales_every_pair",
        SCALED,
        'inv_freq = inv_freq / config.rope_scaling["factor"]',
        "every frequency is divided by factor: fast pairs should stay as they are",
        "所有频率都除以了 factor：转得快的那些应保持不变",
    ),
    _mistake(
        "rope_scaling_without_a_transition",
        SHARE,
        "share = (turns > low).float()",
        "pairs between the two bands are not slowed down at all: the change should be "
        "gradual there",
        "两段之间的频率完全没有放慢：那里应逐渐过渡",
    ),
    _mistake(
        "rope_scaling_with_a_late_cut",
        SHARE,
        "share = (turns >= high).float()",
        "pairs between the two bands are slowed down in full: the change should be "
        "gradual there",
        "两段之间的频率被完全放慢：那里应逐渐过渡",
    ),
    _mistake(
        "rope_scaling_not_clamped",
        SHARE,
        "share = (turns - low) / (high - low)",
        "the transition goes on beyond its band: below it the share is 0, above it 1",
        "过渡超出了中间段：低于下界时比例应为 0，高于上界时应为 1",
    ),
    _mistake(
        "rope_scaling_of_the_fast_pairs",
        SHARE,
        "share = 1 - ((turns - low) / (high - low)).clamp(0, 1)",
        "fast pairs are slowed down and slow ones stay: it should be the other way "
        "round",
        "放慢了转得快的，转得慢的反而不变：应当反过来",
    ),
    _mistake(
        "rope_scaling_speeds_up",
        BLEND,
        "share * inv_freq + (1 - share) * inv_freq * scaling[",
        "slow pairs are multiplied by factor: they should be divided by it",
        "慢的频率乘以了 factor：应除以 factor",
    ),
    _mistake(
        "rope_scaling_without_two_pi",
        "original * inv_freq / (2 * math.pi)",
        "original * inv_freq",
        "radians are taken for turns: a turn has 2 * pi of them",
        "把弧度当成了圈数：一圈是 2π 弧度",
    ),
    _mistake(
        "rope_scaling_by_the_new_length",
        SCALED,
        'length = {"original_max_position_embeddings": '
        "config.max_position_embeddings}\n"
        "        inv_freq = _scale(inv_freq, config.rope_scaling | length)",
        "bands are set by max_position_embeddings: they follow "
        "original_max_position_embeddings",
        "用 max_position_embeddings 划分频段：应使用 original_max_position_embeddings",
    ),
    _mistake(
        "rope_scaling_between_wavelengths",
        "return " + BLEND + '"factor"]',
        'return inv_freq / (share + (1 - share) * scaling["factor"])',
        "the transition is made between wavelengths: it is made between frequencies",
        "过渡是在波长之间做的：应在频率之间做",
    ),
    # Angles.
    _mistake(
        "rope_positions_of_the_first_row",
        ANGLES,
        "position_ids[:1, :, None].float().expand(len(position_ids), -1, 1) * "
        "inv_freq.float()",
        "all rows have the positions of the first one: each has its own",
        "所有行都用了第一行的位置：每行应有自己的位置",
    ),
    _mistake(
        "rope_positions_by_place",
        ANGLES,
        "torch.arange(position_ids.shape[1])[None, :, None].expand("
        "len(position_ids), -1, 1) * inv_freq.float()",
        "position_ids are ignored and places are counted instead",
        "忽略了 position_ids，直接按下标计数",
    ),
    _mistake(
        "rope_positions_from_one",
        ANGLES,
        "(position_ids[:, :, None].float() + 1) * inv_freq.float()",
        "one is added to every position: position 0 should not turn anything",
        "每个位置都加了 1：位置 0 不应转动",
    ),
    _mistake(
        "rope_angles_in_low_precision",
        ANGLES,
        "position_ids[:, :, None].to(dtype) * inv_freq.to(dtype)",
        "angles are computed in the dtype of the result, where large positions are "
        "rounded: they need float32",
        "角度用结果的 dtype 计算，大的位置会被舍入：角度需要 float32",
    ),
    _mistake(
        "rope_angles_in_bfloat16",
        "angles.cos().to(dtype), angles.sin().to(dtype)",
        "angles.to(dtype).cos(), angles.to(dtype).sin()",
        "angles are rounded before their cosine is taken: round cosine and sine "
        "instead",
        "先把角度舍入再取余弦：应舍入的是余弦和正弦",
    ),
    _mistake(
        "rope_angles_beside_each_other",
        BOTH,
        "angles.repeat_interleave(2, dim=-1)",
        "each angle stands twice side by side, for neighbours: partners are half a "
        "head apart, so the halves are equal",
        "每个角度相邻地重复两次：配对的特征相隔半个头，应是两半相同",
    ),
    _mistake(
        "rope_angles_of_one_half",
        BOTH,
        "angles * 1.0",
        "cos and sin have head_dim / 2 features: the second half repeats the first",
        "cos 和 sin 只有 head_dim / 2 个特征：后一半应重复前一半",
    ),
    _mistake(
        "rope_cos_and_sin_swapped",
        COS_SIN,
        "angles.sin().to(dtype), angles.cos().to(dtype)",
        "sine and cosine are returned in the wrong order",
        "sin 和 cos 的返回顺序反了",
    ),
    _mistake(
        "rope_angles_negated",
        COS_SIN,
        "angles.cos().to(dtype), -angles.sin().to(dtype)",
        "the sine has the wrong sign, so everything turns backwards",
        "sin 的符号反了，所有向量都朝相反方向旋转",
    ),
    _mistake(
        "rope_dtype_ignored",
        COS_SIN,
        "angles.cos(), angles.sin()",
        "cos and sin are float32 whatever dtype is asked for",
        "无论要求什么 dtype，cos 和 sin 都是 float32",
    ),
    # Turning.
    _mistake(
        "rope_pairs_of_neighbours",
        "    " + HALVES + "\n    return " + JOINED,
        "    first, second = x[..., ::2], x[..., 1::2]\n"
        "    return torch.stack((-second, first), dim=-1).flatten(-2)",
        "neighbouring features are paired: here feature i goes with i + head_dim / 2",
        "把相邻的特征配成了对：这里是第 i 个与第 i + head_dim / 2 个配对",
    ),
    _mistake(
        "rope_no_minus",
        JOINED,
        "torch.cat((second, first), dim=-1)",
        "the halves change places without a minus: that is no rotation",
        "两半交换了位置却没有负号：这不是旋转",
    ),
    _mistake(
        "rope_minus_on_the_other_half",
        JOINED,
        "torch.cat((second, -first), dim=-1)",
        "the minus stands at the wrong half, so everything turns backwards",
        "负号放在了另一半，所有向量都朝相反方向旋转",
    ),
    _mistake(
        "rope_halves_stay",
        JOINED,
        "torch.cat((-first, second), dim=-1)",
        "one half is negated and the two are not exchanged",
        "只给一半加了负号，两半没有交换",
    ),
    _mistake(
        "rope_keys_stay",
        ROTATED_K,
        "rotated_k = k * 1.0",
        "keys are returned as they came: they turn as the queries do",
        "键原样返回：键应与查询一样旋转",
    ),
    _mistake(
        "rope_keys_turn_backwards",
        ROTATED_K,
        "rotated_k = k * cos - _rotate_half(k) * sin",
        "keys turn against the queries, so scores depend on the sum of positions",
        "键与查询的旋转方向相反，分数取决于位置之和而不是之差",
    ),
    _mistake(
        "rope_cosine_on_the_turned",
        ROTATED_K,
        "rotated_k = k * sin + _rotate_half(k) * cos",
        "cos and sin change places where keys are turned, so angle 0 is a quarter turn",
        "旋转键时 cos 和 sin 用反了，角度为 0 时反而转了四分之一圈",
    ),
    _mistake(
        "rope_sine_on_the_unturned",
        ROTATED_Q,
        "rotated_q = q * cos + q * sin",
        "the sine multiplies the queries themselves: it belongs to the exchanged "
        "halves",
        "sin 乘在了查询本身上：应乘交换后的两半",
    ),
    _mistake(
        "rope_without_gradient",
        "return rotated_q, rotated_k",
        "return rotated_q.detach(), rotated_k.detach()",
        "the result is detached, so q_proj and k_proj would never learn",
        "结果被 detach，q_proj 和 k_proj 永远学不到东西",
    ),
    _mistake(
        "rope_returns_float32",
        ROTATED_Q,
        "rotated_q = q.float() * cos + _rotate_half(q).float() * sin",
        "queries come back in float32: they should keep the dtype that they came in",
        "查询以 float32 返回：应保持原来的 dtype",
    ),
    _mistake(
        "rope_changes_the_queries",
        ROTATED_Q,
        "rotated_q = _rotate_half(q) * sin + q.data.mul_(cos)",
        "the queries that were given are changed in place",
        "就地修改了传入的查询",
    ),
    _mistake(
        "rope_signs_on_the_cpu",
        "    " + HALVES + "\n    return " + JOINED,
        "    half = x.shape[-1] // 2\n"
        "    signs = torch.ones(2 * half, dtype=x.dtype)\n"
        "    signs[:half] = -1\n"
        "    return x.roll(half, dims=-1) * signs",
        "a tensor is made on the CPU whatever device the queries are on",
        "不管查询在哪个设备上，都在 CPU 上新建了张量",
    ),
)
