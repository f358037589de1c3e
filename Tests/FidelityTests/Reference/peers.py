"""Values of public packages on small arrays, for Fixtures/peers.json.

    python -m pip install -r Tests/FidelityTests/Reference/requirements.txt
    python Tests/FidelityTests/Reference/peers.py > Tests/FidelityTests/Fixtures/peers.json
"""

import contextlib
import json
import math
import sys

import numpy
import torch
from cleanfid.fid import frechet_distance
from prdc import compute_prdc
from scipy.stats import pearsonr
from torch_fidelity.metric_fid import fid_features_to_statistics, fid_statistics_to_metric
from torch_fidelity.metric_kid import kid_features_to_metric
from torchmetrics.functional.image import multiscale_structural_similarity_index_measure


def embeddings(count: int, width: int, shift: float, seed: int) -> numpy.ndarray:
    """Correlated normal numbers, rounded so that JSON holds them exactly."""
    generator = numpy.random.default_rng(seed)
    mixing = numpy.random.default_rng(width).normal(size=(width, width))
    return numpy.round(generator.normal(size=(count, width)) @ mixing + shift, 4)


def picture(kind: int, side: int) -> numpy.ndarray:
    """A picture that Swift computes by the same formula."""
    y, x = numpy.mgrid[0:side, 0:side].astype(numpy.float64)
    waves = numpy.sin(0.05 * (kind + 2) * x) * numpy.cos(0.03 * y + 0.4 * kind)
    fine = numpy.sin(0.9 * x + 0.7 * y + kind)
    return 0.5 + 0.3 * waves + 0.05 * fine


def sets(real: numpy.ndarray, fake: numpy.ndarray, k: int) -> dict:
    """Every distance of one pair of sets."""
    result = {"real": real.tolist(), "synthetic": fake.tolist(), "neighbours": k}
    if min(len(real), len(fake)) > real.shape[1]:
        statistics = [numpy.cov(a, rowvar=False) for a in (real, fake)]
        result["cleanFID"] = float(
            frechet_distance(real.mean(0), statistics[0], fake.mean(0), statistics[1]))
    first = fid_features_to_statistics(torch.from_numpy(real))
    second = fid_features_to_statistics(torch.from_numpy(fake))
    result["torchFidelityFID"] = float(
        fid_statistics_to_metric(first, second, False)["frechet_inception_distance"])
    if len(real) == len(fake):
        kid = kid_features_to_metric(
            torch.from_numpy(real), torch.from_numpy(fake), kid_subsets=1,
            kid_subset_size=len(real), kid_kernel="poly", kid_kernel_poly_degree=3,
            kid_kernel_poly_gamma=None, kid_kernel_poly_coef0=1, rng_seed=1, verbose=False)
        result["torchFidelityKID"] = float(kid["kernel_inception_distance_mean"])
    with contextlib.redirect_stdout(sys.stderr):  # it prints numbers of images
        result.update({name: float(v) for name, v in compute_prdc(real, fake, k).items()})
    return result


def similarities() -> list[dict]:
    """Multi-scale similarity of a picture and its mixture with another, on five scales."""
    rows = []
    for first, second, side in [(0, 1, 180), (1, 1, 177), (2, 5, 192)]:
        one, other = picture(first, side), picture(second, side)
        a, b = (torch.from_numpy(p)[None, None] for p in (one, 0.7 * one + 0.3 * other))
        value = multiscale_structural_similarity_index_measure(a, b, data_range=1.0)
        rows.append({"first": first, "second": second, "side": side, "value": float(value)})
    return rows


def correlation() -> dict:
    """Pearson's r; with single cases as clusters the interval is the jackknife's, not SciPy's."""
    generator = numpy.random.default_rng(5)
    x = numpy.round(generator.normal(size=30), 4)
    y = (x + generator.normal(size=30) > 0).astype(float)
    return {"x": x.tolist(), "y": y.tolist(), "r": float(pearsonr(x, y)[0])}


def main() -> None:
    torch.set_num_threads(1)
    document = {
        "sets": [
            sets(embeddings(40, 6, 0, 1), embeddings(40, 6, 0.3, 2), 5),
            sets(embeddings(25, 6, 0, 3), embeddings(33, 6, 1, 4), 3),
            sets(embeddings(12, 20, 0, 5), embeddings(12, 20, 0.5, 6), 2),
        ],
        "similarities": similarities(),
        "correlation": correlation(),
    }
    assert math.isfinite(document["sets"][0]["torchFidelityFID"])
    print(json.dumps(document))


if __name__ == "__main__":
    main()
