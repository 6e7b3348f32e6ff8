// The command line, for comparison, and its files.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./page.mjs";

/** Runs `mycoscope` (built by scripts/test, which says where) and gives what it prints. */
export function mycoscope(...args) {
  const program = process.env.MYCOSCOPE ?? `${ROOT}target/debug/mycoscope`;
  return execFileSync(program, args, {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1 << 28,
  });
}

/** Features of a folder's images by the command line: one row for each image and part. */
export function featuresOf(root, seed = "0") {
  const path = `${root}.safetensors`;
  mycoscope("embed", root, "--out", path, "--seed", seed);
  const { metadata, tensors } = safetensors(path);
  rmSync(path);
  const names = JSON.parse(metadata.files).map(({ name }) => name);
  const rows = [];
  for (const part of ["embedding", "kl", "dino", "simclr"]) {
    const { shape, data } = tensors[part];
    names.forEach((file, row) =>
      rows.push({ file, part, vector: data.subarray(row * shape[1], (row + 1) * shape[1]) }),
    );
  }
  return rows;
}

/** A folder that is gone after the test. */
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), "mycoscope-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** The f32 tensors of a safetensors file: `{ name: { shape, data: Float32Array } }`, and its metadata. */
export function safetensors(path) {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const { __metadata__: metadata = {}, ...entries } = JSON.parse(bytes.toString("utf8", 8, 8 + length));
  const tensors = {};
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [from, to],
    },
  ] of Object.entries(entries)) {
    if (dtype !== "F32") continue;
    const data = bytes.subarray(8 + length + from, 8 + length + to);
    tensors[name] = {
      shape,
      data: new Float32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length)),
    };
  }
  return { metadata, tensors };
}
