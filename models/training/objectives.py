"""What the student learns from: DINO, a teacher's tokens, labels."""

import torch
import torch.nn.functional as F
from torch import nn

from vit import MEAN, STD, per_channel


class DinoHead(nn.Module):
    """[B, width] -> [B, prototypes]: an MLP, then cosines with learned prototypes (DINO, arXiv 2104.14294, section 3.2)."""

    def __init__(self, width, prototypes, hidden=1024, neck=256):
        super().__init__()
        self.mlp = nn.Sequential(
            nn.Linear(width, hidden), nn.GELU(), nn.Linear(hidden, hidden), nn.GELU(), nn.Linear(hidden, neck)
        )
        self.prototypes = nn.utils.parametrizations.weight_norm(nn.Linear(neck, prototypes, bias=False))
        length = self.prototypes.parametrizations.weight.original0
        length.data.fill_(1)
        length.requires_grad = False

    def forward(self, x):
        return self.prototypes(F.normalize(self.mlp(x), dim=-1))


def dino(teacher, student, centre, temperature):
    """Mean cross-entropy of each student crop with each teacher crop but itself; `teacher` and `student` list crops [B, K]."""
    targets = [F.softmax((t - centre) / temperature, -1) for t in teacher]
    guesses = [F.log_softmax(s / 0.1, -1) for s in student]
    terms = [-(q * p).sum(-1).mean() for i, q in enumerate(targets) for j, p in enumerate(guesses) if i != j]
    return sum(terms) / len(terms)


class Distillation(nn.Module):
    """1 - cosine between the teacher's class and patch tokens and linear maps of the student's, on the same crop.

    The teacher sees the crop enlarged to `size`; where its grid is finer than the student's, its patch tokens are averaged
    to it. The maps start as the identity where both are equally wide.
    """

    def __init__(self, teacher, width, size, mean, std):
        super().__init__()
        self.teacher, self.size, self.mean, self.std = [teacher], size, mean, std  # listed: not a part of what is trained
        wide = teacher.norm.weight.numel()
        self.maps = nn.ModuleList(nn.Linear(width, wide) for _ in range(2))
        for linear in self.maps:
            if wide == width:
                nn.init.eye_(linear.weight)
            nn.init.zeros_(linear.bias)

    @torch.no_grad()
    def goal(self, x, side):
        x = (x * per_channel(STD, x) + per_channel(MEAN, x) - self.mean) / self.std
        x = F.interpolate(x, size=(self.size,) * 2, mode="bicubic", align_corners=False)
        tokens = self.teacher[0](x).float()
        n = round((tokens.shape[1] - 1) ** 0.5)
        grid = tokens[:, 1:].transpose(1, 2).reshape(len(x), -1, n, n)
        if n != side:
            grid = F.interpolate(grid, size=(side, side), mode="bilinear", antialias=True)
        return tokens[:, 0], grid.flatten(2).transpose(1, 2)

    def forward(self, tokens, x):
        """Student's tokens [B, 1 + patches, width] of crops x [B, 3, S, S] -> the distance."""
        side = round((tokens.shape[1] - 1) ** 0.5)
        apart = lambda linear, mine, theirs: (1 - F.cosine_similarity(linear(mine.float()), theirs, dim=-1)).mean()
        label, patches = self.goal(x, side)
        return apart(self.maps[0], tokens[:, 0], label) + apart(self.maps[1], tokens[:, 1:], patches)
