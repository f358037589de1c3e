"""Derives the loop's specs from audit-before.json.

    python specs.py --out work --seeds 5 --arms before oversampled parity gapWeighted balancedGrid

- `audit-before.json`: as committed, with the seeds that are trained.
- `audit-gapWeighted.json`, `audit-balancedGrid.json`: the same audit with another rebalancing strategy. The
  name is the same too, so the cohort and the scores are kept and only the rebalancing set is drawn anew.
- `audit-after.json`: the same cohort, test set and plan, with the classifiers of all arms side by side.
"""
import argparse
import copy
import json
import os


def write(spec, path):
    with open(path + ".part", "w") as handle:
        json.dump(spec, handle, indent=2)
    os.replace(path + ".part", path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--base-cases", type=int)
    parser.add_argument("--arms", nargs="+", required=True)
    args = parser.parse_args()
    with open("audit-before.json") as handle:
        lines = [line for line in handle if not line.lstrip().startswith("//")]
    spec = json.loads("".join(lines))
    # The derived specs lie beside the data that they name.
    spec["real"]["table"], spec["real"]["images"] = "test.csv", "images"
    spec["rebalance"]["trainingTable"] = "training.csv"
    if args.base_cases:
        spec["cohort"]["baseCases"] = args.base_cases
    model = spec["classifiers"][0]

    def classifiers(arms):
        return [dict(copy.deepcopy(model), name=f"{arm}-{seed}", onnx=f"{arm}/seed-{seed}.onnx")
                for arm in arms for seed in range(1, args.seeds + 1)]

    spec["classifiers"] = classifiers(["before"])
    write(spec, os.path.join(args.out, "audit-before.json"))
    for strategy in ("gapWeighted", "balancedGrid"):
        spec["rebalance"]["strategy"] = strategy
        write(spec, os.path.join(args.out, f"audit-{strategy}.json"))
    del spec["rebalance"]
    spec["name"] = "retraining-after"
    spec["report"]["title"] = "Worked example: the retrained classifiers"
    spec["classifiers"] = classifiers(args.arms)
    write(spec, os.path.join(args.out, "audit-after.json"))


if __name__ == "__main__":
    main()
