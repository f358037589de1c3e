"""Stores latents of several augmented versions of every training image, and fixes the scale.

    python encode_latents.py --data DIR --vae vae.safetensors --out latents.pt [--versions 6]
"""
import argparse

import torch
from safetensors.torch import load_file

import data
import vae as vae_module


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--vae", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--versions", type=int, default=6)
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    generator = torch.Generator().manual_seed(args.seed)
    model = vae_module.VAE()
    model.load_state_dict({k: v.float() for k, v in load_file(args.vae).items()})
    model.eval()
    rows = [r for r in data.records(args.data) if not r.held_out]
    x = data.load_images(args.data, rows)
    means, deviations = [], []
    for version in range(args.versions):
        # The first version is the image as it is. The others are gentle, so that the generator
        # does not learn crooked pictures.
        images = x if version == 0 else data.warp(x, generator, shift=0.025, scale=0.04,
                                                  rotate=0.03, contrast=0.08, brightness=0.03)
        with torch.no_grad():
            parts = [model.moments((p * 2 - 1).repeat(1, 3, 1, 1)) for p in images.split(32)]
        means.append(torch.cat([p[0] for p in parts]))
        deviations.append(torch.cat([torch.exp(0.5 * p[1]) for p in parts]))
        print("version", version, flush=True)
    mean, deviation = torch.stack(means, 1), torch.stack(deviations, 1)
    scale = 1.0 / float((mean.pow(2).mean() + deviation.pow(2).mean()
                         - mean.mean().pow(2)).sqrt())
    channel = (mean * scale).transpose(0, 2).flatten(1)
    print("scale", scale, "channel mean", channel.mean(1).tolist(), "std", channel.std(1).tolist(),
          "posterior std", float(deviation.mean() * scale))
    torch.save({"mean": mean.half(), "deviation": deviation.half(), "scale": round(scale, 5)}, args.out)


if __name__ == "__main__":
    main()
