// Real WebGPU (Firefox on Mesa's software Vulkan) with the embedded model: the page computes on the GPU, and finds what
// the command line finds on the CPU.

import assert from "node:assert/strict";
import { firefox } from "./browsers.mjs";
import { featuresOf, folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { scenario } from "./page.mjs";

const FILES = {
  "rings/a.png": picture("rings", 1),
  "stripes/b.png": picture("stripes", 2),
  "checks/c.png": picture("checks", 3),
};

scenario("WebGPU finds the CPU's features", { browser: firefox, hash: "#device=gpu" }, async (page, t) => {
  const root = folder(t);
  await page.choose(writeFiles(root, FILES));
  const started = Date.now();
  await page.untilComputed(1, 10 * 60_000);
  t.diagnostic(`first image after ${((Date.now() - started) / 1000).toFixed(1)} s`);
  await page.untilComputed(3, 10 * 60_000);
  t.diagnostic(
    `all three after ${((Date.now() - started) / 1000).toFixed(1)} s; ${await page.text("device")}; ${await page.text("timings")}`,
  );
  assert.equal(
    await page.attribute("device", "data-backend"),
    "gpu",
    `not on the GPU: ${await page.text("device")} ${await page.text("device-reason")}`,
  );

  for (const { file, part, vector } of featuresOf(root)) {
    const cosine = await page.bestCosine(vector);
    t.diagnostic(`${file} ${part}: cosine ${cosine.toFixed(7)}`);
    assert.ok(cosine > 0.999, `${part} of ${file}: cosine ${cosine}`);
  }
  await page.query("a.png");
  assert.equal((await page.neighbours("embedding")).length, 2);
  assert.equal((await page.neighbours("fungi")).length, 2);
});
