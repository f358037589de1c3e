"""Puts the trained pieces together under their final names, rounded once to float16.

    python package.py --data DIR --vae FILE --latents FILE --dit FILE --text DIR --out DIR
"""
import argparse
import json
import os
import shutil

import torch
from safetensors.torch import load_file, save_file

import data
import dit
import t5
import vae as vae_module
from common import half

SUPPORTED = ["Lung Opacity", "Effusion", "Cardiomegaly", "Pneumonia"]


def write(path, content):
    with open(path, "w") as handle:
        json.dump(content, handle, indent=2)
        handle.write("\n")


def main():
    parser = argparse.ArgumentParser()
    for name in ("--data", "--vae", "--latents", "--dit", "--text", "--out"):
        parser.add_argument(name, required=True)
    parser.add_argument("--notes", required=True, help="json with measured values, defaults, hours")
    args = parser.parse_args()
    trained = torch.load(args.dit)
    scale = torch.load(args.latents)["scale"]
    os.makedirs(os.path.join(args.out, "t5"), exist_ok=True)
    save_file(half(trained["dit"]), os.path.join(args.out, "dit.safetensors"))
    save_file(half(trained["t5"]), os.path.join(args.out, "t5/model.safetensors"))
    save_file(half(load_file(args.vae)), os.path.join(args.out, "vae.safetensors"))
    write(os.path.join(args.out, "vae.json"), dict(vae_module.CONFIG, scaling_factor=scale))
    write(os.path.join(args.out, "t5/config.json"), t5.CONFIG)
    shutil.copyfile(os.path.join(args.text, "spiece.model"), os.path.join(args.out, "t5/spiece.model"))
    rows = data.records(args.data)
    train, test = [r for r in rows if not r.held_out], [r for r in rows if r.held_out]
    with open(args.notes) as handle:
        notes = json.load(handle)
    write(os.path.join(args.out, "model.json"), {
        "name": "chexgen-mini", "version": 1, "resolution": data.SIZE, "latentScale": scale,
        "dit": {"heads": dit.CONFIG["heads"], "tokenCount": dit.CONFIG["tokens"],
                "patch": dit.CONFIG["patch"], "positionScale": 1.0},
        "support": {
            "attributes": {
                "sex": ["Female", "Male"],
                "age": {"minimum": int(min(r.age for r in train)),
                        "maximum": int(max(r.age for r in train))},
                "race": {"supported": False, "reason": "the training images carry no race"}},
            "views": ["PA", "AP"], "findings": SUPPORTED,
            "findingDefinitions": {
                "Lung Opacity": "any of " + ", ".join(sorted(data.OPACITY)) + " in the NIH labels"}},
        "training": {
            "dataset": data.DATASET,
            "images": len(train), "patients": len({r.patient for r in train}),
            "keptOutImages": len(test), "keptOutPatients": len({r.patient for r in test}),
            "splitRule": data.SPLIT_RULE,
            "dataHash": {"rule": "sha256 over the sorted sha256 of the training image files",
                         "value": data.data_hash(args.data, train)},
            "captions": "written by templates; side, severity and race are random and carry nothing",
            "loss": "eps prediction, min-SNR weighting (gamma 5), plus the variational term for the"
                    " learned variance; captions dropped with probability 0.1",
            "sampling": "Cardiomegaly drawn 3.5 times, Effusion 1.8 times as often as the rest",
            "scripts": "Sources/ChexGen/Mini/train", **notes["training"]},
        "measured": notes["measured"], "defaults": notes["defaults"]})
    total = sum(os.path.getsize(os.path.join(folder, name))
                for folder, _, names in os.walk(args.out) for name in names)
    print("bytes", total)


if __name__ == "__main__":
    main()
