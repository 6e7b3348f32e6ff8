"""Trains the embedded ViT and writes it as model.safetensors (timm's names, float16) with model.json (shape, recipe, figures).

    python train.py --data DIR --out OUT --minutes 30 [--resume]

The same command with --resume goes on where it stopped. README.md says what DIR holds and which recipes were run.
"""

import argparse
import json
import math
import os
import random
import time

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn

import data
import knn
from objectives import Distillation, DinoHead, assigned, contrast, dino, hidden_patches, ibot, koleo, patches_at
from vit import ViT, from_weights, start_as_trained, started_from


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", required=True, help="folder of shards")
    p.add_argument("--out", required=True)
    p.add_argument("--val", default="val", help="the shard kept for the k-NN check")
    p.add_argument("--resume", action="store_true")
    p.add_argument("--minutes", type=float, default=9, help="when to stop, wherever the schedule stands")
    p.add_argument("--epochs", type=float, help="length of the schedules; they follow the clock to --minutes if not given")
    p.add_argument("--check-every", type=float, default=120, help="seconds between k-NN checks")
    p.add_argument("--seed", type=int, default=0)
    shape = p.add_argument_group("the student's shape")
    for name, value in dict(size=64, patch=8, width=192, depth=12, heads=3).items():
        shape.add_argument(f"--{name}", type=int, default=value)
    shape.add_argument("--drop", type=float, default=0.1, help="stochastic depth of the last block")
    step = p.add_argument_group("steps")
    step.add_argument("--batch", type=int, default=1024)
    step.add_argument("--lr", type=float, default=3e-3, help="at a batch of 1,024; in proportion otherwise")
    step.add_argument("--optimizer", choices=("muon", "adamw"), default="muon", help="for the matrices; AdamW for the rest")
    step.add_argument("--weight-decay", type=float, default=0.04)
    step.add_argument("--momentum", type=float, default=0.99, help="of the mean over steps, which is what is written")
    goal = p.add_argument_group("objectives, by weight")
    goal.add_argument("--dino", type=float, default=1.0)
    goal.add_argument("--contrast", type=float, default=1.0, help="InfoNCE on DINO's neck; wants --dino")
    goal.add_argument("--ibot", type=float, default=1.0, help="DINO's comparison for hidden patches; wants --dino")
    goal.add_argument("--ibot-from", type=float, default=0.3, help="share of the schedule after which it begins")
    goal.add_argument("--koleo", type=float, default=0.1, help="class tokens kept apart; wants --dino")
    goal.add_argument("--labels", type=float, default=0.0, help="cross-entropy on the class token")
    goal.add_argument("--distill", type=float, default=1.0, help="towards the tokens of --teacher, where there is one")
    goal.add_argument("--least-area", type=float, default=0.4, help="smallest part of an image that a global crop shows")
    goal.add_argument("--locals", type=int, default=6, help="DINO's local crops")
    goal.add_argument("--local-size", type=int, default=32)
    goal.add_argument("--prototypes", type=int, default=2048)
    teacher = p.add_argument_group("the teacher")
    teacher.add_argument("--teacher", help="safetensors of a ViT, timm's names")
    teacher.add_argument("--teacher-heads", type=int, default=3)
    teacher.add_argument("--teacher-mean", type=float, default=0.5)
    teacher.add_argument("--teacher-std", type=float, default=0.5)
    teacher.add_argument("--teacher-size", type=int, help="side that it sees a crop at (default: equal grids)")
    teacher.add_argument("--start", action="store_true", help="start from the teacher's weights; widths must agree")
    return p.parse_args()


class Training:
    """All that changes from step to step, and is saved to go on from."""

    def __init__(self, a, device, classes):
        shape = (a.size, a.patch, a.width, a.depth, a.heads)
        self.student, self.mean = ViT(*shape, a.drop), ViT(*shape).to(device)
        start_as_trained(self.student)
        self.student.to(device)
        self.distillation = None
        if a.teacher:
            weights = {name: w.float() for name, w in load_file(a.teacher).items() if not name.startswith("head")}
            teacher = from_weights(weights, a.teacher_heads).to(device).eval().requires_grad_(False)
            side = a.teacher_size or a.size // a.patch * teacher.patch_embed.proj.stride[0]
            self.distillation = Distillation(teacher, a.width, side, a.teacher_mean, a.teacher_std).to(device)
            if a.start:
                self.student.load_state_dict(started_from(weights, a.size, a.patch, a.teacher_mean, a.teacher_std))
        self.labels = nn.Linear(a.width, max(1, classes)).to(device)
        self.hidden = nn.ParameterDict({"token": torch.zeros(a.width)}).to(device)
        # A head for the class token and one for patches, as in DINOv2: what is easily said of a patch is where it lies.
        heads = lambda: nn.ModuleDict({token: DinoHead(a.width, a.prototypes) for token in ("class", "patch") if a.dino})
        self.head, self.mean_head = heads().to(device), heads().to(device)
        self.mean.load_state_dict(self.student.state_dict())
        self.mean_head.load_state_dict(self.head.state_dict())
        for module in (self.mean, self.mean_head):
            module.requires_grad_(False)
        modules = [self.student, self.head, self.labels, self.hidden, self.distillation]
        self.parameters = [p for m in modules if m is not None for p in m.parameters() if p.requires_grad]
        # Muon for the matrices inside: with it the same images teach far more.
        inner = [self.student.blocks, *(head.mlp for head in self.head.values())] if a.optimizer == "muon" else []
        matrices = [m.weight for part in inner for m in part.modules() if isinstance(m, nn.Linear)]
        rest = [p for p in self.parameters if all(p is not matrix for matrix in matrices)]
        groups = [{"params": [p for p in rest if p.ndim > 1], "weight_decay": a.weight_decay}]
        groups += [{"params": [p for p in rest if p.ndim <= 1], "weight_decay": 0}]
        self.optimizer = torch.optim.AdamW(groups, lr=a.lr, fused=device.type == "cuda")
        same_length = dict(adjust_lr_fn="match_rms_adamw", weight_decay=a.weight_decay)  # of steps as AdamW's
        self.muon = torch.optim.Muon(matrices, lr=a.lr, **same_length) if matrices else None
        self.optimizers = [optimizer for optimizer in (self.optimizer, self.muon) if optimizer]
        self.step, self.seconds, self.log = 0, 0.0, []

    PARTS = ("student", "mean", "head", "mean_head", "labels", "hidden", "distillation", "optimizer", "muon")
    VALUES = ("step", "seconds", "log")

    def state(self):
        parts = {name: getattr(self, name).state_dict() for name in self.PARTS if getattr(self, name) is not None}
        return parts | {name: getattr(self, name) for name in self.VALUES}

    def restore(self, state):
        for name in self.PARTS:
            if name in state:
                getattr(self, name).load_state_dict(state[name])
        for name in self.VALUES:
            setattr(self, name, state[name])


def loss_of(t, a, pixels, labels, progress):
    """The weighted sum of the objectives on one batch, and the values of DINO and iBOT."""
    device = pixels.device
    amp = torch.autocast(device.type, torch.bfloat16)
    crops = [data.crops(pixels, a.size, (a.least_area, 1), blur=True) for _ in range(2 if a.dino else 1)]
    x, labels = torch.cat(crops), labels.repeat(len(crops))
    chosen = hidden = None
    if a.dino and a.ibot and progress >= a.ibot_from:
        chosen, hidden = hidden_patches(len(x), a.size // a.patch, random.uniform(0.1, 0.5), device)
    with amp:
        tokens = t.student(x, hidden, t.hidden["token"])
    total = own = patches = torch.zeros((), device=device)
    temperature = torch.full((), 0.04 + 0.03 * min(1, 4 * progress), device=device)  # a tensor: compiled once
    if a.dino:
        small = [data.crops(pixels, a.local_size, (0.1, a.least_area), blur=False) for _ in range(a.locals)]
        with amp:
            with torch.no_grad():
                seen = t.mean(x)
                theirs, logits = (value.float() for value in t.mean_head["class"](seen[:, 0]))
                targets = assigned(logits, temperature)
            heads = [t.head["class"](tokens[:, 0])]
            if small:
                heads.append(t.head["class"](t.student(torch.cat(small))[:, 0]))
        # [crops of all sizes][B, ...], of the neck and of the prototypes.
        neck, guess = ([crop for each in part for crop in each.float().split(len(pixels))] for part in zip(*heads))
        own = dino(targets.chunk(2), guess)
        total = a.dino * own
        if a.contrast:
            total = total + a.contrast * contrast(theirs.chunk(2), neck)
        if a.koleo:
            total = total + a.koleo * sum(koleo(crop.float()) for crop in tokens[:, 0].chunk(2)) / 2
    if hidden is not None:
        with amp:
            with torch.no_grad():
                targets = assigned(t.mean_head["patch"](patches_at(seen, chosen))[1].float(), temperature)
            patches = ibot(targets, t.head["patch"](patches_at(tokens, chosen))[1].float())
        total = total + a.ibot * patches
    if a.labels and (known := labels >= 0).any():
        with amp:
            logits = t.labels(tokens[:, 0]).float()
        total = total + a.labels * F.cross_entropy(logits[known], labels[known], label_smoothing=0.1)
    if t.distillation is not None and a.distill:
        with amp:
            total = total + a.distill * t.distillation(tokens, x)
    return total, own.detach(), patches.detach()


def save(t, a, facts):
    torch.save(t.state(), f"{a.out}/checkpoint.part")
    os.replace(f"{a.out}/checkpoint.part", f"{a.out}/checkpoint.pt")
    tensors = {name: w.half().cpu().contiguous() for name, w in t.mean.state_dict().items()}
    save_file(tensors, f"{a.out}/model.safetensors")
    with open(f"{a.out}/model.json", "w") as file:
        json.dump(facts | {"seconds": t.seconds, "log": t.log}, file, indent=1)


def main():
    a, begun = options(), time.time()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(a.seed)
    os.makedirs(a.out, exist_ok=True)
    (images, names), apart = data.load(a.data, a.val, a.size)
    classes = sorted({name for name in names if name is not None})
    index = {name: i for i, name in enumerate(classes)} | {None: -1}
    images, labels = images.to(device), torch.tensor([index[name] for name in names], device=device)
    print(f"{len(images)} images, {len(classes)} classes, loaded in {time.time() - begun:.0f} s, on {device}", flush=True)

    t = Training(a, device, len(classes))
    if a.resume and os.path.exists(f"{a.out}/checkpoint.pt"):
        t.restore(torch.load(f"{a.out}/checkpoint.pt", map_location=device))
        print(f"resumed at step {t.step}", flush=True)
    if device.type == "cuda":
        torch.set_float32_matmul_precision("high")
        # A block at a time: all have the same shape, so the compiler works once for each size of crops.
        for block in [*t.student.blocks, *t.mean.blocks]:
            block.compile(dynamic=False)
        global dino
        data.crops, dino = torch.compile(data.crops, dynamic=False), torch.compile(dino, dynamic=False)
    per_epoch = max(1, len(images) // a.batch)
    steps = a.epochs and max(1, round(a.epochs * per_epoch))
    facts = {"image": a.size, "patch": a.patch, "dim": a.width, "depth": a.depth, "heads": a.heads, "mlp_ratio": 4}
    facts |= {"images": len(images), "classes": len(classes)}
    facts |= {"device": torch.cuda.get_device_name() if device.type == "cuda" else "cpu"}
    facts |= {"args": {name: value for name, value in vars(a).items() if name not in ("data", "out", "teacher")}}

    def check(*losses):
        loss, own, patches = (None if value is None else round(float(value), 4) for value in losses)
        with torch.compiler.set_stance("force_eager"):  # sizes of its own, which are not worth compiling for
            accuracy = None if apart is None else knn.accuracy(t.mean, *apart)
        t.seconds += time.time() - check.since
        check.since = time.time()
        epoch = t.step / per_epoch
        t.log.append({"epoch": epoch, "seconds": t.seconds, "loss": loss, "dino": own, "ibot": patches, "knn": accuracy})
        print(f"epoch {epoch:.2f} loss {loss} dino {own} ibot {patches} knn {accuracy} after {t.seconds:.0f} s", flush=True)
        save(t, a, facts | {"epochs": epoch, "val_knn": accuracy})

    check.since = time.time()
    losses = (None,) * 3
    order, at = torch.randperm(len(images), device=device), 0
    if t.step == 0:
        check(*losses)
    started, before = time.time(), t.seconds
    left = 60 * a.minutes - (started - begun)
    while (not steps or t.step < steps) and time.time() - begun < 60 * a.minutes:
        if at + a.batch > len(images):
            order, at = torch.randperm(len(images), device=device), 0
        batch = order[at : at + a.batch]
        at += a.batch
        progress = t.step / steps if steps else (before + time.time() - started) / (before + left)
        cosine = 0.5 * (1 + math.cos(math.pi * progress))
        # At least two epochs' steps: compiling takes a part of the clock's schedule before the first step.
        warm = min(1, (t.step + 1) / min(10 * per_epoch, steps // 10 or 1)) if steps else min(1, 10 * progress, (t.step + 1) / (2 * per_epoch))
        for group in (group for optimizer in t.optimizers for group in optimizer.param_groups):
            group["lr"] = a.lr * warm * (0.01 + 0.99 * cosine) * a.batch / 1024
        t.student.train()
        total, own, patches = loss_of(t, a, images[batch], labels[batch], progress)
        for optimizer in t.optimizers:
            optimizer.zero_grad(set_to_none=True)
        total.backward()
        if a.dino and t.step < per_epoch:  # prototypes stay as they are for the first epoch
            for head in t.head.values():
                head.prototypes.grad = None
        nn.utils.clip_grad_norm_(t.parameters, 3.0)
        for optimizer in t.optimizers:
            optimizer.step()
        with torch.no_grad():
            for mean, latest in ((t.mean, t.student), (t.mean_head, t.head)):
                if pairs := list(zip(mean.parameters(), latest.parameters())):
                    torch._foreach_lerp_(*map(list, zip(*pairs)), 1 - a.momentum)
        t.step, losses = t.step + 1, (total.detach(), own, patches)
        if time.time() - check.since > a.check_every:
            check(*losses)
    check(*losses)


if __name__ == "__main__":
    main()
