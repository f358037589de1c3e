"""Measures the packaged generator with the judges, and the quickstart classifiers on its pictures.

    python evaluate.py --data DIR --package DIR --judges DIR --classifiers DIR --out DIR [--cases 20]

Every base case has one noise seed, one age and one view; its eight pictures differ only in sex and
in the impression, so pairs are counterfactual.
"""
import argparse
import glob
import json
import os
import random

import numpy as np
import torch
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

import cnn
import common
import data
import train_classifiers
from train_predictors import AGE_CENTRE, AGE_SCALE, TARGETS, predict

IMPRESSIONS = {
    "Lung Opacity": ("Lung opacity.", "No acute cardiopulmonary abnormality."),
    "Effusion": ("Pleural effusion.", "No acute cardiopulmonary abnormality."),
    "Cardiomegaly": ("Cardiomegaly.", "No acute cardiopulmonary abnormality."),
    "Pneumonia": ("Pneumonia.", "No acute cardiopulmonary abnormality."),
}


def cohort(cases, findings, seed=1000, view="random"):
    rng = random.Random(seed)
    rows = []
    for case in range(cases):
        age = rng.randrange(20, 86)
        drawn = rng.choice(["PA", "AP"]) if view == "random" else view
        for finding in findings:
            for positive in (True, False):
                for female in (True, False):
                    sentence = IMPRESSIONS[finding][0 if positive else 1]
                    # Separate noise per finding and sign: the counterfactual pair is the sex.
                    noise = seed + case * 100 + findings.index(finding) * 10 + int(positive)
                    prompt = f"sex:{'Female' if female else 'Male'}, age:{age}.0. "
                    prompt += (f"{drawn} view. " if drawn else "") + sentence
                    rows.append({"case": case, "age": age, "female": female, "finding": finding,
                                 "positive": positive, "seed": noise, "prompt": prompt, "view": drawn})
    return rows


def bootstrap(cases, statistic, rounds=500):
    """95 % interval, resampling base cases (pictures of one case are not independent)."""
    generator = np.random.default_rng(0)
    unique, values = np.unique(cases), []
    members = {c: np.flatnonzero(cases == c) for c in unique}
    for _ in range(rounds):
        index = np.concatenate([members[c] for c in generator.choice(unique, len(unique))])
        value = statistic(index)
        if value is not None and np.isfinite(value):
            values.append(value)
    return [round(float(v), 3) for v in np.percentile(values, [2.5, 97.5])]


def auc(y, s):
    return float(roc_auc_score(y, s)) if 0 < y.sum() < len(y) else None


def judged(images, paths):
    """Mean output of the judges (an ensemble when several were trained)."""
    outputs = []
    for path in paths:
        net = cnn.Net(len(TARGETS))
        net.load_state_dict(torch.load(path)["state"])
        outputs.append(predict(net, images))
    return torch.stack(outputs).mean(0).numpy()


def measure(rows, out):
    cases = np.array([r["case"] for r in rows])
    female = np.array([r["female"] for r in rows])
    age = np.array([r["age"] for r in rows])
    agree = (out[:, 0] > 0) == female
    result = {"n": len(rows), "base_cases": int(cases.max() + 1),
              "sex_agreement": {"value": round(float(agree.mean()), 3),
                                "women": round(float(agree[female].mean()), 3),
                                "men": round(float(agree[~female].mean()), 3),
                                "auc": round(auc(female, out[:, 0]), 3),
                                "interval": bootstrap(cases, lambda i: agree[i].mean())},
              "age_spearman": {"value": round(float(spearmanr(age, out[:, 1])[0]), 3),
                               "interval": bootstrap(cases, lambda i: spearmanr(age[i], out[i, 1])[0])},
              "mean_predicted_age": round(float(out[:, 1].mean() * AGE_SCALE + AGE_CENTRE), 1),
              "findings": {}}
    for finding in dict.fromkeys(r["finding"] for r in rows):
        chosen = np.array([r["finding"] == finding for r in rows])
        y = np.array([r["positive"] for r in rows])[chosen]
        s, c, f = out[chosen, TARGETS.index(finding)], cases[chosen], female[chosen]
        result["findings"][finding] = {
            "auc": round(auc(y, s), 3), "interval": bootstrap(c, lambda i: auc(y[i], s[i])),
            "women": round(auc(y[f], s[f]), 3), "men": round(auc(y[~f], s[~f]), 3),
            "positive": int(y.sum()), "negative": int((~y).sum())}
    return result


def nearest(images, references):
    """Highest pixel correlation of each picture with any reference picture, at 64 px."""
    def flat(x):
        x = torch.nn.functional.avg_pool2d(x, 2).flatten(1)
        x = x - x.mean(1, keepdim=True)
        return x / x.norm(dim=1, keepdim=True)
    return (flat(images) @ flat(references).t()).max(1).values.numpy()


def main():
    parser = argparse.ArgumentParser()
    for name in ("--data", "--package", "--judges", "--out"):
        parser.add_argument(name, required=True)
    parser.add_argument("--classifiers")
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--findings", default="Lung Opacity,Effusion")
    parser.add_argument("--sampler", default="ddim")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--guidance", type=float, default=3.0)
    parser.add_argument("--view", default="random")
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--memorisation", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(1)
    generator = common.Generator(args.package)
    rows = cohort(args.cases, args.findings.split(","), args.seed, args.view)
    images = generator.images([r["prompt"] for r in rows], common.noise_for([r["seed"] for r in rows]),
                              sampler=args.sampler, steps=args.steps, guidance=args.guidance)
    os.makedirs(args.out, exist_ok=True)
    torch.save({"images": (images * 255).round().to(torch.uint8), "rows": rows},
               os.path.join(args.out, "cohort.pt"))
    paths = sorted(glob.glob(os.path.join(args.judges, "judge*.pt")))
    result = {"settings": {"sampler": args.sampler, "steps": args.steps, "guidance": args.guidance,
                           "view": args.view, "seed": args.seed},
              "synthetic": measure(rows, judged(images, paths))}
    if args.classifiers:
        women = np.array([r["female"] for r in rows])
        finding = np.array([r["finding"] for r in rows])
        positive = np.array([r["positive"] for r in rows])
        result["classifiers"] = {}
        for name in ("balanced", "skewed"):
            scores = train_classifiers.run_onnx(os.path.join(args.classifiers, name + ".onnx"), images)
            # Each finding is judged on its own positive and negative pictures.
            table = {}
            for column, label in enumerate(train_classifiers.FINDINGS):
                for sex, chosen in (("women", women), ("men", ~women)):
                    pick = chosen & (finding == label)
                    y, s = positive[pick], scores[pick, column]
                    table.setdefault(label, {})[sex] = {
                        "auc": round(auc(y, s), 3), "interval": train_classifiers.interval(y, s),
                        "positive": int(y.sum()), "negative": int((~y).sum())}
            result["classifiers"][name] = table
    if args.memorisation:
        records = data.records(args.data)
        training = data.load_images(args.data, [r for r in records if not r.held_out])
        kept_out = data.load_images(args.data, [r for r in records if r.held_out])
        real, made = nearest(kept_out, training), nearest(images, training)
        result["memorisation"] = {
            "what": "highest pixel correlation (64 px) with any training image",
            "synthetic": {"n": len(made), "median": round(float(np.median(made)), 3),
                          "maximum": round(float(made.max()), 3)},
            "kept_out_real": {"n": len(real), "median": round(float(np.median(real)), 3),
                              "maximum": round(float(real.max()), 3)}}
    order = [i for i in range(len(rows))][:24]
    common.grid_image(images[order], 8, os.path.join(args.out, "grid.png"))
    with open(os.path.join(args.out, "evaluation.json"), "w") as handle:
        json.dump(result, handle, indent=1)
    print(json.dumps(result, indent=None))


if __name__ == "__main__":
    main()
