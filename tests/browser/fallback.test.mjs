// Without WebGPU the page says so, says why, and works on the CPU.

import assert from "node:assert/strict";
import { chromium, firefox } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { scenario } from "./page.mjs";

const FILES = {
  "rings.png": picture("rings", 1),
  "stripes.png": picture("stripes", 2),
  "checks.png": picture("checks", 3),
};

async function works(page, t) {
  await page.choose(writeFiles(folder(t), FILES));
  await page.untilComputed(3);
  assert.match(await page.text("device"), /CPU/);
  assert.match(await page.text("device-reason"), /WebGPU|GPU/, "the page says why it uses the CPU");
  await page.query("rings.png");
  assert.equal((await page.neighbours("fungi")).length, 2);
  assert.equal((await page.neighbours("embedding")).length, 2);
}

scenario("Chromium without an adapter", { browser: chromium }, works);

scenario("Firefox without WebGPU", { browser: () => firefox({ webgpu: false }) }, works);

// The page finds an adapter, but the worker does not: the GPU worker fails, and the CPU worker takes over.
const promiseAnAdapter = () => {
  Object.defineProperty(navigator, "gpu", {
    configurable: true,
    value: {
      requestAdapter: async () => ({
        info: { vendor: "promised", architecture: "", description: "" },
        features: new Set(),
        limits: {},
      }),
    },
  });
};
scenario("a GPU that fails its worker", { browser: chromium, before: promiseAnAdapter }, works);
