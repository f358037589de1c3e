"""Trains a stage.

    python -m chexgen_trainer.train training.json
    torchrun --nproc-per-node 4 -m chexgen_trainer.train training.json

A run that was stopped goes on from its last checkpoint with the numbers of one that was not: the
order of samples, the noise, dropped captions and timesteps are named by the step, whatever the number
of processes.
"""

from __future__ import annotations

import contextlib
import glob
import json
import math
import os
import signal
import sys
import time
from typing import Any, Iterator

import torch
import torch.distributed as distributed
from torch import Tensor, nn

from . import lora
from .data import Batch, PreparedData
from .layout import REMADE, load_into, read_weights, released, write_atomically
from .loss import LossTerms, loss_terms
from .model import ControlTransformer, DiffusionTransformer, Sizes
from .named import Order, generator
from .options import Options
from .problem import TrainingProblem
from .schedule import STEPS, Schedule


class Processes:
    """Which of several processes this is; one alone needs nothing."""

    def __init__(self) -> None:
        self.count = int(os.environ.get("WORLD_SIZE", "1"))
        self.rank = int(os.environ.get("RANK", "0"))
        self.local = int(os.environ.get("LOCAL_RANK", "0"))
        if self.count > 1:
            backend = "nccl" if torch.cuda.is_available() else "gloo"
            distributed.init_process_group(backend)

    @property
    def is_first(self) -> bool:
        return self.rank == 0

    def share(self, batch: int) -> slice:
        """This process's part of a batch."""
        part = batch // self.count
        return slice(self.rank * part, (self.rank + 1) * part)

    def average(self, tensors: list[Tensor]) -> None:
        """Replaces each tensor by its mean over the processes."""
        if self.count == 1:
            return
        for tensor in tensors:
            distributed.all_reduce(tensor)
            tensor /= self.count

    def end(self) -> None:
        if self.count > 1:
            distributed.destroy_process_group()


class Training:
    """One run: network, optimiser, smooth weights, and the step it has reached."""

    def __init__(self, options: Options, processes: Processes) -> None:
        self.options, self.processes = options, processes
        self.data = PreparedData(options.data)
        self.schedule = Schedule()
        self.device = self._device()
        if options.batch % (processes.count * options.accumulation):
            raise TrainingProblem(
                f"a batch of {options.batch} cannot be shared by {processes.count} processes in"
                f" {options.accumulation} parts")
        self.identity = options.identity(self.data.identity)
        self.model = self._network().to(self.device)
        self.trained = {n: p for n, p in self.model.named_parameters() if p.requires_grad}
        self.optimiser = torch.optim.AdamW(
            self.trained.values(), lr=options.learningRate, weight_decay=options.weightDecay,
            eps=options.epsilon, betas=(options.beta1, options.beta2))
        self.smooth = {n: p.detach().clone() for n, p in self.trained.items()}
        self.step = 0
        self.rows = self.data.rows("train")
        self.order = Order(len(self.rows), options.batch, options.seed)
        # Asked of this process, and agreed on by all.
        self.is_stopping = self.ends_here = False

    def _device(self) -> torch.device:
        name = self.options.device
        if name == "auto":
            name = f"cuda:{self.processes.local}" if torch.cuda.is_available() else "cpu"
        return torch.device(name)

    # Networks

    def _network(self) -> nn.Module:
        try:
            sizes = Sizes(**self.options.network)
        except TypeError as problem:
            raise TrainingProblem(f"'network': {problem}") from None
        for name, prepared, wanted in (
            ("latents a side", self.data.side, sizes.input),
            ("numbers a token", self.data.text, sizes.text),
        ):
            if prepared != wanted:
                raise TrainingProblem(
                    f"the prepared data has {prepared} {name} and the network {wanted}")
        if self.data.tokens > sizes.tokens:
            raise TrainingProblem(
                f"the prepared captions have up to {self.data.tokens} tokens and the network reads"
                f" {sizes.tokens}")
        # The same weights in every process and every run.
        torch.manual_seed(self.options.seed)
        base = DiffusionTransformer(sizes, checkpoints=self.options.recompute)
        if self.options.start:
            weights = read_weights(self.options.start, self.options.startKey)
            load_into(base, weights, self.options.start, self._remade(base, weights))
        if self.options.lora is not None:
            lora.adapt(base, **self.options.lora)
        return ControlTransformer(base) if self.options.stage == "control" else base

    def _remade(self, base: nn.Module, weights: dict[str, Tensor]) -> tuple[str, ...]:
        """What a fine-tune makes anew; under adapters only positions, at another size."""
        if self.options.stage != "finetune":
            return ()
        if self.options.lora is None:
            return REMADE
        kept = weights.get("pos_embed")
        return () if kept is None or kept.shape == base.pos_embed.shape else ("pos_embed",)

    # Steps

    def draws(self, names: tuple[object, ...], batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """Timesteps, noise and which captions are dropped, named by a step."""
        count, seed = len(batch.clean), self.options.seed
        timestep = torch.randint(0, STEPS, (count,), generator=generator(seed, "timestep", *names))
        noise = torch.randn(batch.clean.shape, generator=generator(seed, "noise", *names))
        drop = torch.rand(count, generator=generator(seed, "caption", *names))
        return timestep, noise, drop < self.options.captionDropout

    def terms(
        self, batch: Batch, part: slice, timestep: Tensor, noise: Tensor, drop: Tensor,
    ) -> LossTerms:
        """The loss of a part of a batch."""
        def here(value: Tensor) -> Tensor:
            return value[part].to(self.device)
        clean, timestep, noise = here(batch.clean), here(timestep), here(noise)
        caption = self.model.dropped(here(batch.caption), here(drop))
        noisy = self.schedule.noised(clean, timestep, noise)
        with self._precision():
            if self.options.stage == "control":
                if batch.condition is None:
                    raise TrainingProblem("control is trained on masks or boxes; the data has none")
                output = self.model(
                    noisy, timestep, caption, here(batch.mask), here(batch.condition))
            else:
                output = self.model(noisy, timestep, caption, here(batch.mask))
        return loss_terms(self.schedule, output, noisy, timestep, clean, noise)

    @contextlib.contextmanager
    def _precision(self) -> Iterator[None]:
        if self.options.precision == "bf16":
            with torch.autocast(self.device.type, torch.bfloat16):
                yield
        else:
            yield

    def advance(self) -> dict[str, float]:
        """One step; returns what the log says of it."""
        options = self.options
        rows = [self.rows[i] for i in self.order.at(self.step).tolist()]
        batch = self.data.batch(rows, options.seed, self.step, options.prefixDropout)
        drawn = self.draws((self.step,), batch)
        self.model.train()
        self.optimiser.zero_grad(set_to_none=True)
        own = self.processes.share(len(rows))
        size = (own.stop - own.start) // options.accumulation
        sums = torch.zeros(3)
        for start in range(own.start, own.stop, size):
            terms = self.terms(batch, slice(start, start + size), *drawn)
            (terms.total.mean() / options.accumulation).backward()
            sums[:2] += torch.stack([terms.error.mean(), terms.bound.mean()]).detach().cpu()
        sums /= options.accumulation
        # One process that is asked to stop stops all after the same step.
        sums[2] = float(self.is_stopping)
        self.processes.average([p.grad for p in self.trained.values() if p.grad is not None])
        sums = sums.to(self.device)
        self.processes.average([sums])
        error, bound, stopping = sums.tolist()
        if not math.isfinite(error + bound):
            raise TrainingProblem(
                f"the loss became {error + bound} in step {self.step + 1}; the last checkpoint is"
                " kept: lower the learning rate, or use fp32")
        norm = math.inf if options.clip is None else options.clip
        length = torch.nn.utils.clip_grad_norm_(self.trained.values(), norm)
        self.optimiser.step()
        with torch.no_grad():
            for name, parameter in self.trained.items():
                self.smooth[name].lerp_(parameter, 1 - options.average)
        self.step += 1
        self.ends_here = stopping > 0
        return {"step": self.step, "error": error, "bound": bound, "gradient": float(length)}

    @torch.no_grad()
    def validate(self) -> dict[str, float] | None:
        """Loss of the smooth weights on kept-out samples, always with the same noise."""
        rows = self.data.rows("validation")
        if not rows:
            return None
        kept = {n: p.detach().clone() for n, p in self.trained.items()}
        self._put(self.smooth)
        self.model.eval()
        error, bound, count = 0.0, 0.0, 0
        size = max(1, self.options.batch // self.processes.count)
        for start in range(0, len(rows), size):
            part = rows[start:start + size]
            batch = self.data.batch(part, self.options.seed, f"validation {start}")
            timestep, noise, drop = self.draws(("validation", start), batch)
            terms = self.terms(
                batch, slice(0, len(part)), timestep, noise, torch.zeros_like(drop))
            error += float(terms.error.sum())
            bound += float(terms.bound.sum())
            count += len(part)
        self._put(kept)
        return {"step": self.step, "error": error / count, "bound": bound / count, "samples": count}

    def _put(self, weights: dict[str, Tensor]) -> None:
        with torch.no_grad():
            for name, parameter in self.trained.items():
                parameter.copy_(weights[name])

    # Checkpoints

    def _path(self, step: int) -> str:
        return os.path.join(self.options.output, f"step-{step:08d}.pth")

    def save(self) -> None:
        """Writes the checkpoint of this step, and removes those beyond the last few."""
        if not self.processes.is_first:
            return
        epoch = self.order.epoch(self.step)
        document = released(self.model, self.smooth, self.step, epoch, self.options.lora)
        document["optimizer"] = self.optimiser.state_dict()
        if self.options.lora is not None:
            document.update(self.adapter())
        document["identity"] = self.identity
        write_atomically(document, self._path(self.step))
        for old in sorted(glob.glob(os.path.join(self.options.output, "step-*.pth")))[
                : -self.options.keep]:
            os.remove(old)

    def resume(self) -> bool:
        """Goes on from the newest checkpoint that can be read; false where there is none."""
        for path in sorted(
                glob.glob(os.path.join(self.options.output, "step-*.pth")), reverse=True):
            try:
                document = torch.load(path, map_location="cpu", weights_only=True)
            except Exception:
                say(f"'{path}' cannot be read; an older checkpoint is taken")
                continue
            if document.get("identity") != self.identity:
                raise TrainingProblem(
                    f"'{path}' is of another training: data, network or options changed; use another"
                    " folder, or restore them")
            if self.options.lora is None:
                load_into(self.model, document["state_dict"], path)
                smooth = document["state_dict_ema"]
            else:
                self._put(document["adapter"])
                self._check_base(document, path)
                smooth = document["adapter_ema"]
            for name in self.smooth:
                self.smooth[name].copy_(smooth[name])
            self.optimiser.load_state_dict(document["optimizer"])
            self.step = document["step"]
            return True
        return False


    def adapter(self) -> dict[str, Any]:
        """The adapters alone, and smooth: what goes on from a checkpoint, some megabytes."""
        own = {n: p.detach().cpu().clone() for n, p in self.trained.items()}
        smooth = {n: v.detach().cpu().clone() for n, v in self.smooth.items()}
        return {"lora": self.options.lora, "adapter": own, "adapter_ema": smooth}

    def _check_base(self, document: dict[str, Any], path: str) -> None:
        """A checkpoint holds the base only with adapters in it: another base gives other sums."""
        found = released(self.model, self.smooth, 0, 0, self.options.lora)["state_dict"]
        for name, value in document["state_dict"].items():
            if not torch.equal(value, found[name]):
                raise TrainingProblem(
                    f"'{path}' was trained on other weights than those at '{self.options.start}'"
                    f" ('{name}' differs); restore them, or use another folder")


def say(text: str) -> None:
    """A line for whoever watches."""
    print(text, file=sys.stderr, flush=True)


class Log:
    """Lines of JSON; lines beyond the step that a run goes on from are forgotten."""

    def __init__(self, path: str, step: int) -> None:
        self.path = path
        kept: list[str] = []
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                for line in file:
                    with contextlib.suppress(ValueError):
                        if json.loads(line)["step"] <= step:
                            kept.append(line)
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(kept)

    def add(self, values: dict[str, Any]) -> None:
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(values) + "\n")


def run(options: Options, processes: Processes) -> None:
    """Trains until the last step, or until somebody asks to stop."""
    os.makedirs(options.output, exist_ok=True)
    training = Training(options, processes)
    if training.resume() and processes.is_first:
        say(f"going on from step {training.step}")

    def stop(_number: int, _frame: object) -> None:
        training.is_stopping = True
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    log = validation = None
    if processes.is_first:
        log = Log(os.path.join(options.output, "loss.jsonl"), training.step)
        validation = Log(os.path.join(options.output, "validation.jsonl"), training.step)
    started, first = time.monotonic(), training.step
    while training.step < options.steps and not training.ends_here:
        values = training.advance()
        if log is not None:
            log.add(values)
            if training.step % 50 == 0 or training.step == options.steps:
                rate = (time.monotonic() - started) / (training.step - first)
                say(f"step {training.step} of {options.steps}: error {values['error']:.4f}, bound"
                    f" {values['bound']:.4f}, {rate:.2f} s a step")
        is_last = training.step == options.steps
        if validation is not None and (training.step % options.validateEvery == 0 or is_last):
            found = training.validate()
            if found:
                validation.add(found)
        if training.step % options.saveEvery == 0 or is_last or training.ends_here:
            training.save()
    if training.step < options.steps:
        raise KeyboardInterrupt
    if processes.is_first:
        document = released(
            training.model, training.smooth, training.step, training.order.epoch(training.step),
            options.lora)
        write_atomically(document, os.path.join(options.output, "final.pth"))
        if options.lora is not None:
            write_atomically(training.adapter(), os.path.join(options.output, "adapter.pth"))


def main(arguments: list[str]) -> int:
    """Exit codes as `audit`'s: 0 done, 2 could not do it, 130 stopped."""
    if len(arguments) != 2:
        say("usage: python -m chexgen_trainer.train training.json")
        return 64
    processes = None
    try:
        processes = Processes()
        run(Options.read(arguments[1]), processes)
        return 0
    except TrainingProblem as problem:
        say(f"error: {problem}")
        return 2
    except torch.cuda.OutOfMemoryError:
        say("error: the accelerator's memory is full; raise 'accumulation', or set 'recompute'")
        return 2
    except OSError as problem:
        say(f"error: {problem}; the last checkpoint is kept")
        return 2
    except KeyboardInterrupt:
        say("stopped; the same command goes on from the last step")
        return 130
    finally:
        if processes is not None:
            processes.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv))
