"""Expected numbers of PlannedPlacementTests.swift, by SciPy and scikit-learn.

python3 -m venv V && V/bin/pip install scipy scikit-learn && V/bin/python planning.py
"""
import scipy
import sklearn
from scipy.stats import multivariate_normal, norm
from sklearn.metrics import roc_auc_score

print("scipy", scipy.__version__, "scikit-learn", sklearn.__version__)
print("placements")
for first, second, r in [
    (0.85, 0.85, 1.0), (0.85, 0.85, 0.6), (0.85, 0.75, 0.5), (0.95, 0.9, 0.3),
    (0.6, 0.6, 1.0), (0.8, 0.8, -0.6), (0.99, 0.8, 0.9),
]:
    joint = multivariate_normal([0, 0], [[1, r / 2], [r / 2, 1]], abseps=1e-10, releps=1e-10)
    value = joint.cdf([norm.ppf(first), norm.ppf(second)]) - first * second
    print(f"    ({first}, {second}, {r}, {float(value)!r}),")

# The minimal standard generator, as in ReferenceNumberTests.swift; ties on purpose.
state, scores, labels = 20261127, [], []
for _ in range(80):
    state = state * 16807 % 2147483647
    label = state / 2147483647 < 0.4
    state = state * 16807 % 2147483647
    scores.append(int((state / 2147483647 + 0.4 * label) * 12) / 12)
    labels.append(label)
print("partial areas")
for limit in (0.1, 0.25, 0.6):
    print(f"    ({limit}, {float(roc_auc_score(labels, scores, max_fpr=limit))!r}),")
