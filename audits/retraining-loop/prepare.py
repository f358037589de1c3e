"""Makes the tables of the worked example: a skewed training table and a test table.

    python prepare.py --data DIR --out work

DIR has metadata.csv (image, dataset, patient_id, sex, age, findings as A|B) and images/. Only NIH
ChestX-ray14 is read. The test table holds the patients that ChexGen-mini was never trained on, so
that no synthetic image descends from a test patient. The training table has all other patients, less
about nine in ten of the women with the finding: the skew.
"""
import argparse
import csv
import hashlib
import os

OPACITY = {"Infiltration", "Pneumonia", "Consolidation", "Edema", "Atelectasis"}
FINDING = "Lung Opacity"


def digest(text):
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def is_kept_out(patient):
    """The split of ChexGen-mini's model card."""
    return digest("chexgen-mini:" + patient) % 5 == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--kept", type=int, default=10,
                        help="per cent of the women with the finding who stay in the training table")
    args = parser.parse_args()
    with open(os.path.join(args.data, "metadata.csv"), newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["dataset"] == "NIH ChestX-ray14"]
    tables = {"training": [], "test": []}
    for row in sorted(rows, key=lambda row: row["image"]):
        positive = bool(set(row["findings"].split("|")) & OPACITY)
        case = {"image": row["image"], "patient": row["patient_id"], "sex": row["sex"],
                "age": row["age"], FINDING: int(positive)}
        if is_kept_out(row["patient_id"]):
            tables["test"].append(case)
        elif not (positive and row["sex"] == "F"
                  and digest("skew:" + row["patient_id"]) % 100 >= args.kept):
            tables["training"].append(case)
    os.makedirs(args.out, exist_ok=True)
    for name, cases in tables.items():
        path = os.path.join(args.out, name + ".csv")
        with open(path + ".part", "w", newline="") as handle:
            writer = csv.DictWriter(handle, ["image", "patient", "sex", "age", FINDING])
            writer.writeheader()
            writer.writerows(cases)
        os.replace(path + ".part", path)
        counts = {(sex, label): sum(c["sex"] == sex and c[FINDING] == label for c in cases)
                  for sex in "FM" for label in (1, 0)}
        print(f"{name}: {len(cases)} images of {len({c['patient'] for c in cases})} patients; "
              + ", ".join(f"{sex} {'with' if label else 'without'} {count}"
                          for (sex, label), count in counts.items()))
    images = os.path.join(args.out, "images")
    if not os.path.lexists(images):
        os.symlink(os.path.abspath(os.path.join(args.data, "images")), images)


if __name__ == "__main__":
    main()
