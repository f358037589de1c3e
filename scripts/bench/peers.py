"""Times one peer on scores that audit-bench wrote; prints seconds of the computation alone.

usage: peers.py sklearn|fairlearn SCORES.csv REPLICATES
"""

import sys
import time

import numpy as np


def read(path):
    columns = np.loadtxt(path, delimiter=",", skiprows=1)
    return columns[:, 0], columns[:, 1].astype(int), columns[:, 2].astype(int), columns[:, 3].astype(int)


def sklearn_bootstrap(path, replicates):
    """All pairwise gaps with percentile limits, patients drawn with replacement."""
    from sklearn.metrics import roc_auc_score

    score, label, patient, group = read(path)
    names = np.unique(group)
    start = time.perf_counter()
    order = np.argsort(patient, kind="stable")
    bounds = np.searchsorted(patient[order], np.arange(patient.max() + 2))
    members = [order[bounds[p] : bounds[p + 1]] for p in range(patient.max() + 1)]
    rng = np.random.default_rng(1)
    gaps = []
    for _ in range(replicates):
        rows = np.concatenate([members[p] for p in rng.integers(0, len(members), len(members))])
        s, y, g = score[rows], label[rows], group[rows]
        auc = np.array([roc_auc_score(y[g == name], s[g == name]) for name in names])
        gaps.append(auc[:, None] - auc[None, :])
    np.quantile(gaps, [0.025, 0.975], axis=0)
    return time.perf_counter() - start


def fairlearn_bootstrap(path, replicates):
    """MetricFrame's own bootstrap of the AUC by group."""
    from fairlearn.metrics import MetricFrame
    from sklearn.metrics import roc_auc_score

    score, label, _, group = read(path)
    start = time.perf_counter()
    frame = MetricFrame(
        metrics=roc_auc_score, y_true=label, y_pred=score, sensitive_features=group,
        n_boot=replicates, ci_quantiles=[0.025, 0.975], random_state=1)
    frame.by_group_ci
    frame.difference_ci()
    return time.perf_counter() - start


if __name__ == "__main__":
    peer = {"sklearn": sklearn_bootstrap, "fairlearn": fairlearn_bootstrap}[sys.argv[1]]
    print(peer(sys.argv[2], int(sys.argv[3])))
