"""Trains the DiT and the T5 encoder together on stored latents.

    python train_dit.py --data DIR --latents latents.pt --text DIR --out DIR --minutes 70

The learning rate follows the clock and reaches zero at the end of --minutes. Two processes of one
thread (--world 2, --rank 0 and 1, the same --meet file) average their gradients; on a busy machine
that is faster than two threads.
"""
import argparse
import json
import os
import random
import time

import torch
import torch.distributed as dist

import captions
import data
import diffusion_loss
import dit
import t5
from muon import Muon
from train_text import Tokenizer


def weights(rows):
    """Rare findings are drawn more often (recorded in model.json)."""
    return torch.tensor([1.0 + 2.5 * r.has("Cardiomegaly") + 0.8 * r.has("Effusion") for r in rows])


def share(named, done, world):
    """Averages gradients over the processes; the clock travels along, so that all agree on it."""
    if world == 1:
        return done
    flat = torch.cat([p.grad.reshape(-1) for _, p in named] + [torch.tensor([done])])
    dist.all_reduce(flat)
    flat /= world
    start = 0
    for _, p in named:
        p.grad.copy_(flat[start:start + p.numel()].view_as(p))
        start += p.numel()
    return float(flat[-1])


def main():
    parser = argparse.ArgumentParser()
    for name in ("--data", "--latents", "--text", "--out"):
        parser.add_argument(name, required=True)
    parser.add_argument("--minutes", type=float, default=70)
    parser.add_argument("--batch", type=int, default=24, help="per process")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rank", type=int, default=0)
    parser.add_argument("--world", type=int, default=1)
    parser.add_argument("--meet", help="a file the processes find each other by")
    parser.add_argument("--seed", type=int, default=41)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--adam", action="store_true", help="no Muon, for comparison")
    parser.add_argument("--hold", type=float, default=0.35, help="share of the time at full rate")
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    rng = random.Random(args.seed + args.rank)
    if args.world > 1:
        dist.init_process_group("gloo", init_method="file://" + os.path.abspath(args.meet),
                                rank=args.rank, world_size=args.world)
    rows = [r for r in data.records(args.data) if not r.held_out]
    stored = torch.load(args.latents)
    mean, deviation, scale = stored["mean"], stored["deviation"], stored["scale"]
    tokenizer = Tokenizer(os.path.join(args.text, "spiece.model"))
    model, encoder = dit.DiT(), t5.T5Encoder()
    encoder.load_state_dict(torch.load(os.path.join(args.text, "t5_start.pt")))
    named = [("dit." + k, p) for k, p in model.named_parameters() if p.requires_grad]
    named += [("t5." + k, p) for k, p in encoder.named_parameters()]
    matrices = [] if args.adam else [p for k, p in named if k.startswith("dit.blocks") and
                                     p.dim() == 2 and "table" not in k]
    taken = {id(p) for p in matrices}
    slow = [p for k, p in named if k.startswith("t5.")]
    rest = [p for k, p in named if k.startswith("dit.") and id(p) not in taken]
    # Same weights everywhere, different samples from here on.
    torch.manual_seed(args.seed + 1000 * (args.rank + 1))
    muon = Muon(matrices)
    adam = torch.optim.AdamW([{"params": rest, "factor": 0.5}, {"params": slow, "factor": 0.2}],
                             lr=1e-3, betas=(0.9, 0.99), weight_decay=0.01)
    average = {k: p.detach().clone() for k, p in named}
    probability = weights(rows)
    start, saved, step, running, mse_sum, mse_n = time.time(), time.time(), 0, None, 0.0, 0
    print("parameters", sum(p.numel() for _, p in named), flush=True)

    def save(name):
        state = {"dit": dict(model.state_dict()), "t5": dict(encoder.state_dict())}
        for key, value in average.items():
            part, inner = key.split(".", 1)
            state[part][inner] = value.clone()
        state.update(step=step, scale=scale, seconds=time.time() - start, batch=args.batch * args.world)
        torch.save(state, os.path.join(args.out, name))

    while True:
        done = (time.time() - start) / (args.minutes * 60)
        index = torch.multinomial(probability, args.batch, replacement=True)
        version = torch.randint(0, mean.shape[1], (args.batch,))
        centre, spread = mean[index, version].float(), deviation[index, version].float()
        x0 = (centre + spread * torch.randn_like(spread)) * scale
        # Stratified over the steps: same expectation as uniform, less variance.
        t = ((torch.arange(args.batch) + torch.rand(args.batch)) / args.batch * 1000).long()
        t = t.clamp(max=999)[torch.randperm(args.batch)]
        noise = torch.randn_like(x0)
        x = diffusion_loss.noised(x0, t, noise)
        ids, mask = tokenizer([captions.caption(rows[i], rng) for i in index.tolist()])
        longest = int(mask.sum(1).max())
        ids, mask = ids[:, :longest], mask[:, :longest]
        y = encoder(ids, mask)
        drop = (torch.rand(args.batch) < 0.1).view(-1, 1, 1)
        y = torch.where(drop, model.y_embedder.y_embedding[:longest][None], y)
        weighted, vb, mse = diffusion_loss.loss(model(x, t, y, mask), x, t, x0, noise)
        loss = (weighted + vb).mean()
        adam.zero_grad()
        for p in matrices:
            p.grad = None
        loss.backward()
        done = share(named, done, args.world)
        torch.nn.utils.clip_grad_norm_([p for _, p in named], 1.0)
        warm = min(1, (step + 1) / 60)
        rate = args.lr * warm * min(1.0, (1 - done) / (1 - args.hold))
        for group in adam.param_groups:
            group["lr"] = rate * group["factor"]
        adam.step()
        muon.step(rate)
        step += 1
        keep = min(0.997, (1 + step) / (10 + step))
        with torch.no_grad():
            for key, p in named:
                average[key].lerp_(p, 1 - keep)
        mse_sum, mse_n = mse_sum + mse.mean().item(), mse_n + 1
        if done >= 1:
            break
        if args.rank:
            continue
        if step % 50 == 0:
            print(f"{time.time() - start:.0f}s step {step} mse {mse_sum / mse_n:.4f} "
                  f"weighted {weighted.mean().item():.4f} vb {vb.mean().item():.4f}", flush=True)
            mse_sum, mse_n = 0.0, 0
        if time.time() - saved > 300:
            saved = time.time()
            save("dit_running.pt")
    if args.rank:
        return
    save("dit_final.pt")
    with open(os.path.join(args.out, "dit_log.json"), "w") as handle:
        json.dump({"steps": step, "batch": args.batch * args.world, "seconds": round(time.time() - start),
                   "seed": args.seed, "optimizer": "Muon in the blocks, AdamW elsewhere",
                   "lr": args.lr}, handle, indent=1)


if __name__ == "__main__":
    main()
