"""Low-rank adapters: what a fine-tune adds to frozen linear layers, and how it is written into them.

After Hu et al., arXiv 2106.09685: a layer W becomes W + (alpha / rank) · up · down, where `up` begins as
zero, so that training starts from the network as it was.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .model import DiffusionTransformer
from .problem import TrainingProblem

# Linear layers of a block: both attentions and the small network.
LAYERS = ("attn.qkv", "attn.proj", "cross_attn.q_linear", "cross_attn.kv_linear", "cross_attn.proj",
          "mlp.fc1", "mlp.fc2")
PARTS = ("lora_down", "lora_up")


class AdaptedLinear(nn.Linear):
    """A linear layer with a term of low rank; the layer's own tensors keep their names."""

    def __init__(self, layer: nn.Linear, rank: int, scale: float) -> None:
        # Without storage of its own: the tensors of the layer are taken over.
        super().__init__(layer.in_features, layer.out_features, device="meta")
        self.weight, self.bias, self.scale = layer.weight, layer.bias, scale
        self.lora_down = nn.Parameter(torch.empty(rank, layer.in_features))
        self.lora_up = nn.Parameter(torch.zeros(layer.out_features, rank))
        nn.init.kaiming_uniform_(self.lora_down, a=math.sqrt(5))

    def forward(self, value: Tensor) -> Tensor:
        added = F.linear(F.linear(value, self.lora_down), self.lora_up)
        return super().forward(value) + self.scale * added


def check(lora: Any, stage: str) -> None:
    """Raises TrainingProblem for an adapter that cannot be."""
    if stage != "finetune":
        raise TrainingProblem(f"'lora' adapts weights that are there; the stage is '{stage}'")
    if not isinstance(lora, dict):
        raise TrainingProblem("'lora' must be an object with 'rank' and 'alpha'")
    strange = sorted(set(lora) - {"rank", "alpha"})
    if strange:
        raise TrainingProblem(f"'lora' has the unknown key '{strange[0]}'")
    for name in ("rank", "alpha"):
        if name not in lora:
            raise TrainingProblem(f"'lora' has no '{name}'")
    rank, alpha = lora["rank"], lora["alpha"]
    if not isinstance(rank, int) or isinstance(rank, bool) or rank < 1:
        raise TrainingProblem("the rank of 'lora' must be a whole number from 1 on")
    if not isinstance(alpha, (int, float)) or isinstance(alpha, bool) or not (
            alpha > 0 and math.isfinite(alpha)):
        raise TrainingProblem("the alpha of 'lora' must be a number above 0")


def adapt(model: DiffusionTransformer, rank: int, alpha: float) -> None:
    """Freezes the network and puts adapters on the linear layers of its blocks."""
    smallest = model.sizes.width
    if rank >= smallest:
        raise TrainingProblem(
            f"a rank of {rank} is not low for layers of {smallest} channels; take fewer, or train"
            " without 'lora'")
    model.requires_grad_(False)
    for block in model.blocks:
        for path in LAYERS:
            holder, name = path.split(".")
            part = getattr(block, holder)
            setattr(part, name, AdaptedLinear(getattr(part, name), rank, alpha / rank))


def merged(weights: dict[str, Tensor], rank: int, alpha: float) -> OrderedDict[str, Tensor]:
    """Weights by name with every adapter written into its layer: names are those without adapters."""
    found: OrderedDict[str, Tensor] = OrderedDict()
    for name, value in weights.items():
        if name.endswith(PARTS):
            continue
        layer = name.removesuffix(".weight")
        up = weights.get(f"{layer}.lora_up") if name.endswith(".weight") else None
        if up is not None:
            value = value + alpha / rank * (up @ weights[f"{layer}.lora_down"])
        found[name] = value
    return found
