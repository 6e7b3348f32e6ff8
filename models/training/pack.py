"""Packs images into a shard that train.py reads.

    python pack.py OUT NAME SIDE LIST.tsv

LIST.tsv has a line per image: its path, and after a tab its class, where it has one. Writes OUT/NAME.bin (WebP files end to
end, quality 75, the shorter side at most SIDE) and OUT/NAME.json (where each ends, labels, classes).
"""

import io
import json
import sys

from PIL import Image


def packed(image, side):
    short = min(image.size)
    if short > side:
        image = image.resize([max(side, round(length * side / short)) for length in image.size], Image.LANCZOS)
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", quality=75, method=4)
    return buffer.getvalue()


def main(out, name, side, rows):
    ends, labels, classes = [0], [], {}
    with open(rows) as lines, open(f"{out}/{name}.bin", "wb") as blob:
        for path, *label in (line.rstrip("\n").split("\t") for line in lines):
            try:
                image = Image.open(path).convert("RGB")
            except OSError as error:
                print(f"left out {path}: {error}", file=sys.stderr)
                continue
            ends.append(ends[-1] + blob.write(packed(image, int(side))))
            labels += [classes.setdefault(label[0], len(classes)) if label else None]
    if None in labels and classes:
        sys.exit(f"{rows}: either every line has a class or none")
    with open(f"{out}/{name}.json", "w") as file:
        json.dump({"offsets": ends, "labels": labels if classes else None, "classes": list(classes)}, file)
    print(f"{name}: {len(ends) - 1} images, {len(classes)} classes, {ends[-1] / 1e6:.1f} MB")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
