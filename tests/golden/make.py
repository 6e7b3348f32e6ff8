#!/usr/bin/env python3
"""Golden tensors of any shape, as README.md beside this file describes them: plain PyTorch in float64, autograd through
the whole last block, nothing shared with the program. Wants torch, numpy, pillow and safetensors.

    make.py OUT --image 64 --patch 8 --dim 192 --depth 12 --heads 3     # a folder for `mycoscope parity OUT`
    make.py --check tiny                                                # recomputes a folder; exit 1 where it differs
"""
import argparse
import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw
from safetensors.torch import load_file, save_file

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
LATENTS = {"kl": 768, "dino_student": 2048, "dino_teacher": 2048, "simclr": 96}
SIZES = [(97, 61), (64, 64), (200, 133)]


class Vit:
    """A pre-norm ViT with timm's names. The last block's output projection [E, E+1] (bias last) is an argument, to be
    derived by; with one matrix a token [T, E, E+1] each token has a gradient of its own."""

    def __init__(self, weights, config):
        self.weights = {name: tensor.double() for name, tensor in weights.items()}
        self.heads, self.patch = config["heads"], config["patch"]
        self.depth = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("blocks."))

    def norm(self, name, x):
        return F.layer_norm(x, x.shape[-1:], self.weights[f"{name}.weight"], self.weights[f"{name}.bias"], 1e-6)

    def linear(self, name, x):
        return F.linear(x, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def projection(self):
        name = f"blocks.{self.depth - 1}.attn.proj"
        return torch.cat([self.weights[f"{name}.weight"], self.weights[f"{name}.bias"][:, None]], 1)

    def block(self, i, x, projection=None):
        name = f"blocks.{i}"
        scale = lambda which: self.weights.get(f"{name}.{which}.gamma", torch.ones(()))
        qkv = self.linear(f"{name}.attn.qkv", self.norm(f"{name}.norm1", x))
        q, k, v = qkv.unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        u = (torch.softmax(q @ k.mT / math.sqrt(q.shape[-1]), -1) @ v).transpose(1, 2).flatten(2)
        if projection is None:
            z = self.linear(f"{name}.attn.proj", u)
        else:
            z = (projection @ F.pad(u, (0, 1), value=1.0)[..., None])[..., 0]
        x = x + scale("ls1") * z
        hidden = F.gelu(self.linear(f"{name}.mlp.fc1", self.norm(f"{name}.norm2", x)))
        return x + scale("ls2") * self.linear(f"{name}.mlp.fc2", hidden)

    def tokens(self, views, projection):
        with torch.no_grad():
            shift, spread = (torch.tensor(values).view(3, 1, 1) for values in (MEAN, STD))
            embed = [self.weights[f"patch_embed.proj.{kind}"] for kind in ("weight", "bias")]
            x = F.conv2d((views.double() - shift) / spread, *embed, stride=self.patch).flatten(2).mT
            x = torch.cat([self.weights["cls_token"].expand(len(x), -1, -1), x], 1) + self.weights["pos_embed"]
            for i in range(self.depth - 1):
                x = self.block(i, x)
        return self.norm("norm", self.block(self.depth - 1, x, projection))


def pixels(picture):
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1).double() / 255


def inference_view(picture, config):
    side, full = config["image"], config["resize"]
    start = round((full - side) / 2)  # half to even, as torchvision's CenterCrop
    return pixels(picture.resize((full, full), Image.BILINEAR).crop((start, start, start + side, start + side)))


def dino_views(picture, boxes, side):
    crop = lambda left, top, width, height: picture.crop((left, top, left + width, top + height))
    return torch.stack([pixels(crop(*box).resize((side, side), Image.BICUBIC)) for box in boxes.tolist()])


def simclr_views(picture, side):
    small, window = pixels(picture.resize((side, side), Image.BICUBIC)), side // 2
    offsets = range(0, side - window + 1, window // 6)
    windows = torch.stack([small[:, y:y + window, x:x + window] for y in offsets for x in offsets])
    # With antialiasing PyTorch's cubic is Pillow's, a = -0.5.
    return F.interpolate(windows, (side, side), mode="bicubic", antialias=True)


def kl_loss(e, head):
    log = F.log_softmax(F.linear(F.normalize(e[:1], dim=-1), *head), -1)
    return (-math.log(log.shape[-1]) - log).mean() / log.shape[-1]


def dino_loss(e, student, teacher):
    e = F.normalize(e, dim=-1)
    teacher = torch.softmax(F.linear(e[:2], *teacher).detach() / 0.07, -1)
    return -(teacher @ F.log_softmax(F.linear(e, *student) / 0.1, -1).T).sum()


def simclr_loss(e, head, negatives, library):
    latents, temperature, count = F.normalize(F.linear(e, *head), dim=-1), 0.07, len(e)
    own = torch.eye(count, dtype=torch.bool)
    similar = (latents @ torch.cat([latents, F.normalize(negatives, dim=-1)]).T).masked_fill(F.pad(own, (0, len(negatives))), -torch.inf)
    positives = similar[:, :count].masked_fill(own, 0).sum(1) / (count - 1) / temperature
    return (torch.logsumexp(similar / (1 if library else temperature), 1) - positives).mean()


def compute(vit, config, pictures, given):
    """Every golden tensor; `given` holds heads, signs, boxes and perhaps negatives."""
    result = dict(given)
    side, images = config["image"], range(len(pictures))
    dim = vit.projection().shape[0]
    signs = np.unpackbits(given["projection.signs_u8"].numpy(), axis=1, bitorder="little")[:, :dim * (dim + 1)]
    signs = torch.from_numpy(signs).double() * 2 - 1
    feature = lambda gradient: F.normalize(gradient.flatten(-2) @ signs.T, dim=-1)
    heads = {name: [given[f"head.{name}.{kind}"].double() for kind in ("weight", "bias")] for name in LATENTS}
    for i, picture in enumerate(pictures):
        result[f"image{i}.inference.view"] = inference_view(picture, config)
        result[f"image{i}.dino.views"] = dino_views(picture, given[f"image{i}.dino.boxes"], side)
        result[f"image{i}.simclr.views"] = simclr_views(picture, side)
    one = {i: vit.tokens(result[f"image{i}.inference.view"][None], vit.projection())[0] for i in images}
    if "simclr.negatives" not in given:
        views = (vit.tokens(result[f"image{i}.simclr.views"], vit.projection())[:, 0] for i in images)
        result["simclr.negatives"] = torch.cat([F.linear(e, *heads["simclr"]) for e in views])
    negatives = result["simclr.negatives"].double()
    for i in images:
        result[f"image{i}.tokens"], result[f"image{i}.embedding"] = one[i], one[i][0]
        losses = {
            "kl": ("inference.view", lambda e: kl_loss(e, heads["kl"])),
            "dino": ("dino.views", lambda e: dino_loss(e, heads["dino_student"], heads["dino_teacher"])),
            "simclr": ("simclr.views", lambda e: simclr_loss(e, heads["simclr"], negatives, False)),
            "simclr_library": ("simclr.views", lambda e: simclr_loss(e, heads["simclr"], negatives, True)),
        }
        for name, (views, loss) in losses.items():
            views, projection = result[f"image{i}.{views}"], vit.projection().requires_grad_()
            loss = loss(vit.tokens(views if views.dim() == 4 else views[None], projection)[:, 0])
            gradient, = torch.autograd.grad(loss, projection)
            result |= {f"image{i}.{name}.loss": loss[None], f"image{i}.{name}.gradient": gradient, f"image{i}.{name}.feature": feature(gradient)}
        parts = [F.normalize(one[i][0], dim=-1)] + [result[f"image{i}.{name}.feature"] for name in ("kl", "dino", "simclr")]
        result[f"image{i}.fungi"] = torch.cat(parts)
        others = F.linear(one[(i + 1) % len(pictures)], *heads["simclr"])
        for name, library in (("dense", False), ("dense_library", True)):
            projection = vit.projection().repeat(len(one[i]), 1, 1).requires_grad_()
            tokens = vit.tokens(result[f"image{i}.inference.view"][None], projection)[0]
            loss = simclr_loss(tokens, heads["simclr"], others, library)
            gradient, = torch.autograd.grad(loss, projection)
            result |= {f"image{i}.{name}.loss": loss[None], f"image{i}.{name}.feature": feature(gradient)[1:]}
    return {name: tensor.detach().float() if tensor.is_floating_point() else tensor for name, tensor in result.items()}


def draw_picture(size, rng):
    """Blots and lines over a coarse gradient: smooth places, edges, all colours."""
    picture = Image.fromarray(rng.integers(0, 256, (4, 4, 3), dtype=np.uint8)).resize(size, Image.BICUBIC)
    pen = ImageDraw.Draw(picture)
    for _ in range(12):
        x, y, dx, dy = (int(value) for value in rng.integers(0, 2 * max(size) // 3, 4))
        colour = tuple(int(value) for value in rng.integers(0, 256, 3))
        (pen.ellipse if rng.random() < 0.5 else pen.rectangle)((x, y, x + dx // 2, y + dy // 2), fill=colour)
    return picture


def draw_box(size, low, high, rng):
    while True:
        area, aspect = size[0] * size[1] * rng.uniform(low, high), math.exp(rng.uniform(math.log(3 / 4), math.log(4 / 3)))
        width, height = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
        if 0 < width <= size[0] and 0 < height <= size[1]:
            return [int(rng.integers(size[0] - width + 1)), int(rng.integers(size[1] - height + 1)), width, height]


def draw_weights(options, rng):
    dim, hidden = options.dim, int(options.dim * options.mlp_ratio)
    normal = lambda shape, std, mean=0.0: torch.from_numpy(rng.normal(mean, std, shape)).to(torch.float16 if options.half else torch.float32)
    tokens = (options.image // options.patch) ** 2 + 1
    weights = {"cls_token": normal((1, 1, dim), 0.02), "pos_embed": normal((1, tokens, dim), 0.02)}
    linear = {"patch_embed.proj": (dim, 3, options.patch, options.patch)}
    norms = ["norm"]
    for i in range(options.depth):
        block = f"blocks.{i}"
        linear |= {f"{block}.attn.qkv": (3 * dim, dim), f"{block}.attn.proj": (dim, dim), f"{block}.mlp.fc1": (hidden, dim), f"{block}.mlp.fc2": (dim, hidden)}
        norms += [f"{block}.norm1", f"{block}.norm2"]
        if options.layer_scale:
            weights |= {f"{block}.{name}.gamma": normal((dim,), 0.3, 0.5) for name in ("ls1", "ls2")}
    for name, shape in linear.items():
        weights |= {f"{name}.weight": normal(shape, 0.7 / math.sqrt(math.prod(shape[1:]))), f"{name}.bias": normal(shape[:1], 0.05)}
    for name in norms:
        weights |= {f"{name}.weight": normal((dim,), 0.1, 1.0), f"{name}.bias": normal((dim,), 0.05)}
    return weights


def draw_given(dim, embedding, latents, sizes, rng):
    """Signs, heads and boxes for tokens of `dim` numbers and embeddings of `embedding`."""
    given = {"projection.signs_u8": torch.from_numpy(rng.integers(0, 256, (embedding, -(-dim * (dim + 1) // 8)), dtype=np.uint8))}
    for name, latent in LATENTS.items():
        latent = min(latent, latents)
        for kind, shape in (("weight", (latent, embedding)), ("bias", (latent,))):
            given[f"head.{name}.{kind}"] = torch.from_numpy(rng.uniform(-1, 1, shape) / math.sqrt(embedding)).float()
    for i, size in enumerate(sizes):
        boxes = [draw_box(size, *((0.25, 1) if crop < 2 else (0.05, 0.25)), rng) for crop in range(12)]
        given[f"image{i}.dino.boxes"] = torch.tensor(boxes, dtype=torch.int32)
    return given


def save(out, config, pictures, golden, without):
    """A golden folder but for its weights."""
    (out / "images").mkdir(parents=True, exist_ok=True)
    (out / "config.json").write_text(json.dumps(config))
    for i, picture in enumerate(pictures):
        picture.save(out / f"images/{i}.png")
    kept = {name: tensor.contiguous() for name, tensor in golden.items() if not any(part in name for part in without)}
    save_file(kept, out / "golden.safetensors")


def make(options):
    rng, sizes = np.random.default_rng(options.seed), SIZES[:options.images]
    config = {key: getattr(options, key) for key in ("image", "patch", "dim", "depth", "heads", "mlp_ratio", "seed")}
    config |= {"resize": round(options.image * 256 / 224), "images": sizes}
    pictures = [draw_picture(size, rng) for size in sizes]
    weights = draw_weights(options, rng)
    given = draw_given(options.dim, options.dim, options.latents, sizes, rng)
    golden = compute(Vit(weights, config), config, pictures, given)
    save(options.out, config, pictures, golden, options.without)
    save_file(weights, options.out / "model.safetensors")


def check(folder):
    config, golden = json.loads((folder / "config.json").read_text()), load_file(folder / "golden.safetensors")
    pictures = [Image.open(folder / f"images/{i}.png").convert("RGB") for i in range(len(config["images"]))]
    given = {name: tensor for name, tensor in golden.items() if not name.startswith("image") or name.endswith(".boxes")}
    vit = Vit(load_file(folder / "model.safetensors"), config)
    got, worst = compute(vit, config, pictures, given), {}
    for name, expected in golden.items():
        error = float((got[name].double() - expected.double()).abs().max() / expected.double().abs().max())
        quantity = name.partition(".")[2] if name.startswith("image") else name
        worst[quantity] = max(worst.get(quantity, 0), error)
    for quantity, error in worst.items():
        print(f"{quantity:28} {error:.1e}")
    return max(worst.values()) < 1e-3


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, nargs="?", help="folder to write")
    parser.add_argument("--check", type=Path, metavar="DIR", help="folder to recompute instead")
    for name, default in {"image": 64, "patch": 8, "dim": 192, "depth": 12, "heads": 3, "seed": 0, "images": 3, "latents": 2048}.items():
        parser.add_argument(f"--{name}", type=int, default=default, help=f"({default})")
    parser.add_argument("--mlp-ratio", type=float, default=4.0, help="(4)")
    parser.add_argument("--layer-scale", action="store_true")
    parser.add_argument("--half", action="store_true", help="store the weights in f16")
    parser.add_argument("--without", nargs="*", default=[], metavar="PART", help="leave out tensors with such names")
    options = parser.parse_args()
    torch.set_default_dtype(torch.float64)
    if options.check:
        sys.exit(0 if check(options.check) else 1)
    if options.out is None:
        parser.error("a folder to write, or --check DIR")
    make(options)


if __name__ == "__main__":
    main()
