// The first minute: the sample set stands there with a ranking before any engine has come, and makes way for a person's own images.

import assert from "node:assert/strict";
import { chromium } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { scenario } from "./page.mjs";

const options = { browser: chromium, hash: "#device=cpu&k=5", sample: true, hold: /engine.*wasm/ };

scenario("the sample set is ranked before the engine is there", options, async (page, t) => {
  const ranked = async (column) => (await page.neighbours(column)).length === 5;
  await page.until("both rankings", async () => (await ranked("embedding")) && (await ranked("fungi")));
  const first = await page.tab.evaluate(() => performance.now());
  t.diagnostic(`ranked by ${first.toFixed(0)} ms after the page's start`);
  assert.ok(page.server.held().length > 0, "the engine's program is still held back");
  const items = await page.items();
  assert.equal(items.filter(({ state }) => state === "done").length, 64);
  const loaded = await page.tab.$$eval('[data-testid="gallery"] img', (images) => images.filter((i) => i.complete && i.naturalWidth).length);
  assert.ok(loaded > 8, `${loaded} thumbnails are there`);
  assert.match(await page.text("greeting"), /Try your own photos/);
  const before = (await page.neighbours("fungi")).map(({ name }) => name).join();

  // Nothing of it is computed again once the engine is there, and other settings are computed from the drawn pictures.
  page.server.release();
  await page.until("the engine", async () => (await page.attribute("device", "data-workers").catch(() => null)) !== null);
  assert.equal((await page.neighbours("fungi")).map(({ name }) => name).join(), before);
  const embeds = () => page.tab.evaluate(() => window.probe.received.length);
  const heard = await embeds();
  await page.tab.evaluate(() => (location.hash += "&seed=3&objectives=kl"));
  await page.until("the former features to be of no use", async () => (await page.items()).some(({ state }) => state !== "done"));
  await page.untilComputed(64);
  assert.ok((await embeds()) - heard >= 64, "KL's heads of another seed are others for every picture");

  await page.choose(writeFiles(folder(t), { "a.png": picture("rings", 1), "b.png": picture("stripes", 2) }));
  await page.untilComputed(2);
  assert.deepEqual((await page.items()).map(({ name }) => name), ["a.png", "b.png"]);
  assert.equal(await page.text("greeting"), "", "the greeting went with the sample set");
  await page.click("undo");
  await page.until("the sample set to be back", async () => (await page.items()).length === 66);
});
