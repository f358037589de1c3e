"""The table of the worked example, from the score tables that the audits wrote.

    python results.py --report ../../reports/retraining-after --test work/test.csv --seeds 5 \\
        --arms before oversampled parity gapWeighted --out work/results.md

Every number is a mean over the seeds. Intervals are 95 % percentile intervals of 2,000 bootstrap
samples of whole patients (real images) or base cases (synthetic ones), the same samples for every arm
and seed, so that differences between arms are paired. They hold for these seeds; how much seeds differ
is the last column.
"""
import argparse
import csv
import os

import numpy as np

FINDING = "Lung Opacity"
REPLICATES = 2000
THRESHOLD = 0.5
METRICS = [("overall AUC", lambda m: m["all"]), ("AUC women", lambda m: m["F"]),
           ("AUC men", lambda m: m["M"]), ("worst-group AUC", lambda m: np.minimum(m["F"], m["M"])),
           ("AUC gap, men − women", lambda m: m["M"] - m["F"]),
           ("sensitivity women", lambda m: m["tprF"]), ("sensitivity men", lambda m: m["tprM"]),
           ("sensitivity gap, men − women", lambda m: m["tprM"] - m["tprF"])]


def read_csv(path):
    with open(path, newline="") as handle:
        return list(csv.DictReader(handle))


def cases(report, test_table, cohort):
    """Cluster, sex and label of every image of a cohort, in the order of its score table."""
    scores = read_csv(os.path.join(report, "tables", f"scores-{cohort}.csv"))
    if cohort == "real":
        table = {row["image"]: (row["patient"], row["sex"]) for row in read_csv(test_table)}
        keys = [table[row["image"]] for row in scores]
    else:
        manifest = {row["image"]: row for row in read_csv(
            os.path.join(report, "cohort", "manifest.csv"))}
        # Placebo images repeat an arm; they are not part of the comparison.
        scores = [row for row in scores if not manifest[row["image"]]["arm"].startswith("placebo")]
        keys = [((manifest[row["image"]]["label"], manifest[row["image"]]["base_case"]),
                 manifest[row["image"]]["sex"][0]) for row in scores]
    labels = np.array([row["label " + FINDING] == "1" for row in scores])
    names = sorted({key for key, _ in keys})
    number = {name: i for i, name in enumerate(names)}
    clusters = np.array([number[key] for key, _ in keys])
    women = np.array([sex == "F" for _, sex in keys])
    return scores, labels, clusters, women


def weighted_auc(scores, labels, weights):
    """AUC of every row of `weights` [replicates, images]; ties count half."""
    order = np.argsort(scores, kind="stable")
    s, y, w = scores[order], labels[order], weights[:, order]
    block = np.concatenate([[0], np.cumsum(s[1:] != s[:-1])])
    starts = np.flatnonzero(np.concatenate([[True], s[1:] != s[:-1]]))
    negative = np.add.reduceat(w * ~y, starts, axis=1)
    below = np.cumsum(negative, axis=1) - negative / 2
    positive = w * y
    return ((positive * below[:, block]).sum(1)
            / (positive.sum(1) * (w * ~y).sum(1)))


def measures(scores, labels, women, weights):
    result = {"all": weighted_auc(scores, labels, weights)}
    for name, group in (("F", women), ("M", ~women)):
        result[name] = weighted_auc(scores[group], labels[group], weights[:, group])
        sick = group & labels
        called = scores >= THRESHOLD
        result["tpr" + name] = (weights[:, sick] * called[sick]).sum(1) / weights[:, sick].sum(1)
    return result


def interval(values):
    # A tiny cohort can draw a sample without one class; such samples define nothing.
    return np.nanpercentile(values[1:], [2.5, 97.5])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--report", required=True)
    parser.add_argument("--test", required=True)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--arms", nargs="+", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    lines = []
    np.seterr(invalid="ignore")
    for cohort, unit in (("real", "patients"), ("synthetic", "base cases")):
        table, labels, clusters, women = cases(args.report, args.test, cohort)
        generator = np.random.default_rng(0)
        count = clusters.max() + 1
        draws = generator.multinomial(count, np.full(count, 1 / count), size=REPLICATES)
        # The first row is the data themselves.
        weights = np.concatenate([np.ones((1, count)), draws])[:, clusters]
        cells = ", ".join(f"{int((g & (labels == y)).sum())} {n}" for g, y, n in (
            (women, True, "women with"), (women, False, "women without"),
            (~women, True, "men with"), (~women, False, "men without")))
        title = "Kept-out real patients" if cohort == "real" else "Synthetic cohort"
        lines += ["", f"### {title}", "",
                  f"{len(labels)} images of {count} {unit}: {cells} the finding.", ""]
        found = {}
        for arm in args.arms:
            per_seed = [measures(np.array([float(row[f"score {arm}-{s} {FINDING}"])
                                           for row in table]), labels, women, weights)
                        for s in range(1, args.seeds + 1)]
            found[arm] = {name: np.stack([f(m) for m in per_seed]) for name, f in METRICS}
        lines += ["| | " + " | ".join(args.arms) + " |", "|---" * (len(args.arms) + 1) + "|"]
        for name, _ in METRICS:
            row = []
            for arm in args.arms:
                values = found[arm][name].mean(0)
                low, high = interval(values)
                spread = (f"; seeds ±{found[arm][name][:, 0].std(ddof=1):.3f}"
                          if args.seeds > 1 else "")
                row.append(f"{values[0]:.3f} ({low:.3f} to {high:.3f}{spread})")
            lines.append(f"| {name} | " + " | ".join(row) + " |")
        lines += ["", f"Change against `{args.arms[0]}`, paired:", "",
                  "| | " + " | ".join(args.arms[1:]) + " |", "|---" * len(args.arms) + "|"]
        for name, _ in METRICS:
            row = []
            for arm in args.arms[1:]:
                values = found[arm][name].mean(0) - found[args.arms[0]][name].mean(0)
                low, high = interval(values)
                row.append(f"{values[0]:+.3f} ({low:+.3f} to {high:+.3f})")
            lines.append(f"| {name} | " + " | ".join(row) + " |")
    with open(args.out + ".part", "w") as handle:
        handle.write("\n".join(lines).lstrip() + "\n")
    os.replace(args.out + ".part", args.out)


if __name__ == "__main__":
    main()
