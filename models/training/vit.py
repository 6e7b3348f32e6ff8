"""The student and the teacher: a plain pre-norm vision transformer under timm's tensor names."""

import torch
import torch.nn.functional as F
from torch import nn

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def per_channel(values, x):
    """Three numbers, shaped to meet `x` [B, 3, S, S] on its device."""
    return torch.tensor(values, device=x.device)[:, None, None]


class Block(nn.Module):
    """Attention and MLP, each on a normalised input and added to it; `drop` is the rate of stochastic depth."""

    def __init__(self, width, heads, drop):
        super().__init__()
        self.heads, self.drops = heads, drop > 0
        # A tensor, so that blocks with different rates are compiled once.
        self.register_buffer("keep", torch.tensor(1.0 - drop), persistent=False)
        self.norm1, self.norm2 = nn.LayerNorm(width, eps=1e-6), nn.LayerNorm(width, eps=1e-6)
        self.attn, self.mlp = nn.Module(), nn.Module()
        self.attn.qkv, self.attn.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.mlp.fc1, self.mlp.fc2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def skip(self, x):
        if not self.training or not self.drops:
            return x
        return x * (torch.rand(len(x), 1, 1, device=x.device) < self.keep) / self.keep

    def forward(self, x):
        batch, tokens, width = x.shape
        qkv = self.attn.qkv(self.norm1(x)).reshape(batch, tokens, 3, self.heads, width // self.heads)
        heads = F.scaled_dot_product_attention(*qkv.permute(2, 0, 3, 1, 4))
        x = x + self.skip(self.attn.proj(heads.transpose(1, 2).reshape(batch, tokens, width)))
        return x + self.skip(self.mlp.fc2(F.gelu(self.mlp.fc1(self.norm2(x)))))


class ViT(nn.Module):
    def __init__(self, size, patch, width, depth, heads, drop=0.0):
        super().__init__()
        self.patch_embed = nn.Module()
        self.patch_embed.proj = nn.Conv2d(3, width, patch, patch)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, (size // patch) ** 2 + 1, width))
        self.blocks = nn.ModuleList(Block(width, heads, drop * i / max(1, depth - 1)) for i in range(depth))
        self.norm = nn.LayerNorm(width, eps=1e-6)
        for parameter in (self.cls_token, self.pos_embed):
            nn.init.trunc_normal_(parameter, std=0.02)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.02)
                nn.init.zeros_(module.bias)

    def forward(self, x, hidden=None, instead=None):
        """[B, 3, S, S] normalised -> [B, 1 + patches, width], after the final norm. Patches that `hidden` [B, patches]
        names are replaced by the token `instead` [width]."""
        x = self.patch_embed.proj(x)
        side = x.shape[-1]
        x = x.flatten(2).transpose(1, 2)
        if hidden is not None:
            x = torch.where(hidden[..., None], instead.to(x.dtype), x)
        x = torch.cat([self.cls_token.expand(len(x), -1, -1), x], 1)
        x = x + resized_positions(self.pos_embed, side)
        for block in self.blocks:
            x = block(x)
        return self.norm(x)


@torch.no_grad()
def start_as_trained(vit):
    """Gives a fresh ViT the structure that trained ones share: queries meet the keys of their like, values and projection
    undo each other, positions are waves (mimetic initialisation, arXiv 2305.09828). It learns sooner, above all from few
    images."""
    for block in vit.blocks:
        qkv, proj, heads = block.attn.qkv.weight, block.attn.proj.weight, block.heads
        width = proj.shape[0]
        each, noise = width // heads, lambda: torch.randn(width, width) / width**0.5
        for head in range(heads):
            u, s, v = torch.linalg.svd(0.7 * noise() + 0.7 * torch.eye(width))
            root = s[:each, None].sqrt()
            qkv[head * each : (head + 1) * each] = root * u[:, :each].T
            qkv[width + head * each : width + (head + 1) * each] = root * v[:each]
        u, s, v = torch.linalg.svd(0.4 * noise() - 0.4 * torch.eye(width))
        qkv[2 * width :] = s.sqrt()[:, None] * v
        proj.copy_(u * s.sqrt())
    positions = vit.pos_embed
    side, width = round((positions.shape[1] - 1) ** 0.5), positions.shape[2]
    rates = 10000 ** -torch.linspace(0, 1, width // 4)
    across = torch.arange(side)[:, None] * rates
    waves = torch.cat([across.sin(), across.cos()], 1)
    rows, columns = waves.repeat_interleave(side, 0), waves.repeat(side, 1)
    positions[0, 1:] = 0.5 * torch.cat([columns, rows], 1)


def resized_positions(positions, side):
    """[1, 1 + n^2, width] -> [1, 1 + side^2, width], bicubic; the class token's stays."""
    n = round((positions.shape[1] - 1) ** 0.5)
    if n == side:
        return positions
    grid = positions[:, 1:].reshape(1, n, n, -1).permute(0, 3, 1, 2)
    grid = F.interpolate(grid, size=(side, side), mode="bicubic", align_corners=False)
    return torch.cat([positions[:, :1], grid.flatten(2).transpose(1, 2)], 1)


def from_weights(weights, heads):
    """A ViT of the shape that its timm-named tensors have."""
    patch, width = weights["patch_embed.proj.weight"].shape[-1], weights["norm.weight"].numel()
    side = round((weights["pos_embed"].shape[1] - 1) ** 0.5)
    depth = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("blocks."))
    vit = ViT(side * patch, patch, width, depth, heads)
    vit.load_state_dict(weights)
    return vit


def started_from(weights, size, patch, mean, std):
    """Tensors of a student with smaller patches that sees of an image of side `size` what the teacher sees of the same
    image enlarged, so that it starts where the teacher stands.

    Patch embedding: w' = B^T w, where B is the bilinear enlargement of a patch: <w', x> = <w, B x> (FlexiViT,
    arXiv 2212.08013, section 3.4). The teacher's `mean` and `std` are folded in; the student's inputs have ImageNet's.
    """
    start = dict(weights)
    w, b = weights["patch_embed.proj.weight"], weights["patch_embed.proj.bias"]
    unit = torch.eye(patch * patch).reshape(-1, 1, patch, patch)
    enlarge = F.interpolate(unit, size=w.shape[-2:], mode="bilinear", align_corners=False).flatten(1)
    w = (w.flatten(2) @ enlarge.T).reshape(*w.shape[:2], patch, patch)
    shift = torch.tensor([(ours - mean) / std for ours in MEAN])
    start["patch_embed.proj.bias"] = b + (w.sum((2, 3)) * shift).sum(1)
    start["patch_embed.proj.weight"] = w * torch.tensor([ours / std for ours in STD])[:, None, None]
    start["pos_embed"] = resized_positions(weights["pos_embed"], size // patch)
    return start
