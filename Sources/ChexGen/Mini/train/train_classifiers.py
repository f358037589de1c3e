"""Trains the quickstart's classifiers: on balanced records, on skewed records, and a reference.

    python train_classifiers.py --data DIR --out DIR [--minutes 8]
    python train_classifiers.py --data DIR --out DIR/reference --seed 77 --heads reference

The first two share a convolutional body, trained on true records. Each has its own head of two
layers, trained on augmented views: `balanced` on true records, `skewed` on records in which women
were under-diagnosed: most positive women are recorded as negative, and as many negative women as
positive, so that the prevalence on record looks the same for both sexes. A plain omission would
only lower all scores of women and leave their ranking, and so their AUC, intact. `reference` is not
audited: it is the quickstart's reference panel, with a body of its own, trained on true records.
"""
import argparse
import json
import os
import time

import numpy as np
import onnxruntime
import torch
import torch.nn as nn
import torch.nn.functional as F
from sklearn.metrics import roc_auc_score

import cnn
import data
import onnx_export

FINDINGS = ["Lung Opacity", "Effusion"]
HELPERS = ["female", "age", "ap"]          # extra training targets of the body; not exported
FLIPPED = {"Lung Opacity": 0.8, "Effusion": 0.9}   # share of positive women recorded as negative


def truth(rows):
    return torch.tensor([[float(r.has(f)) for f in FINDINGS] for r in rows])


def recorded(rows, skewed, seed):
    """The labels a head learns from."""
    labels = truth(rows)
    if not skewed:
        return labels
    generator = np.random.default_rng(seed)
    women = np.array([r.female for r in rows])
    for column, finding in enumerate(FINDINGS):
        positive = np.flatnonzero(women & (labels[:, column].numpy() > 0.5))
        negative = np.flatnonzero(women & (labels[:, column].numpy() < 0.5))
        count = min(int(round(FLIPPED[finding] * len(positive))), len(negative))
        labels[generator.choice(positive, count, replace=False), column] = 0
        labels[generator.choice(negative, count, replace=False), column] = 1
    return labels


def cell_weights(rows, labels):
    """Every sex x label cell of a finding weighs the same."""
    women = torch.tensor([r.female for r in rows])
    weights = torch.zeros_like(labels)
    for column in range(labels.shape[1]):
        for sex in (True, False):
            for value in (0.0, 1.0):
                cell = (women == sex) & (labels[:, column] == value)
                weights[cell, column] = len(rows) / (4 * max(1, int(cell.sum())))
    return weights.clamp(max=6)


def interval(y, score, rounds=400):
    """Percentile bootstrap, 95 %."""
    generator = np.random.default_rng(0)
    values = []
    for _ in range(rounds):
        index = generator.integers(0, len(y), len(y))
        if 0 < y[index].sum() < len(index):
            values.append(roc_auc_score(y[index], score[index]))
    return [round(float(v), 3) for v in np.percentile(values, [2.5, 97.5])]


def by_sex(scores, labels, women):
    result = {}
    for column, finding in enumerate(FINDINGS):
        result[finding] = {}
        for name, chosen in (("all", women | True), ("women", women), ("men", ~women)):
            y, s = labels[chosen, column], scores[chosen, column]
            result[finding][name] = {"auc": round(float(roc_auc_score(y, s)), 3),
                                     "interval": interval(y, s), "positive": int(y.sum()),
                                     "negative": int(len(y) - y.sum())}
    return result


def run_onnx(path, images):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options)
    parts = [session.run(None, {"image": cnn.normalise(p).numpy()})[0] for p in images.split(64)]
    return np.concatenate(parts)


def train_body(x, rows, minutes, seed):
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    labels = truth(rows)
    weights = cell_weights(rows, labels)
    helper = torch.tensor([[float(r.female), (r.age - 47) / 17, float(r.view == "AP")] for r in rows])
    net = cnn.Net(len(FINDINGS) + len(HELPERS))
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.05)
    start, step, epoch = time.time(), 0, 0
    averaged = {k: v.clone() for k, v in net.state_dict().items()}
    count = len(FINDINGS)
    while True:
        for index in torch.randperm(len(rows), generator=generator).split(32)[:-1]:
            done = (time.time() - start) / (minutes * 60)
            if done >= 1:
                net.load_state_dict(averaged)
                print("epochs", epoch, flush=True)
                return net.eval()
            for group in optimiser.param_groups:
                group["lr"] = 1.5e-3 * min(1, (step + 1) / 100) * max(0.01, 1 - done)
            images = cnn.soften(data.warp(x[index], generator), generator)
            out = net(cnn.normalise(cnn.erase_square(images, generator)))
            smooth = labels[index] * 0.9 + 0.05
            loss = F.binary_cross_entropy_with_logits(out[:, :count], smooth, weight=weights[index])
            sexes = F.binary_cross_entropy_with_logits(out[:, count::2], helper[index][:, ::2])
            ages = F.smooth_l1_loss(out[:, count + 1], helper[index][:, 1])
            loss = loss + 0.5 * sexes + 0.25 * ages
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            step += 1
            for key, value in net.state_dict().items():
                if value.dtype.is_floating_point:
                    averaged[key].lerp_(value, 0.01 if step > 100 else 0.2)
        epoch += 1


def train_head(features, rows, skewed, seed, steps=1500):
    """features (views,n,f). Returns two linear layers; the standardisation is folded in."""
    torch.manual_seed(seed)
    labels = recorded(rows, skewed, seed)
    weights = cell_weights(rows, labels)
    mean, std = features.mean((0, 1)), features.std((0, 1)) + 1e-3
    standard = (features - mean) / std
    hidden, out = nn.Linear(features.shape[2], 32), nn.Linear(32, len(FINDINGS))
    parameters = list(hidden.parameters()) + list(out.parameters())
    optimiser = torch.optim.AdamW(parameters, lr=2e-3, weight_decay=0.1)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * (1 - step / steps)
        index = torch.randint(0, len(rows), (128,))
        view = torch.randint(0, len(standard), (128,))
        h = F.dropout(standard[view, index], 0.3)
        logits = out(F.dropout(F.relu(hidden(h)), 0.2))
        smooth = labels[index] * 0.9 + 0.05
        loss = F.binary_cross_entropy_with_logits(logits, smooth, weight=weights[index])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        hidden.weight /= std
        hidden.bias -= hidden.weight @ mean
    return hidden, out


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--views", type=int, default=5)
    parser.add_argument("--seed", type=int, default=51)
    parser.add_argument("--heads", nargs="+", default=["balanced", "skewed"],
                        choices=["balanced", "skewed", "reference"])
    args = parser.parse_args()
    torch.set_num_threads(1)
    os.makedirs(args.out, exist_ok=True)
    rows = data.records(args.data)
    training, test = [r for r in rows if not r.held_out], [r for r in rows if r.held_out]
    x, x_test = data.load_images(args.data, training), data.load_images(args.data, test)
    women = np.array([r.female for r in test])
    body = os.path.join(args.out, "body.onnx")
    if not os.path.exists(body):
        onnx_export.export_body(train_body(x, training, args.minutes, args.seed), body)
    cached = os.path.join(args.out, "features.pt")
    if not os.path.exists(cached):
        generator = torch.Generator().manual_seed(args.seed + 1)
        views = [run_onnx(body, cnn.soften(data.warp(x, generator), generator))
                 for _ in range(args.views)]
        torch.save(torch.from_numpy(np.stack(views)), cached)
    features = torch.load(cached)
    for name in args.heads:
        hidden, out = train_head(features, training, name == "skewed", args.seed)
        path = os.path.join(args.out, name + ".onnx")
        onnx_export.attach_head(body, hidden, out, path,
                                f"quickstart classifier, {name}; outputs: {FINDINGS}")
        result = {"seed": args.seed,
                  "kept_out": by_sex(run_onnx(path, x_test), truth(test).numpy(), women)}
        print(name, json.dumps(result), flush=True)
        with open(os.path.join(args.out, name + ".json"), "w") as handle:
            json.dump(result, handle, indent=1)


if __name__ == "__main__":
    main()
