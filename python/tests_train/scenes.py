"""Tiny prepared data and networks for tests: a bright half of the latents where the caption says so."""

from __future__ import annotations

import json
import os
from typing import Any

import torch
from safetensors.torch import save_file

NETWORK: dict[str, Any] = {
    "input": 8, "patch": 2, "width": 32, "depth": 3, "heads": 2, "text": 16, "tokens": 6,
    "position_scale": 1.0, "copies": 2,
}


def write_data(folder: str, count: int = 16, conditions: bool = False, seed: int = 3) -> None:
    """Prepared data as `audit train` writes it; every fourth sample is for validation."""
    os.makedirs(folder, exist_ok=True)
    draw = torch.Generator().manual_seed(seed)
    tensors: dict[str, torch.Tensor] = {}
    samples = []
    for number in range(count):
        kind = number % 2
        mean = torch.randn(4, 8, 8, generator=draw) * 0.3 + (4.0 if kind else -4.0)
        log_variance = torch.full((4, 8, 8), -6.0)
        tensors[f"latents.{number}"] = torch.cat([mean, log_variance])
        sample: dict[str, Any] = {
            "latents": {"file": "data.safetensors", "name": f"latents.{number}"},
            "caption": {"file": "data.safetensors", "name": f"caption.{kind}"},
            "plain": {"file": "data.safetensors", "name": "caption.0"},
            "split": "validation" if number % 4 == 3 else "train",
        }
        if conditions:
            mask = torch.full((4, 8, 8), -4.0)
            mask[:, :, 4 * kind:4 * kind + 4] = 4.0
            tensors[f"condition.{number}"] = torch.cat([mask, torch.full((4, 8, 8), -6.0)])
            sample["condition"] = {"file": "data.safetensors", "name": f"condition.{number}"}
        samples.append(sample)
    for kind in range(2):
        tensors[f"caption.{kind}"] = torch.randn(3 + kind, 16, generator=draw)
    save_file(tensors, os.path.join(folder, "data.safetensors"))
    index = {"schema": "training-data/1", "identity": f"tests {seed} {conditions}",
             "scale": 0.18215, "side": 8, "tokens": 4, "text": 16, "samples": samples}
    with open(os.path.join(folder, "index.json"), "w", encoding="utf-8") as file:
        json.dump(index, file)


def options(folder: str, **changes: Any) -> dict[str, Any]:
    """A training of twenty steps."""
    chosen: dict[str, Any] = {
        "stage": "pretrain", "data": os.path.join(folder, "data"),
        "output": os.path.join(folder, "out"), "network": NETWORK, "steps": 20, "batch": 4,
        "learningRate": 2e-3, "average": 0.9, "saveEvery": 5, "validateEvery": 10, "device": "cpu",
    }
    chosen.update(changes)
    return chosen


def curve(folder: str, name: str = "out") -> list[dict[str, float]]:
    """The log of a run."""
    with open(os.path.join(folder, name, "loss.jsonl"), encoding="utf-8") as file:
        return [json.loads(line) for line in file]
