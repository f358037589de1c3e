"""Expected numbers of ContrastTests.swift, by SciPy and statsmodels.

python3 -m venv V && V/bin/pip install scipy statsmodels && V/bin/python contrasts.py
"""
import numpy as np
import scipy
import statsmodels
from scipy.stats import fisher_exact, norm, t
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

print("scipy", scipy.__version__, "statsmodels", statsmodels.__version__)
for x1, n1, x2, n2 in [(12, 12, 475, 500), (3, 14, 40, 60), (0, 60, 30, 900), (90, 100, 70, 100)]:
    tails = [fisher_exact([[x1, n1 - x1], [x2, n2 - x2]], a)[1] for a in ("less", "greater")]
    z, p = proportions_ztest([x1, x2], [n1, n2])
    low, high = confint_proportions_2indep(x1, n1, x2, n2, method="newcomb", compare="diff")
    print((x1, n1, x2, n2), "central Fisher", repr(min(1, 2 * min(tails))), "score p", repr(p),
          "Newcombe", repr(low), repr(high))
for x, f in [(2.5, 4.2), (5.0, 9.7), (3.1, 1e6 - 1)]:
    print("t", x, f, repr(2 * t.sf(x, f)), "quantile at 0.001", repr(t.isf(0.0005, f)))

# Smallest of three p values of all pairs of three groups: P(max |Z| >= z) by SciPy's own integration.
s = np.array([[4.0, 1, 0], [1, 2, 0.5], [0, 0.5, 1]])
k = np.array([[1, -1, 0], [1, 0, -1], [0, 1, -1.0]])
c = k @ s @ k.T
r = c / np.sqrt(np.outer(np.diag(c), np.diag(c)))
# Contrasts of three groups span two dimensions: integrate over the angle, radius by Rayleigh's tail.
w, v = np.linalg.eigh(r)
half = v[:, 1:] * np.sqrt(w[1:])
angle = np.linspace(0, 2 * np.pi, 2_000_001)[:-1]
reach = np.max(np.abs(half @ np.array([np.cos(angle), np.sin(angle)])), axis=0)
for p in (0.2, 0.02, 0.001):
    z = norm.isf(p / 2)
    print("min-p", p, repr(np.mean(np.exp(-0.5 * (z / reach) ** 2))))
