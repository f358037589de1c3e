"""A small residual CNN on 128 px gray images: the quality predictors and the quickstart classifiers."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class Residual(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        self.conv1 = nn.Conv2d(cin, cout, 3, stride=2, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(cout)
        self.conv2 = nn.Conv2d(cout, cout, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(cout)
        self.skip = nn.Conv2d(cin, cout, 1, bias=False)

    def forward(self, x):
        h = F.relu(self.norm1(self.conv1(x)))
        h = self.norm2(self.conv2(h))
        return F.relu(h + self.skip(F.avg_pool2d(x, 2)))


class Net(nn.Module):
    """Input (n,1,128,128), already normalised; output raw values, one per target."""

    def __init__(self, outputs, widths=(24, 48, 96, 160), dropout=0.3):
        super().__init__()
        self.stem = nn.Conv2d(1, widths[0], 5, stride=2, padding=2, bias=False)
        self.norm = nn.BatchNorm2d(widths[0])
        self.blocks = nn.Sequential(*[Residual(a, b) for a, b in zip(widths, widths[1:])])
        self.dropout = nn.Dropout(dropout)
        # Average and maximum: small opacities survive the maximum, the general look the average.
        self.head = nn.Linear(2 * widths[-1], outputs)

    def forward(self, x):
        h = self.blocks(F.relu(self.norm(self.stem(x))))
        h = torch.cat([h.mean((2, 3)), h.amax((2, 3))], dim=1)
        return self.head(self.dropout(h))


def normalise(images, mean=0.5, std=0.25):
    return (images - mean) / std


def soften(images, generator):
    """Random blur, noise and gamma, so that a network does not live on fine texture that a
    generated image (decoded from a small VAE) does not have."""
    n = images.shape[0]
    blurred = F.avg_pool2d(F.pad(images, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    twice = F.avg_pool2d(F.pad(blurred, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    mix = torch.rand(n, 1, 1, 1, generator=generator)
    use_twice = (torch.rand(n, 1, 1, 1, generator=generator) < 0.4).float()
    soft = use_twice * twice + (1 - use_twice) * blurred
    out = images * (1 - mix) + soft * mix
    gamma = torch.exp((torch.rand(n, 1, 1, 1, generator=generator) * 2 - 1) * 0.3)
    out = out.clamp(1e-3, 1) ** gamma
    noise = torch.randn(out.shape, generator=generator)
    amount = torch.rand(n, 1, 1, 1, generator=generator) * 0.03
    return (out + noise * amount).clamp(0, 1)


def erase_square(images, generator, size=28):
    """Grays out one square in half of the images: keeps the network from relying on one spot."""
    _, _, height, width = images.shape
    out = images.clone()
    for i in range(len(images)):
        if torch.rand(1, generator=generator).item() < 0.5:
            y = int(torch.randint(0, height - size, (1,), generator=generator))
            x = int(torch.randint(0, width - size, (1,), generator=generator))
            out[i, :, y:y + size, x:x + size] = images[i].mean()
    return out
