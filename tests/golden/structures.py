#!/usr/bin/env python3
"""Golden tensors of every structure that the catalogue has, by timm's and transformers' own models: random weights of a small
shape under the tensor names that real checkpoints have, features by autograd in float64. Wants torch, timm, transformers, numpy,
pillow and safetensors.

    structures.py tests/golden/structures     # a folder for each: `mycoscope parity tests/golden/structures/timm-clip`
"""
import argparse
import math
import sys
from pathlib import Path

import numpy as np
import timm
import torch
import torch.nn.functional as F
import transformers
from safetensors.torch import save_file

from make import SIZES, compute, draw_given, draw_picture, save

IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
HALF = (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)
CLIP = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
SIDE, PATCH, DIM, DEPTH, HEADS, LATENTS, OUTPUT = 16, 4, 16, 2, 2, 24, 12


class Structure:
    """A model whose last output projection [E, E+1] (bias last) is an argument, to be derived by; with one matrix a token
    [T, E, E+1] each token has a gradient of its own. `features` gives all tokens that count, `target` is the projection's
    module, `prefix` how many tokens stand before the patches."""

    def __init__(self, model, target, features, normalisation, prefix=1, eps=1e-6, **config):
        self.model, self.target, self.features, self.prefix = model, target, features, prefix
        mean, std = normalisation
        self.config = {"image": SIDE, "resize": round(SIDE * 256 / 224), "heads": HEADS, "mean": mean, "std": std, "eps": eps, **config}
        self.mean, self.std = (torch.tensor(values, dtype=torch.float64).view(3, 1, 1) for values in normalisation)
        self.given = None
        target.register_forward_hook(lambda module, inputs, output: self.project(inputs[0]))

    def projection(self):
        return torch.cat([self.target.weight, self.target.bias[:, None]], 1).detach().double()

    def project(self, u):
        """The hooked module's output, by the given matrix or matrices."""
        matrix = self.projection() if self.given is None else self.given
        if matrix.dim() == 3 and u.shape[1] > 1:
            # Tokens that are not among the outputs keep the model's own.
            own = self.projection().expand(self.prefix - 1, -1, -1)
            matrix = torch.cat([matrix[:1], own, matrix[1:]])
        return (matrix @ F.pad(u, (0, 1), value=1.0)[..., None])[..., 0]

    def tokens(self, views, projection):
        self.given = projection
        result = self.features((views.double() - self.mean) / self.std)
        self.given = None
        return result

    def outputs(self, tokens):
        """The class token and the patches."""
        return torch.cat([tokens[:, :1], tokens[:, self.prefix:]], 1)


class Pool(Structure):
    """An attention pool: all tokens together, then each patch alone."""

    def tokens(self, views, projection):
        with torch.no_grad():
            tokens = self.features((views.double() - self.mean) / self.std)
        shared = projection.dim() == 2
        alone = [tokens] + [tokens[:, i:i + 1] for i in range(tokens.shape[1])]
        pooled = []
        for i, part in enumerate(alone):
            self.given = projection if shared else projection[i]
            pooled.append(self.pool(part))
        self.given = None
        return torch.stack(pooled, 1)


class TransformersPool(Pool):
    """torch's attention uses its projection's weights without calling the module."""

    def pool(self, part):
        given = {"attention.out_proj.weight": self.given[:, :-1], "attention.out_proj.bias": self.given[:, -1]}
        return torch.func.functional_call(self.head, given, (part,))


def timm_model(name, **options):
    return timm.create_model(name, img_size=SIDE, patch_size=PATCH, embed_dim=DIM, depth=DEPTH, num_heads=HEADS, **options)


def timm_structure(name, normalisation=IMAGENET, prefix=1, num_classes=5, eps=1e-6, **options):
    model = timm_model(name, num_classes=num_classes, **options)
    structure = Structure(model, model.blocks[-1].attn.proj, lambda x: structure.outputs(model.forward_features(x)), normalisation, prefix, eps)
    return structure


def timm_clip():
    model = timm_model("vit_base_patch16_clip_quickgelu_224", num_classes=OUTPUT)
    features = lambda x: model.head(model.forward_features(x))
    return Structure(model, model.blocks[-1].attn.proj, features, CLIP, eps=1e-5, activation="quick-gelu", output={"projection": OUTPUT})


def timm_siglip():
    model = timm_model("vit_base_patch16_siglip_224", num_classes=0)
    structure = Pool(model, model.attn_pool.proj, model.forward_features, HALF, output="attention-pool")
    structure.pool = model.attn_pool
    return structure


SHAPE = dict(hidden_size=DIM, num_hidden_layers=DEPTH, num_attention_heads=HEADS, intermediate_size=4 * DIM, image_size=SIDE, patch_size=PATCH)
TEXT = dict(vocab_size=8, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, max_position_embeddings=4, bos_token_id=0, eos_token_id=1)


def last_linear(model, suffix):
    """The last module whose name ends so."""
    return [module for name, module in model.named_modules() if name.endswith(suffix)][-1]


def transformers_structure(kind, suffix, normalisation, prefix=1, eps=1e-6, **options):
    model = getattr(transformers, f"{kind}Model")(getattr(transformers, f"{kind}Config")(**SHAPE, layer_norm_eps=eps, **options))
    structure = Structure(model, last_linear(model, suffix), lambda x: structure.outputs(model(x).last_hidden_state), normalisation, prefix, eps)
    return structure


def transformers_clip():
    model = transformers.CLIPModel(transformers.CLIPConfig(text_config=TEXT, vision_config=SHAPE, projection_dim=OUTPUT))
    vision = model.vision_model
    features = lambda x: model.visual_projection(vision.post_layernorm(vision(x).last_hidden_state))
    return Structure(model, last_linear(vision, "self_attn.out_proj"), features, CLIP, eps=1e-5, activation="quick-gelu")


def transformers_siglip():
    text = TEXT | {"projection_size": DIM}
    model = transformers.SiglipModel(transformers.SiglipConfig(text_config=text, vision_config=SHAPE))
    head = model.vision_model.head
    features = lambda x: model.vision_model(x).last_hidden_state
    structure = TransformersPool(model, head.attention.out_proj, features, HALF, activation="gelu-tanh")
    structure.head = head
    return structure


STRUCTURES = {
    "timm-classifier": lambda: timm_structure("vit_tiny_patch16_224", HALF),
    "timm-distilled": lambda: timm_structure("deit_tiny_distilled_patch16_224", prefix=2),
    "timm-dinov2": lambda: timm_structure("vit_small_patch14_dinov2", num_classes=0),
    "timm-dinov2-registers": lambda: timm_structure("vit_small_patch14_reg4_dinov2", prefix=5, num_classes=0),
    "timm-clip": timm_clip,
    "timm-siglip": timm_siglip,
    "transformers-vit": lambda: transformers_structure("ViT", "attention.o_proj", HALF),
    "transformers-deit": lambda: transformers_structure("DeiT", "attention.o_proj", IMAGENET, prefix=2),
    "transformers-dinov2-registers": lambda: transformers_structure("Dinov2WithRegisters", "attention.o_proj", IMAGENET, prefix=5, num_register_tokens=4),
    "transformers-clip": transformers_clip,
    "transformers-siglip": transformers_siglip,
    "timm-dinov3": lambda: timm_structure("vit_small_patch16_dinov3", prefix=5, num_classes=0, eps=1e-5),
}


def draw_weights(model, rng):
    """Random values that f16 holds: norms near 1, scales near 0.5, layers that keep their input's size."""
    for name, tensor in model.state_dict().items():
        if not tensor.is_floating_point():
            continue
        noise = rng.normal(0, 1, tuple(tensor.shape))
        if "gamma" in name or "lambda" in name:
            values = 0.5 + 0.3 * noise
        elif name.endswith("bias"):
            values = 0.05 * noise
        elif tensor.dim() == 1 and name.endswith("weight"):
            values = 1 + 0.1 * noise
        elif tensor.dim() >= 2 and name.endswith("weight") and "position" not in name:
            values = noise * 0.9 / math.sqrt(math.prod(tensor.shape[1:]))
        else:
            values = 0.3 * noise
        tensor.copy_(torch.from_numpy(np.asarray(values)).half())


def save_pytorch(model, folder):
    """The same weights as MoCo v3's and DINO's training programs save them, beside another network and more."""
    folder.mkdir(exist_ok=True)
    weights = {name: tensor for name, tensor in model.state_dict().items() if not name.startswith("head.")}
    named = lambda prefix, scale=1: {f"{prefix}{name}": tensor * scale for name, tensor in weights.items()}
    head = {"module.predictor.0.weight": torch.zeros(2, 2), "module.base_encoder.head.0.weight": torch.zeros(2, 2)}
    state = named("module.base_encoder.") | named("module.momentum_encoder.", 0.5) | head
    optimizer = {"state": {0: {"exp_avg": torch.zeros(3)}}, "param_groups": [{"lr": 0.1}]}
    torch.save({"epoch": 300, "arch": "vit_small", "state_dict": state, "optimizer": optimizer}, folder / "moco.pth.tar")
    student = named("module.backbone.", 0.5) | {"module.head.mlp.0.weight": torch.zeros(2, 2)}
    teacher = named("backbone.") | {"head.mlp.0.weight": torch.zeros(2, 2), "head.last_layer.weight_g": torch.zeros(2, 1)}
    saved = {"student": student, "teacher": teacher, "optimizer": optimizer, "epoch": 800, "args": argparse.Namespace(arch="vit_small")}
    # The format of PyTorch before 1.6.
    torch.save(saved, folder / "dino.pth", _use_new_zipfile_serialization=False)


def main(out):
    sizes = SIZES[:2]
    for seed, (name, make) in enumerate(STRUCTURES.items()):
        rng = np.random.default_rng(seed)
        structure, folder = make(), out / name
        folder.mkdir(parents=True, exist_ok=True)
        draw_weights(structure.model, rng)
        structure.model.eval().half()
        if name.startswith("timm"):
            weights = {key: tensor.contiguous() for key, tensor in structure.model.state_dict().items()}
            save_file(weights, folder / "model.safetensors")
        else:
            structure.model.save_pretrained(folder)
            (folder / "config.json").unlink()
        structure.model.double()
        embedding = OUTPUT if name.endswith("-clip") else DIM
        pictures = [draw_picture(size, rng) for size in sizes]
        given = draw_given(DIM, embedding, LATENTS, sizes, rng)
        golden = compute(structure, structure.config, pictures, given)
        save(folder, structure.config, pictures, golden, ["views"])
        if name == "timm-classifier":
            save_pytorch(structure.model.half(), out.parent / "pytorch")
        print(name, f"{sum(file.stat().st_size for file in folder.rglob('*') if file.is_file()) / 1e3:.0f} kB")


if __name__ == "__main__":
    torch.set_grad_enabled(True)
    main(Path(sys.argv[1]))
