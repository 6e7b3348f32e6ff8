"""Opens the files that the command line writes with the programs that people open them with.

    python tests/python/check.py target/debug/mycoscope

NumPy, pandas, DuckDB and scikit-learn read the same features from each of them, and scikit-learn finds again what
`evaluate --report` says. `scripts/test python` installs them (requirements.txt) and runs this.
"""

import io
import json
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import duckdb
import numpy
import pandas
import pyarrow.parquet
from sklearn.neighbors import NearestNeighbors

ROOT = Path(__file__).resolve().parents[2]
# A small backbone with few views: what is tested here are the files.
SMALL = ["--model", ROOT / "tests/golden/tiny/model.safetensors", "--heads", "4", "--dino-views", "4", "--no-simclr"]
TEXTS = ["name", "label", "sha256"]


def safetensors(data):
    """Every part, names, labels and hashes of a gallery's own file, read by its definition."""
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    files = json.loads(header.pop("__metadata__")["files"])
    parts = {}
    for part, tensor in header.items():
        first, last = tensor["data_offsets"]
        values = numpy.frombuffer(data[8 + length + first : 8 + length + last], "<f4")
        parts[part] = values.reshape(tensor["shape"])
    return parts, files


def check(what, truth):
    if not truth:
        sys.exit(f"{what}: not so")
    print(f"{what}: ok")


def same(what, array, expected):
    array = numpy.asarray(array)
    check(what, array.shape == expected.shape and array.dtype == numpy.float32 and (array == expected).all())


def check_npz(path, parts, files):
    # Without pickle, as NumPy opens files of strangers.
    arrays = numpy.load(path, allow_pickle=False)
    check("npz names its arrays", set(arrays) == {*parts, *TEXTS, "provenance"})
    for part, expected in parts.items():
        same(f"npz {part}", arrays[part], expected)
    for key in TEXTS:
        check(f"npz {key}", arrays[key].tolist() == [file[key] or "" for file in files])
    check("npz provenance", json.loads(arrays["provenance"][0])["settings"]["seed"] == 3)


def check_parquet(path, parts, files):
    schema = pyarrow.parquet.read_schema(path)
    first = [*TEXTS, "width", "height"]
    check("parquet columns", schema.names[: len(first)] == first and sorted(schema.names[len(first) :]) == sorted(parts))
    for part, expected in parts.items():
        check(f"parquet type of {part}", str(schema.field(part).type) == f"fixed_size_list<item: float not null>[{expected.shape[1]}]")
    table = pandas.read_parquet(path)
    labels = [None if pandas.isna(label) else label for label in table["label"]]
    check("pandas names and labels", list(table["name"]) == [f["name"] for f in files] and labels == [f["label"] for f in files])
    check("pandas sizes", [list(size) for size in zip(table["width"], table["height"])] == [f["size"] for f in files])
    for part, expected in parts.items():
        same(f"pandas {part}", numpy.stack(table[part].to_list()), expected)
    rows = duckdb.sql(f"select label, count(*), min(len(embedding)) from '{path}' group by label order by label").fetchall()
    width = parts["embedding"].shape[1]
    check("DuckDB counts labels", [row[1] for row in rows if row[0]] == [4, 4] and {row[2] for row in rows} == {width})
    similar = duckdb.sql(
        f"select list_cosine_similarity(a.kl, b.kl) from '{path}' a, '{path}' b order by a.name, b.name"
    ).fetchnumpy()
    order = numpy.argsort([file["name"] for file in files])
    kl = parts["kl"][order]
    cosines = numpy.ma.getdata(next(iter(similar.values()))).reshape(len(kl), len(kl))
    check("DuckDB's cosines", numpy.allclose(cosines, kl @ kl.T, atol=1e-5))


def check_report(path):
    archive = zipfile.ZipFile(path)
    check("the archive is whole", archive.testzip() is None)
    parts, files = safetensors(archive.read("features.safetensors"))
    for part, expected in parts.items():
        same(f"archive's {part}.npy", numpy.load(io.BytesIO(archive.read(f"features/{part}.npy"))), expected)
    images = pandas.read_csv(archive.open("images.csv"), keep_default_na=False)
    check("images.csv", images["sha256"].tolist() == [file["sha256"] for file in files])
    check("images.csv has labels", images["label"].tolist() == [file["label"] or "" for file in files])
    # What scikit-learn says of the same features: the nearest other image's label.
    metrics = json.loads(archive.read("metrics.json"))
    labelled = [place for place, file in enumerate(files) if file["label"]]
    labels = numpy.array([files[place]["label"] for place in labelled])
    for row in metrics["results"]:
        if row["centred"] or set(row["weights"].values()) != {1.0}:
            continue
        features = numpy.concatenate([parts[part][labelled] for part in row["weights"]], axis=1)
        found = NearestNeighbors(n_neighbors=2).fit(features).kneighbors(return_distance=False)[:, 0]
        nearest = (labels[found] == labels).mean()
        said = row["measures"]["knn"][0]["value"]
        check(f"scikit-learn's nearest neighbour by {row['features']}", abs(nearest - said) < 1e-9)


def main(program):
    run = lambda *arguments: subprocess.run([program, *arguments], check=True, stdout=subprocess.PIPE)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        run("sample", root / "sample")
        images = root / "images"
        for label in sorted(path.name for path in (root / "sample/pictures").iterdir())[:2]:
            (images / label).mkdir(parents=True)
            for picture in sorted((root / "sample/pictures" / label).iterdir())[:4]:
                picture.rename(images / label / picture.name)
        loose = next((root / "sample/pictures").glob("*/*"))
        loose.rename(images / "loose, комета.png")
        embed = lambda name: run("embed", images, "--out", root / name, "--seed", "3", *SMALL)
        for name in ["f.safetensors", "f.npz", "f.parquet"]:
            embed(name)
        parts, files = safetensors((root / "f.safetensors").read_bytes())
        check("there are 9 images with 4 parts and more", len(files) == 9 and len(parts) >= 4)
        check_npz(root / "f.npz", parts, files)
        check_parquet(root / "f.parquet", parts, files)
        run("evaluate", images, "--report", root / "r.zip", "--seed", "3", *SMALL)
        check_report(root / "r.zip")


main(sys.argv[1])
