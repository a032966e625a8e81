"""Known mistakes of the MLP: what each patches, and its cause in a sentence."""

# ruff: noqa: RUF001 - hints are in Chinese, too

from autograder.kit.mistake import Mistake

GATE = "gate = silu(self.gate_proj(hidden_states))"
UP = "up = self.up_proj(hidden_states)"
DOWN = "self.down_proj(gate * up)"


def _mistake(name: str, old: str, new: str, hint: str, hint_zh: str) -> Mistake:
    return Mistake(name=name, part="mlp", old=old, new=new, hint=hint, hint_zh=hint_zh)


MISTAKES: tuple[Mistake, ...] = (
    _mistake(
        "mlp_silu_on_up",
        "    " + GATE + "  # [..., m]\n        " + UP,
        "    gate = self.gate_proj(hidden_states)\n"
        "        up = silu(self.up_proj(hidden_states))",
        "silu is applied to up_proj's result: it belongs to gate_proj's",
        "silu 作用在了 up_proj 的结果上：应作用于 gate_proj 的结果",
    ),
    _mistake(
        "mlp_silu_on_the_product",
        "    " + GATE + "  # [..., m]\n        " + UP,
        "    gate = self.gate_proj(hidden_states) * self.up_proj(hidden_states)\n"
        "        gate, up = silu(gate), 1.0",
        "silu is applied to the product: it belongs to gate_proj's result alone",
        "silu 作用在了乘积上：应只作用于 gate_proj 的结果",
    ),
    _mistake(
        "mlp_silu_on_both",
        UP,
        "up = silu(self.up_proj(hidden_states))",
        "silu is applied to both: up_proj's result passes as it is",
        "两边都用了 silu：up_proj 的结果应保持原样",
    ),
    _mistake(
        "mlp_gelu",
        GATE,
        "from torch.nn.functional import gelu\n\n"
        "        gate = gelu(self.gate_proj(hidden_states))",
        "the gate goes through gelu: LLaMA's goes through silu",
        "门用了 gelu：LLaMA 用的是 silu",
    ),
    _mistake(
        "mlp_relu",
        GATE,
        "gate = self.gate_proj(hidden_states).relu()",
        "the gate goes through relu: LLaMA's goes through silu",
        "门用了 relu：LLaMA 用的是 silu",
    ),
    _mistake(
        "mlp_sigmoid",
        GATE,
        "gate = self.gate_proj(hidden_states).sigmoid()",
        "the gate goes through a sigmoid: silu multiplies that by its input",
        "门用了 sigmoid：silu 还要再乘以输入本身",
    ),
    _mistake(
        "mlp_quick_gelu",
        GATE,
        "gate = self.gate_proj(hidden_states)\n"
        "        gate = gate * (1.702 * gate).sigmoid()",
        "the sigmoid's input is scaled by 1.702, as in quick gelu: silu does not scale",
        "sigmoid 的输入乘了 1.702（quick gelu 的做法）：silu 不缩放",
    ),
    _mistake(
        "mlp_no_activation",
        GATE,
        "gate = self.gate_proj(hidden_states)",
        "silu is missing: gate and up are multiplied as they are",
        "缺少 silu：gate 与 up 被直接相乘",
    ),
    _mistake(
        "mlp_up_ignored",
        DOWN,
        "self.down_proj(gate)",
        "up_proj's result is never used: the gate is multiplied with it",
        "没有用到 up_proj 的结果：应与门相乘",
    ),
    _mistake(
        "mlp_adds_gate_and_up",
        DOWN,
        "self.down_proj(gate + up)",
        "gate and up are added: they should be multiplied",
        "gate 与 up 被相加：应相乘",
    ),
    _mistake(
        "mlp_adds_its_input",
        DOWN,
        "self.down_proj(gate * up) + hidden_states",
        "the input is added on: that is the layer's business, not the MLP's",
        "加上了输入：残差连接由解码器层来做，不在 MLP 里",
    ),
    _mistake(
        "mlp_with_a_bias",
        "self.down_proj = nn.Linear(m, h, bias=False)",
        "self.down_proj = nn.Linear(m, h)",
        "down_proj has a bias: LLaMA's projections have none",
        "down_proj 带有偏置：LLaMA 的投影都没有偏置",
    ),
    _mistake(
        "mlp_four_times_as_wide",
        "h, m = config.hidden_size, config.intermediate_size",
        "h, m = config.hidden_size, 4 * config.hidden_size",
        "the MLP is 4 * hidden_size wide: intermediate_size says how wide",
        "MLP 的宽度是 4 * hidden_size：应由 intermediate_size 决定",
    ),
    _mistake(
        "mlp_gate_without_gradient",
        GATE,
        "gate = silu(self.gate_proj(hidden_states)).detach()",
        "the gate is detached, so gate_proj never learns",
        "门被 detach，gate_proj 永远学不到东西",
    ),
    _mistake(
        "mlp_with_dropout",
        DOWN,
        "self.down_proj(nn.functional.dropout(gate * up, 0.1))",
        "there is dropout inside, in evaluation too: LLaMA has none",
        "里面有 dropout，评估时也在生效：LLaMA 没有 dropout",
    ),
    _mistake(
        "mlp_returns_float32",
        "    output: Tensor = self.down_proj(gate * up)",
        "    output: Tensor = self.down_proj(gate * up).float()",
        "the output is float32 whatever came in: it should have the input's dtype",
        "无论输入是什么 dtype，输出都是 float32：应与输入一致",
    ),
    _mistake(
        "mlp_changes_its_input",
        UP,
        "up = self.up_proj(hidden_states)\n        hidden_states.data.zero_()",
        "the input is overwritten, though the layer still needs it for its residual",
        "输入被覆盖了，而解码器层的残差还要用到它",
    ),
    _mistake(
        "mlp_flattens_its_input",
        DOWN,
        "self.down_proj((gate * up).reshape(-1, gate.shape[-1]))",
        "batch and sequence are flattened into one: the shape of the input is kept",
        "批次和序列被合并成了一维：输出应保持输入的形状",
    ),
)
