"""Trains the small autoencoder on the training patients.

    python train_vae.py --data DIR --out DIR [--minutes 24] [--threads 1]

Two thirds of the time it sees 64 px windows, as many cheap steps teach a convolutional
autoencoder fastest; then whole images, so that the normalisations and the attention in the middle
meet the size they will be used at.

The schedule follows the clock (learning rate to zero at the end of --minutes): on a shared machine
the number of steps is not known in advance; it is recorded in vae_log.json instead.
"""
import argparse
import json
import os
import time

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file

import data
import vae as vae_module


def gradients(x):
    return x[..., 1:, :] - x[..., :-1, :], x[..., :, 1:] - x[..., :, :-1]


def reconstruction_loss(out, target):
    """L1 on pixels, and L1 on differences between neighbours at three scales, against blur."""
    loss = (out - target).abs().mean()
    for _ in range(3):
        for a, b in zip(gradients(out), gradients(target)):
            loss = loss + 0.6 * (a - b).abs().mean()
        out, target = F.avg_pool2d(out, 2), F.avg_pool2d(target, 2)
    return loss


def psnr(model, images):
    model.eval()
    errors = []
    with torch.no_grad():
        for part in images.split(32):
            mean, _ = model.moments((part * 2 - 1).repeat(1, 3, 1, 1))
            out = model.decode(mean).mean(1, keepdim=True).clamp(-1, 1) / 2 + 0.5
            errors.append(((out - part) ** 2).mean((1, 2, 3)))
    return float((-10 * torch.cat(errors).log10()).mean())


def save(model, path):
    state = {key: value.detach().to(torch.float16).contiguous()
             for key, value in model.state_dict().items()}
    save_file(state, path)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--minutes", type=float, default=24)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--start", help="weights to go on from")
    parser.add_argument("--decoder-only", action="store_true",
                        help="keep the encoder, so that stored latents stay valid; whole images")
    parser.add_argument("--name", default="vae")
    parser.add_argument("--kl", type=float, default=5e-4)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    generator = torch.Generator().manual_seed(args.seed)
    rows = data.records(args.data)
    x = data.load_images(args.data, [r for r in rows if not r.held_out])
    x_test = data.load_images(args.data, [r for r in rows if r.held_out])

    model = vae_module.VAE()
    if args.start:
        model.load_state_dict({k: v.float() for k, v in load_file(args.start).items()})
    if args.decoder_only:
        for part in (model.encoder, model.quant_conv):
            part.requires_grad_(False)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=2e-3, betas=(0.9, 0.99), weight_decay=1e-4)
    start, step, batch, last, running = time.time(), 0, 8, 0.0, 0.0
    order = torch.randperm(len(x), generator=generator)
    cursor = 0
    while True:
        done = (time.time() - start) / (args.minutes * 60)
        if done >= 1:
            break
        if cursor + batch > len(x):
            order, cursor = torch.randperm(len(x), generator=generator), 0
        images = x[order[cursor:cursor + batch]]
        cursor += batch
        if torch.rand(1, generator=generator).item() < 0.7:
            images = data.warp(images, generator)
        if done < 0.66 and not args.decoder_only:
            top, left = torch.randint(0, 65, (2,), generator=generator).tolist()
            images = images[:, :, top:top + 64, left:left + 64]
        for group in optimiser.param_groups:
            group["lr"] = 2.5e-3 * min(1, (step + 1) / 150) * max(0.003, (1 - done)) ** 1.2
        target = (images * 2 - 1).repeat(1, 3, 1, 1)
        mean, logvar = model.moments(target)
        z = mean + torch.exp(0.5 * logvar) * torch.randn_like(mean)
        kl = 0.5 * (mean ** 2 + logvar.exp() - 1 - logvar).mean()
        loss = reconstruction_loss(model.decode(z), target) + args.kl * kl
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        step += 1
        running = 0.98 * running + 0.02 * loss.item() if step > 1 else loss.item()
        if time.time() - last > 120:
            last = time.time()
            print(f"{last - start:.0f}s step {step} loss {running:.4f} kl {kl.item():.2f} "
                  f"std {mean.std().item():.2f} psnr {psnr(model, x_test[:48]):.2f}", flush=True)
            model.train()
            save(model, os.path.join(args.out, args.name + "_running.safetensors"))
    # One rounding to float16; everything later uses the rounded weights.
    save(model, os.path.join(args.out, args.name + ".safetensors"))
    model.half().float()
    log = {"steps": step, "images_seen": step * batch, "seconds": round(time.time() - start),
           "seed": args.seed, "kl_weight": args.kl, "psnr_kept_out_db": round(psnr(model, x_test), 2),
           "psnr_training_db": round(psnr(model, x[:len(x_test)]), 2)}
    print(log, flush=True)
    with open(os.path.join(args.out, args.name + "_log.json"), "w") as handle:
        json.dump(log, handle, indent=1)


if __name__ == "__main__":
    main()
