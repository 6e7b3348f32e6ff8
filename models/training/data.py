"""Images in: shards made by pack.py, and the crops that training sees, cut on the device."""

import glob
import io
import json
import math
import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from vit import MEAN, STD, per_channel


def decode(encoded, side):
    image = Image.open(io.BytesIO(encoded)).convert("RGB")
    short = min(image.size)
    left, top = (image.width - short) // 2, (image.height - short) // 2
    image = image.crop((left, top, left + short, top + short))
    return np.asarray(image if short == side else image.resize((side, side), Image.BICUBIC))


def shard(path, side):
    """NAME.bin and NAME.json -> images [N, 3, side, side] u8, labels (a class name each, or None)."""
    with open(path[:-4] + ".json") as file:
        meta = json.load(file)
    with open(path, "rb") as file:
        blob = file.read()
    ends = meta["offsets"]
    encoded = [blob[start:end] for start, end in zip(ends, ends[1:])]
    with ProcessPoolExecutor() as pool:
        images = list(pool.map(partial(decode, side=side), encoded, chunksize=256))
    labels = meta.get("labels") or [None] * len(images)
    names = [None if label is None else meta["classes"][label] for label in labels]
    return torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).contiguous(), names


def load(folder, held_out, side):
    """All shards of `folder` but the one named `held_out`, and that one: ((images, labels), (images, labels) or None)."""
    images, names, apart = [], [], None
    for path in sorted(glob.glob(f"{folder}/*.bin")):
        part = shard(path, side)
        if os.path.basename(path)[:-4] == held_out:
            apart = part
        else:
            images.append(part[0])
            names += part[1]
    if not images:
        raise SystemExit(f"{folder} holds no shard to train on. Make some with pack.py.")
    return (torch.cat(images), names), apart


def normalised(x):
    """[B, 3, S, S] in 0..1 -> zero mean and unit deviation, as ImageNet's."""
    return (x - per_channel(MEAN, x)) / per_channel(STD, x)


def crops(pixels, size, area, blur):
    """[B, 3, S, S] u8 -> [B, 3, size, size] normalised: random crops of `area` (least, most; parts of the image), flipped,
    jittered in colour, sometimes grey, and with `blur` sometimes blurred."""
    x, b, device = pixels.float() / 255, len(pixels), pixels.device
    random = lambda *shape: torch.rand(*shape, device=device)
    share, ratio = area[0] + (area[1] - area[0]) * random(b), torch.exp((random(b) * 2 - 1) * math.log(4 / 3))
    width, height = (share * ratio).sqrt().clamp(max=1), (share / ratio).sqrt().clamp(max=1)
    affine = torch.zeros(b, 2, 3, device=device)
    affine[:, 0, 0] = width * torch.where(random(b) < 0.5, -1.0, 1.0)
    affine[:, 1, 1] = height
    affine[:, 0, 2] = (random(b) * 2 - 1) * (1 - width)
    affine[:, 1, 2] = (random(b) * 2 - 1) * (1 - height)
    where = F.affine_grid(affine, (b, 3, size, size), align_corners=False)
    x = F.grid_sample(x, where, mode="bilinear", padding_mode="reflection", align_corners=False)

    grey = torch.tensor([0.299, 0.587, 0.114], device=device)[:, None, None]
    jittered = (random(b, 1, 1, 1) < 0.8).float()
    factor = lambda: 1 + 0.4 * jittered * (random(b, 1, 1, 1) * 2 - 1)
    x = x * factor()
    middle = x.mean((1, 2, 3), keepdim=True)
    x = (x - middle) * factor() + middle
    middle = (x * grey).sum(1, keepdim=True)
    x = (x - middle) * factor() + middle + 0.08 * jittered * (random(b, 3, 1, 1) * 2 - 1)
    x = torch.where(random(b, 1, 1, 1) < 0.2, (x * grey).sum(1, keepdim=True).expand_as(x), x)
    if blur:
        taps = torch.tensor([1.0, 4, 6, 4, 1], device=device)
        kernel = (taps[:, None] * taps / 256).expand(3, 1, 5, 5)
        blurred = F.conv2d(F.pad(x, (2,) * 4, mode="reflect"), kernel, groups=3)
        x = torch.where(random(b, 1, 1, 1) < 0.3, blurred, x)
    return normalised(x.clamp(0, 1))
