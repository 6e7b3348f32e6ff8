#!/usr/bin/env python3
"""Holds catalogue.json against timm's own registry: repository, mean, std, input and licence of every checkpoint on the hub. Wants timm
and torch; nothing is downloaded.

    models/check.py
"""
import json
import sys
from pathlib import Path

import timm

# Checkpoints that timm's models run at another side, since positions can be resized.
SIDES = {518: 224, 256: 224}

wrong = 0
for entry in json.loads(Path(__file__).with_name("catalogue.json").read_text()):
    if "hub" not in entry:
        continue
    name, config = entry["hub"]["repository"].removeprefix("timm/"), entry["config"]
    registered = timm.get_pretrained_cfg(name, allow_unregistered=False)
    model = timm.create_model(name, pretrained=False, num_classes=0)
    side = registered.input_size[-1]
    pairs = {
        "repository": (entry["hub"]["repository"], registered.hf_hub_id + name if registered.hf_hub_id.endswith("/") else registered.hf_hub_id),
        "mean": (config["mean"], list(registered.mean)),
        "std": (config["std"], list(registered.std)),
        "image": (config["image"], SIDES.get(side, side)),
        "dim": (config["dim"], model.embed_dim),
        "depth": (config["depth"], len(model.blocks)),
        "heads": (config["heads"], model.blocks[0].attn.num_heads),
        "hidden": (config["hidden"], model.blocks[0].mlp.fc1.out_features),
        "patch": (config["patch"], model.patch_embed.patch_size[0]),
        "prefix": (config.get("prefix", 1), model.num_prefix_tokens),
        "layer_scale": (config.get("layer_scale", False), any("ls1" in key or "gamma_1" in key for key in model.state_dict())),
        "pre_norm": (config.get("pre_norm", False), "norm_pre.weight" in model.state_dict()),
        "rotary": (config.get("rotary", False), getattr(model, "rope", None) is not None),
        "eps": (config["eps"], model.norm.eps),
        "licence": (entry["licence"].lower(), (registered.license or "not said").lower()),
    }
    for key, (ours, theirs) in pairs.items():
        if ours != theirs:
            wrong += 1
            print(f"{entry['name']}: {key} is {ours}, timm says {theirs}")
sys.exit(min(wrong, 1))
