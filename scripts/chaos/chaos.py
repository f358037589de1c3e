"""Makes system calls of `audit run` fail, one per run, and compares what is left with an undisturbed run.

usage: chaos.py AUDIT FAULTS.SO CLONE FOLDER COUNT [WORLD:KIND:FIRST-LAST]

The last word names calls one by one (`drawn:EIO:235-245`) in place of COUNT faults spread over the runs.

After each fault the same command runs again without one. A fault is withstood if the first run ended by
itself with exit code 0 or 2 and no backtrace (or by the kill that was asked for), and the second ended with
0 and the same images, scores, tables, exports and report, times apart.
"""

import difflib
import hashlib
import itertools
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time

KINDS = ["kill", "ENOSPC", "EIO", "EMFILE"]
#: Exit codes that the manual names; a run that its fault did not touch ends with 0.
EXPECTED = {0, 2}


def table(rows: int) -> str:
    """A real cohort of invented scores: two findings, two sexes, ages, some patients twice."""
    draw = random.Random(3)
    lines = ["image,patient,sex,age,Effusion,Edema,one:Effusion,one:Edema"]
    for row in range(rows):
        labels = [draw.random() < 0.4, draw.random() < 0.3]
        scores = [min(1, max(0, 0.3 + 0.25 * label + draw.gauss(0, 0.2))) for label in labels]
        lines.append(
            f"i{row}.png,p{row * 4 // 5},{draw.choice('MF')},{draw.randint(20, 90)},"
            f"{int(labels[0])},{int(labels[1])},{scores[0]:.6f},{scores[1]:.6f}"
        )
    return "\n".join(lines) + "\n"


def specifications(clone: str) -> "dict[str, dict]":
    """A world of scores alone, and one that draws images, runs a model and plans a rebalancing set."""
    model = {
        "input": {"size": [128, 128], "channels": "gray", "range": [0, 1], "mean": [0.5], "std": [0.25]},
        "outputs": {"Effusion": 1},
        "activation": "sigmoid",
    }
    return {
        "scores": {
            "schema": "audit-spec/1",
            "name": "scores",
            "classifiers": [{"name": "one"}],
            "real": {"table": "real.csv",
                     "columns": {"image": "image", "patient": "patient", "sex": "sex", "age": "age",
                                 "labels": {"Effusion": "Effusion", "Edema": "Edema"},
                                 "scores": {"one": {"Effusion": "one:Effusion", "Edema": "one:Edema"}}}},
            "analysis": {"groups": {"sex": ["M", "F"], "age": {"edges": [0, 50]}}, "delta": 0.05,
                         "thresholds": {"Effusion": 0.5, "Edema": 0.5}},
        },
        "drawn": {
            "schema": "audit-spec/1",
            "name": "drawn",
            "classifiers": [{"name": "one", "onnx": clone + "/audits/quickstart/models/balanced.onnx", **model}],
            "cohort": {
                "design": "counterfactual",
                "generator": {"model": "builtin:chexgen-mini", "steps": 4, "sharedSteps": 1},
                "findings": {"Effusion": {"positive": ["PA view. Pleural effusion."],
                                          "negative": ["PA view. No acute cardiopulmonary abnormality."]}},
                "attributes": {"sex": ["Male", "Female"]},
                "baseCases": 2,
                "seed": 7,
                "placebos": ["seed"],
            },
            "analysis": {"groups": {"sex": ["Male", "Female"]}, "thresholds": {"Effusion": 0.5},
                         "minimumCell": {"positives": 2, "negatives": 2, "clusters": 2}},
            "rebalance": {"trainingTable": "train.csv", "strategy": "parity", "budget": 2,
                          "formats": ["huggingface"],
                          "columns": {"sex": "sex", "labels": {"Effusion": "Effusion"}}},
        },
    }


def products(report: str) -> "dict[str, str]":
    """Relative path to hash (the text of `report.json`) of what a run makes; files that tell hours or the store's pages count as there."""
    found = {}
    for folder, _, names in os.walk(report):
        for name in names:
            path = os.path.join(folder, name)
            place = os.path.relpath(path, report)
            if place.startswith(("audit.sqlite", "logs/", ".lock")):
                continue
            timed = place in ("report.html", "report.md", "provenance.json", "files.sha256",
                              "tables/stages.csv") or place.endswith((".xml", ".html"))
            with open(path, "rb") as file:
                content = file.read()
            if place == "report.json":
                found[place] = timeless(content).decode()
            else:
                found[place] = "there" if timed else hashlib.sha256(content).hexdigest()
    return found


def timeless(content: bytes) -> bytes:
    """`report.json` without hours and without the history of the folder."""
    report = json.loads(content)
    for parent, key in [("provenance", "stages"), ("plan", "exploratory"), ("policy", "changedAfterScores"),
                        ("provenance", "command"), ("provenance", "startedAt"), ("provenance", "createdAt")]:
        if isinstance(report.get(parent), dict):
            report[parent].pop(key, None)
    for key in ("created", "createdAt", "date"):
        report.pop(key, None)
    report["notes"] = [note for note in report.get("notes", []) if "exploratory" not in note]
    return json.dumps(report, sort_keys=True, indent=1).encode()


class World:
    """One spec in a folder of its own, run again and again."""

    def __init__(self, name: str, spec: dict, audit: str, library: str, folder: str):
        self.name, self.audit, self.library = name, audit, library
        self.folder = os.path.join(folder, name)
        self.report = os.path.join(self.folder, "reports", name)
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        self.write("spec.json", json.dumps(spec))
        self.write("real.csv", table(240))
        self.write("train.csv", "sex,Effusion,count\nMale,1,40\nMale,0,80\nFemale,1,20\nFemale,0,80\n")

    def write(self, name: str, text: str) -> None:
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def run(self, **settings: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "LANG": "C.UTF-8"}
        if settings:
            environment.update(LD_PRELOAD=self.library, CHAOS_PROGRAM="audit", **settings)
        return subprocess.run(
            [self.audit, "run", "spec.json", "--reports", "reports"], cwd=self.folder, env=environment,
            capture_output=True, text=True, errors="replace", timeout=600,
        )

    def prepare(self) -> None:
        """The undisturbed run, and how many calls of each kind it makes."""
        whole = self.run()
        if whole.returncode != 0:
            sys.exit(f"chaos: {self.name}: the undisturbed run failed:\n{whole.stderr}")
        self.expected = products(self.report)
        again = self.fresh(lambda: self.run())
        if again[1] != self.expected:
            sys.exit(f"chaos: {self.name}: two undisturbed runs differ in {differences(self.expected, again[1])}")
        self.calls = {}
        for kind in KINDS:
            count = os.path.join(self.folder, "count")
            self.fresh(lambda: self.run(CHAOS_KIND=kind, CHAOS_COUNT=count))
            with open(count, encoding="ascii") as file:
                self.calls[kind] = int(file.read())

    def fresh(self, body):
        shutil.rmtree(os.path.join(self.folder, "reports"), ignore_errors=True)
        return body(), products(self.report)

    def withstand(self, kind: str, at: int) -> "tuple[bool, str | None]":
        """Whether the fault was felt, and what went wrong, if something did."""
        shutil.rmtree(os.path.join(self.folder, "reports"), ignore_errors=True)
        first = self.run(CHAOS_KIND=kind, CHAOS_AT=str(at))
        felt = first.returncode != 0
        if kind == "kill":
            if first.returncode not in (0, -9):
                return felt, f"ended with {first.returncode} instead of the kill: {first.stderr[-300:]}"
        elif first.returncode not in EXPECTED:
            return felt, f"ended with {first.returncode}: {first.stderr[-600:]}"
        elif "error: aborted" in first.stderr:
            # No injected fault refuses memory.
            return felt, f"aborted: {first.stderr[-600:]}"
        elif felt and "error: " not in first.stderr:
            return felt, f"ended with {first.returncode} without a sentence: {first.stderr[-300:]}"
        second = self.run()
        if second.returncode != 0:
            return felt, f"the same command does not continue: {second.stderr[-600:]}"
        different = differences(self.expected, products(self.report))
        return felt, f"the result differs in {different}" if different else None


def differences(one: "dict[str, str]", other: "dict[str, str]") -> str:
    names = sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
    if "report.json" in names:
        lines = difflib.unified_diff(*(part.get("report.json", "").splitlines() for part in (one, other)),
                                     lineterm="", n=0)
        names.append("\n".join(itertools.islice(lines, 2, 14)))
    return ", ".join(names)


def spread(total: int, worlds: "list[World]") -> "list[tuple[World, str, int]]":
    """Nine in ten in the quick world; both get every kind, spread evenly over the run."""
    plan = []
    for world, share in zip(worlds, (0.9, 0.1)):
        each = max(1, round(total * share / len(KINDS)))
        for kind in KINDS:
            step = world.calls[kind] / each
            plan += [(world, kind, 1 + int(step * (index + 0.5))) for index in range(each)]
    return plan


def named(only: str, worlds: "list[World]") -> "list[tuple[World, str, int]]":
    """The calls that `WORLD:KIND:FIRST-LAST` names."""
    matched = re.fullmatch(r"[a-z]+:([A-Za-z]+):(\d+)-(\d+)", only)
    if not worlds or not matched or matched[1] not in KINDS:
        sys.exit(f"chaos: '{only}' names no calls; say for example drawn:EIO:235-245")
    return [(worlds[0], matched[1], at) for at in range(int(matched[2]), int(matched[3]) + 1)]


def main() -> int:
    audit, library, clone, folder, count = sys.argv[1:6]
    only = sys.argv[6] if len(sys.argv) > 6 else ""
    worlds = [World(name, spec, audit, library, folder) for name, spec in specifications(clone).items()]
    started, failures, felt, tally = time.time(), [], 0, {}
    if only:
        worlds = [world for world in worlds if world.name == only.split(":")[0]]
    for world in worlds:
        world.prepare()
        print(f"{world.name}: {sum(len(v) > 0 for v in world.expected.values())} files, calls by kind {world.calls}",
              flush=True)
    plan = named(only, worlds) if only else spread(int(count), worlds)
    for number, (world, kind, at) in enumerate(plan, 1):
        was_felt, failure = world.withstand(kind, at)
        felt += was_felt
        key = f"{world.name} {kind}"
        tally[key] = tally.get(key, 0) + 1
        if failure:
            failures.append(f"{world.name}, {kind} at call {at}: {failure}")
            print("FOUND " + failures[-1], flush=True)
        if number % 25 == 0 or number == len(plan):
            left = (time.time() - started) / number * (len(plan) - number)
            print(f"{number}/{len(plan)} faults, {len(failures)} findings, about {left / 60:.0f} min left", flush=True)
    print("faults by world and kind: " + ", ".join(f"{key} {value}" for key, value in sorted(tally.items())))
    print(f"chaos: {len(plan)} faults, {felt} ended the run, {len(failures)} findings")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
