"""The T5 v1.1 encoder of transformers, written out with the same state-dict keys."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

CONFIG = {"model_type": "t5", "architectures": ["T5EncoderModel"], "d_model": 96, "d_kv": 24,
          "d_ff": 256, "num_heads": 4, "num_layers": 2, "vocab_size": 370,
          "relative_attention_num_buckets": 32, "relative_attention_max_distance": 128,
          "feed_forward_proj": "gated-gelu", "dense_act_fn": "gelu_new",
          "is_gated_act": True, "layer_norm_epsilon": 1e-6, "dropout_rate": 0.0,
          "pad_token_id": 0, "eos_token_id": 1, "tie_word_embeddings": False}


class RMSNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.weight


def linear(cin, cout):
    return nn.Linear(cin, cout, bias=False)


class SelfAttention(nn.Module):
    def __init__(self, config, first):
        super().__init__()
        inner = config["num_heads"] * config["d_kv"]
        self.heads = config["num_heads"]
        self.q, self.k = linear(config["d_model"], inner), linear(config["d_model"], inner)
        self.v, self.o = linear(config["d_model"], inner), linear(inner, config["d_model"])
        if first:
            self.relative_attention_bias = nn.Embedding(32, self.heads)

    def forward(self, x, bias):
        n, length, _ = x.shape
        q, k, v = (f(x).view(n, length, self.heads, -1).transpose(1, 2)
                   for f in (self.q, self.k, self.v))
        # No division by sqrt(d): T5 folds it into the initial weights.
        weights = (q @ k.transpose(-1, -2) + bias).softmax(-1)
        return self.o((weights @ v).transpose(1, 2).reshape(n, length, -1))


class Attend(nn.Module):
    def __init__(self, config, first):
        super().__init__()
        self.SelfAttention = SelfAttention(config, first)
        self.layer_norm = RMSNorm(config["d_model"])


class Gated(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.wi_0 = linear(config["d_model"], config["d_ff"])
        self.wi_1 = linear(config["d_model"], config["d_ff"])
        self.wo = linear(config["d_ff"], config["d_model"])

    def forward(self, x):
        return self.wo(F.gelu(self.wi_0(x), approximate="tanh") * self.wi_1(x))


class Feed(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.DenseReluDense = Gated(config)
        self.layer_norm = RMSNorm(config["d_model"])


class Layer(nn.Module):
    def __init__(self, config, first):
        super().__init__()
        self.layer = nn.ModuleList([Attend(config, first), Feed(config)])

    def forward(self, x, bias):
        attend, feed = self.layer
        x = x + attend.SelfAttention(attend.layer_norm(x), bias)
        return x + feed.DenseReluDense(feed.layer_norm(x))


def buckets(length):
    positions = torch.arange(length)
    relative = positions[None, :] - positions[:, None]
    distance = relative.abs()
    far = 8 + (torch.log(distance.clamp(min=1).float() / 8) / math.log(128 / 8) * 8).long()
    return torch.where(relative > 0, 16, 0) + torch.where(distance < 8, distance, far.clamp(max=15))


class Stack(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.block = nn.ModuleList(
            [Layer(config, i == 0) for i in range(config["num_layers"])])
        self.final_layer_norm = RMSNorm(config["d_model"])


class T5Encoder(nn.Module):
    def __init__(self, config=CONFIG):
        super().__init__()
        self.shared = nn.Embedding(config["vocab_size"], config["d_model"])
        self.encoder = Stack(config)
        for name, parameter in self.named_parameters():
            if name.endswith("q.weight"):
                nn.init.normal_(parameter, std=(config["d_model"] * config["d_kv"]) ** -0.5)
            elif name.endswith("relative_attention_bias.weight"):
                nn.init.normal_(parameter, std=0.1)
            elif parameter.dim() == 2 and "shared" not in name:
                nn.init.normal_(parameter, std=parameter.shape[1] ** -0.5)

    def forward(self, ids, mask):
        """(n,L) ids and 0/1 mask -> (n,L,d_model)."""
        first = self.encoder.block[0].layer[0].SelfAttention
        bias = first.relative_attention_bias(buckets(ids.shape[1])).permute(2, 0, 1)[None]
        blocked = (1 - mask.float())[:, None, None, :] * torch.finfo(torch.float32).min
        x = self.shared(ids)
        for block in self.encoder.block:
            x = block(x, bias + blocked)
        return self.encoder.final_layer_norm(x)
