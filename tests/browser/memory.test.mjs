// 500 photos, one after the other: what an image took is given back, in the page and in its worker.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { chromium } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { scenario } from "./page.mjs";

const [PHOTOS, HALF] = [500, 250];
/** Pictures of a photo's size, each many times with other bytes after its end: other contents for the page. */
const DRAWN = [1, 2, 3, 4].map((seed) => picture("rings", seed, 1200, 900));
const files = (from, to) =>
  Object.fromEntries(
    Array.from({ length: to - from }, (_, i) => [
      `${from + i}.png`,
      Buffer.concat([DRAWN[i % DRAWN.length], Buffer.from(`photo ${from + i}`)]),
    ]),
  );

/** Megabytes: the worker's WebAssembly memory, the page's objects after a collection, the browser's largest process. */
async function memory(page) {
  const worker = await page.tab.workers().at(-1).evaluate(async () => (await wasm_bindgen()).memory.buffer.byteLength);
  const session = await page.tab.createCDPSession();
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  const browser = await page.tab.browser().target().createCDPSession();
  const { processInfo } = await browser.send("SystemInfo.getProcessInfo");
  const resident = ({ id }) => Number(readFileSync(`/proc/${id}/status`, "utf8").match(/VmRSS:\s+(\d+)/)?.[1] ?? 0) * 1024;
  const process = Math.max(...processInfo.filter(({ type }) => type === "renderer").map(resident));
  return Object.fromEntries(Object.entries({ worker, objects: usedSize, process }).map(([k, v]) => [k, v / 1e6]));
}

scenario(
  "memory stays flat over 500 photos",
  { browser: chromium, hash: "#device=cpu&objectives=kl" },
  async (page, t) => {
    const root = folder(t);
    await page.choose(writeFiles(root, files(0, HALF)));
    await page.untilComputed(HALF);
    const half = await memory(page);
    await page.choose(writeFiles(root, files(HALF, PHOTOS)));
    await page.untilComputed(PHOTOS);
    const all = await memory(page);
    for (const [kind, before] of Object.entries(half))
      t.diagnostic(`${kind}: ${before.toFixed(1)} MB after ${HALF} photos, ${all[kind].toFixed(1)} MB after ${PHOTOS}`);
    assert.deepEqual(await page.errors(), []);
    assert.ok(all.worker <= half.worker + 1, "the worker needs no more for later photos");
    assert.ok(all.objects - half.objects < 0.1 * (PHOTOS - HALF), "the page keeps less than 100 kB of a photo");
  },
);
