// What a visitor downloads stays small. The limits are gzip's best, as a web host would serve it.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { ROOT } from "./page.mjs";

// The page's aim was 200 kB. Leptos gives every view a type and code of its own (a third of the program, another fifth is
// its reactive graph; the panel of models is 35 kB); erasing those types and wasm-opt together save a twentieth. It is a photo, loaded first; a third of it is
// the tab Evaluation with its maps, and what keeps the gallery; the two dialogs that take images apart are a twelfth.
// The GPU worker's aim was 3 MB: most of it is CubeCL's compiler, whose kernels are hardly used here. Each worker's last 95 kB are
// the structures of public checkpoints, the store that models are downloaded into, and what takes images apart.
const LIMITS = [
  ["page", /^app.*\.wasm$/, 1_010_000],
  ["CPU worker", /^engine(?!-gpu|-relaxed).*\.wasm$/, 1_030_000],
  ["CPU worker with relaxed SIMD", /^engine-relaxed.*\.wasm$/, 1_030_000],
  ["worker that evaluates", /^analysis(?!-relaxed).*\.wasm$/, 585_000],
  ["worker that evaluates, with relaxed SIMD", /^analysis-relaxed.*\.wasm$/, 585_000],
  ["GPU worker", /^engine-gpu.*\.wasm$/, 3_290_000],
];

for (const [what, pattern, limit] of LIMITS) {
  test(`${what}: at most ${limit / 1000} kB`, (t) => {
    const names = readdirSync(`${ROOT}dist`).filter((name) => pattern.test(name));
    assert.equal(names.length, 1, `one file in dist/ is the ${what}: ${names}`);
    const bytes = readFileSync(`${ROOT}dist/${names[0]}`);
    const packed = gzipSync(bytes, { level: 9 }).length;
    t.diagnostic(
      `${names[0]}: ${(bytes.length / 1000).toFixed(0)} kB, gzipped ${(packed / 1000).toFixed(0)} kB of ${limit / 1000}`,
    );
    assert.ok(packed <= limit, `${names[0]} is ${packed} bytes gzipped`);
  });
}
