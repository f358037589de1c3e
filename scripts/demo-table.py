#!/usr/bin/env python3
"""Writes audits/demo-real/table.csv: invented scores in the shape of a hospital's test set.

No patient is behind any row. Women with an effusion score lower than men in one classifier ("site-b"), and
its scores for the oldest are shifted; the other ("site-a") is alike. The seed is fixed.
"""

import csv
import math
import random
from pathlib import Path

PATIENTS = 700
SEED = 45


def probability(logit):
    return 1 / (1 + math.exp(-logit))


def main():
    numbers = random.Random(SEED)
    path = Path(__file__).resolve().parent.parent / "audits" / "demo-real" / "table.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["image", "patient", "sex", "age", "findings", "site-a", "site-b"])
        for patient in range(PATIENTS):
            sex = numbers.choice("FM")
            age = numbers.randint(20, 90)
            for image in range(1 + (patient % 4 == 0)):
                label = int(numbers.random() < 0.3)
                alike = numbers.gauss((label - 0.5) * 1.9, 1)
                strength = 0.7 if sex == "F" else 2.2
                unlike = numbers.gauss((label - 0.5) * strength - (1.0 if age >= 65 else 0), 1)
                writer.writerow([
                    f"{patient:04}-{image}.png", f"p{patient:04}", sex, age,
                    "Effusion" if label else "No Finding",
                    f"{probability(alike):.4f}", f"{probability(unlike):.4f}",
                ])


main()
