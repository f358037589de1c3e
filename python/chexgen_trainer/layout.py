"""Released checkpoints, read and written: `state_dict` and `state_dict_ema` of a torch file."""

from __future__ import annotations

import os
from collections import OrderedDict
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from . import lora
from .problem import TrainingProblem

# What a fine-tune makes anew: as the reference's load_checkpoint.
REMADE = ("pos_embed", "base_model.pos_embed", "y_embedder.y_embedding")


def read_weights(path: str, key: str = "state_dict_ema") -> dict[str, Tensor]:
    """The tensors of a `.pth` or `.safetensors` file, without the prefix of data-parallel runs.

    Nothing in the file is executed.
    """
    if not os.path.isfile(path):
        raise TrainingProblem(f"there are no weights at '{path}'")
    if path.endswith(".safetensors"):
        try:
            return dict(load_file(path))
        except Exception as problem:
            raise TrainingProblem(f"'{path}' is no safetensors file: {problem}") from None
    try:
        document = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as problem:
        first = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
        raise TrainingProblem(f"'{path}' cannot be read as a checkpoint: {first}") from None
    if isinstance(document, dict) and isinstance(document.get(key), dict):
        document = document[key]
    elif isinstance(document, dict) and "state_dict" in document:
        raise TrainingProblem(f"'{path}' has no '{key}'; it has {', '.join(map(str, document))}")
    if not isinstance(document, dict) or not all(
            isinstance(value, Tensor) for value in document.values()):
        raise TrainingProblem(f"'{path}' holds no weights by name")
    return {str(name).removeprefix("module."): value for name, value in document.items()}


def load_into(
    model: nn.Module, weights: dict[str, Tensor], path: str, remade: tuple[str, ...] = (),
) -> None:
    """Fills the model; every key must be there and fit, but for those that are made anew."""
    kept = {name: value for name, value in weights.items() if name not in remade}
    wanted = {name: value for name, value in model.state_dict().items() if name not in remade}
    missing = sorted(set(wanted) - set(kept))
    if missing:
        raise TrainingProblem(f"'{path}' has no tensor '{missing[0]}' ({len(missing)} are missing)")
    strange = sorted(set(kept) - set(wanted))
    if strange:
        raise TrainingProblem(
            f"'{path}' has the tensor '{strange[0]}', which this network has not; the layout is of"
            " another network")
    for name, value in wanted.items():
        if kept[name].shape != value.shape:
            raise TrainingProblem(
                f"'{path}': '{name}' has the shape {tuple(kept[name].shape)}, the network"
                f" {tuple(value.shape)}")
    model.load_state_dict(kept, strict=False)


def write_atomically(document: Any, path: str) -> None:
    """Saves a torch file that is there whole or not at all."""
    temporary = f"{path}.{os.getpid()}.partial"
    try:
        with open(temporary, "wb") as file:
            torch.save(document, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except (OSError, RuntimeError) as problem:
        Path(temporary).unlink(missing_ok=True)
        raise TrainingProblem(f"cannot write '{path}': {problem}") from None


def released(
    model: nn.Module, average: dict[str, Tensor], step: int, epoch: int,
    adapter: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A checkpoint in the released layout: what `audit` and the reference sample from.

    adapter: rank and alpha of adapters, which are written into their layers.
    """
    weights = OrderedDict((n, v.detach().cpu()) for n, v in model.state_dict().items())
    smooth = OrderedDict((n, average.get(n, v).detach().cpu()) for n, v in weights.items())
    if adapter is not None:
        weights, smooth = lora.merged(weights, **adapter), lora.merged(smooth, **adapter)
    return {"state_dict": weights, "state_dict_ema": smooth, "epoch": epoch, "step": step}
