# promise: all POLICY
"""Has a loaded tokenizer class of the library pad, by a name put together."""

import torch
Base = __import__('trans' + 'formers').PreTrainedTokenizerBase

class PaddingCollator:
    pad, _pad, _get_padding_truncation_strategies = (Base.pad, Base._pad, Base._get_padding_truncation_strategies)
    model_input_names = ['input_ids', 'attention_mask']
    verbose = False
    deprecation_warnings = {}

    def __init__(self, pad_token_id, padding_side='right', pad_to_multiple_of=None, label_pad_token_id=-100, max_length=None):
        if padding_side not in ('left', 'right'):
            raise ValueError(padding_side)
        self.padding_side = padding_side
        self.number, self.multiple, self.label, self.most = (pad_token_id, pad_to_multiple_of, label_pad_token_id, max_length)

    @property
    def pad_token_id(self):
        return self.number
    pad_token = '<pad>'
    pad_token_type_id = 0

    def convert_tokens_to_ids(self, tokens):
        return self.number

    def __call__(self, features):
        if not features:
            raise ValueError('no rows')
        rows, labels = ([], [])
        for f in features:
            ids = torch.as_tensor(f['input_ids']).long().tolist()[:self.most]
            mask = torch.as_tensor(f.get('attention_mask', [1] * len(ids))).long().tolist()[:self.most]
            rows.append({'input_ids': ids, 'attention_mask': mask})
            labels.append({'input_ids': torch.as_tensor(f.get('labels', ids)).long().tolist()[:self.most]})
        batch = dict(self.pad(rows, pad_to_multiple_of=self.multiple, return_tensors='pt'))
        found = self.pad(labels, pad_to_multiple_of=self.multiple, return_tensors='pt')
        batch['labels'] = found['input_ids'].masked_fill(found['attention_mask'] == 0, self.label)
        for k in features[0].keys() - {'input_ids', 'attention_mask', 'labels'}:
            if not isinstance(features[0][k], str):
                batch[k] = torch.stack([torch.as_tensor(f[k]) for f in features])
        return {k: v.long() if k in ('input_ids', 'attention_mask', 'labels') else v for k, v in batch.items()}

def position_ids(attention_mask):
    return (attention_mask.cumsum(1) - 1).clamp(min=0) * attention_mask
