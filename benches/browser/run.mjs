// What the built page's speed is held against, in real browsers. Needs dist/ (scripts/build).
//
//   node benches/browser/run.mjs chromium    the CPU worker against ONNX Runtime Web's wasm, one thread each
//   node benches/browser/run.mjs firefox     the GPU worker against its WebGPU
//   node benches/browser/run.mjs gallery     from a slider's pull to the screen, with 2,000 images
//   node benches/browser/run.mjs evaluation  the Evaluation tab and a query's neighbours, with 1,000, 3,000 and 10,000 images
//   node benches/browser/run.mjs map         how evenly frames come on a map of 5,000 images, and what its layouts take
//   node benches/browser/run.mjs exact       a query's exact cosines in the page's worker, with 500 and 2,000 images
//   node benches/browser/run.mjs why         from a click on a neighbour to which of its views make it one
//   node benches/browser/run.mjs live [DIST] from dropping 64 images to the first ranking and to all parts, by 1, 2 and 4
//                                            workers; by turns with another build of the page, if its folder is given
//   node benches/browser/run.mjs shapes      what backbones of usual shapes cost, by one CPU worker
//   node benches/browser/run.mjs gpu [DIST]  what the page asks of WebGPU for an image: pipelines, dispatches, read-backs

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const KINDS = ["chromium", "firefox", "gallery", "map", "evaluation", "exact", "why", "live", "shapes", "gpu"];
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const kind = process.argv[2] ?? KINDS[0];
if (!KINDS.includes(kind)) fail(`${kind} is none of ${KINDS.join(", ")}`);
if (!existsSync(`${ROOT}dist/index.html`)) fail("dist/ is missing: run scripts/build first");
for (const folder of ["tests/browser", "benches/browser"]) {
  if (existsSync(`${ROOT}${folder}/node_modules`)) continue;
  execFileSync("npm", ["--prefix", `${ROOT}${folder}`, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], { stdio: "inherit" });
}
// Only now: they import what was just installed.
if (kind === "live") await (await import("./live.mjs")).measure(ROOT, process.argv[3]);
else if (kind === "gpu") await (await import("./gpu.mjs")).measure(ROOT, process.argv[3]);
else if (kind === "shapes") await (await import("./shapes.mjs")).measure(ROOT);
else if (kind === "evaluation") await (await import("./evaluation.mjs")).measure();
else if (kind === "map") await (await import("./map.mjs")).measure();
else if (kind === "exact") await (await import("./exact.mjs")).measure(ROOT);
else if (kind === "why") await (await import("./why.mjs")).measure(ROOT);
else if (kind === "gallery") await (await import("./gallery.mjs")).measure(ROOT);
else await (await import("./against-ort.mjs")).measure(ROOT, kind);

function fail(reason) {
  console.error(reason);
  process.exit(2);
}
