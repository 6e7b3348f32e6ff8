#!/usr/bin/env python3
"""Our forward pass over an image's 62 views (`cargo bench --bench forward`) over PyTorch's, in float32 on the same cores, by turns:

    python3 benches/against_pytorch.py [--rounds 5]

Makes a Python environment with PyTorch in target/pytorch the first time (some gigabytes). PyTorch runs as it comes and
compiled; in its last block it computes all tokens, ours the class token alone. Read the ratios.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
HOME = ROOT / "target/pytorch"
WEIGHTS = ROOT / "models/vit-ti8-64/model.safetensors"
OURS = ROOT / "target/criterion/62 views/forward pass/new/estimates.json"


def inside():
    """Runs on in the environment, which is made if need be."""
    if pathlib.Path(sys.prefix) == HOME:
        return
    python = HOME / "bin/python"
    if not (HOME / "made").exists():
        print(f"making {HOME}", flush=True)
        venv.create(HOME, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "torch", "numpy", "safetensors"], check=True)
        (HOME / "made").touch()
    os.execv(python, [python, *sys.argv])


def ours():
    """Milliseconds of an image, the median of criterion's runs."""
    command = ["cargo", "bench", "--quiet", "--locked", "--bench", "forward", "--"]
    subprocess.run([*command, "--quiet", "--measurement-time", "3", "62 views/forward pass"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return 1e-6 * json.loads(OURS.read_text())["median"]["point_estimate"]


def theirs():
    """Name -> what gives the milliseconds of an image."""
    import torch
    from safetensors.torch import load_file

    sys.path.insert(0, str(ROOT / "benches"))
    sys.path.insert(0, str(ROOT / "models/training"))
    from pytorch import milliseconds
    from vit import from_weights

    torch.set_grad_enabled(False)
    torch.set_num_threads(os.cpu_count())
    x = torch.randn(62, 3, 64, 64)
    eager = from_weights({name: w.float() for name, w in load_file(WEIGHTS).items()}, 3).eval()
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads", flush=True)
    ways = {"as it comes": eager, "compiled": torch.compile(eager)}
    return {name: lambda vit=vit: milliseconds(vit, x, "cpu", 9) for name, vit in ways.items()}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--rounds", type=int, default=5)
    a = p.parse_args()
    inside()
    others = theirs()
    # Compiles both sides.
    ours(), [run() for run in others.values()]
    ratios = {name: [] for name in others}
    for turn in range(a.rounds):
        mine = ours()
        for name, run in others.items():
            ms = run()
            ratios[name].append(mine / ms)
            print(f"round {turn + 1}: ours {mine:.0f} ms, PyTorch {name} {ms:.0f} ms", flush=True)
    for name, values in ratios.items():
        print(f"ours over PyTorch {name}: {statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})")


if __name__ == "__main__":
    main()
