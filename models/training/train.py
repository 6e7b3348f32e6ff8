"""Trains the embedded ViT and writes it as model.safetensors (timm's names, float16) with model.json (shape, recipe, figures).

    python train.py --data DIR --teacher TEACHER.safetensors --out OUT --minutes 30 [--resume]

The same command with --resume goes on where it stopped. README.md says what DIR holds and which recipes were run.
"""

import argparse
import json
import math
import os
import time

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn

import data
import knn
from objectives import Distillation, DinoHead, dino
from vit import ViT, from_weights, started_from


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--data", required=True, help="folder of shards")
    p.add_argument("--out", required=True)
    p.add_argument("--val", default="val", help="the shard kept for the k-NN check")
    p.add_argument("--resume", action="store_true")
    p.add_argument("--minutes", type=float, default=9, help="when to stop, wherever the schedule stands")
    p.add_argument("--epochs", type=float, default=150, help="length of the schedules")
    p.add_argument("--check-every", type=float, default=120, help="seconds between k-NN checks")
    p.add_argument("--seed", type=int, default=0)
    shape = p.add_argument_group("the student's shape")
    for name, value in dict(size=64, patch=8, width=192, depth=12, heads=3).items():
        shape.add_argument(f"--{name}", type=int, default=value)
    shape.add_argument("--drop", type=float, default=0.1, help="stochastic depth of the last block")
    step = p.add_argument_group("steps")
    step.add_argument("--batch", type=int, default=1024)
    step.add_argument("--lr", type=float, default=1e-3, help="at a batch of 1,024; in proportion otherwise")
    step.add_argument("--weight-decay", type=float, default=0.04)
    step.add_argument("--momentum", type=float, default=0.996, help="of the mean over steps, which is what is written")
    goal = p.add_argument_group("objectives, by weight")
    goal.add_argument("--dino", type=float, default=1.0)
    goal.add_argument("--labels", type=float, default=0.5, help="cross-entropy on the class token")
    goal.add_argument("--distill", type=float, default=1.0)
    goal.add_argument("--least-area", type=float, default=0.3, help="smallest part of an image that a global crop shows")
    goal.add_argument("--locals", type=int, default=6, help="DINO's local crops")
    goal.add_argument("--local-size", type=int, default=32)
    goal.add_argument("--prototypes", type=int, default=8192)
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
        self.student, self.mean = ViT(*shape, a.drop).to(device), ViT(*shape).to(device)
        self.distillation = None
        if a.teacher:
            weights = {name: w.float() for name, w in load_file(a.teacher).items() if not name.startswith("head")}
            teacher = from_weights(weights, a.teacher_heads).to(device).eval().requires_grad_(False)
            side = a.teacher_size or a.size // a.patch * teacher.patch_embed.proj.stride[0]
            self.distillation = Distillation(teacher, a.width, side, a.teacher_mean, a.teacher_std).to(device)
            if a.start:
                self.student.load_state_dict(started_from(weights, a.size, a.patch, a.teacher_mean, a.teacher_std))
        self.labels = nn.Linear(a.width, max(1, classes)).to(device)
        self.head, self.mean_head = (DinoHead(a.width, a.prototypes).to(device) if a.dino else nn.Module() for _ in range(2))
        self.mean.load_state_dict(self.student.state_dict())
        self.mean_head.load_state_dict(self.head.state_dict())
        for module in (self.mean, self.mean_head):
            module.requires_grad_(False)
        modules = [self.student, self.head, self.labels, self.distillation]
        self.parameters = [p for m in modules if m is not None for p in m.parameters() if p.requires_grad]
        groups = [{"params": [p for p in self.parameters if p.ndim > 1], "weight_decay": a.weight_decay}]
        groups += [{"params": [p for p in self.parameters if p.ndim <= 1], "weight_decay": 0}]
        self.optimizer = torch.optim.AdamW(groups, lr=a.lr, fused=device.type == "cuda")
        self.centre = torch.zeros(a.prototypes, device=device)
        self.step, self.seconds, self.log = 0, 0.0, []

    PARTS = ("student", "mean", "head", "mean_head", "labels", "distillation", "optimizer")
    VALUES = ("centre", "step", "seconds", "log")

    def state(self):
        parts = {name: getattr(self, name).state_dict() for name in self.PARTS if getattr(self, name) is not None}
        return parts | {name: getattr(self, name) for name in self.VALUES}

    def restore(self, state):
        for name in self.PARTS:
            if name in state:
                getattr(self, name).load_state_dict(state[name])
        for name in self.VALUES:
            setattr(self, name, state[name])


def loss_of(t, a, pixels, labels, progress, run, run_mean):
    """The weighted sum of the objectives on one batch, and DINO's own value."""
    device = pixels.device
    amp = torch.autocast(device.type, torch.bfloat16)
    crops = [data.crops(pixels, a.size, (a.least_area, 1), blur=True) for _ in range(2 if a.dino else 1)]
    x, labels = torch.cat(crops), labels.repeat(len(crops))
    with amp:
        tokens = run(x)
    total = own = torch.zeros((), device=device)
    if a.dino:
        small = [data.crops(pixels, a.local_size, (0.05, a.least_area), blur=False) for _ in range(a.locals)]
        with amp:
            with torch.no_grad():
                goal = t.mean_head(run_mean(x)[:, 0]).float()
            guess = list(t.head(tokens[:, 0]).float().chunk(2))
            guess += t.head(run(torch.cat(small))[:, 0]).float().chunk(a.locals) if small else []
        own = dino(goal.chunk(2), guess, t.centre, 0.04 + 0.03 * min(1, 4 * progress))
        t.centre = 0.9 * t.centre + 0.1 * goal.mean(0)
        total = a.dino * own
    known = labels >= 0
    if a.labels and known.any():
        with amp:
            logits = t.labels(tokens[:, 0]).float()
        total = total + a.labels * F.cross_entropy(logits[known], labels[known], label_smoothing=0.1)
    if t.distillation is not None and a.distill:
        with amp:
            total = total + a.distill * t.distillation(tokens, x)
    return total, float(own.detach())


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
    run, run_mean = (torch.compile(vit) if device.type == "cuda" else vit for vit in (t.student, t.mean))
    per_epoch = max(1, len(images) // a.batch)
    steps = max(1, round(a.epochs * per_epoch))
    facts = {"image": a.size, "patch": a.patch, "dim": a.width, "depth": a.depth, "heads": a.heads, "mlp_ratio": 4}
    facts |= {"images": len(images), "classes": len(classes)}
    facts |= {"device": torch.cuda.get_device_name() if device.type == "cuda" else "cpu"}
    facts |= {"args": {name: value for name, value in vars(a).items() if name not in ("data", "out", "teacher")}}

    def check(loss, own):
        accuracy = None if apart is None else knn.accuracy(t.mean, *apart)
        t.seconds += time.time() - check.since
        check.since = time.time()
        epoch = t.step / per_epoch
        t.log.append({"epoch": epoch, "seconds": t.seconds, "loss": loss, "dino": own, "knn": accuracy})
        print(f"epoch {epoch:.2f} loss {loss} dino {own} knn {accuracy} after {t.seconds:.0f} s", flush=True)
        save(t, a, facts | {"epochs": epoch, "val_knn": accuracy})

    check.since = time.time()
    loss = own = None
    order, at = torch.randperm(len(images), device=device), 0
    if t.step == 0:
        check(loss, own)
    while t.step < steps and time.time() - begun < 60 * a.minutes:
        if at + a.batch > len(images):
            order, at = torch.randperm(len(images), device=device), 0
        batch = order[at : at + a.batch]
        at += a.batch
        progress = t.step / steps
        cosine = 0.5 * (1 + math.cos(math.pi * progress))
        warm = min(1, (t.step + 1) / max(1, min(10 * per_epoch, steps // 10)))
        for group in t.optimizer.param_groups:
            group["lr"] = a.lr * warm * (0.01 + 0.99 * cosine) * a.batch / 1024
        t.student.train()
        total, own = loss_of(t, a, images[batch], labels[batch], progress, run, run_mean)
        t.optimizer.zero_grad(set_to_none=True)
        total.backward()
        if a.dino and t.step < per_epoch:  # prototypes stay as they are for the first epoch
            t.head.prototypes.parametrizations.weight.original1.grad = None
        nn.utils.clip_grad_norm_(t.parameters, 3.0)
        t.optimizer.step()
        momentum = 1 - (1 - a.momentum) * cosine
        with torch.no_grad():
            for mean, latest in ((t.mean, t.student), (t.mean_head, t.head)):
                if pairs := list(zip(mean.parameters(), latest.parameters())):
                    torch._foreach_lerp_(*map(list, zip(*pairs)), 1 - momentum)
        t.step, loss = t.step + 1, round(float(total.detach()), 4)
        if time.time() - check.since > a.check_every:
            check(loss, own)
    check(loss, own)


if __name__ == "__main__":
    main()
