"""Prepared latents and captions, as `audit train` writes them."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

import torch
from safetensors import safe_open
from torch import Tensor

from .named import generator
from .problem import TrainingProblem

SCHEMA = "training-data/1"


@dataclass
class Batch:
    """What a step sees of its samples."""

    clean: Tensor  # [n, C, s, s], scaled
    caption: Tensor  # [n, L, text]
    mask: Tensor  # [n, L], 1 for tokens
    condition: Tensor | None  # [n, C, s, s], scaled


class PreparedData:
    """Latents by sample, captions by number; files are mapped, not held in memory."""

    def __init__(self, folder: str) -> None:
        path = os.path.join(folder, "index.json")
        try:
            with open(path, encoding="utf-8") as file:
                index = json.load(file)
        except (OSError, ValueError) as problem:
            raise TrainingProblem(f"cannot read the prepared data '{path}': {problem}") from None
        if index.get("schema") != SCHEMA:
            raise TrainingProblem(f"'{path}' is not of the schema {SCHEMA}")
        self.identity: str = index["identity"]
        self.scale: float = index["scale"]
        self.tokens: int = index["tokens"]
        self.text: int = index["text"]
        self.side: int = index["side"]
        self.samples: list[dict[str, Any]] = index["samples"]
        self.folder = folder
        self._files: dict[str, Any] = {}
        for split in ("train", "validation"):
            if not self.rows(split) and split == "train":
                raise TrainingProblem(f"'{path}' has no sample to train on")

    def rows(self, split: str) -> list[int]:
        """Numbers of the samples of a split."""
        return [i for i, sample in enumerate(self.samples) if sample["split"] == split]

    def _tensor(self, file: str, name: str) -> Tensor:
        if file not in self._files:
            path = os.path.join(self.folder, file)
            try:
                self._files[file] = safe_open(path, "pt")
            except Exception as problem:
                raise TrainingProblem(f"cannot read '{path}': {problem}") from None
        try:
            return self._files[file].get_tensor(name)
        except Exception as problem:
            raise TrainingProblem(f"'{file}' has no '{name}': {problem}") from None

    def _latents(self, place: dict[str, Any], noise: Tensor) -> Tensor:
        """A sample of the autoencoder's posterior, scaled."""
        moments = self._tensor(place["file"], place["name"]).float()
        mean, log_variance = moments.chunk(2)
        return (mean + torch.exp(0.5 * log_variance.clamp(-30, 20)) * noise) * self.scale

    def batch(
        self, rows: list[int], seed: int, step: object, prefix_dropout: float = 0.0,
    ) -> Batch:
        """The samples of a step; the autoencoder's noise and dropped prefixes are named by it."""
        shape = (len(rows), 4, self.side, self.side)
        noise = torch.randn(shape, generator=generator(seed, "latents", step))
        placed = torch.randn(shape, generator=generator(seed, "condition", step))
        plain = torch.rand(len(rows), generator=generator(seed, "prefix", step)) < prefix_dropout
        clean, captions, conditions = [], [], []
        for place, row in enumerate(rows):
            sample = self.samples[row]
            clean.append(self._latents(sample["latents"], noise[place]))
            name = sample["plain"] if plain[place] and sample.get("plain") else sample["caption"]
            captions.append(self._tensor(name["file"], name["name"]).float())
            if sample.get("condition"):
                conditions.append(self._latents(sample["condition"], placed[place]))
        if conditions and len(conditions) != len(rows):
            raise TrainingProblem("some samples have a condition and some have none")
        longest = max(len(caption) for caption in captions)
        caption = torch.zeros(len(rows), longest, self.text)
        mask = torch.zeros(len(rows), longest, dtype=torch.long)
        for place, words in enumerate(captions):
            caption[place, : len(words)] = words
            mask[place, : len(words)] = 1
        return Batch(
            torch.stack(clean), caption, mask, torch.stack(conditions) if conditions else None)
