// What backbones of usual shapes cost in the page, by one CPU worker: seconds an image by the embedding alone, with KL, and with
// DINO as well; and the worker's memory. A file of random weights is opened as a person would open it. SimCLR's windows are 49
// views like the others, after the negatives' 3,136, which are computed once for a model.

import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "../../scripts/server.mjs";
import { chromium } from "../../tests/browser/browsers.mjs";
import { picture, writeFiles } from "../../tests/browser/files.mjs";
import { write } from "./safetensors.mjs";

const WIDTHS = { ti16: 192, s16: 384, b16: 768 };
const [SIDE, PATCH, DEPTH] = [224, 16, 12];
const OBJECTIVES = [["embedding", ""], ["with KL", "kl"], ["with KL and DINO", "kl,dino"]];
const IMAGES = 3;
const MINUTES = 60_000;

export async function measure(root) {
  console.log(`one CPU worker, random weights, ${SIDE} px: seconds an image (${OBJECTIVES.map(([name]) => name).join(", ")}); MB of the worker`);
  for (const name of Object.keys(WIDTHS)) {
    const { seconds, memory } = await shape(root, name);
    console.log(`  ${name.padEnd(5)}`, ...seconds.map((time) => time.toFixed(2).padStart(7)), memory.toFixed(0).padStart(7));
  }
}

async function shape(root, name) {
  const folder = mkdtempSync(join(tmpdir(), "mycoscope-bench-"));
  const server = await serve({ "/": `${root}dist` });
  const running = await chromium();
  try {
    const path = join(folder, `${name}.safetensors`);
    const file = openSync(path, "w");
    write(weights(WIDTHS[name])).forEach((piece) => writeSync(file, piece));
    closeSync(file);
    const tab = await running.newPage();
    const loaded = (wanted) =>
      tab.waitForFunction((wanted) => document.querySelector('[data-testid="model"]')?.textContent.includes(wanted), { timeout: 5 * MINUTES }, wanted);
    const open = async (objectives, model) => {
      await tab.goto("about:blank");
      await tab.goto(`${server.origin}/#device=cpu&workers=1&offline=0&sample=0&objectives=${objectives}${model}`);
    };
    await open("", "");
    await loaded("vit-ti8-64");
    await (await tab.waitForSelector('[data-testid="own-input"]')).uploadFile(path);
    await tab.waitForSelector('[data-testid="own-use"]');
    await tab.$eval('[data-testid="own-use"]', (button) => button.click());
    await loaded(name);
    const model = await tab.evaluate(() => new URLSearchParams(location.hash.slice(1)).get("model"));
    const paths = writeFiles(folder, Object.fromEntries(Array.from({ length: 1 + IMAGES }, (_, at) => [`${at}.png`, picture("rings", at)])));
    const seconds = [];
    for (const [, objectives] of OBJECTIVES) {
      await open(objectives, `&model=${model}`);
      await loaded(name);
      const add = async (paths, count) => {
        const begun = performance.now();
        await (await tab.waitForSelector('[data-testid="file-input"]')).uploadFile(...paths);
        const done = (count) => document.querySelectorAll('[data-testid="gallery-item"][data-state="done"]').length === count;
        await tab.waitForFunction(done, { timeout: 10 * MINUTES, polling: 20 }, count);
        return (performance.now() - begun) / 1000;
      };
      await add(paths.slice(0, 1), 1);
      seconds.push((await add(paths.slice(1), 1 + IMAGES)) / IMAGES);
    }
    const memory = await tab.workers().at(-1).evaluate(async () => (await wasm_bindgen()).memory.buffer.byteLength / 1e6);
    return { seconds, memory };
  } finally {
    await running.close();
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

/** Random weights under timm's names; tokens keep about their size from block to block. */
function weights(dim) {
  let state = 1;
  const draw = (shape, centre, spread) => {
    const data = new Float32Array(shape.reduce((a, b) => a * b));
    // Park and Miller's generator: good enough to keep numbers apart.
    for (let at = 0; at < data.length; at++) data[at] = centre + spread * (((state = (state * 48271) % 2147483647) / 2147483647) * 2 - 1);
    return data;
  };
  const tensors = [];
  const add = (name, shape, centre, spread) => tensors.push([name, shape, draw(shape, centre, spread)]);
  const layer = (name, [outputs, inputs], shape = [outputs, inputs]) => {
    add(`${name}.weight`, shape, 0, Math.sqrt(3 / inputs));
    add(`${name}.bias`, [outputs], 0, 0.1);
  };
  const norm = (name) => (add(`${name}.weight`, [dim], 1, 0.1), add(`${name}.bias`, [dim], 0, 0.1));
  add("cls_token", [1, 1, dim], 0, 1);
  add("pos_embed", [1, 1 + (SIDE / PATCH) ** 2, dim], 0, 1);
  layer("patch_embed.proj", [dim, 3 * PATCH * PATCH], [dim, 3, PATCH, PATCH]);
  for (let block = 0; block < DEPTH; block++) {
    norm(`blocks.${block}.norm1`);
    norm(`blocks.${block}.norm2`);
    layer(`blocks.${block}.attn.qkv`, [3 * dim, dim]);
    layer(`blocks.${block}.attn.proj`, [dim, dim]);
    layer(`blocks.${block}.mlp.fc1`, [4 * dim, dim]);
    layer(`blocks.${block}.mlp.fc2`, [dim, 4 * dim]);
  }
  norm("norm");
  return tensors;
}
