"""Numbers of the diffusion process: linear variances over 1000 steps."""

import torch
from torch import Tensor

STEPS = 1000


class Schedule:
    """Tables by timestep, in double precision; `at` gives them in the precision of a batch."""

    def __init__(self) -> None:
        beta = torch.linspace(1e-4, 0.02, STEPS, dtype=torch.float64)
        kept = torch.cumprod(1 - beta, 0)
        before = torch.cat([torch.ones(1, dtype=torch.float64), kept[:-1]])
        posterior = beta * (1 - before) / (1 - kept)
        self.tables: dict[str, Tensor] = {
            "signal": kept.sqrt(),
            "noise": (1 - kept).sqrt(),
            "inverse_signal": (1 / kept).sqrt(),
            "inverse_noise": (1 / kept - 1).sqrt(),
            "log_beta": beta.log(),
            # The posterior has no variance at the last step: the one before it stands in.
            "log_posterior": torch.cat([posterior[1:2], posterior[1:]]).log(),
            "clean_weight": beta * before.sqrt() / (1 - kept),
            "noisy_weight": (1 - before) * (1 - beta).sqrt() / (1 - kept),
        }

    def at(self, name: str, timestep: Tensor, like: Tensor) -> Tensor:
        """A table's values for a batch, shaped to multiply `like` (batch first)."""
        values = self.tables[name].to(timestep.device)[timestep].to(like.dtype)
        return values.view(-1, *[1] * (like.dim() - 1))

    def noised(self, clean: Tensor, timestep: Tensor, noise: Tensor) -> Tensor:
        """Clean latents with as much noise as the timestep has."""
        return (self.at("signal", timestep, clean) * clean
                + self.at("noise", timestep, clean) * noise)
