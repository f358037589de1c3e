"""The ChexGen diffusion transformer, with the key names of the released checkpoints, and its maths."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

CONFIG = {"grid": 8, "patch": 2, "channels": 4, "width": 192, "depth": 6, "heads": 6,
          "text": 96, "tokens": 56}


def sinusoid(t):
    frequency = torch.exp(-math.log(10000) * torch.arange(128, dtype=torch.float32) / 128)
    angle = t[:, None].float() * frequency
    return torch.cat([angle.cos(), angle.sin()], dim=-1)


def position_table(grid, width):
    """First half of the channels: column; second half: row; each sine, then cosine. Scale 1."""
    omega = 10000.0 ** (-torch.arange(width // 4, dtype=torch.float64) / (width // 4))
    angle = torch.arange(grid, dtype=torch.float64)[:, None] * omega
    axis = torch.cat([angle.sin(), angle.cos()], dim=1)
    column = axis[None].expand(grid, -1, -1)
    row = axis[:, None].expand(-1, grid, -1)
    return torch.cat([column, row], dim=-1).reshape(1, grid * grid, width).float()


class PatchEmbed(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.proj = nn.Conv2d(c["channels"], c["width"], c["patch"], c["patch"])

    def forward(self, x):
        return self.proj(x).flatten(2).transpose(1, 2)


class TimeEmbed(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(256, width), nn.SiLU(), nn.Linear(width, width))

    def forward(self, t):
        return self.mlp(sinusoid(t))


class Mlp(nn.Module):
    def __init__(self, cin, hidden, cout):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(cin, hidden), nn.Linear(hidden, cout)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x), approximate="tanh"))


class CaptionEmbed(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.y_proj = Mlp(c["text"], c["width"], c["width"])
        self.y_embedding = nn.Parameter(torch.randn(c["tokens"], c["text"]) / c["text"] ** 0.5)


def attend(q, k, v, heads, mask=None):
    def split(x):
        return x.unflatten(-1, (heads, -1)).transpose(1, 2)
    out = F.scaled_dot_product_attention(split(q), split(k), split(v), attn_mask=mask)
    return out.transpose(1, 2).flatten(2)


class SelfAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        return self.proj(attend(*self.qkv(x).chunk(3, dim=-1), self.heads))


class CrossAttention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.q_linear, self.kv_linear = nn.Linear(width, width), nn.Linear(width, 2 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x, caption, mask):
        return self.proj(attend(self.q_linear(x), *self.kv_linear(caption).chunk(2, dim=-1),
                                self.heads, mask))


def norm(x):
    return F.layer_norm(x, x.shape[-1:], eps=1e-6)


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.shift_scale_gate_table = nn.Parameter(torch.randn(6, width) / width ** 0.5)
        self.attn, self.cross_attn = SelfAttention(width, heads), CrossAttention(width, heads)
        self.mlp = Mlp(width, 4 * width, width)

    def forward(self, x, caption, e6, mask):
        rows = (self.shift_scale_gate_table + e6).unsqueeze(2).unbind(1)
        shift1, scale1, gate1, shift2, scale2, gate2 = rows
        x = x + gate1 * self.attn(norm(x) * (1 + scale1) + shift1)
        x = x + self.cross_attn(x, caption, mask)
        return x + gate2 * self.mlp(norm(x) * (1 + scale2) + shift2)


class FinalLayer(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.shift_scale_table = nn.Parameter(torch.randn(2, c["width"]) / c["width"] ** 0.5)
        self.linear = nn.Linear(c["width"], c["patch"] ** 2 * 2 * c["channels"])

    def forward(self, x, e):
        shift, scale = (self.shift_scale_table + e[:, None]).unsqueeze(2).unbind(1)
        return self.linear(norm(x) * (1 + scale) + shift)


class DiT(nn.Module):
    def __init__(self, c=CONFIG):
        super().__init__()
        self.c, width = c, c["width"]
        # Kept at its formula, as the control variant computes it again from the formula.
        self.pos_embed = nn.Parameter(position_table(c["grid"], width), requires_grad=False)
        self.x_embedder, self.t_embedder = PatchEmbed(c), TimeEmbed(width)
        self.y_embedder = CaptionEmbed(c)
        self.t_block = nn.Sequential(nn.SiLU(), nn.Linear(width, 6 * width))
        self.blocks = nn.ModuleList([Block(width, c["heads"]) for _ in range(c["depth"])])
        self.final_layer = FinalLayer(c)
        self.initialise()

    def initialise(self):
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)
        for block in self.blocks:
            nn.init.zeros_(block.cross_attn.proj.weight)
        nn.init.normal_(self.t_block[1].weight, std=0.02)
        nn.init.zeros_(self.final_layer.linear.weight)

    def forward(self, x, t, y, mask):
        """x (n,4,s,s), t (n,), y (n,L,text), mask (n,L) 0/1 -> (n,8,s,s): 4 eps, 4 variance."""
        n, grid, p = x.shape[0], self.c["grid"], self.c["patch"]
        tokens = self.x_embedder(x) + self.pos_embed
        e = self.t_embedder(t)
        e6 = self.t_block(e).reshape(n, 6, -1)
        caption = self.y_embedder.y_proj(y)
        allowed = mask.bool()[:, None, None, :]
        for block in self.blocks:
            tokens = block(tokens, caption, e6, allowed)
        out = self.final_layer(tokens, e).reshape(n, grid, grid, p, p, -1)
        return out.permute(0, 5, 1, 3, 2, 4).reshape(n, -1, grid * p, grid * p)

    def guided(self, x, t, y, mask, guidance):
        """Guidance on eps channels 0..2; channel 3 and the variances stay conditional. The null
        caption keeps the prompt's length (mask)."""
        null = self.y_embedder.y_embedding[:y.shape[1]].expand(len(y), -1, -1)
        out = self(torch.cat([x, x]), torch.cat([t, t]), torch.cat([y, null]),
                   torch.cat([mask, mask]))
        cond, uncond = out.chunk(2)
        eps = uncond[:, :3] + guidance * (cond[:, :3] - uncond[:, :3])
        return torch.cat([eps, cond[:, 3:]], dim=1)


BETAS = torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64)
ABAR = torch.cumprod(1 - BETAS, 0)


def ddim_timesteps(steps):
    stride = next(s for s in range(1, 1000) if len(range(0, 1000, s)) == steps)
    return list(range(0, 1000, stride))


@torch.no_grad()
def ddim(model, x, y, mask, steps=20, guidance=3.0):
    kept = ddim_timesteps(steps)
    for i in reversed(range(steps)):
        abar = ABAR[kept[i]].item()
        previous = ABAR[kept[i - 1]].item() if i > 0 else 1.0
        t = torch.full((len(x),), kept[i])
        eps = model.guided(x, t, y, mask, guidance)[:, :4]
        x0 = (x - math.sqrt(1 - abar) * eps) / math.sqrt(abar)
        x = math.sqrt(previous) * x0 + math.sqrt(1 - previous) * eps
    return x


@torch.no_grad()
def dpmpp2m(model, x, y, mask, steps=20, guidance=3.0):
    """DPM-Solver++(2M): linspace spacing, midpoint, final sigma 0."""
    times = [round(i * 999 / steps) for i in range(steps, 0, -1)]
    q = [math.sqrt((1 - ABAR[t].item()) / ABAR[t].item()) for t in times] + [0.0]
    a = [1 / math.sqrt(1 + v * v) for v in q]
    s = [u * v for u, v in zip(a, q)]
    lam = [math.log(u / v) if v > 0 else math.inf for u, v in zip(a, s)]
    before = None
    for i in range(steps):
        eps = model.guided(x, torch.full((len(x),), times[i]), y, mask, guidance)[:, :4]
        x0 = (x - s[i] * eps) / a[i]
        if i == steps - 1:
            return x0
        h, d = lam[i + 1] - lam[i], x0
        if before is not None:
            d = x0 + (x0 - before) * h / (2 * (lam[i] - lam[i - 1]))
        x = s[i + 1] / s[i] * x - a[i + 1] * (math.exp(-h) - 1) * d
        before = x0
