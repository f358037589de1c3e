"""Muon: momentum whose matrix is made orthogonal by five Newton-Schulz steps.

Used for the matrices inside the DiT blocks, because it needs fewer steps than Adam, and steps are
what a CPU is short of. Matrices of one shape are stacked and treated in one batched product.
"""
import torch
import torch.distributed as dist


def orthogonal(g, steps=5):
    a, b, c = 3.4445, -4.7750, 2.0315
    x = g / (g.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.transpose(1, 2)
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x


class Muon:
    def __init__(self, matrices, momentum=0.95, decay=0.01):
        self.matrices, self.momentum, self.decay = matrices, momentum, decay
        self.buffers = [torch.zeros_like(m) for m in matrices]

    def pieces(self, matrix):
        """Square parts of a joint q/k/v matrix are separate maps; wide matrices lie down."""
        rows, columns = matrix.shape
        if rows % columns == 0 and rows // columns in (2, 3):
            return matrix.view(rows // columns, columns, columns), False
        return (matrix.t()[None], True) if rows > columns else (matrix[None], False)

    @torch.no_grad()
    def step(self, lr):
        groups = {}
        for matrix, buffer in zip(self.matrices, self.buffers):
            buffer.lerp_(matrix.grad, 1 - self.momentum)
            update, turned = self.pieces(matrix.grad.lerp(buffer, self.momentum))
            groups.setdefault(update.shape[1:], []).append((matrix, update, turned))
        world = dist.get_world_size() if dist.is_initialized() else 1
        ready = {}
        for number, (shape, members) in enumerate(sorted(groups.items())):
            stacked = torch.cat([update for _, update, _ in members])
            # Processes share the work: each treats its own shapes and tells the others.
            mine = world == 1 or dist.get_rank() == number % world
            ready[shape] = orthogonal(stacked) if mine else stacked
        for number, (shape, members) in enumerate(sorted(groups.items())):
            done = ready[shape].contiguous()
            if world > 1:
                dist.broadcast(done, number % world)
            # This factor makes the step as large as Adam's, so that one learning rate suits both.
            done = done * 0.2 * max(shape) ** 0.5
            start = 0
            for matrix, update, turned in members:
                part = done[start:start + len(update)]
                start += len(update)
                part = part[0].t() if turned else part.reshape(matrix.shape)
                matrix.mul_(1 - lr * self.decay).add_(part, alpha=-lr)
