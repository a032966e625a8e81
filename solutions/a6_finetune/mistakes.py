"""Known mistakes of fine-tuning: what each patches, and its cause in a sentence."""

# ruff: noqa: RUF001 - hints are in Chinese, too

from autograder.kit.mistake import Mistake


def _mistake(name: str, old: str, new: str, hint: str, hint_zh: str) -> Mistake:
    return Mistake(
        name=name, part="finetune", old=old, new=new, hint=hint, hint_zh=hint_zh
    )


COLLATOR = "data_collator=PaddingCollator(pad_token_id),"
LOSS = "compute_loss_func=loss_for_trainer,"
PAD = "    pad_token_id = tokenizer.pad_token_id\n"
NO_PAD = "pad_token_id = tokenizer.eos_token_id"
MAX_LENGTH = "min(tokenizer.model_max_length, model.config.max_position_embeddings)"
TOKENIZE = "partial(tokenize_function, tokenizer=tokenizer, max_length=max_length)"
KEPT = "return tokenized.filter(_has_labels)"
LOSSES = '[entry["loss"] for entry in trainer.state.log_history if "loss" in entry]'
SAVE = "        trainer.save_model()\n"

MISTAKES: tuple[Mistake, ...] = (
    # The arguments.
    _mistake(
        "defaults_win",
        "**(settings | overrides)",
        "**(overrides | settings)",
        "your defaults overwrite what the caller asked for: in `a | b`, b wins",
        "你的默认值覆盖了调用者的要求：在 `a | b` 中，b 优先",
    ),
    _mistake(
        "learning_rate_is_the_librarys",
        '        "learning_rate": 2e-5,\n',
        "",
        "learning_rate is not set: the library's own default, 5e-5, is left",
        "没有设置 learning_rate：留下的是库自己的默认值 5e-5",
    ),
    _mistake(
        "schedule_is_the_librarys",
        '        "lr_scheduler_type": "cosine",\n',
        "",
        "lr_scheduler_type is not set: the library's own default, linear, is left",
        "没有设置 lr_scheduler_type：留下的是库自己的默认值 linear",
    ),
    _mistake(
        "one_epoch",
        '"num_train_epochs": 3',
        '"num_train_epochs": 1',
        "num_train_epochs is 1: the table says 3",
        "num_train_epochs 是 1：表中规定为 3",
    ),
    _mistake(
        "logs_every_ten_steps",
        '"logging_steps": 1',
        '"logging_steps": 10',
        "the loss is logged every tenth step only: logging_steps is not 1",
        "每十步才记录一次损失：logging_steps 不是 1",
    ),
    _mistake(
        "saves_a_checkpoint_every_epoch",
        '"save_strategy": "no"',
        '"save_strategy": "epoch"',
        "checkpoints are saved while it trains: save_strategy should be 'no'",
        "训练途中保存了检查点：save_strategy 应为 'no'",
    ),
    _mistake(
        "bfloat16_everywhere",
        '"bf16": on_gpu and torch.cuda.is_bf16_supported()',
        '"bf16": True',
        "bf16 is on although there is no GPU: ask whether there is one that has it",
        "没有 GPU 也打开了 bf16：应先确认有支持它的 GPU",
    ),
    # What the batches hold.
    _mistake(
        "labels_are_made_by_comparing_ids",
        COLLATOR,
        "data_collator=lambda rows: __import__('transformers')"
        ".DataCollatorForLanguageModeling(\n"
        "            type(tokenizer)(\n"
        "                tokenizer_object=tokenizer.backend_tokenizer,\n"
        "                pad_token=tokenizer.eos_token,\n"
        "            ),\n"
        "            mlm=False,\n"
        "        )([{'input_ids': row['input_ids']} for row in rows]),",
        "pad_token is eos_token and DataCollatorForLanguageModeling makes labels by"
        " comparing ids: the end is never learned, so no answer ends; the prompt is",
        "pad_token 用了 eos_token，而 DataCollatorForLanguageModeling 靠比较 id 生成"
        "标签：结束词元永远学不到，所以回答停不下来，提示反而被学了",
    ),
    _mistake(
        "the_end_is_masked",
        COLLATOR,
        "data_collator=lambda rows: PaddingCollator(pad_token_id)(\n"
        "            [\n"
        "                row | {'labels': [-100 if t == tokenizer.eos_token_id else t"
        " for t in row['labels']]}\n"
        "                for row in rows\n"
        "            ]\n"
        "        ),",
        "the label of the end is -100, so no answer ever learns to end",
        "结束词元的标签是 -100，所以回答永远学不会结束",
    ),
    _mistake(
        "learns_the_prompt",
        TOKENIZE,
        "partial(tokenize_function, tokenizer=tokenizer, max_length=max_length,"
        " train_on_prompt=True)",
        "the prompt is learned too: its labels should be -100",
        "提示也被学了：它的标签应为 -100",
    ),
    _mistake(
        "labels_are_shifted",
        COLLATOR,
        "data_collator=lambda rows: PaddingCollator(pad_token_id)(\n"
        "            [row | {'labels': row['labels'][1:] + [-100]} for row in rows]\n"
        "        ),",
        "labels are shifted in the batch, and once more in the loss",
        "标签在批次里移位了一次，在损失函数里又移位一次",
    ),
    _mistake(
        "pads_on_the_left",
        COLLATOR,
        'data_collator=PaddingCollator(pad_token_id, padding_side="left"),',
        "padding is on the left: for training it goes on the right",
        "填充在左边：训练时填充应在右边",
    ),
    _mistake(
        "pads_to_the_longest_possible",
        COLLATOR,
        "data_collator=PaddingCollator(pad_token_id, pad_to_multiple_of=max_length),",
        "every batch is padded to the greatest length: pad to its own longest row",
        "每个批次都填充到了最大长度：应只填充到本批最长的一行",
    ),
    _mistake(
        "padding_is_attended_to",
        COLLATOR,
        "data_collator=lambda rows: (\n"
        "            batch := PaddingCollator(pad_token_id)(rows)\n"
        "        )\n"
        "        | {'attention_mask': torch.ones_like(batch['input_ids'])},",
        "attention_mask is 1 at padding, too",
        "attention_mask 在填充处也是 1",
    ),
    _mistake(
        "mask_is_missing",
        COLLATOR,
        "data_collator=lambda rows: {\n"
        "            name: column\n"
        "            for name, column in PaddingCollator(pad_token_id)(rows).items()\n"
        "            if name != 'attention_mask'\n"
        "        },",
        "batches have no attention_mask",
        "批次里没有 attention_mask",
    ),
    # The pad.
    _mistake(
        "a_pad_of_id_0_counts_as_none",
        PAD,
        "    pad_token_id = tokenizer.pad_token_id or None\n",
        "`or` and `if not` take a pad_token_id of 0 for none: ask whether it is None",
        "`or` 和 `if not` 把值为 0 的 pad_token_id 当成没有：应判断它是否为 None",
    ),
    _mistake(
        "pad_is_always_the_end",
        PAD,
        "    pad_token_id = None\n",
        "rows are padded with the end although the tokenizer has a pad of its own",
        "分词器有自己的填充词元，却用结束词元来填充",
    ),
    _mistake(
        "without_a_pad_it_is_0",
        NO_PAD,
        "pad_token_id = 0",
        "without a pad rows are padded with id 0, another token's: use the end's",
        "没有填充词元时用 id 0 填充，而那是别的词元：应使用结束词元的 id",
    ),
    _mistake(
        "adds_a_pad",
        NO_PAD,
        "tokenizer.add_special_tokens({'pad_token': '[PAD]'})\n"
        "        pad_token_id = tokenizer.pad_token_id",
        "a pad is added to the tokenizer: the model's embedding has no row for its id",
        "给分词器新增了填充词元：模型的词嵌入里没有这个 id 对应的行",
    ),
    _mistake(
        "sets_the_tokenizers_pad",
        NO_PAD,
        "tokenizer.pad_token = tokenizer.eos_token\n"
        "        pad_token_id = tokenizer.pad_token_id",
        "the caller's tokenizer is changed: choose an id to pad with, and leave"
        " tokenizer.pad_token alone",
        "改动了调用者的分词器：选好填充用的 id 即可，不要动 tokenizer.pad_token",
    ),
    _mistake(
        "resizes_the_embedding",
        PAD,
        "    model.resize_token_embeddings(len(tokenizer) + 1)\n" + PAD,
        "the model's embedding is resized: no token was added, so none needs a row",
        "改变了模型词嵌入的大小：没有新增词元，就不需要新的行",
    ),
    # How long rows are, and which there are.
    _mistake(
        "models_limit_is_forgotten",
        MAX_LENGTH,
        "tokenizer.model_max_length",
        "rows are cut by the tokenizer's limit alone: the model has"
        " max_position_embeddings positions",
        "只按分词器的上限截断：模型只有 max_position_embeddings 个位置",
    ),
    _mistake(
        "tokenizers_limit_is_forgotten",
        MAX_LENGTH,
        "model.config.max_position_embeddings",
        "rows are cut by the model's limit alone: the tokenizer has a model_max_length",
        "只按模型的上限截断：分词器还有 model_max_length",
    ),
    _mistake(
        "length_is_left_at_512",
        TOKENIZE,
        "partial(tokenize_function, tokenizer=tokenizer)",
        "max_length is not passed on: tokenize_function's default, 512, is left",
        "没有传递 max_length：留下的是 tokenize_function 的默认值 512",
    ),
    _mistake(
        "longer_by_one",
        MAX_LENGTH,
        MAX_LENGTH + " + 1",
        "rows are one token longer than model or tokenizer take",
        "各行比模型或分词器的上限多一个词元",
    ),
    _mistake(
        "keeps_rows_that_teach_nothing",
        KEPT,
        "return tokenized",
        "rows whose labels are all -100 are trained on: they teach nothing",
        "标签全是 -100 的行也在训练集里：它们什么也教不了",
    ),
    _mistake(
        "drops_rows_that_were_cut",
        KEPT,
        "return tokenized.filter(lambda row: row['input_ids'][-1] =="
        " tokenizer.eos_token_id)",
        "rows that were cut are dropped: what is left of their answers can be learned",
        "丢掉了被截断的行：它们剩下的回答仍然可以学",
    ),
    _mistake(
        "nothing_to_learn_goes_unnoticed",
        'if len(rows["train"]) == 0:',
        "if False:",
        "no ValueError although no row has anything to learn",
        "没有任何一行可学，却没有抛出 ValueError",
    ),
    _mistake(
        "texts_stay_in_the_rows",
        ", remove_columns=rows.column_names",
        "",
        "the columns of text stay in the tokenized rows: map has remove_columns",
        "分词后的行里还留着文本列：map 有 remove_columns 参数",
    ),
    _mistake(
        "rows_are_sorted_by_length",
        KEPT,
        "tokenized = tokenized.filter(_has_labels)\n"
        "    return tokenized.select(\n"
        "        sorted(range(len(tokenized)),"
        " key=lambda n: len(tokenized[n]['input_ids']))\n"
        "    )",
        "rows are sorted by their length: only the Trainer may change their order",
        "行按长度排了序：数据集的顺序只应由 Trainer 来打乱",
    ),
    # The loss.
    _mistake(
        "each_batch_is_averaged_alone",
        LOSS,
        "compute_loss_func=lambda outputs, labels, num_items_in_batch=None:"
        " loss_for_trainer(outputs, labels),",
        "num_items_in_batch is ignored: each batch is averaged by itself, so tokens of"
        " short batches count more",
        "忽略了 num_items_in_batch：每个小批次各自求平均，短批次的词元因此权重更大",
    ),
    _mistake(
        "divided_by_accumulation_again",
        LOSS,
        "compute_loss_func=lambda outputs, labels, num_items_in_batch=None:"
        " loss_for_trainer(outputs, labels, num_items_in_batch)"
        " / args.gradient_accumulation_steps,",
        "the loss is divided by gradient_accumulation_steps although"
        " num_items_in_batch counts the tokens of all batches already",
        "损失又除以了 gradient_accumulation_steps，而 num_items_in_batch"
        " 已经包含了所有小批次的词元",
    ),
    _mistake(
        "loss_does_not_shift",
        LOSS,
        "compute_loss_func=lambda outputs, labels, num_items_in_batch=None:"
        " torch.nn.functional.cross_entropy(\n"
        "            outputs['logits'].flatten(0, 1), labels.flatten(),"
        " reduction='sum'\n"
        "        ) / num_items_in_batch,",
        "the loss is not shifted: it asks each token for itself, not for the next one",
        "损失没有移位：是在让每个词元预测自己，而不是下一个词元",
    ),
    # What is trained and evaluated.
    _mistake(
        "unfreezes_everything",
        PAD,
        "    model.requires_grad_(True)\n" + PAD,
        "weights that the caller froze are trained again: leave requires_grad alone",
        "调用者冻结的权重又被训练了：不要动 requires_grad",
    ),
    _mistake(
        "freezes_the_embedding",
        PAD,
        "    model.get_input_embeddings().requires_grad_(False)\n" + PAD,
        "the embedding is frozen, which nobody asked for",
        "冻结了词嵌入，而没有人要求这样做",
    ),
    _mistake(
        "nothing_to_evaluate_on",
        '        eval_dataset=rows.get("test"),\n',
        "",
        "the rows of 'test' are not handed to the Trainer",
        "没有把 'test' 的行交给 Trainer",
    ),
    _mistake(
        "evaluates_on_the_training_rows",
        'rows.get("test")',
        'rows["train"]',
        "it evaluates on the rows that it trains on: those of 'test' are to be told",
        "评估用的是训练的行：应该用 'test' 的行",
    ),
    # The run.
    _mistake(
        "overrides_are_not_passed_on",
        "make_training_arguments(output_dir, **overrides)",
        "make_training_arguments(\n"
        "            output_dir,\n"
        "            **{k: v for k, v in overrides.items() if k in ('use_cpu',"
        " 'max_steps')},\n"
        "        )",
        "finetune keeps most of its overrides to itself: all of them belong to"
        " make_training_arguments",
        "finetune 没有把大部分 overrides 传下去：它们都应交给 make_training_arguments",
    ),
    _mistake(
        "trains_in_the_saved_dtype",
        "from_pretrained(model_folder, dtype=torch.float32)",
        "from_pretrained(model_folder)",
        "a model saved in bfloat16 is trained in bfloat16: load it in float32",
        "以 bfloat16 保存的模型就用 bfloat16 训练了：应以 float32 加载",
    ),
    _mistake(
        "saves_before_it_trains",
        "        trainer.train()\n" + SAVE,
        SAVE + "        trainer.train()\n",
        "what is saved is the model before training",
        "保存的是训练之前的模型",
    ),
    _mistake(
        "saves_in_half_precision",
        SAVE,
        "        trainer.model.bfloat16()\n" + SAVE,
        "the trained weights are rounded to bfloat16 before they are saved",
        "训练好的权重在保存之前被舍入成了 bfloat16",
    ),
    _mistake(
        "tokenizer_is_not_saved",
        "        processing_class=tokenizer,\n",
        "",
        "the tokenizer is not saved beside the model: a Trainer saves its"
        " processing_class",
        "分词器没有和模型保存在一起：Trainer 会保存它的 processing_class",
    ),
    _mistake(
        "losses_are_the_mean_alone",
        LOSSES,
        LOSSES.replace('"loss"', '"train_loss"'),
        "losses holds the mean of the run, train_loss, not the loss of each step",
        "losses 里只有整次训练的平均值 train_loss，而不是每一步的损失",
    ),
    _mistake(
        "losses_have_a_gap",
        LOSSES,
        '[entry.get("loss") for entry in trainer.state.log_history]',
        "losses ends with None: the last entry of log_history is a summary without one",
        "losses 以 None 结尾：log_history 的最后一项是汇总，没有 loss",
    ),
    _mistake(
        "losses_are_rounded",
        LOSSES,
        LOSSES.replace('[entry["loss"]', '[round(entry["loss"], 2)'),
        "losses are rounded",
        "损失被四舍五入了",
    ),
    _mistake(
        "first_loss_is_missing",
        LOSSES,
        LOSSES + "[1:]",
        "the loss of the first step is missing",
        "缺少第一步的损失",
    ),
    _mistake(
        "answers_with_the_models_folder",
        '"folder": output_dir',
        '"folder": model_folder',
        "the folder returned is the one that the model came from",
        "返回的文件夹是模型原来所在的文件夹",
    ),
    _mistake(
        "seed_is_fixed",
        "        trainer = build_trainer(",
        "        args.seed = 0\n        trainer = build_trainer(",
        "the seed is always the same, whatever is asked for: rows come in one order",
        "种子总是同一个：无论要求哪个种子，行的顺序都一样",
    ),
    _mistake(
        "rows_are_not_shuffled",
        '        "logging_steps": 1,\n',
        '        "logging_steps": 1,\n'
        '        "train_sampling_strategy": "sequential",\n',
        "rows come in the same order in every epoch: they should be shuffled",
        "每一轮里行的顺序都一样：应当打乱",
    ),
    _mistake(
        "leaves_its_seed_behind",
        "with _own_random_numbers():",
        "if True:",
        "the Trainer's seed stays in force for the whole program: put the random states"
        " back",
        "Trainer 设置的种子留在了整个程序里：应恢复各个随机状态",
    ),
    _mistake(
        "puts_only_torchs_seed_back",
        "            random.setstate(python)\n"
        "            np.random.set_state(numpy)  # noqa: NPY002 - the global one\n",
        "            pass\n",
        "the random states of Python and numpy are left as the Trainer set them",
        "Python 和 numpy 的随机状态还是 Trainer 设置的样子",
    ),
)
