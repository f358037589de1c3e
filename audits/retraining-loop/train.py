"""Trains a small classifier of lung opacity on real radiographs, synthetic ones, or both.

    python train.py --table work/training.csv --images work/images --seed 1 --out model.onnx
    python train.py ... --synthetic ../../reports/retraining-before/rebalancing/chexpert
    python train.py ... --weights ../../reports/retraining-before/rebalancing/weights/weights.csv

`--table` has one row per real image: image, sex, age and a column per finding, 0 or 1.
`--synthetic` is an export of `audit run` in CheXpert's format; its images are mixed in.
`--weights` samples the cells of the real table by the weights that `audit run` proposes.

The same seed, data and thread count give the same weights.
"""
import argparse
import csv
import os
import warnings

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import Image

SIZE = 64
FINDING = "Lung Opacity"


def read_csv(path):
    with open(path, newline="") as handle:
        return list(csv.DictReader(handle))


def load(path):
    """[1, SIZE, SIZE] in 0...1; the size that the audit's spec names."""
    image = Image.open(path).convert("L").resize((SIZE, SIZE), Image.Resampling.BILINEAR)
    return torch.from_numpy(np.asarray(image, dtype=np.float32) / 255)[None]


def real_cases(table, folder):
    rows = read_csv(table)
    images = torch.stack([load(os.path.join(folder, row["image"])) for row in rows])
    labels = torch.tensor([float(row[FINDING]) for row in rows])
    return rows, images, labels


def synthetic_cases(export):
    """The synthetic set, from the table that comes with it."""
    rows = read_csv(os.path.join(export, "train.csv"))
    images = torch.stack([load(os.path.join(export, row["Path"])) for row in rows])
    labels = torch.tensor([float(row[FINDING]) for row in rows])
    return images, labels


def cell_weights(rows, path):
    """Sampling weight of every real row: the weight of its cell in the audit's proposal."""
    weights = {(cell["label"], cell["sex"]): float(cell["reweighing_weight"])
               for cell in read_csv(path) if cell["finding"] == FINDING}
    words = {"M": "Male", "F": "Female"}
    return [weights["positive" if float(row[FINDING]) > 0.5 else "negative", words[row["sex"]]]
            for row in rows]


class Net(nn.Module):
    """[batch, 1, 64, 64], normalised, to [batch, 1] logits."""

    def __init__(self, widths=(16, 32, 64, 96)):
        super().__init__()
        layers, channels = [], 1
        for width in widths:
            layers += [nn.Conv2d(channels, width, 3, padding=1, bias=False), nn.BatchNorm2d(width),
                       nn.ReLU(), nn.MaxPool2d(2)]
            channels = width
        self.body = nn.Sequential(*layers)
        self.dropout = nn.Dropout(0.3)
        self.head = nn.Linear(2 * channels, 1)

    def forward(self, x):
        h = self.body(x)
        # Average and maximum: small opacities survive the maximum.
        return self.head(self.dropout(torch.cat([h.mean((2, 3)), h.amax((2, 3))], dim=1)))


def normalise(images):
    return (images - 0.5) / 0.25


def augment(images, generator):
    """Small shifts, zooms and contrast changes; never a flip, the heart has its side."""
    n = len(images)
    uniform = lambda limit: (torch.rand(n, generator=generator) * 2 - 1) * limit
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0] = theta[:, 1, 1] = 1 + uniform(0.08)
    theta[:, 0, 2], theta[:, 1, 2] = uniform(0.1), uniform(0.1)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    out = F.grid_sample(images, grid, padding_mode="border", align_corners=False)
    gain, offset = 1 + uniform(0.2).view(n, 1, 1, 1), uniform(0.08).view(n, 1, 1, 1)
    return ((out - 0.5) * gain + 0.5 + offset).clamp(0, 1)


def train(images, labels, weights, seed, steps, batch=32):
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    weights = torch.tensor(weights, dtype=torch.double)
    net = Net()
    optimiser = torch.optim.AdamW(net.parameters(), lr=2e-3, weight_decay=0.05)
    net.train()
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1, (step + 1) / 50) * (1 - step / steps)
        chosen = torch.multinomial(weights, batch, replacement=True, generator=generator)
        logits = net(normalise(augment(images[chosen], generator)))[:, 0]
        smooth = labels[chosen] * 0.9 + 0.05
        loss = F.binary_cross_entropy_with_logits(logits, smooth)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if (step + 1) % 100 == 0:
            print(f"step {step + 1} of {steps}  loss {loss.item():.3f}", flush=True)
    return net.eval()


def write_onnx(net, path):
    """Writes to a temporary name first: a killed training leaves no half model behind."""
    temporary = path + ".part"
    with warnings.catch_warnings():
        # The exporter without dynamo needs no further package.
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.onnx.export(net, (torch.zeros(1, 1, SIZE, SIZE),), temporary, input_names=["image"],
                          output_names=["logits"], opset_version=17, dynamo=False,
                          dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}})
    os.replace(temporary, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--table", required=True)
    parser.add_argument("--images", required=True)
    parser.add_argument("--synthetic")
    parser.add_argument("--weights")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    rows, images, labels = real_cases(args.table, args.images)
    weights = cell_weights(rows, args.weights) if args.weights else [1.0] * len(rows)
    if args.synthetic:
        drawn, drawn_labels = synthetic_cases(args.synthetic)
        images, labels = torch.cat([images, drawn]), torch.cat([labels, drawn_labels])
        weights += [1.0] * len(drawn)
    write_onnx(train(images, labels, weights, args.seed, args.steps), args.out)


if __name__ == "__main__":
    main()
