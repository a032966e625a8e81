# promise: all PASSED
"""Right, and prints who calls it, which reads the source of all that is on the stack."""

import inspect
from typing import Any
import torch
from torch import Tensor
from torch.nn.functional import pad

class PaddingCollator:

    def __init__(self, pad_token_id: int, padding_side: str='right', pad_to_multiple_of: int | None=None, label_pad_token_id: int=-100, max_length: int | None=None) -> None:
        if padding_side not in ('right', 'left'):
            raise ValueError(f"padding_side is {padding_side!r}, expected 'right' or 'left'")
        self.padding_side = padding_side
        self.pad_to_multiple_of = pad_to_multiple_of
        self.max_length = max_length
        self.fills = {'input_ids': pad_token_id, 'attention_mask': 0, 'labels': label_pad_token_id}

    def __call__(self, features: list[dict[str, Any]]) -> dict[str, Tensor]:
        print('called by', inspect.stack()[1].function)
        if not features:
            raise ValueError('a batch needs at least one row, got none')
        rows = [self._read(feature) for feature in features]
        longest = max((len(row['input_ids']) for row in rows))
        width = self._round_up(longest)
        batch = {column: torch.stack([self._pad(row[column], width, fill) for row in rows]) for column, fill in self.fills.items()}
        return batch | _stack_numbers(features)

    def _read(self, feature: dict[str, Any]) -> dict[str, Tensor]:
        ids = feature['input_ids']
        mask = feature.get('attention_mask', [1] * len(ids))
        labels = feature.get('labels', ids)
        row = {'input_ids': ids, 'attention_mask': mask, 'labels': labels}
        return {column: torch.as_tensor(values, dtype=torch.long)[:self.max_length] for column, values in row.items()}

    def _round_up(self, length: int) -> int:
        multiple = self.pad_to_multiple_of or 1
        return -(-length // multiple) * multiple

    def _pad(self, row: Tensor, width: int, fill: int) -> Tensor:
        n_missing = width - len(row)
        if self.padding_side == 'left':
            return pad(row, (n_missing, 0), value=fill)
        return pad(row, (0, n_missing), value=fill)

def position_ids(attention_mask: Tensor) -> Tensor:
    n_so_far = attention_mask.cumsum(dim=-1)
    return (n_so_far - 1).masked_fill(attention_mask == 0, 0)

def _stack_numbers(features: list[dict[str, Any]]) -> dict[str, Tensor]:
    numbers = {}
    for column in features[0]:
        values = [feature.get(column) for feature in features]
        if all((isinstance(value, int | float) for value in values)):
            numbers[column] = torch.tensor(values)
    return numbers
