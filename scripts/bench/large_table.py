"""A table of the size of MIMIC-CXR-JPG with invented patients, and the spec that reads it.

    large_table.py FOLDER [ROWS] [--whole]

Writes FOLDER/table.csv (377,110 rows unless told, patients with many images, labels of the fourteen
CheXpert findings with blanks and -1, two columns of scores) and FOLDER/large.json. To measure the import:

    /usr/bin/time -v audit score FOLDER/large.json --reports FOLDER/reports

With --whole two classifiers have scores for all fourteen findings, and the spec asks for sex, five ages, six
races and their intersections by pairs. To measure an audit of that size:

    /usr/bin/time -v audit run FOLDER/large.json --reports FOLDER/reports
"""

import json
import pathlib
import random
import sys

FINDINGS = [
    "No Finding", "Enlarged Cardiomediastinum", "Cardiomegaly", "Lung Opacity", "Lung Lesion", "Edema",
    "Consolidation", "Pneumonia", "Atelectasis", "Pneumothorax", "Pleural Effusion", "Pleural Other",
    "Fracture", "Support Devices",
]
RACES = ["WHITE", "BLACK/AFRICAN AMERICAN", "HISPANIC/LATINO - PUERTO RICAN", "ASIAN", "UNKNOWN", "OTHER"]
SCORED = ["Cardiomegaly", "Pleural Effusion"]
WHOLE = "--whole" in sys.argv
if WHOLE:
    sys.argv.remove("--whole")
    SCORED = FINDINGS
CLASSIFIERS = {"published": "p_", "candidate": "q_"} if WHOLE else {"published": "p_"}


def rows(count: int):
    """One text per image; labels belong to the study, sex and race to the patient."""
    draw = random.Random(7)
    subject, study, left = 10_000_000, 50_000_000, 0
    for _ in range(count):
        if left == 0:
            left = min(40, int(draw.expovariate(1 / 5.8)) + 1)
            subject += draw.randrange(1, 300)
            sex, race = draw.choice("FM"), draw.choices(RACES, [60, 18, 6, 4, 8, 4])[0]
            age = draw.randrange(18, 91)
        left -= 1
        if left % 2 == 0:
            study += draw.randrange(1, 90)
            labels = draw.choices(["", "1", "0", "-1"], [70, 15, 10, 5], k=len(FINDINGS))
            labels = [f"{label}.0" if label else "" for label in labels]
        name = f"{draw.getrandbits(160):040x}"
        image = "-".join(name[start:start + 8] for start in range(0, 40, 8))
        scores = [f"{min(0.9999, max(0.0001, draw.gauss(0.7 if labels[FINDINGS.index(f)] == '1.0' else 0.4, 0.2))):.4f}"
                  for _ in CLASSIFIERS for f in SCORED]
        view = draw.choice(["AP", "PA", "LATERAL"])
        yield ",".join([image, str(subject), str(study), view, "21800506", sex, str(age), race, *labels, *scores])


def specification() -> dict:
    meaning = {"1": "positive", "0": "negative", "-1": "leave out", "": "negative"}
    return {
        "schema": "audit-spec/1", "name": "large", "classifiers": [{"name": name} for name in CLASSIFIERS],
        "real": {
            "table": "table.csv",
            "columns": {
                "image": "dicom_id", "patient": "subject_id", "sex": "gender", "age": "anchor_age", "race": "race",
                "labels": {name: {"column": name, "values": meaning} for name in FINDINGS},
                "scores": {classifier: {name: prefix + name for name in SCORED}
                           for classifier, prefix in CLASSIFIERS.items()}}},
        "analysis": {
            "groups": {"sex": ["F", "M"], "age": {"edges": [0, 35, 50, 65, 80] if WHOLE else [0, 40, 60, 80]},
                       "race": {"White": ["WHITE*"], "Black": ["BLACK*"], "Hispanic": ["HISPANIC*"], "Asian": ["ASIAN*"],
                                **({"Other": ["OTHER"], "Unknown": ["UNKNOWN"]} if WHOLE else {})}},
            **({"intersections": [["sex", "age"], ["sex", "race"], ["age", "race"]]} if WHOLE else {}),
            "cluster": "patient"},
    }


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "table.csv", "w") as file:
        head = ["dicom_id", "subject_id", "study_id", "ViewPosition", "StudyDate", "gender", "anchor_age", "race"]
        file.write(",".join(head + FINDINGS 
                            + [prefix + name for prefix in CLASSIFIERS.values() for name in SCORED]) + "\n")
        for row in rows(int(sys.argv[2]) if len(sys.argv) > 2 else 377_110):
            file.write(row + "\n")
    (folder / "large.json").write_text(json.dumps(specification(), indent=1) + "\n")
