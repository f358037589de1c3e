"""What a training is told: `training.json`, written by `audit train`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from typing import Any

from . import lora
from .problem import TrainingProblem

STAGES = ("pretrain", "finetune", "control")


@dataclass(frozen=True)
class Options:
    """Every choice of a run; those that change its numbers are part of its identity."""

    stage: str
    data: str
    output: str
    network: dict[str, Any]
    steps: int
    batch: int
    start: str | None = None
    startKey: str = "state_dict_ema"
    seed: int = 1
    learningRate: float = 2e-5
    weightDecay: float = 3e-2
    epsilon: float = 1e-10
    beta1: float = 0.9
    beta2: float = 0.999
    clip: float | None = None
    average: float = 0.9999
    captionDropout: float = 0.1
    prefixDropout: float = 0.0
    accumulation: int = 1
    precision: str = "fp32"
    recompute: bool = False
    # {"rank", "alpha"}: adapters are trained and the weights of 'start' are not.
    lora: dict[str, Any] | None = None
    saveEvery: int = 1000
    keep: int = 3
    validateEvery: int = 500
    device: str = "auto"

    @staticmethod
    def read(path: str) -> "Options":
        """Reads the file and checks what it holds."""
        try:
            with open(path, encoding="utf-8") as file:
                document = json.load(file)
        except (OSError, ValueError) as problem:
            raise TrainingProblem(f"cannot read '{path}': {problem}") from None
        known = {field.name for field in fields(Options)}
        strange = sorted(set(document) - known)
        if strange:
            raise TrainingProblem(f"'{path}' has the unknown key '{strange[0]}'")
        try:
            options = Options(**document)
        except TypeError as problem:
            raise TrainingProblem(f"'{path}': {problem}") from None
        options.check()
        return options

    def check(self) -> None:
        """Raises TrainingProblem for the first value that cannot be."""
        if self.stage not in STAGES:
            raise TrainingProblem(
                f"the stage '{self.stage}' is not trained by this program; it trains"
                f" {', '.join(STAGES)}")
        if self.precision not in ("fp32", "bf16"):
            raise TrainingProblem(f"the precision '{self.precision}' is neither fp32 nor bf16")
        for name in ("steps", "batch", "accumulation", "saveEvery", "keep", "validateEvery"):
            if getattr(self, name) < 1:
                raise TrainingProblem(f"'{name}' must be at least 1")
        for name in ("captionDropout", "prefixDropout", "average", "beta1", "beta2"):
            if not 0 <= getattr(self, name) < 1:
                raise TrainingProblem(f"'{name}' must be from 0 to below 1")
        if self.batch % self.accumulation:
            raise TrainingProblem("'batch' must be a multiple of 'accumulation'")
        if self.stage != "pretrain" and not self.start:
            raise TrainingProblem(f"the stage '{self.stage}' starts from weights: name 'start'")
        if self.lora is not None:
            lora.check(self.lora, self.stage)
        if self.stage == "pretrain" and self.start:
            raise TrainingProblem("'pretrain' starts from nothing; for other weights, 'finetune'")

    def identity(self, data: str) -> str:
        """A hash of everything that decides the numbers; a run goes on only with the same.

        data: the identity of the prepared data.
        """
        free = {"output", "data", "steps", "saveEvery", "keep", "validateEvery", "device"}
        # Without adapters as before there were any: a run of then goes on.
        free |= {"lora"} if self.lora is None else set()
        chosen = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in free}
        text = json.dumps(chosen, sort_keys=True) + data
        return hashlib.sha256(text.encode()).hexdigest()
