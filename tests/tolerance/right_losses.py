"""Right losses, each built in another way; see `plain.loss`."""

from torch.nn import functional


def loss_cross_entropy(logits, labels, ignore_index, n, smoothing, z):
    shifted, targets = logits[:, :-1].flatten(0, 1).float(), labels[:, 1:].flatten()
    counted = targets != ignore_index
    total = functional.cross_entropy(
        shifted,
        targets,
        ignore_index=ignore_index,
        label_smoothing=smoothing,
        reduction="sum",
    )
    total = total + z * shifted.logsumexp(-1)[counted].pow(2).sum()
    return total / (counted.sum().clamp(min=1) if n is None else n)


def loss_log_sum(logits, labels, ignore_index, n, smoothing, z):
    targets = functional.pad(labels, (0, 1), value=ignore_index)[:, 1:]
    counted = targets != ignore_index
    wide = logits.float()
    log_sum = wide.logsumexp(-1)
    target = wide.gather(-1, targets.where(counted, 0)[..., None])[..., 0]
    each = log_sum - (1 - smoothing) * target - smoothing * wide.mean(-1)
    each = (each + z * log_sum**2).where(counted, 0)
    return each.sum() / (counted.sum().clamp(min=1) if n is None else n)


def loss_one_hot(logits, labels, ignore_index, n, smoothing, z):
    counted = (labels[:, 1:] != ignore_index).float()
    v = logits.shape[-1]
    wanted = functional.one_hot(labels[:, 1:].clamp(0), v).float()
    wanted = wanted * (1 - smoothing) + smoothing / v
    wide = logits[:, :-1].float()
    most = wide.amax(-1, keepdim=True).detach()
    log_sum = most + (wide - most).exp().sum(-1, keepdim=True).log()
    each = (wanted * (log_sum - wide)).sum(-1) + z * log_sum[..., 0] ** 2
    return (each * counted).sum() / (max(float(counted.sum()), 1) if n is None else n)


def loss_in_double(logits, labels, ignore_index, n, smoothing, z):
    return _loss_by_rows(logits.double(), labels, ignore_index, n, smoothing, z).float()


def _loss_by_rows(logits, labels, ignore_index, n, smoothing, z):
    total, n_counted = logits.sum() * 0, 0
    for row, targets in zip(logits, labels, strict=True):
        kept = targets[1:] != ignore_index
        log_p = row[:-1][kept].log_softmax(-1)
        nll = functional.nll_loss(log_p, targets[1:][kept], reduction="sum")
        log_sum = row[:-1][kept].logsumexp(-1)
        total = total + (1 - smoothing) * nll - smoothing * log_p.mean(-1).sum()
        total = total + z * (log_sum @ log_sum)
        n_counted += int(kept.sum())
    return total / (max(n_counted, 1) if n is None else n)
