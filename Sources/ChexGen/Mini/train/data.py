"""The training data: which images, which split, which labels, how pixels are prepared.

Everything here is deterministic, so that every script sees the same images in the same order.
"""
import csv
import hashlib
import os

import numpy as np
import torch
from PIL import Image

SIZE = 128
DATASET = "NIH ChestX-ray14"
SPLIT_RULE = "sha256('chexgen-mini:' + patient_id) mod 5 == 0 is kept out"

# "Lung Opacity" is our composite: single findings are too rare to learn from a thousand images.
OPACITY = {"Infiltration", "Pneumonia", "Consolidation", "Edema", "Atelectasis"}
FINDINGS = ["Lung Opacity", "Effusion", "Cardiomegaly", "Pneumonia"]


def held_out(patient_id):
    """A fifth of the patients is never trained on. Hash of the patient, not of the image."""
    digest = hashlib.sha256(("chexgen-mini:" + patient_id).encode()).hexdigest()
    return int(digest, 16) % 5 == 0


class Record:
    def __init__(self, row):
        self.image = row["image"]
        self.patient = row["patient_id"]
        self.female = row["sex"] == "F"
        self.age = float(row["age"])
        self.view = row["view"]
        self.findings = set(row["findings"].split("|"))
        self.held_out = held_out(self.patient)

    def has(self, finding):
        if finding == "Lung Opacity":
            return bool(self.findings & OPACITY)
        return finding in self.findings


def records(data_dir):
    """Only the NIH images: the COVID images come from one other hospital, and hospital would then
    be readable from the image (a source confounder). One licence is simpler too."""
    with open(os.path.join(data_dir, "metadata.csv"), newline="") as handle:
        rows = [Record(row) for row in csv.DictReader(handle) if row["dataset"] == DATASET]
    return sorted(rows, key=lambda record: record.image)


def load_image(data_dir, record):
    image = Image.open(os.path.join(data_dir, "images", record.image)).convert("L")
    # Pillow's bilinear resize widens its filter when it shrinks: this is the antialiased downscale.
    image = image.resize((SIZE, SIZE), Image.Resampling.BILINEAR)
    return np.asarray(image, dtype=np.uint8)


def load_images(data_dir, rows):
    """(n,1,128,128) float in [0,1]."""
    stack = np.stack([load_image(data_dir, record) for record in rows])
    return torch.from_numpy(stack).float().div_(255).unsqueeze(1)


def data_hash(data_dir, rows):
    """sha256 over the sorted sha256 of the image files."""
    hashes = []
    for record in rows:
        with open(os.path.join(data_dir, "images", record.image), "rb") as handle:
            hashes.append(hashlib.sha256(handle.read()).hexdigest())
    return hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()


def warp(images, generator, shift=0.04, scale=0.06, rotate=0.05, contrast=0.15, brightness=0.06):
    """Small shifts, scalings, rotations and contrast changes of (n,1,h,w) in [0,1].

    Never a horizontal flip: the side of the heart is information.
    """
    n = images.shape[0]

    def uniform(limit):
        return (torch.rand(n, generator=generator) * 2 - 1) * limit

    zoom, angle = 1 + uniform(scale), uniform(rotate)
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0], theta[:, 0, 1] = zoom * angle.cos(), -zoom * angle.sin()
    theta[:, 1, 0], theta[:, 1, 1] = zoom * angle.sin(), zoom * angle.cos()
    theta[:, 0, 2], theta[:, 1, 2] = uniform(2 * shift), uniform(2 * shift)
    grid = torch.nn.functional.affine_grid(theta, list(images.shape), align_corners=False)
    # Border padding, so that no black frames teach the generator to draw frames.
    out = torch.nn.functional.grid_sample(images, grid, padding_mode="border", align_corners=False)
    gain = (1 + uniform(contrast)).view(n, 1, 1, 1)
    offset = uniform(brightness).view(n, 1, 1, 1)
    return ((out - 0.5) * gain + 0.5 + offset).clamp(0, 1)
