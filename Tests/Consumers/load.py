"""Loads exports with the real consumers and compares them with rebalancing/manifest.csv.

usage: load.py REPORT_FOLDER FORMAT...

Counts, labels, attributes and pixels of every image must be those of the manifest.
"""

import csv
import hashlib
import os
import sys

import numpy
from PIL import Image


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def pixels(image):
    """Red, green and blue, as they are stored."""
    return numpy.asarray(image.convert("RGB"))


class Check:
    def __init__(self, report):
        self.report = report
        rows = [row for row in read(f"{report}/rebalancing/manifest.csv") if row["accepted"] == "1"]
        assert len(rows) >= 10, f"the set has {len(rows)} images, too few to test anything"
        self.rows = {row["sha256"]: row for row in rows}
        assert len(self.rows) == len(rows), "two images of the manifest are the same file"
        for row in rows:
            with open(f"{report}/{row['image']}", "rb") as file:
                assert hashlib.sha256(file.read()).hexdigest() == row["sha256"], row["image"]
        for label in "01":
            assert any(row["label"] == label for row in rows), f"no image with label {label}"
        self.seen = set()

    def folder(self, name):
        return f"{self.report}/rebalancing/{name}"

    def image(self, sha256, image):
        """Marks an image of the manifest as seen once, with the pixels of its file.

        A consumer that gives one channel only must give the first.
        """
        assert sha256 in self.rows, f"an image that the manifest does not accept: {sha256}"
        assert sha256 not in self.seen, f"{sha256} came twice"
        self.seen.add(sha256)
        original = pixels(Image.open(f"{self.report}/{self.rows[sha256]['image']}"))
        if image.ndim == 2:
            original = original[:, :, 0]
        assert numpy.array_equal(image, original), f"other pixels: {sha256}"
        return self.rows[sha256]

    def complete(self):
        missing = set(self.rows) - self.seen
        assert not missing, f"{len(missing)} images of the manifest did not come"
        count = len(self.seen)
        self.seen = set()
        return count

    def provenance(self, row, given):
        for key in ("finding", "sex", "race", "severity", "prompt", "base_case", "attempt", "seed"):
            value = "" if given[key] is None else str(given[key])
            assert value == row[key], f"{key}: {value!r} and {row[key]!r}"
        assert str(given["age"]) == row["age"] and str(given["label"]) == row["label"]


def huggingface(check):
    from datasets import __version__, load_dataset

    data = load_dataset("imagefolder", data_dir=check.folder("huggingface"), split="train")
    for sample in data:
        row = check.image(sample["sha256"], pixels(sample["image"]))
        sample["synthetic"] = str(sample["synthetic"]).lower()
        assert sample["synthetic"] == "true"
        check.provenance(row, sample)
    return f"datasets {__version__}, imagefolder with metadata.csv"


def imagefolder(check):
    import torchvision

    manifest = {row["path"]: row for row in read(check.folder("imagefolder") + "/manifest.csv")}
    root = check.folder("imagefolder") + "/images"
    for finding in sorted(os.listdir(root)):
        data = torchvision.datasets.ImageFolder(f"{root}/{finding}")
        assert data.classes == ["negative", "positive"], data.classes
        for (path, target), (image, again) in zip(data.samples, data):
            given = manifest[os.path.relpath(path, check.folder("imagefolder"))]
            row = check.image(given["sha256"], pixels(image))
            assert target == again == int(row["label"])
            check.provenance(row, given)
    return f"torchvision {torchvision.__version__}, ImageFolder"


def xray(check, name, data, findings):
    """torchxrayvision scales pixels to -1024...1024 and gives one label per pathology."""
    manifest = {row["path"]: row for row in read(check.folder(name) + "/manifest.csv")}
    assert len(data) == len(manifest), f"{len(data)} of {len(manifest)} rows were read"
    for index in range(len(data)):
        sample = data[index]
        place = data.csv.iloc[index]
        path = place["Path"] if name == "chexpert" else "images/" + place["Image Index"]
        given = manifest[path]
        gray = numpy.rint((sample["img"][0] / 1024 + 1) / 2 * 255).astype(numpy.uint8)
        row = check.image(given["sha256"], gray)
        check.provenance(row, given)
        label = sample["lab"][data.pathologies.index(findings[row["finding"]])]
        assert label == float(row["label"]), f"{path}: {label}"
        age, sex = ("Age", "Sex") if name == "chexpert" else ("Patient Age", "Patient Gender")
        assert int(place[age]) == int(row["age"])
        assert place[sex][0] == row["sex"][0]


def chexpert(check):
    import torchxrayvision

    folder = check.folder("chexpert")
    data = torchxrayvision.datasets.CheX_Dataset(
        imgpath=folder, csvpath=folder + "/train.csv", views=["*"], unique_patients=False)
    xray(check, "chexpert", data, {"Effusion": "Effusion", "Lung Opacity": "Lung Opacity"})
    return f"torchxrayvision {torchxrayvision.__version__}, CheX_Dataset"


def nih(check):
    import torchxrayvision

    folder = check.folder("nih")
    data = torchxrayvision.datasets.NIH_Dataset(
        imgpath=folder + "/images", csvpath=folder + "/Data_Entry.csv", views=["*"],
        unique_patients=False)
    # NIH has no "Lung Opacity": its column of names still says so, and the loader leaves it out.
    table = {row["Image Index"]: row for row in read(folder + "/Data_Entry.csv")}
    manifest = {row["path"]: row for row in read(folder + "/manifest.csv")}
    assert len(data) == len(manifest) == len(table)
    for index in range(len(data)):
        sample = data[index]
        place = data.csv.iloc[index]
        given = manifest["images/" + place["Image Index"]]
        gray = numpy.rint((sample["img"][0] / 1024 + 1) / 2 * 255).astype(numpy.uint8)
        row = check.image(given["sha256"], gray)
        check.provenance(row, given)
        name = row["finding"].replace(" ", "_") if row["label"] == "1" else "No Finding"
        assert place["Finding Labels"] == name
        if row["finding"] in data.pathologies:
            label = sample["lab"][data.pathologies.index(row["finding"])]
            assert label == float(row["label"])
        assert int(place["Patient Age"]) == int(row["age"])
        assert place["Patient Gender"] == row["sex"][0]
        assert str(place["Patient ID"]).startswith("SYNTHETIC-")
    return f"torchxrayvision {torchxrayvision.__version__}, NIH_Dataset"


def webdataset(check):
    import glob
    import json

    import webdataset as wds

    folder = check.folder("webdataset")
    shards = sorted(glob.glob(folder + "/shard-*.tar"))
    with open(folder + "/sizes.json", encoding="utf-8") as file:
        sizes = json.load(file)
    for shard in shards:
        count = 0
        for image, label, given in (
            wds.WebDataset(shard, shardshuffle=False).decode("pil").to_tuple("png", "cls", "json")
        ):
            row = check.image(given["sha256"], pixels(image))
            assert label == int(row["label"])
            check.provenance(row, given)
            count += 1
        assert sizes[os.path.basename(shard)] == count
    return f"webdataset {wds.__version__}, {len(shards)} shard"


def weights(check):
    import pandas
    from torch.utils.data import WeightedRandomSampler

    folder = check.folder("weights")
    training = pandas.read_csv(os.path.dirname(os.path.abspath(__file__)) + "/training.csv")
    samples = pandas.read_csv(folder + "/samples.csv")
    assert list(samples["image"]) == list(training["image"])
    for finding in ("Lung Opacity", "Effusion"):
        weight = samples[f"reweighing_weight {finding}"].fillna(0)
        group = training["sex"] + (training["age"] >= 50).astype(str)
        # Weighted so, the label is as frequent in every group that has both labels.
        for name in group.unique():
            inside = group == name
            if training[finding][inside].nunique() == 2:
                share = (weight * training[finding])[inside].sum() / weight[inside].sum()
                # Exact in rationals; 1e-9 is far above the rounding of a few sums.
                assert abs(share - training[finding].mean()) < 1e-9, (finding, name, share)
        sampler = WeightedRandomSampler(
            samples[f"sampling_weight {finding}"].fillna(0).tolist(), len(samples))
        assert len(list(sampler)) == len(training)
    check.seen = set(check.rows)
    return "pandas and torch's WeightedRandomSampler, weights"


def main():
    check = Check(sys.argv[1])
    failed = False
    for name in sys.argv[2:]:
        check.seen = set()
        try:
            consumer = globals()[name](check)
            print(f"ok      {name:12} {check.complete()} images  {consumer}")
        except Exception as problem:  # every consumer is tried, whatever the others did
            failed = True
            print(f"FAILED  {name:12} {type(problem).__name__}: {problem}")
    sys.exit(1 if failed else 0)


main()
