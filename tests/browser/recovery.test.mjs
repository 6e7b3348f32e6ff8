// The worker is killed or hangs in mid-work: another takes over, what was computed is kept, and the work is finished.

import assert from "node:assert/strict";
import { chromium } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { scenario } from "./page.mjs";

const FILES = {};
for (const kind of ["rings", "stripes", "checks"])
  for (const seed of [1, 2, 3]) FILES[`${kind}-${seed}.png`] = picture(kind, seed);

scenario(
  "work resumes after the worker is killed",
  { browser: chromium, hash: "#device=cpu", crashes: true },
  async (page, t) => {
    await page.choose(writeFiles(folder(t), FILES));
    await page.untilComputed(2);
    const before = await page.traffic();
    await page.killWorker();
    await page.until("another worker", async () => (await page.traffic()).workers > before.workers, 60_000);
    const items = await page.untilComputed(9);
    assert.equal(items.length, 9, "nothing is lost, nothing is there twice");
    assert.deepEqual(await page.errors(), [], "no file is blamed");
    assert.equal((await page.traffic()).workers, before.workers + 1, "one new worker is enough");

    await page.query("rings-1.png");
    assert.equal((await page.neighbours("fungi")).length, 8, "images from before and after are neighbours");
  },
);

scenario(
  "a worker that hangs can be restarted",
  { browser: chromium, hash: "#device=cpu&workers=1", minutes: 10 },
  async (page, t) => {
    await page.choose(writeFiles(folder(t), FILES));
    await page.untilComputed(2);
    const { workers } = await page.traffic();
    await page.hangWorker();
    const silent = async () => /has not answered for \d+ s/.test(await page.text("status"));
    await page.until("the page to notice the silence", silent, 5 * 60_000);
    await page.click("restart-silent");
    const items = await page.untilComputed(9);
    assert.equal(items.length, 9, "nothing is lost, nothing is there twice");
    assert.deepEqual(await page.errors(), [], "no file is blamed");
    assert.equal((await page.traffic()).workers, workers + 1, "one new worker is enough");
  },
);
