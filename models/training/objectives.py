"""What the student learns from: DINO, a contrast between images, iBOT, a teacher's tokens, labels."""

import torch
import torch.nn.functional as F
from torch import nn

from vit import MEAN, STD, per_channel


class DinoHead(nn.Module):
    """[B, width] -> [B, neck] of length 1, and [B, prototypes]: an MLP, then cosines with learned prototypes (DINO, arXiv
    2104.14294, section 3.2).

    The MLP normalises each unit over the batch, as MoCo v3 does (arXiv 2104.02057, section 4): without it the outputs of
    all images start almost equal, and DINO's loss leaves the uniform distribution only after tens of epochs.
    """

    def __init__(self, width, prototypes, hidden=1024, neck=256):
        super().__init__()
        layer = lambda wide, out: [nn.Linear(wide, out, bias=False), nn.BatchNorm1d(out)]
        self.mlp = nn.Sequential(
            *layer(width, hidden), nn.GELU(), *layer(hidden, hidden), nn.GELU(), nn.Linear(hidden, neck, bias=False),
            nn.BatchNorm1d(neck, affine=False),
        )
        self.prototypes = nn.Parameter(F.normalize(torch.randn(prototypes, neck), dim=-1))

    def forward(self, x):
        neck = F.normalize(self.mlp(x), dim=-1)
        return neck, neck @ F.normalize(self.prototypes, dim=-1).T


@torch.no_grad()
def assigned(logits, temperature, rounds=3):
    """A teacher's logits [N, K] -> probabilities [N, K] in which every prototype has an equal share of the batch: Sinkhorn
    and Knopp's algorithm (SwAV, arXiv 2006.09882, section 3.1), which DINOv2 puts in place of DINO's centring."""
    shares = ((logits - logits.max()) / temperature).exp()
    for _ in range(rounds):
        shares = shares / (shares.sum(0, keepdim=True) + 1e-30)
        shares = shares / shares.sum(1, keepdim=True)
    return shares


def dino(targets, student):
    """Mean cross-entropy of each student crop with each teacher crop but itself: the teacher's probabilities and the
    student's logits, listed by crop, [B, K]."""
    guesses = [F.log_softmax(s / 0.1, -1) for s in student]
    terms = [-(q * p).sum(-1).mean() for i, q in enumerate(targets) for j, p in enumerate(guesses) if i != j]
    return sum(terms) / len(terms)


def contrast(targets, student, temperature=0.2):
    """Mean InfoNCE of each student crop with each teacher crop but itself: among the batch's images, which one is this
    (MoCo v3, arXiv 2104.02057, section 3). Both are lists by crop of [B, neck], of length 1."""
    number = torch.arange(len(targets[0]), device=targets[0].device)
    terms = [F.cross_entropy(p @ q.T / temperature, number) for i, q in enumerate(targets) for j, p in enumerate(student) if i != j]
    return sum(terms) / len(terms)


def ibot(targets, student):
    """Mean cross-entropy of what the student says of hidden patches (logits) with what the teacher, who sees them, says
    (probabilities), both [N, K] (iBOT, arXiv 2111.07832, section 3.2)."""
    return -(targets * F.log_softmax(student / 0.1, -1)).sum(-1).mean()


def koleo(tokens):
    """Class tokens [B, width] kept apart: minus the mean logarithm of each one's distance from its nearest, both of length
    1 (DINOv2, arXiv 2304.07193, section 4)."""
    x = F.normalize(tokens, dim=-1)
    with torch.no_grad():
        nearest = (x @ x.T).fill_diagonal_(-1).argmax(1)
    return -((x - x[nearest]).norm(dim=-1) + 1e-8).log().mean()


def hidden_patches(count, side, share, device):
    """`share` of the patches of every second of `count` crops: their numbers [count / 2, N], and where they lie among
    all, [count, side^2] booleans. They hang together: the highest places of a smooth random field."""
    coarse = torch.rand((count + 1) // 2, 1, side // 2, side // 2, device=device)
    field = F.interpolate(coarse, size=(side, side), mode="bicubic", align_corners=False).flatten(1)
    chosen = (field + 0.3 * torch.rand_like(field)).topk(max(1, round(share * side * side)), 1).indices
    hidden = torch.zeros(count, side * side, dtype=torch.bool, device=device)
    hidden[::2] = hidden[::2].scatter(1, chosen, True)
    return chosen, hidden


def patches_at(tokens, chosen):
    """The patch tokens of every second crop, of [B, 1 + patches, width], that `chosen` [B / 2, N] numbers: [B / 2 * N, width]."""
    return tokens[::2, 1:].gather(1, chosen[..., None].expand(-1, -1, tokens.shape[-1])).flatten(0, 1)


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
