"""Subtle mistakes of the loss: name, and patch of the plain implementation."""

LOSS = (
    (
        "no_shift",
        "logits[:, :-1].float()\n    targets = labels[:, 1:]",
        "logits.float()\n    targets = labels",
    ),
    (
        "flat_shift",
        "logits = logits[:, :-1].float()\n    targets = labels[:, 1:]",
        (
            "logits = logits.flatten(0, 1)[:-1].float()\n"
            "    targets = labels.flatten()[1:]"
        ),
    ),
    ("no_upcast", "logits[:, :-1].float()", "logits[:, :-1]"),
    (
        "row_means",
        "n = max(len(targets), 1)",
        (
            "rows = counted.nonzero()[:, 0]\n"
            "        each = each / torch.bincount(rows)[rows]\n"
            "        n = max(len(rows.unique()), 1)"
        ),
    ),
    ("n_ignored", "if n is None:", "if True:"),
    ("n_plus_a_little", "each.sum() / n", "each.sum() / (n + 1e-3)"),
    ("mean_over_all_tokens", "n = max(len(targets), 1)", "n = max(counted.numel(), 1)"),
    (
        "counted_before_the_shift",
        "n = max(len(targets), 1)",
        "n = max(int((labels != ignore_index).sum()), 1)",
    ),
    (
        "ignore_index_fixed",
        "counted = targets != ignore_index",
        "counted = targets != -100",
    ),
    (
        "smoothing_over_others",
        "(1 - smoothing) * nll + smoothing * smooth",
        (
            "(1 - smoothing * log_p.shape[-1] / (log_p.shape[-1] - 1)) * nll"
            " + smoothing * log_p.shape[-1] / (log_p.shape[-1] - 1) * smooth"
        ),
    ),
    ("smoothing_added", "(1 - smoothing) * nll", "nll"),
    ("smoothing_ignored", "(1 - smoothing) * nll + smoothing * smooth", "nll"),
    ("smoothing_summed", "smooth = -log_p.mean(-1)", "smooth = -log_p.sum(-1)"),
    (
        "z_detached",
        "z * logits.logsumexp(-1).square()",
        "z * logits.logsumexp(-1).square().detach()",
    ),
    (
        "z_slightly_off",
        "z * logits.logsumexp(-1).square()",
        "1.01 * z * logits.logsumexp(-1).square()",
    ),
    ("z_linear", "z * logits.logsumexp(-1).square()", "z * logits.logsumexp(-1)"),
    (
        "z_of_the_largest",
        "z * logits.logsumexp(-1).square()",
        "z * logits.amax(-1).square()",
    ),
    ("z_forgotten", "z * logits.logsumexp(-1).square()", "0"),
    ("bf16_detour", "logits[:, :-1].float()", "logits[:, :-1].bfloat16().float()"),
    (
        "nothing_counted_is_nan",
        "n = max(len(targets), 1)",
        "n = torch.tensor(len(targets))",
    ),
)
