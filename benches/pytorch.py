#!/usr/bin/env python3
"""PyTorch's time for the forward passes that FUNGI takes, beside `mycoscope bench --device gpu` on the same machine:

    python benches/pytorch.py models/vit-ti8-64/model.safetensors --heads 3 --views 62 --batch 16

The whole network with scaled_dot_product_attention, compiled, views already on the device; the median of some runs.
"""

import argparse
import pathlib
import statistics
import sys
import time

import torch
from safetensors.torch import load_file

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "models/training"))
from vit import from_weights


def milliseconds(run, x, device, repeats):
    times = []
    for _ in range(repeats + 3):
        start = time.perf_counter()
        run(x)
        if device == "cuda":
            torch.cuda.synchronize()
        times.append(1e3 * (time.perf_counter() - start))
    return statistics.median(times[3:])


@torch.no_grad()
def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("weights")
    p.add_argument("--heads", type=int, default=3)
    p.add_argument("--views", type=int, default=62, help="forward passes of an image")
    p.add_argument("--batch", type=int, nargs="+", default=[1, 4, 16], help="images together")
    p.add_argument("--repeats", type=int, default=20)
    a = p.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    vit = from_weights({name: w.float() for name, w in load_file(a.weights).items()}, a.heads).to(device).eval()
    side = vit.patch_embed.proj.stride[0] * round((vit.pos_embed.shape[1] - 1) ** 0.5)
    print(torch.cuda.get_device_name() if device == "cuda" else "cpu", "PyTorch", torch.__version__)
    for block in vit.blocks:
        block.compile(dynamic=False)
    for batch in a.batch:
        x = torch.randn(batch * a.views, 3, side, side, device=device)
        for name, precision, half in [("float32", "highest", False), ("tf32", "high", False), ("bfloat16", "high", True)]:
            torch.set_float32_matmul_precision(precision)
            with torch.autocast(device, torch.bfloat16, enabled=half):
                ms = milliseconds(vit, x, device, a.repeats) / batch
            print(f"{batch} images together, {name}: {ms:.3f} ms an image, {1e3 / ms:.0f} images/s", flush=True)


if __name__ == "__main__":
    main()
