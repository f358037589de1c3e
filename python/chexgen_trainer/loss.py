"""The training loss of the public reference: noise error plus the variational bound in bits.

The bound teaches the variances alone: the predicted noise enters it detached, so it never moves the
mean. Both terms count alike; the bound is not scaled down.
"""

import math

import torch
from torch import Tensor

from .schedule import Schedule


class LossTerms:
    """Per sample: the mean squared error of the noise, the bound in bits, their sum."""

    def __init__(self, error: Tensor, bound: Tensor) -> None:
        self.error, self.bound = error, bound
        self.total = error + bound


def _normal_cdf(value: Tensor) -> Tensor:
    """As the reference: the tanh approximation of the normal distribution."""
    inner = math.sqrt(2 / math.pi) * (value + 0.044715 * value ** 3)
    return 0.5 * (1 + torch.tanh(inner))


def _bin_log_likelihood(clean: Tensor, mean: Tensor, log_deviation: Tensor) -> Tensor:
    """Logarithm of the chance of the bin of half-width 1/255 around `clean`, open at -1 and 1."""
    centred = clean - mean
    scale = torch.exp(-log_deviation)
    above = _normal_cdf(scale * (centred + 1 / 255))
    below = _normal_cdf(scale * (centred - 1 / 255))
    least = 1e-12
    middle = (above - below).clamp(min=least).log()
    first = above.clamp(min=least).log()
    last = (1 - below).clamp(min=least).log()
    return torch.where(clean < -0.999, first, torch.where(clean > 0.999, last, middle))


def loss_terms(
    schedule: Schedule, output: Tensor, noisy: Tensor, timestep: Tensor, clean: Tensor,
    noise: Tensor,
) -> LossTerms:
    """The loss of a batch.

    output: `[n, 2C, h, w]`, predicted noise and then variance values; the others `[n, C, h, w]`.
    """
    predicted, values = output.float().chunk(2, dim=1)
    error = ((predicted - noise) ** 2).flatten(1).mean(1)

    fixed = predicted.detach()
    guess = (schedule.at("inverse_signal", timestep, clean) * noisy
             - schedule.at("inverse_noise", timestep, clean) * fixed)
    weights = [schedule.at(name, timestep, clean) for name in ("clean_weight", "noisy_weight")]
    true_mean = weights[0] * clean + weights[1] * noisy
    mean = weights[0] * guess + weights[1] * noisy
    true_log = schedule.at("log_posterior", timestep, clean)
    share = (values + 1) / 2
    log_variance = share * schedule.at("log_beta", timestep, clean) + (1 - share) * true_log

    divergence = 0.5 * (
        log_variance - true_log - 1 + torch.exp(true_log - log_variance)
        + (true_mean - mean) ** 2 * torch.exp(-log_variance))
    likelihood = -_bin_log_likelihood(clean, mean, 0.5 * log_variance)
    is_last = (timestep == 0).view(-1, 1, 1, 1)
    bound = torch.where(is_last, likelihood, divergence).flatten(1).mean(1) / math.log(2)
    return LossTerms(error, bound)
