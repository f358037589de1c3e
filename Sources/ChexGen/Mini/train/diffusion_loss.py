"""The training loss: weighted noise error plus the variational term for the learned variance."""
import math

import torch

import dit

ABAR = dit.ABAR
PREVIOUS = torch.cat([torch.ones(1, dtype=torch.float64), ABAR[:-1]])
POSTERIOR = dit.BETAS * (1 - PREVIOUS) / (1 - ABAR)
TABLES = {
    "root": ABAR.sqrt(), "rest": (1 - ABAR).sqrt(), "log_beta": dit.BETAS.log(),
    "log_posterior": torch.cat([POSTERIOR[1:2], POSTERIOR[1:]]).log(),
    "coef1": dit.BETAS * PREVIOUS.sqrt() / (1 - ABAR),
    "coef2": (1 - PREVIOUS) * (1 - dit.BETAS).sqrt() / (1 - ABAR),
    "snr": ABAR / (1 - ABAR),
}
TABLES = {key: value.float() for key, value in TABLES.items()}


def at(name, t):
    return TABLES[name][t].view(-1, 1, 1, 1)


def noised(x0, t, noise):
    return at("root", t) * x0 + at("rest", t) * noise


def mean_of(x, t, x0):
    return at("coef1", t) * x0 + at("coef2", t) * x


def gaussian_cdf(x):
    return 0.5 * (1 + torch.erf(x / math.sqrt(2)))


def variational(x, t, x0, eps, values):
    """Bits per dimension between true and predicted posterior; eps must be detached."""
    f = (values + 1) / 2
    logvar = f * at("log_beta", t) + (1 - f) * at("log_posterior", t)
    predicted = (x - at("rest", t) * eps) / at("root", t)
    mean, truth = mean_of(x, t, predicted), mean_of(x, t, x0)
    kl = 0.5 * (logvar - at("log_posterior", t) - 1 + torch.exp(at("log_posterior", t) - logvar)
                + (truth - mean) ** 2 * torch.exp(-logvar))
    # At t = 0: likelihood of the latent within a bin of half-width 1/255.
    scale = torch.exp(-0.5 * logvar)
    centred = x0 - mean
    inside = gaussian_cdf((centred + 1 / 255) * scale) - gaussian_cdf((centred - 1 / 255) * scale)
    nll = -inside.clamp(min=1e-12).log()
    both = torch.where((t == 0).view(-1, 1, 1, 1), nll, kl)
    return both.mean((1, 2, 3)) / math.log(2)


def loss(output, x, t, x0, noise, gamma=5.0):
    """Per sample. min-SNR weighting (gamma 5): nearly clean inputs would otherwise dominate."""
    eps, values = output.chunk(2, dim=1)
    weight = (gamma / TABLES["snr"][t]).clamp(max=1)
    mse = ((eps - noise) ** 2).mean((1, 2, 3))
    return mse * weight, variational(x, t, x0, eps.detach(), values), mse
