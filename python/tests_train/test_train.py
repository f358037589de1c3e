"""The trainer: its loss and networks beside the public reference, its curves, its stopping."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from chexgen_trainer import lora
from chexgen_trainer import train as trainer
from chexgen_trainer.layout import REMADE, load_into, read_weights
from chexgen_trainer.loss import loss_terms
from chexgen_trainer.model import ControlTransformer, DiffusionTransformer, Sizes, position_table
from chexgen_trainer.named import Order
from chexgen_trainer.options import Options
from chexgen_trainer.problem import TrainingProblem
from chexgen_trainer.schedule import Schedule

from .scenes import NETWORK, curve, options, write_data

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = os.environ.get("CHEXGEN_FIXTURES") or str(ROOT.parent / "Tests/ChexGenTests/Fixtures")
# One thread: sums in one order, so that curves are equal to the digit.
torch.set_num_threads(1)
CURVES = Path(__file__).resolve().parent / "curves.json"


def train(folder: str, **changes: Any) -> tuple[int, str]:
    """Runs the trainer in this process; the exit code and what it said."""
    path = os.path.join(folder, "training.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(options(folder, **changes), file)
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        code = trainer.main(["train", path])
    return code, said.getvalue()


def command(path: str) -> list[str]:
    return [sys.executable, "-m", "chexgen_trainer.train", path]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}


class ReferenceTests(unittest.TestCase):
    """Values that the public reference computed with tiny random weights."""

    def file(self, name: str) -> str:
        return os.path.join(FIXTURES, name)

    def sizes(self, name: str, copies: int) -> Sizes:
        with open(self.file(name), encoding="utf-8") as file:
            given = json.load(file)["config"]
        return Sizes(
            input=given["input_size"], patch=given["patch_size"], width=given["hidden_size"],
            depth=given["depth"], heads=given["num_heads"], text=given["text_embed_dims"],
            tokens=given["token_num"], position_scale=given["pos_embed_scale"],
            copies=given.get("copy_blocks_num", copies))

    def test_losses_are_those_of_the_reference(self) -> None:
        model = DiffusionTransformer(self.sizes("dit_tiny.json", 2)).eval()
        load_into(model, read_weights(self.file("dit_tiny.safetensors")), "dit_tiny")
        given = {k[5:]: v for k, v in load_file(self.file("dit_tiny_io.safetensors")).items()
                 if k.startswith("loss.")}
        schedule = Schedule()
        noisy = schedule.noised(given["x_start"], given["t"], given["noise"])
        self.assertLess((noisy - given["x_t"]).abs().max().item(), 1e-6)
        self.assertIn(0, given["t"].tolist())
        output = model(noisy, given["t"], given["y"][:, 0], given["mask"])
        found = loss_terms(
            schedule, output, noisy, given["t"], given["x_start"], given["noise"])
        for name, value in (("mse", found.error), ("vb", found.bound), ("loss", found.total)):
            self.assertLess((value - given[name]).abs().max().item(), 1e-5, name)

    def test_control_is_that_of_the_reference(self) -> None:
        model = ControlTransformer(DiffusionTransformer(self.sizes("control_tiny.json", 3))).eval()
        load_into(model, read_weights(self.file("control_tiny.safetensors")), "control_tiny")
        given = load_file(self.file("control_tiny_io.safetensors"))
        shared = [given[f"fwd.{name}"] for name in ("x", "t")]
        shared += [given["fwd.y"][:, 0], given["fwd.mask"]]
        with torch.no_grad():
            guided, plain = model(*shared, given["fwd.c"]), model(*shared, None)
        self.assertLess((guided - given["fwd.out"]).abs().max().item(), 1e-5)
        self.assertLess((plain - given["nocond.out"]).abs().max().item(), 1e-5)


class LossTests(unittest.TestCase):
    def terms(self, output: torch.Tensor, t: int) -> tuple[torch.Tensor, torch.Tensor]:
        draw = torch.Generator().manual_seed(1)
        clean, noise = (torch.randn(2, 4, 8, 8, generator=draw) for _ in range(2))
        timestep = torch.tensor([t, t])
        schedule = Schedule()
        noisy = schedule.noised(clean, timestep, noise)
        found = loss_terms(schedule, output, noisy, timestep, clean, noise)
        return found.error, found.bound

    def test_the_bound_moves_the_variances_alone(self) -> None:
        output = torch.zeros(2, 8, 8, 8, requires_grad=True)
        _, bound = self.terms(output, 400)
        bound.sum().backward()
        assert output.grad is not None
        self.assertEqual(output.grad[:, :4].abs().max().item(), 0)
        self.assertGreater(output.grad[:, 4:].abs().max().item(), 0)

    def test_a_perfect_prediction_costs_nothing(self) -> None:
        draw = torch.Generator().manual_seed(1)
        torch.randn(2, 4, 8, 8, generator=draw)
        noise = torch.randn(2, 4, 8, 8, generator=draw)
        # Variance values of -1 are the posterior's own variance.
        error, bound = self.terms(torch.cat([noise, -torch.ones_like(noise)], 1), 400)
        self.assertEqual(error.max().item(), 0)
        # Single precision: means that should be equal differ in the last digits.
        self.assertLess(bound.abs().max().item(), 1e-5)


class NetworkTests(unittest.TestCase):
    def test_dropped_captions_become_the_null_caption(self) -> None:
        model = DiffusionTransformer(Sizes(**NETWORK))
        caption = torch.ones(2, 3, 16)
        found = model.dropped(caption, torch.tensor([False, True]))
        self.assertTrue(torch.equal(found[0], caption[0]))
        self.assertTrue(torch.equal(found[1], model.y_embedder.y_embedding[:3]))

    def test_control_begins_as_its_base(self) -> None:
        base = DiffusionTransformer(Sizes(**NETWORK))
        torch.nn.init.normal_(base.final_layer.linear.weight)
        model = ControlTransformer(base).eval()
        given = (torch.randn(2, 4, 8, 8), torch.tensor([3, 700]), torch.randn(2, 3, 16),
                 torch.ones(2, 3, dtype=torch.long))
        with torch.no_grad():
            self.assertTrue(torch.equal(
                model(*given, None), model(*given, torch.randn(2, 4, 8, 8))))

    def test_a_network_with_too_few_blocks_for_control_is_refused(self) -> None:
        base = DiffusionTransformer(Sizes(**{**NETWORK, "copies": 3}))
        with self.assertRaisesRegex(TrainingProblem, "cannot have 3 control copies"):
            ControlTransformer(base)

    def test_recomputing_activations_changes_no_gradient(self) -> None:
        gradients = []
        for checkpoints in (False, True):
            torch.manual_seed(1)
            model = DiffusionTransformer(Sizes(**NETWORK), checkpoints).train()
            torch.nn.init.normal_(model.final_layer.linear.weight)
            output = model(torch.ones(1, 4, 8, 8), torch.tensor([5]), torch.ones(1, 3, 16),
                           torch.ones(1, 3))
            output.square().sum().backward()
            gradients.append(model.blocks[0].mlp.fc1.weight.grad)
        self.assertTrue(torch.equal(gradients[0], gradients[1]))

    def test_every_sample_comes_once_an_epoch_whatever_the_batch(self) -> None:
        order = Order(10, 4, seed=2)
        seen = torch.cat([order.at(step) for step in range(5)])
        self.assertEqual(sorted(seen[:10].tolist()), list(range(10)))
        self.assertEqual(sorted(seen[10:].tolist()), list(range(10)))
        self.assertTrue(torch.equal(Order(10, 4, seed=2).at(3), seen[12:16]))


class SceneTests(unittest.TestCase):
    """Tests that train in a folder of their own."""

    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = holder.name

    def data(self, **changes: Any) -> None:
        write_data(os.path.join(self.folder, "data"), **changes)

    def expect(self, done: tuple[int, str], code: int, says: str = "") -> None:
        self.assertEqual(done[0], code, done[1])
        self.assertIn(says, done[1])
        self.assertNotIn("Traceback", done[1])


class TrainingTests(SceneTests):
    def test_each_stage_follows_its_stored_curve(self) -> None:
        """Losses of twenty steps; written anew by AUDIT_WRITE_CURVES=1."""
        self.data(conditions=True)
        found: dict[str, list[float]] = {}
        self.expect(train(self.folder, output=f"{self.folder}/pretrain"), 0)
        start = f"{self.folder}/pretrain/final.pth"
        self.expect(
            train(self.folder, stage="finetune", start=start, output=f"{self.folder}/finetune"), 0)
        self.expect(
            train(self.folder, stage="control", start=start, output=f"{self.folder}/control"), 0)
        for stage in ("pretrain", "finetune", "control"):
            found[stage] = [row["error"] + row["bound"] for row in curve(self.folder, stage)]
            self.assertEqual(len(found[stage]), 20)
        if os.environ.get("AUDIT_WRITE_CURVES"):
            CURVES.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        stored = json.loads(CURVES.read_text(encoding="utf-8"))
        for stage, values in found.items():
            # Other processors sum in another order; twenty steps keep that below a thousandth.
            for value, expected in zip(values, stored[stage]):
                self.assertLess(abs(value - expected), 1e-3 * max(1, expected), stage)
        self.assertLess(found["pretrain"][-1], 0.8 * found["pretrain"][0])

    def test_a_killed_run_goes_on_to_the_same_numbers(self) -> None:
        self.data()
        self.expect(train(self.folder, output=f"{self.folder}/whole"), 0)
        path = os.path.join(self.folder, "training.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(options(self.folder), file)
        process = subprocess.Popen(
            command(path), stderr=subprocess.DEVNULL, env=environment())
        deadline = time.monotonic() + 60
        while not list(Path(self.folder, "out").glob("step-*5.pth")):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.expect(train(self.folder), 0)
        self.assertEqual(curve(self.folder), curve(self.folder, "whole"))
        one, other = (torch.load(f"{self.folder}/{name}/final.pth", weights_only=True)
                      for name in ("out", "whole"))
        for name, value in one["state_dict_ema"].items():
            self.assertTrue(torch.equal(value, other["state_dict_ema"][name]), name)

    def test_a_broken_checkpoint_costs_only_itself(self) -> None:
        self.data()
        self.expect(train(self.folder, steps=12), 0)
        newest = sorted(Path(self.folder, "out").glob("step-*.pth"))[-1]
        newest.write_bytes(newest.read_bytes()[:1000])
        self.expect(train(self.folder), 0, "an older checkpoint is taken")
        self.expect(train(self.folder, output=f"{self.folder}/whole"), 0)
        self.assertEqual(curve(self.folder), curve(self.folder, "whole"))

    def test_accumulation_and_two_processes_train_the_same_network(self) -> None:
        self.data()
        self.expect(train(self.folder, steps=6, output=f"{self.folder}/one"), 0)
        self.expect(
            train(self.folder, steps=6, accumulation=2, output=f"{self.folder}/parts"), 0)
        path = os.path.join(self.folder, "training.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump(options(self.folder, steps=6, output=f"{self.folder}/two"), file)
        done = subprocess.run(
            [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node",
             "2", "-m", "chexgen_trainer.train", path],
            capture_output=True, text=True, env=environment())
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in ("parts", "two"):
            for row, other in zip(curve(self.folder, "one"), curve(self.folder, name)):
                # The same sums in another order.
                self.assertLess(abs(row["error"] - other["error"]), 1e-4, name)

    def test_only_the_copies_of_control_are_trained(self) -> None:
        self.data(conditions=True)
        self.expect(train(self.folder, steps=2, output=f"{self.folder}/base"), 0)
        start = f"{self.folder}/base/final.pth"
        self.expect(train(self.folder, stage="control", start=start, steps=4), 0)
        base = read_weights(start)
        trained = read_weights(f"{self.folder}/out/final.pth", "state_dict")
        for name, value in base.items():
            self.assertTrue(torch.equal(trained["base_model." + name], value), name)
        self.assertGreater(
            trained["controlnet.0.after_proj.weight"].abs().max().item(), 0)

    def test_a_finetune_makes_positions_and_null_caption_anew(self) -> None:
        self.data()
        self.expect(train(self.folder, steps=2, output=f"{self.folder}/base"), 0)
        network = {**NETWORK, "position_scale": 2.0}
        self.expect(
            train(self.folder, stage="finetune", start=f"{self.folder}/base/final.pth",
                  network=network, steps=1, learningRate=0.0, weightDecay=0.0), 0)
        base = read_weights(f"{self.folder}/base/final.pth")
        found = read_weights(f"{self.folder}/out/final.pth", "state_dict")
        self.assertTrue(torch.equal(found["pos_embed"], position_table(4, 32, 2.0)))
        for name, value in base.items():
            self.assertEqual(torch.equal(found[name], value), name not in REMADE, name)

    def test_what_goes_wrong_is_one_sentence(self) -> None:
        self.data()
        for changes, says in (
            ({"stage": "autoencoder"}, "is not trained by this program"),
            ({"stage": "finetune", "start": "/nowhere.pth"}, "there are no weights at"),
            ({"stage": "control"}, "name 'start'"),
            ({"network": {**NETWORK, "input": 16}}, "latents a side"),
            ({"network": {**NETWORK, "text": 8}}, "numbers a token"),
            ({"network": {**NETWORK, "heads": 3}}, "no multiple of"),
            ({"data": "/nowhere"}, "cannot read the prepared data"),
            ({"batch": 3, "accumulation": 2}, "multiple of 'accumulation'"),
            ({"colour": 1}, "unknown key 'colour'"),
            ({"learningRate": 1e30, "steps": 9}, "the loss became"),
            ({"lora": {"rank": 4, "alpha": 4}}, "'lora' adapts weights that are there"),
        ):
            with self.subTest(says):
                output = f"{self.folder}/{len(says)}"
                self.expect(train(self.folder, **{"output": output, **changes}), 2, says)

    def test_another_training_is_not_gone_on_with(self) -> None:
        self.data()
        self.expect(train(self.folder, steps=5), 0)
        self.expect(train(self.folder, learningRate=1e-3), 2, "is of another training")
        Path(self.folder, "weights.pth").write_bytes(b"no checkpoint")
        self.expect(
            train(self.folder, stage="finetune", start=f"{self.folder}/weights.pth",
                  output=f"{self.folder}/b"), 2, "cannot be read as a checkpoint")

    def test_options_are_checked_before_anything_is_read(self) -> None:
        path = os.path.join(self.folder, "o.json")
        Path(path).write_text("{", encoding="utf-8")
        with self.assertRaisesRegex(TrainingProblem, "cannot read"):
            Options.read(path)


class AdapterTests(SceneTests):
    LORA = {"rank": 4, "alpha": 8}

    def setUp(self) -> None:
        super().setUp()
        self.data()
        self.expect(train(self.folder, steps=3, output=f"{self.folder}/base"), 0)
        self.start = f"{self.folder}/base/final.pth"

    def tune(self, name: str = "out", **changes: Any) -> tuple[int, str]:
        chosen = {"stage": "finetune", "start": self.start, "lora": self.LORA, "steps": 12}
        return train(self.folder, **{**chosen, "output": f"{self.folder}/{name}", **changes})

    def test_adapters_written_into_their_layers_do_the_same(self) -> None:
        torch.manual_seed(2)
        sizes = Sizes(**NETWORK)
        plain, adapted = DiffusionTransformer(sizes), DiffusionTransformer(sizes)
        torch.nn.init.normal_(plain.final_layer.linear.weight)
        adapted.load_state_dict(plain.state_dict())
        lora.adapt(adapted, **self.LORA)
        given = (torch.randn(2, 4, 8, 8), torch.tensor([3, 700]), torch.randn(2, 3, 16),
                 torch.ones(2, 3, dtype=torch.long))
        with torch.no_grad():
            self.assertTrue(torch.equal(adapted(*given), plain(*given)))
            for name, parameter in adapted.named_parameters():
                if name.endswith("lora_up"):
                    torch.nn.init.normal_(parameter, std=0.1)
            found = adapted(*given)
            self.assertGreater((found - plain(*given)).abs().max().item(), 0.01)
            plain.load_state_dict(lora.merged(adapted.state_dict(), **self.LORA))
            size = found.abs().max().item()
            self.assertLess((found - plain(*given)).abs().max().item(), 1e-6 * max(1, size))

    def test_adapters_alone_are_trained_and_the_rest_is_the_start(self) -> None:
        self.expect(self.tune(), 0)
        base, found = read_weights(self.start), read_weights(f"{self.folder}/out/final.pth")
        self.assertEqual(list(base), list(found))
        changed = {name for name in base if not torch.equal(base[name], found[name])}
        expected = {f"blocks.{block}.{layer}.weight" for block in range(NETWORK["depth"])
                    for layer in lora.LAYERS}
        self.assertEqual(changed, expected)
        # What is written is the start with the adapter's own sums, and the adapter is small.
        adapter = torch.load(f"{self.folder}/out/adapter.pth", weights_only=True)
        self.assertEqual(adapter["lora"], self.LORA)
        name = "blocks.1.mlp.fc1"
        added = 2 * (adapter["adapter_ema"][f"{name}.lora_up"]
                     @ adapter["adapter_ema"][f"{name}.lora_down"])
        self.assertTrue(torch.equal(base[f"{name}.weight"] + added, found[f"{name}.weight"]))
        self.assertTrue(all(key.endswith(lora.PARTS) for key in adapter["adapter"]))
        losses = [row["error"] for row in curve(self.folder)]
        self.assertLess(losses[-1], losses[0])

    def test_a_killed_run_goes_on_to_the_same_adapters(self) -> None:
        self.expect(self.tune("whole"), 0)
        self.expect(self.tune(steps=7, saveEvery=3), 0)
        Path(self.folder, "out/step-00000007.pth").unlink()
        self.expect(self.tune(saveEvery=3), 0, "going on from step 6")
        self.assertEqual(curve(self.folder), curve(self.folder, "whole"))
        for file in ("final.pth", "adapter.pth"):
            one, other = (torch.load(f"{self.folder}/{name}/{file}", weights_only=True)
                          for name in ("out", "whole"))
            for part in one.keys() & {"state_dict", "state_dict_ema", "adapter", "adapter_ema"}:
                self.assertEqual(one[part].keys(), other[part].keys())
                for name, value in one[part].items():
                    self.assertTrue(torch.equal(value, other[part][name]), name)

    def test_another_start_or_rank_is_not_gone_on_with(self) -> None:
        self.expect(self.tune(steps=5), 0)
        self.expect(self.tune(lora={"rank": 2, "alpha": 8}), 2, "is of another training")
        document = torch.load(self.start, weights_only=True)
        document["state_dict_ema"]["blocks.0.attn.qkv.weight"][0, 0] += 1
        torch.save(document, self.start)
        self.expect(self.tune(), 2, "was trained on other weights than those at")

    def test_an_adapter_that_cannot_be_is_one_sentence(self) -> None:
        for given, says in (
            (8, "must be an object"), ({"rank": 8}, "has no 'alpha'"),
            ({"rank": 8, "alpha": 8, "dropout": 0.1}, "unknown key 'dropout'"),
            ({"rank": 0, "alpha": 8}, "whole number from 1 on"),
            ({"rank": 2.5, "alpha": 8}, "whole number from 1 on"),
            ({"rank": 4, "alpha": 0}, "a number above 0"),
            ({"rank": 32, "alpha": 8}, "is not low for layers of 32"),
        ):
            with self.subTest(says):
                self.expect(self.tune(lora=given), 2, says)


if __name__ == "__main__":
    unittest.main()
