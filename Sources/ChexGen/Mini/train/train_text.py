"""Tokenizer, and a head start for the text encoder.

The T5 encoder is trained jointly with the DiT later. A thousand images are few to learn English
from, so it first learns, from captions alone, to state sex, age, view and findings at every token.

    python train_text.py --out DIR [--steps 2500]
"""
import argparse
import os
import random

import sentencepiece
import torch
import torch.nn as nn
import torch.nn.functional as F

import captions
import data
import t5

TOKENS = 56
VOCABULARY = 370


def train_tokenizer(out):
    corpus = os.path.join(out, "corpus.txt")
    with open(corpus, "w") as handle:
        handle.write("\n".join(captions.corpus()))
    sentencepiece.SentencePieceTrainer.train(
        input=corpus, model_prefix=os.path.join(out, "spiece"), model_type="unigram",
        vocab_size=VOCABULARY, normalization_rule_name="nmt_nfkc", pad_id=0, eos_id=1, unk_id=2, bos_id=-1,
        pad_piece="<pad>", eos_piece="</s>", unk_piece="<unk>", character_coverage=1.0,
        # Digits apart: an age never seen in training is still made of seen pieces.
        split_digits=True, num_threads=1, minloglevel=2,
        required_chars="abcdefghijklmnopqrstuvwxyz0123456789.,:;-?!'\"%<>=+&_#*")


class Tokenizer:
    def __init__(self, path, length=TOKENS):
        self.processor = sentencepiece.SentencePieceProcessor(model_file=path)
        self.length = length

    def __call__(self, texts):
        """Cut to length-1 pieces, end mark, padding on the right. Returns ids and mask."""
        ids = torch.zeros(len(texts), self.length, dtype=torch.long)
        mask = torch.zeros(len(texts), self.length, dtype=torch.long)
        for i, pieces in enumerate(self.processor.encode(list(texts))):
            pieces = pieces[:self.length - 1] + [1]
            ids[i, :len(pieces)] = torch.tensor(pieces)
            mask[i, :len(pieces)] = 1
        return ids, mask


def facts(text):
    """What a caption says: values and which of them it says at all."""
    values, known = [], []

    def add(value, is_known):
        values.append(float(value))
        known.append(float(is_known))

    add("sex:female" in text, "sex:" in text)
    age = float(text.split("age:")[1].split(",")[0].split(". ")[0].rstrip(".")) if "age:" in text else 47
    add((age - 47) / 17, "age:" in text)
    add("ap view" in text or "ap chest" in text, " view" in text or " chest radiograph" in text
        and ("pa chest" in text or "ap chest" in text))
    return values, known


def state(record, text):
    """Targets per finding: +1 named, -1 denied, 0 not mentioned (all learned as numbers)."""
    out = []
    for finding in ["Lung Opacity"] + sorted(captions.POSITIVE):
        positive = captions.OPACITY_POSITIVE if finding == "Lung Opacity" else captions.POSITIVE[finding]
        stems = [t.replace("{severity} ", "").replace("{side} ", "").rstrip(".") for t in positive]
        if record.has(finding):
            out.append(1.0 if any(s in text for s in stems) else 0.0)
        else:
            out.append(-1.0 if record.findings == {"No Finding"} or any(
                t in text for t in captions.NEGATIVE.get(finding, [])) else 0.0)
    return out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--seed", type=int, default=21)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    train_tokenizer(args.out)
    tokenizer = Tokenizer(os.path.join(args.out, "spiece.model"))
    print("pieces", tokenizer.processor.get_piece_size())
    rng = random.Random(args.seed)
    model = t5.T5Encoder()
    head = nn.Linear(t5.CONFIG["d_model"], 3 + 1 + len(captions.POSITIVE))
    parameters = list(model.parameters()) + list(head.parameters())
    optimiser = torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.01)
    longest = 0
    for step in range(args.steps):
        people = [captions.Fake(rng) for _ in range(48)]
        texts = [captions.caption(p, rng) for p in people]
        ids, mask = tokenizer(texts)
        longest = max(longest, int(mask.sum(1).max()))
        said = [facts(t) for t in texts]
        target = torch.tensor([v + state(p, t) for (v, _), p, t in zip(said, people, texts)])
        known = torch.tensor([k + [1.0] * (target.shape[1] - 3) for _, k in said])
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1, (step + 1) / 100) * (1 - step / args.steps)
        width = int(mask.sum(1).max())
        out = head(model(ids[:, :width], mask[:, :width]))
        error = (out - target[:, None]) ** 2 * known[:, None] * mask[:, :width, None]
        loss = error.sum() / (mask.sum() * target.shape[1])
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        if step % 250 == 0 or step == args.steps - 1:
            per = (error.sum((0, 1)) / (known[:, None] * mask[:, :width, None]).sum((0, 1)).clamp(min=1))
            print(step, round(loss.item(), 4), [round(v, 3) for v in per[:6].tolist()],
                  "longest", longest, flush=True)
    torch.save(model.state_dict(), os.path.join(args.out, "t5_start.pt"))


if __name__ == "__main__":
    main()
