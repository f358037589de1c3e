"""The diffusion transformer and its control branch, with the key names of the released files."""

from __future__ import annotations

import copy
import math
from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from .problem import TrainingProblem


@dataclass(frozen=True)
class Sizes:
    """What decides the shapes of a network."""

    input: int  # latents a side
    patch: int
    width: int
    depth: int
    heads: int
    text: int
    tokens: int
    position_scale: float = 1.0
    channels: int = 4
    copies: int = 13

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if value <= 0:
                raise TrainingProblem(f"the network's '{name}' is {value}; it must be above 0")
        if self.input % self.patch:
            raise TrainingProblem(f"{self.input} latents a side are no multiple of {self.patch}")
        if self.width % (4 * self.heads):
            raise TrainingProblem(
                f"the network's width {self.width} is no multiple of 4 × {self.heads} heads")

    @property
    def grid(self) -> int:
        return self.input // self.patch


def position_table(grid: int, width: int, scale: float) -> Tensor:
    """`[1, grid², width]`: columns in the first half of the channels, rows in the second."""
    omega = 10000.0 ** (-torch.arange(width // 4, dtype=torch.float64) / (width // 4))
    place = torch.arange(grid, dtype=torch.float32) / scale
    angle = place.double()[:, None] * omega
    axis = torch.cat([angle.sin(), angle.cos()], dim=1)
    column = axis[None].expand(grid, -1, -1)
    row = axis[:, None].expand(-1, grid, -1)
    return torch.cat([column, row], dim=-1).reshape(1, grid * grid, width).float()


def _sinusoid(timestep: Tensor) -> Tensor:
    frequency = torch.exp(
        -math.log(10000) * torch.arange(128, dtype=torch.float32, device=timestep.device) / 128)
    angle = timestep[:, None].float() * frequency
    return torch.cat([angle.cos(), angle.sin()], dim=-1)


class _Patches(nn.Module):
    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.proj = nn.Conv2d(sizes.channels, sizes.width, sizes.patch, sizes.patch)

    def forward(self, latents: Tensor) -> Tensor:
        return self.proj(latents).flatten(2).transpose(1, 2)


class _Time(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(256, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, timestep: Tensor) -> Tensor:
        return self.mlp(_sinusoid(timestep))


class _Mlp(nn.Module):
    def __init__(self, given: int, hidden: int, out: int) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(given, hidden), nn.Linear(hidden, out)

    def forward(self, value: Tensor) -> Tensor:
        return self.fc2(F.gelu(self.fc1(value), approximate="tanh"))


class _Caption(nn.Module):
    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.y_proj = _Mlp(sizes.text, sizes.width, sizes.width)
        # What a dropped caption becomes; learned, in the space of the text encoder.
        self.y_embedding = nn.Parameter(
            torch.randn(sizes.tokens, sizes.text) / sizes.text ** 0.5)


def _attend(query: Tensor, key: Tensor, value: Tensor, heads: int, mask: Tensor | None) -> Tensor:
    def split(tensor: Tensor) -> Tensor:
        return tensor.unflatten(-1, (heads, -1)).transpose(1, 2)
    out = F.scaled_dot_product_attention(split(query), split(key), split(value), attn_mask=mask)
    return out.transpose(1, 2).flatten(2)


class _SelfAttention(nn.Module):
    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.heads = sizes.heads
        self.qkv = nn.Linear(sizes.width, 3 * sizes.width)
        self.proj = nn.Linear(sizes.width, sizes.width)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.proj(_attend(*self.qkv(tokens).chunk(3, dim=-1), self.heads, None))


class _CrossAttention(nn.Module):
    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.heads = sizes.heads
        self.q_linear = nn.Linear(sizes.width, sizes.width)
        self.kv_linear = nn.Linear(sizes.width, 2 * sizes.width)
        self.proj = nn.Linear(sizes.width, sizes.width)

    def forward(self, tokens: Tensor, caption: Tensor, mask: Tensor) -> Tensor:
        key, value = self.kv_linear(caption).chunk(2, dim=-1)
        return self.proj(_attend(self.q_linear(tokens), key, value, self.heads, mask))


def _normed(tokens: Tensor) -> Tensor:
    return F.layer_norm(tokens, tokens.shape[-1:], eps=1e-6)


class Block(nn.Module):
    """Self-attention, cross-attention and a small network, modulated by the timestep."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.shift_scale_gate_table = nn.Parameter(
            torch.randn(6, sizes.width) / sizes.width ** 0.5)
        self.attn, self.cross_attn = _SelfAttention(sizes), _CrossAttention(sizes)
        self.mlp = _Mlp(sizes.width, 4 * sizes.width, sizes.width)

    def forward(self, tokens: Tensor, caption: Tensor, time: Tensor, mask: Tensor) -> Tensor:
        rows = (self.shift_scale_gate_table + time).unsqueeze(2).unbind(1)
        shift, scale, gate, shift_mlp, scale_mlp, gate_mlp = rows
        tokens = tokens + gate * self.attn(_normed(tokens) * (1 + scale) + shift)
        tokens = tokens + self.cross_attn(tokens, caption, mask)
        return tokens + gate_mlp * self.mlp(_normed(tokens) * (1 + scale_mlp) + shift_mlp)


class _Final(nn.Module):
    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.shift_scale_table = nn.Parameter(torch.randn(2, sizes.width) / sizes.width ** 0.5)
        self.linear = nn.Linear(sizes.width, sizes.patch ** 2 * 2 * sizes.channels)

    def forward(self, tokens: Tensor, time: Tensor) -> Tensor:
        shift, scale = (self.shift_scale_table + time[:, None]).unsqueeze(2).unbind(1)
        return self.linear(_normed(tokens) * (1 + scale) + shift)


class DiffusionTransformer(nn.Module):
    """`DiT_*`: latents, timestep and caption to predicted noise and variance values."""

    def __init__(self, sizes: Sizes, checkpoints: bool = False) -> None:
        super().__init__()
        self.sizes, self.checkpoints = sizes, checkpoints
        # In the file as a parameter, never trained: sampling and control take the formula's values.
        self.pos_embed = nn.Parameter(
            position_table(sizes.grid, sizes.width, sizes.position_scale), requires_grad=False)
        self.x_embedder, self.t_embedder = _Patches(sizes), _Time(sizes.width)
        self.y_embedder = _Caption(sizes)
        self.t_block = nn.Sequential(nn.SiLU(), nn.Linear(sizes.width, 6 * sizes.width))
        self.blocks = nn.ModuleList([Block(sizes) for _ in range(sizes.depth)])
        self.final_layer = _Final(sizes)
        self._initialise()

    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)
        projection = self.x_embedder.proj
        nn.init.xavier_uniform_(projection.weight.view(projection.weight.shape[0], -1))
        nn.init.zeros_(projection.bias)
        for module in (self.t_embedder.mlp[0], self.t_embedder.mlp[2], self.t_block[1],
                       self.y_embedder.y_proj.fc1, self.y_embedder.y_proj.fc2):
            nn.init.normal_(module.weight, std=0.02)
        for block in self.blocks:
            nn.init.zeros_(block.cross_attn.proj.weight)
        nn.init.zeros_(self.final_layer.linear.weight)

    def dropped(self, caption: Tensor, drop: Tensor) -> Tensor:
        """Captions `[n, L, text]` with those of `drop` replaced by the learned null caption."""
        null = self.y_embedder.y_embedding[: caption.shape[1]].to(caption.dtype)
        return torch.where(drop.view(-1, 1, 1), null[None], caption)

    def prepared(
        self, latents: Tensor, timestep: Tensor, caption: Tensor, mask: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Tokens, the timestep in two forms, the caption's tokens, and which of them count."""
        tokens = self.x_embedder(latents) + self.pos_embed
        time = self.t_embedder(timestep)
        table = self.t_block(time).reshape(len(latents), 6, -1)
        return tokens, time, table, self.y_embedder.y_proj(caption), mask.bool()[:, None, None, :]

    def run(self, block: nn.Module, *given: Tensor) -> Tensor:
        """A block, its activations kept or computed again for the gradient."""
        if self.checkpoints and self.training:
            return checkpoint(block, *given, use_reentrant=False)
        return block(*given)

    def finished(self, tokens: Tensor, time: Tensor) -> Tensor:
        """Tokens as a picture of `2C` channels."""
        grid, patch = self.sizes.grid, self.sizes.patch
        out = self.final_layer(tokens, time).reshape(len(tokens), grid, grid, patch, patch, -1)
        return out.permute(0, 5, 1, 3, 2, 4).reshape(len(tokens), -1, grid * patch, grid * patch)

    def forward(self, latents: Tensor, timestep: Tensor, caption: Tensor, mask: Tensor) -> Tensor:
        """`[n, C, s, s]`, `[n]`, `[n, L, text]`, `[n, L]` of 0 and 1 to `[n, 2C, s, s]`."""
        tokens, time, table, words, allowed = self.prepared(latents, timestep, caption, mask)
        for block in self.blocks:
            tokens = self.run(block, tokens, words, table, allowed)
        return self.finished(tokens, time)


class _Copy(nn.Module):
    def __init__(self, block: Block, sizes: Sizes, is_first: bool) -> None:
        super().__init__()
        self.copied_block = copy.deepcopy(block)
        self.after_proj = nn.Linear(sizes.width, sizes.width)
        projections = [self.after_proj]
        if is_first:
            self.before_proj = nn.Linear(sizes.width, sizes.width)
            projections.append(self.before_proj)
        for projection in projections:
            nn.init.zeros_(projection.weight)
            nn.init.zeros_(projection.bias)


class ControlTransformer(nn.Module):
    """A frozen base with trained copies of its first blocks, which see a mask's latents."""

    def __init__(self, base: DiffusionTransformer) -> None:
        super().__init__()
        sizes = base.sizes
        if sizes.depth <= sizes.copies:
            raise TrainingProblem(
                f"a network of {sizes.depth} blocks cannot have {sizes.copies} control copies; its"
                " first block has none")
        self.base_model = base
        self.controlnet = nn.ModuleList(
            [_Copy(base.blocks[i], sizes, i == 0) for i in range(sizes.copies)])
        base.requires_grad_(False)

    @property
    def sizes(self) -> Sizes:
        return self.base_model.sizes

    def dropped(self, caption: Tensor, drop: Tensor) -> Tensor:
        """As the base's."""
        return self.base_model.dropped(caption, drop)

    def forward(
        self, latents: Tensor, timestep: Tensor, caption: Tensor, mask: Tensor,
        condition: Tensor | None,
    ) -> Tensor:
        """As the base's, with the latents of a mask `[n, C, s, s]`; None runs the base alone."""
        base = self.base_model
        tokens, time, table, words, allowed = base.prepared(latents, timestep, caption, mask)
        control = None
        if condition is not None:
            # The formula's positions, whatever the file holds: so the reference does.
            places = position_table(
                self.sizes.grid, self.sizes.width, self.sizes.position_scale).to(tokens.device)
            control = base.x_embedder(condition) + places
        for number, block in enumerate(base.blocks):
            if control is not None and 1 <= number <= len(self.controlnet):
                copied = self.controlnet[number - 1]
                if number == 1:
                    control = tokens + copied.before_proj(control)
                control = base.run(copied.copied_block, control, words, table, allowed)
                tokens = tokens + copied.after_proj(control)
            tokens = base.run(block, tokens, words, table, allowed)
        return base.finished(tokens, time)
