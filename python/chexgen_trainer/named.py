"""Random numbers named by what they are for, so that a resumed run draws the same."""

import hashlib

import torch
from torch import Tensor


def generator(seed: int, *names: object) -> torch.Generator:
    """A CPU generator that depends on the seed and the names alone."""
    text = "\x1f".join([str(seed), *map(str, names)])
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
    return torch.Generator().manual_seed(number)


class Order:
    """Which samples a step sees: whole permutations one after the other, each named by its epoch."""

    def __init__(self, count: int, batch: int, seed: int) -> None:
        self.count, self.batch, self.seed = count, batch, seed
        self._epoch, self._order = -1, torch.empty(0, dtype=torch.long)

    def at(self, step: int) -> Tensor:
        """The sample numbers of a step, across the end of an epoch where it falls there."""
        places = range(step * self.batch, (step + 1) * self.batch)
        return torch.tensor([self._place(place) for place in places])

    def _place(self, place: int) -> int:
        epoch, within = divmod(place, self.count)
        if epoch != self._epoch:
            self._order = torch.randperm(
                self.count, generator=generator(self.seed, "order", epoch))
            self._epoch = epoch
        return int(self._order[within])

    def epoch(self, step: int) -> int:
        """The epoch in which a step begins."""
        return step * self.batch // self.count
