"""Values of pyradiomics on small pictures, for Fixtures/radiomics.json.

    python -m pip install -r Tests/FidelityTests/Reference/requirements-radiomics.txt
    python -m pip install --no-build-isolation pyradiomics==3.0.1
    python Tests/FidelityTests/Reference/radiomics.py > Tests/FidelityTests/Fixtures/radiomics.json
"""

import json
import logging
import math
import sys

# This file has the name of the package that it asks.
sys.path.pop(0)

import numpy
import SimpleITK
from radiomics import firstorder, glcm, glrlm, imageoperations

CLASSES = {
    "firstorder": firstorder.RadiomicsFirstOrder,
    "glcm": glcm.RadiomicsGLCM,
    "glrlm": glrlm.RadiomicsGLRLM,
}
SETTINGS = {"binWidth": 5, "force2D": True, "force2Ddimension": 0}
# Few enough that the covariances of fourteen pictures have full rank.
CHOSEN = ["original glcm Contrast", "original firstorder Kurtosis", "wavelet-LH glcm Idm",
          "wavelet-HH firstorder Entropy", "wavelet-LL glrlm RunPercentage"]


def picture(kind: int, side: int) -> numpy.ndarray:
    """A picture that Swift computes by the same formula."""
    y, x = numpy.mgrid[0:side, 0:side].astype(numpy.float64)
    waves = numpy.sin(0.05 * (kind + 2) * x) * numpy.cos(0.03 * y + 0.4 * kind)
    fine = numpy.sin(0.9 * x + 0.7 * y + kind)
    return 0.5 + 0.3 * waves + 0.05 * fine


def features(values: numpy.ndarray) -> dict[str, float]:
    """By name, of the picture at mean 0 and deviation 100 and of its wavelet bands."""
    values = (values - values.mean()) / values.std(ddof=1) * 100
    image = SimpleITK.GetImageFromArray(values[None])
    mask = SimpleITK.GetImageFromArray(numpy.ones((1, *values.shape), numpy.uint8))
    images = [(image, "original")] + [
        (band, name) for band, name, _ in imageoperations.getWaveletImage(image, mask, **SETTINGS)]
    found = {}
    for band, name in images:
        for kind, extractor in CLASSES.items():
            asked = extractor(band, mask, **SETTINGS)
            asked.enableAllFeatures()
            for feature, value in asked.execute().items():
                found[f"{name} {kind} {feature}"] = float(value)
    return found


def frechet(real: numpy.ndarray, fake: numpy.ndarray) -> float:
    """Of features in deviations among all pictures."""
    both = numpy.concatenate([real, fake])
    mean, deviation = both.mean(0), both.std(0)
    real, fake = (real - mean) / deviation, (fake - mean) / deviation
    one, other = (numpy.cov(a, rowvar=False) for a in (real, fake))
    values, vectors = numpy.linalg.eigh(one)
    root = vectors @ numpy.diag(numpy.sqrt(values)) @ vectors.T
    trace = numpy.sqrt(numpy.linalg.eigvalsh(root @ other @ root)).sum()
    shift = ((real.mean(0) - fake.mean(0)) ** 2).sum()
    return float(shift + numpy.trace(one) + numpy.trace(other) - 2 * trace)


def main() -> None:
    logging.disable(logging.CRITICAL)
    pictures = [{"kind": kind, "side": side, "values": features(picture(kind, side))}
                for kind, side in [(0, 48), (3, 32), (7, 64)]]
    sets = [[], []]
    for kind in range(14):
        one, other = picture(kind, 32), picture(kind + 20, 32)
        for rows, values in zip(sets, (one, 0.7 * one + 0.3 * other)):
            found = features(values)
            rows.append([found[name] for name in CHOSEN])
    value = frechet(*(numpy.array(rows) for rows in sets))
    assert math.isfinite(value)
    print(json.dumps({"pictures": pictures, "chosen": CHOSEN, "frechet": value}))


if __name__ == "__main__":
    main()
