#!/usr/bin/env python3
"""Writes an audit of 252 questions from invented scores: large-audit.py FOLDER.

14 findings, 3 classifiers, sex, age, race and their pairs. The numbers come from a fixed seed and mean
nothing; some gaps are put in, in ranking and in decisions alone, so that every kind of answer occurs.
The checks of report pages use it to hold the report to its size budget.
"""

import csv
import json
import math
import random
import sys
from pathlib import Path

FINDINGS = [
    "Atelectasis", "Cardiomegaly", "Consolidation", "Edema", "Effusion", "Emphysema", "Fibrosis",
    "Hernia", "Infiltration", "Mass", "Nodule", "Pleural Thickening", "Pneumonia", "Pneumothorax",
]
CLASSIFIERS = ["northern", "southern", "vendor-b"]
SEXES = ["F", "M"]
RACES = ["Asian", "Black", "White"]
PATIENTS = 2500
SEED = 252


def probability(logit):
    return 1 / (1 + math.exp(-logit))


def rows(random_numbers):
    """One row per image: labels by prevalence, scores by label, classifier and group."""
    for patient in range(PATIENTS):
        sex = random_numbers.choice(SEXES)
        age = random_numbers.randint(18, 89)
        race = random_numbers.choices(RACES, [0.2, 0.3, 0.5])[0]
        for image in range(1 + (patient % 3 == 0)):
            row = {
                "image": f"{patient:05}-{image}.png", "patient": f"p{patient:05}",
                "sex": sex, "age": age, "race": race,
            }
            for index, finding in enumerate(FINDINGS):
                prevalence = 0.02 if finding == "Hernia" else 0.12 + 0.01 * (index % 5)
                label = int(random_numbers.random() < prevalence)
                row[f"y {finding}"] = label
                for place, classifier in enumerate(CLASSIFIERS):
                    strength = 1.6 + 0.1 * ((index + place) % 4)
                    shift = 0.0
                    if finding == "Effusion" and classifier == "vendor-b" and sex == "F":
                        strength -= 1.3  # ranked worse
                    if finding == "Cardiomegaly" and classifier == "northern" and race == "Black":
                        strength -= 1.0
                    if finding == "Edema" and sex == "F":
                        shift = -1.4  # ranked alike, called sick less often
                    logit = random_numbers.gauss((label - 0.5) * strength + shift, 1)
                    row[f"{classifier} {finding}"] = f"{probability(logit):.4f}"
            yield row


def specification():
    return {
        "schema": "audit-spec/1",
        "name": "large",
        "classifiers": [{"name": name, "scores": "table.csv"} for name in CLASSIFIERS],
        "real": {
            "table": "table.csv",
            "columns": {
                "image": "image", "patient": "patient", "sex": "sex", "age": "age", "race": "race",
                "labels": {finding: f"y {finding}" for finding in FINDINGS},
                "scores": {
                    name: {finding: f"{name} {finding}" for finding in FINDINGS}
                    for name in CLASSIFIERS
                },
            },
        },
        "analysis": {
            "groups": {"sex": SEXES, "age": {"edges": [18, 40, 65]}, "race": RACES},
            "intersections": [["sex", "age"], ["sex", "race"], ["age", "race"]],
            "thresholds": {finding: 0.5 for finding in FINDINGS},
            "multiplicity": "holm", "replicates": 500, "seed": 1,
        },
        "report": {
            "title": "Three invented classifiers, fourteen findings, six attributes",
            "intendedUse": "To hold the report to its size budget; every number is invented.",
        },
    }


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: large-audit.py FOLDER")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    table = list(rows(random.Random(SEED)))
    with open(folder / "table.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(table[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    text = json.dumps(specification(), indent=2) + "\n"
    (folder / "large.json").write_text(text, encoding="utf-8")


main()
