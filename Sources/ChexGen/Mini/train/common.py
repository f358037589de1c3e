"""Loading the finished pieces, so that every later script reads exactly the packaged files."""
import json
import os

import torch
from PIL import Image
from safetensors.torch import load_file

import dit
import t5
import vae
from train_text import Tokenizer


def half(state):
    """Rounded once to float16; loading turns the same values back into float32."""
    return {k: v.detach().to(torch.float16).contiguous() for k, v in state.items()}


class Generator:
    """The packaged generator: captions in, pictures out."""

    def __init__(self, package):
        def read(path):
            return {k: v.float() for k, v in load_file(os.path.join(package, path)).items()}

        with open(os.path.join(package, "vae.json")) as handle:
            self.vae_config = json.load(handle)
        self.vae = vae.VAE(self.vae_config)
        self.vae.load_state_dict(read("vae.safetensors"))
        self.t5 = t5.T5Encoder()
        self.t5.load_state_dict(read("t5/model.safetensors"))
        self.dit = dit.DiT()
        self.dit.load_state_dict(read("dit.safetensors"))
        self.tokenizer = Tokenizer(os.path.join(package, "t5/spiece.model"))
        self.scale = self.vae_config["scaling_factor"]
        for module in (self.vae, self.t5, self.dit):
            module.eval()

    @torch.no_grad()
    def text(self, prompts):
        ids, mask = self.tokenizer([p.lower() for p in prompts])
        return self.t5(ids, mask), mask

    @torch.no_grad()
    def latents(self, prompts, noise, sampler="ddim", steps=20, guidance=3.0):
        y, mask = self.text(prompts)
        longest = int(mask.sum(1).max())
        run = dit.ddim if sampler == "ddim" else dit.dpmpp2m
        return run(self.dit, noise, y[:, :longest], mask[:, :longest], steps, guidance)

    @torch.no_grad()
    def decode(self, latents):
        """(n,4,16,16) -> (n,1,128,128) in [0,1], the mean of the three channels."""
        parts = [self.vae.decode(z / self.scale) for z in latents.split(16)]
        return (torch.cat(parts).clamp(-1, 1) / 2 + 0.5).mean(1, keepdim=True)

    def images(self, prompts, noise, batch=24, **options):
        parts = []
        for i in range(0, len(prompts), batch):
            parts.append(self.decode(self.latents(prompts[i:i + batch], noise[i:i + batch], **options)))
        return torch.cat(parts)


def noise_for(seeds):
    """One picture, one seed: counterfactual pairs share the noise."""
    return torch.stack([torch.randn(4, 16, 16, generator=torch.Generator().manual_seed(s))
                        for s in seeds])


def grid_image(images, columns, path):
    rows = [torch.cat(list(part[:, 0]), dim=1) for part in images.split(columns)]
    table = (torch.cat(rows, dim=0) * 255 + 0.5).clamp(0, 255).to(torch.uint8)
    Image.fromarray(table.numpy()).save(path, optimize=True)
