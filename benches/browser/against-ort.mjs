// The page's worker against ONNX Runtime Web on the same ViT, by turns in one page: embedding an image with all gradients
// (62 views), against the forward passes of as many views alone. In Chromium also two workers against two threads.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "../../scripts/server.mjs";
import { chromium, firefox } from "../../tests/browser/browsers.mjs";
import { picture, png } from "../../tests/browser/files.mjs";
import { gathered, sentItems } from "../../tests/browser/items.mjs";
import * as probe from "../../tests/browser/probe.mjs";
import { onnx } from "./onnx.mjs";

const VIEWS = 62;
const GREY = 128;

const CASES = {
  chromium: { browser: chromium, device: "cpu", provider: "wasm", rounds: 9, names: ["CPU worker", "ONNX Runtime Web, wasm"] },
  firefox: { browser: firefox, device: "gpu", provider: "webgpu", rounds: 3, names: ["GPU worker", "ONNX Runtime Web, WebGPU"] },
};

export async function measure(root, kind) {
  const { browser, device, provider, rounds, names } = CASES[kind];
  const folder = mkdtempSync(join(tmpdir(), "mycoscope-bench-"));
  const [{ name, file, config }] = JSON.parse(readFileSync(`${root}dist/models/catalogue.json`));
  writeFileSync(join(folder, "vit.onnx"), onnx(readFileSync(`${root}dist/models/${file}`), config));
  const mounts = { "/": `${root}dist`, "/onnx/": folder, "/ort/": `${root}benches/browser` };
  // What lets ONNX Runtime Web have threads.
  const more = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
  const server = await serve(mounts, { headers: false, more });
  const running = await browser();
  try {
    const tab = await running.newPage();
    await tab.evaluateOnNewDocument(probe.install);
    await tab.goto(`${server.origin}/#device=${device}&workers=1&offline=0&sample=0`);
    const ours = await Ours.open(tab, folder, 1);
    const theirs = await Theirs.open(tab, provider, 1);

    // One picture of one colour: every view is that colour, so both must find the same embedding.
    const flat = await ours.embed(png(64, 64, () => [GREY, GREY, GREY]));
    const { first } = await theirs.run(1, GREY / 255);
    const cosine = dot(flat.embedding, first) / Math.sqrt(dot(first, first) * dot(flat.embedding, flat.embedding));
    assert.ok(cosine > 0.999, `not the same network: cosine ${cosine}`);

    const times = [[], []];
    await theirs.run(VIEWS);
    for (let round = 0; round < rounds; round++) {
      times[0].push((await ours.embed(picture("rings", round))).millis);
      times[1].push((await theirs.run(VIEWS)).millis);
    }
    const ratio = median(times[0].map((mine, round) => mine / times[1][round]));
    console.log(`${VIEWS} views of ${name}, medians of ${rounds} rounds by turns, in ${await running.version()}`);
    names.forEach((name, which) => console.log(`  ${name.padEnd(26)} ${median(times[which]).toFixed(0).padStart(6)} ms`));
    console.log(`  the former, gradients included, takes ${ratio.toFixed(2)} of the latter's time`);
    if (provider === "wasm") await twoAgainstTwo(tab, ours, provider);
  } finally {
    await running.close();
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

/** Two workers on some images, each with one, against two threads that share each image. */
async function twoAgainstTwo(tab, ours, provider) {
  const [IMAGES, ROUNDS] = [8, 3];
  await tab.select('[data-testid="workers"]', "2");
  await tab.waitForFunction(() => document.querySelector('[data-testid="device"]').dataset.workers === "2", { polling: 50 });
  await tab.evaluate(() => window.ort.terminate());
  const theirs = await Theirs.open(tab, provider, 2);
  await theirs.run(VIEWS);
  const ratios = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { wall } = await ours.embed(...Array.from({ length: IMAGES }, (_, i) => picture("checks", IMAGES * round + i)));
    let others = 0;
    for (let image = 0; image < IMAGES; image++) others += (await theirs.run(VIEWS)).millis;
    ratios.push(wall / others);
  }
  console.log(`  two workers, from files to features, take ${median(ratios).toFixed(2)} of two threads' time (${IMAGES} images)`);
}

/** The page, as someone uses it; what its workers say is overheard. */
class Ours {
  static async open(tab, folder, workers) {
    const input = await tab.waitForSelector('[data-testid="file-input"]');
    const ready = (workers) => document.querySelector('[data-testid="device"]')?.dataset.workers === String(workers);
    await tab.waitForFunction(ready, { timeout: 15 * 60_000, polling: 50 }, workers);
    return Object.assign(new Ours(), { tab, folder, input, asked: 0 });
  }

  /** Computes images; gives the features of the last, what all took in the workers, and what all took. */
  async embed(...images) {
    const paths = images.map((bytes) => {
      const path = join(this.folder, `${this.asked++}.png`);
      writeFileSync(path, bytes);
      return path;
    });
    const heard = await this.tab.evaluate(() => window.probe.received.length);
    const start = performance.now();
    await this.input.uploadFile(...paths);
    const done = (count) => document.querySelectorAll('[data-testid="gallery-item"][data-state="done"]').length === count;
    await this.tab.waitForFunction(done, { timeout: 15 * 60_000, polling: 20 }, this.asked);
    const wall = performance.now() - start;
    const items = await sentItems(this, heard);
    const millis = items.reduce((sum, { timings }) => sum + timings.compute, 0);
    return { embedding: gathered(items)[items.at(-1).hash].embedding, millis, wall };
  }
}

class Theirs {
  static async open(tab, provider, threads) {
    await tab.evaluate(() => (window.ort = new Worker("/ort/ort-worker.mjs", { type: "module" })));
    const theirs = Object.assign(new Theirs(), { tab });
    await theirs.ask({ model: "/onnx/vit.onnx", provider, threads });
    return theirs;
  }

  /** Runs `views` views, all of one `value` if it is given. */
  run(views, value) {
    return this.ask({ views, side: 64, value });
  }

  async ask(message) {
    const answer = await this.tab.evaluate(
      (message) =>
        new Promise((resolve) => {
          window.ort.onmessage = ({ data }) => resolve(data);
          window.ort.onerror = ({ message }) => resolve({ error: message ?? "it does not load" });
          window.ort.postMessage(message);
        }),
      message,
    );
    if (answer.error) throw new Error(`ONNX Runtime Web: ${answer.error}`);
    return answer;
  }
}

const dot = (a, b) => a.reduce((sum, value, at) => sum + value * b[at], 0);
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
