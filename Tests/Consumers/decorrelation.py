"""Solves random decorrelation problems with HiGHS, as a witness for the closed form.

usage: decorrelation.py write PATH     solve 400 tables and keep tables and optima
       decorrelation.py check PATH     solve the kept tables again; exit code 1 where an optimum differs

The programme, as its definition says and without the product's reasoning: whole numbers x[g] of images
with and y[g] without the finding are added to group g, which holds p[g] and n[g]; P of T images show the
finding. With d[g] = (p[g] + x[g]) - (p[g] + x[g] + n[g] + y[g]) P / T:

- `images`: the least sum of x + y such that |d[g]| <= 1/2 everywhere;
- `excess`: the least sum of max(0, |d[g]| - 1/2) with at most `limit` images, in units of 1 / (2 T), in
  which every quantity is whole.

Tests/RebalancingTests/DecorrelationWitnessTests.swift compares the product with the kept optima.
"""

import json
import random
import sys

import numpy
from scipy.optimize import Bounds, LinearConstraint, milp

TABLES = 400


def tables():
    """Small and large, lopsided, empty cells, rare findings; limits from nothing to more than enough."""
    generator = random.Random(20)
    result = []
    while len(result) < TABLES:
        most = generator.choice([6, 40, 400, 3000])
        rarity = generator.choice([1, 1, 5, 30])
        groups = [[generator.randrange(most) // rarity, generator.randrange(most)]
                  for _ in range(generator.randint(1, 8))]
        positives = sum(group[0] for group in groups)
        if 0 < positives < sum(map(sum, groups)):
            result.append(groups)
    return [(groups, generator.randrange(2 * sum(map(sum, groups)) + 1)
             if generator.random() < 0.3 else generator.randrange(sum(map(sum, groups)) // 4 + 2))
            for groups in result]


def minimise(cost, matrix, lower, upper, integer):
    found = milp(numpy.array(cost, dtype=float), integrality=integer, bounds=Bounds(0, numpy.inf),
                 constraints=LinearConstraint(numpy.array(matrix, dtype=float), lower, upper),
                 options={"mip_rel_gap": 0})
    assert found.status == 0, found.message
    return found.x


def solve(groups, limit):
    """The two optima, summed from the rounded solutions in whole numbers."""
    k = len(groups)
    positives = sum(group[0] for group in groups)
    total = sum(map(sum, groups))
    negatives = total - positives
    own = [2 * (negatives * p - positives * n) for p, n in groups]
    rows = []
    for g in range(k):
        row = [0] * (3 * k)
        row[g], row[k + g] = 2 * negatives, -2 * positives
        rows.append(row)
    # x, y; then the same with one slack e per group: -T - e <= 2 T d <= T + e.
    lower = [-total - d for d in own]
    upper = [total - d for d in own]
    found = minimise([1] * (2 * k), [row[:2 * k] for row in rows], lower, upper, [1] * (2 * k))
    images = int(numpy.rint(found).sum())
    slack = [[(e == g) for e in range(k)] for g in range(k)]
    matrix = ([row[:2 * k] + [-int(s) for s in line] for row, line in zip(rows, slack)]
              + [row[:2 * k] + [int(s) for s in line] for row, line in zip(rows, slack)]
              + [[1] * (2 * k) + [0] * k])
    infinite = numpy.inf
    found = minimise([0] * (2 * k) + [1] * k, matrix,
                     [-infinite] * k + lower + [-infinite], upper + [infinite] * k + [limit],
                     [1] * (2 * k) + [0] * k)
    added = [int(value) for value in numpy.rint(found[:2 * k])]
    assert sum(added) <= limit
    excess = sum(
        max(0, abs(own[g] + 2 * (negatives * added[g] - positives * added[k + g])) - total)
        for g in range(k))
    return images, excess


def main():
    action, path = sys.argv[1:]
    if action == "write":
        cases = []
        for groups, limit in tables():
            images, excess = solve(groups, limit)
            cases.append({"groups": groups, "limit": limit, "images": images, "excess": excess})
        with open(path, "w", encoding="utf-8") as file:
            file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
        return
    with open(path, encoding="utf-8") as file:
        cases = json.load(file)
    wrong = [case for case in cases
             if solve(case["groups"], case["limit"]) != (case["images"], case["excess"])]
    for case in wrong[:5]:
        print(f"FAILED  decorrelation  HiGHS finds {solve(case['groups'], case['limit'])}: {case}")
    if not wrong:
        import scipy
        print(f"ok      decorrelation  {len(cases)} tables  scipy {scipy.__version__}, HiGHS")
    sys.exit(1 if wrong or len(cases) < TABLES else 0)


main()
