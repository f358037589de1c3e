"""Reads the detection and segmentation exports of one set and compares them with each other.

usage: places.py REPORT_FOLDER

pycocotools reads `coco` and `cocoRLE`; the YOLO text files and the mask pictures must say the same.
"""

import os
import sys

import numpy
from PIL import Image
from pycocotools.coco import COCO


def masks_of(coco, image):
    """The union of an image's masks, as pycocotools draws it."""
    union = numpy.zeros((image["height"], image["width"]), dtype=bool)
    for annotation in coco.loadAnns(coco.getAnnIds(imgIds=[image["id"]])):
        union |= coco.annToMask(annotation).astype(bool)
    return union


def main():
    folder = sys.argv[1] + "/rebalancing"
    coco = COCO(folder + "/coco/annotations.json")
    names = [coco.cats[key]["name"] for key in sorted(coco.cats)]
    boxes = empty = 0
    for image in coco.imgs.values():
        with Image.open(f"{folder}/coco/images/{image['file_name']}") as picture:
            assert picture.size == (image["width"], image["height"]), image["file_name"]
        label = image["file_name"].removesuffix(".png") + ".txt"
        with open(f"{folder}/yolo/labels/train/{label}", encoding="utf-8") as file:
            rows = [[float(word) for word in line.split()] for line in file]
        assert os.path.exists(f"{folder}/yolo/images/train/{image['file_name']}")
        annotations = coco.loadAnns(coco.getAnnIds(imgIds=[image["id"]]))
        assert len(rows) == len(annotations), image["file_name"]
        empty += not rows
        for row, annotation in zip(rows, annotations):
            x, y, width, height = annotation["bbox"]
            assert int(row[0]) == sorted(coco.cats).index(annotation["category_id"])
            sides = numpy.array([image["width"], image["height"]] * 2)
            # Quotients of small numbers.
            assert numpy.allclose(
                numpy.array(row[1:]) * sides, [x + width / 2, y + height / 2, width, height], atol=1e-6)
            assert 0 <= x and x + width <= image["width"] + 1e-6
            assert 0 <= y and y + height <= image["height"] + 1e-6
            boxes += 1
    assert boxes and empty, "a set with objects and with images that have none"
    print(f"ok      coco, yolo   {len(coco.imgs)} images, {boxes} boxes of {', '.join(names)}")

    segmented = COCO(folder + "/cocoRLE/annotations.json")
    pixels = 0
    pictures = {
        name: os.path.join(place, name)
        for place, _, files in os.walk(folder + "/masks/masks") for name in files}
    assert len(pictures) == len(segmented.imgs)
    for image in segmented.imgs.values():
        union = masks_of(segmented, image)
        with Image.open(pictures[image["file_name"]]) as picture:
            assert numpy.array_equal(numpy.asarray(picture) == 255, union), image["file_name"]
        for annotation in segmented.loadAnns(segmented.getAnnIds(imgIds=[image["id"]])):
            assert segmented.annToMask(annotation).sum() == annotation["area"]
        pixels += int(union.sum())
    assert pixels, "masks that hold something"
    print(f"ok      cocoRLE, masks   {len(segmented.imgs)} images, {pixels} pixels")


main()
