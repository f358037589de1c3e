"""Trains the judges: sex, age, view and findings from an image, on real training patients only.

They are used only to measure the generator and never seen by the quickstart classifiers; the first
one also checks sex and age in the quickstart (export_predictor.py). Their own accuracy on kept-out patients is reported next to every measurement.

    python train_predictors.py --data DIR --out DIR [--seed 1] [--minutes 12]
"""
import argparse
import json
import os
import time

import numpy as np
import torch
import torch.nn.functional as F
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

import cnn
import data

TARGETS = ["female", "age", "ap"] + data.FINDINGS
AGE_CENTRE, AGE_SCALE = 47.0, 17.0


def targets(rows):
    table = [[row.female, (row.age - AGE_CENTRE) / AGE_SCALE, row.view == "AP"]
             + [row.has(f) for f in data.FINDINGS] for row in rows]
    return torch.tensor(np.array(table, dtype=np.float32))


def predict(net, images):
    net.eval()
    with torch.no_grad():
        return torch.cat([net(cnn.normalise(part)) for part in images.split(64)])


def report(output, truth):
    output, truth = output.numpy(), truth.numpy()
    result = {"n": len(truth)}
    for i, name in enumerate(TARGETS):
        if name == "age":
            result["age_spearman"] = float(spearmanr(output[:, i], truth[:, i])[0])
            result["age_mae_years"] = float(np.abs(output[:, i] - truth[:, i]).mean() * AGE_SCALE)
        else:
            result[name + "_auc"] = float(roc_auc_score(truth[:, i], output[:, i]))
    result["sex_accuracy"] = float(((output[:, 0] > 0) == (truth[:, 0] > 0.5)).mean())
    return {key: round(value, 4) for key, value in result.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=12)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(args.seed)
    rows = data.records(args.data)
    train, test = [r for r in rows if not r.held_out], [r for r in rows if r.held_out]
    x, y = data.load_images(args.data, train), targets(train)
    x_test, y_test = data.load_images(args.data, test), targets(test)

    net = cnn.Net(len(TARGETS))
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.05)
    batch = 32
    per_epoch = len(train) // batch
    start, step = time.time(), 0
    # Rare findings weigh more, so that the network does not ignore them.
    weight = ((1 - y.mean(0)) / y.mean(0).clamp(min=0.03)).clamp(0.3, 8)
    averaged = {k: v.clone() for k, v in net.state_dict().items()}
    for epoch in range(args.epochs):
        net.train()
        total = 0.0
        for index in torch.randperm(len(train), generator=generator).split(batch)[:per_epoch]:
            # The schedule follows whichever runs out first: epochs or minutes.
            done = max(step / (args.epochs * per_epoch), (time.time() - start) / (args.minutes * 60))
            for group in optimiser.param_groups:
                group["lr"] = 1.5e-3 * min(1, (step + 1) / 100) * max(0.01, 1 - done) ** 1.0
            images = cnn.soften(data.warp(x[index], generator), generator)
            images = cnn.erase_square(images, generator)
            out = net(cnn.normalise(images))
            binary = [0] + list(range(2, len(TARGETS)))
            smooth = y[index][:, binary] * 0.9 + 0.05
            loss = F.binary_cross_entropy_with_logits(out[:, binary], smooth,
                                                      pos_weight=weight[binary])
            loss = loss + 0.5 * F.smooth_l1_loss(out[:, 1], y[index][:, 1])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += loss.item()
            step += 1
            for key, value in net.state_dict().items():
                if value.dtype.is_floating_point:
                    averaged[key].lerp_(value, 0.01 if step > 100 else 0.2)
                else:
                    averaged[key].copy_(value)
        if epoch % 4 == 3:
            print(epoch, round(total / per_epoch, 4), round(time.time() - start),
                  report(predict(net, x_test), y_test), flush=True)
        if time.time() - start > args.minutes * 60:
            break
    net.load_state_dict(averaged)
    result = report(predict(net, x_test), y_test)
    print("final", result, flush=True)
    torch.save({"state": net.state_dict(), "kept_out": result, "seed": args.seed},
               os.path.join(args.out, f"judge{args.seed}.pt"))
    with open(os.path.join(args.out, f"judge{args.seed}.json"), "w") as handle:
        json.dump(result, handle, indent=1)


if __name__ == "__main__":
    main()
