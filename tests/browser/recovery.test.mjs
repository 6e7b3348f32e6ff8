// The worker is killed or hangs in mid-work: another takes over, what was computed is kept, and the work is finished.

import assert from "node:assert/strict";
import { cpSync, writeFileSync } from "node:fs";
import { chromium } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { ROOT, scenario } from "./page.mjs";

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
    await page.until("another worker", async () => (await page.traffic()).workers > before.workers);
    const items = await page.untilComputed(9);
    assert.equal(items.length, 9, "nothing is lost, nothing is there twice");
    assert.deepEqual(await page.errors(), [], "no file is blamed");
    assert.equal((await page.traffic()).workers, before.workers + 1, "one new worker is enough");

    await page.query("rings-1.png");
    assert.equal((await page.neighbours("fungi")).length, 8, "images from before and after are neighbours");

    // Browsers close workers without telling the page, for memory perhaps.
    const { workers } = await page.traffic();
    await page.tab.workers().at(-1).evaluate(() => self.close());
    await page.until("a worker in its place", async () => (await page.traffic()).workers > workers);
  },
);

scenario(
  "a worker that hangs can be restarted",
  { browser: chromium, hash: "#device=cpu&workers=1" },
  async (page, t) => {
    await page.choose(writeFiles(folder(t), FILES));
    await page.untilComputed(2);
    const { workers } = await page.traffic();
    await page.hangWorker();
    const silent = async () => /has not answered for \d+ s/.test(await page.text("status"));
    await page.until("the page to notice the silence", silent);
    await page.click("restart-silent");
    const items = await page.untilComputed(9);
    assert.equal(items.length, 9, "nothing is lost, nothing is there twice");
    assert.deepEqual(await page.errors(), [], "no file is blamed");
    assert.equal((await page.traffic()).workers, workers + 1, "one new worker is enough");
  },
);

/** The site with a catalogue that makes no sense, and a way to mend it. */
const catalogue = () => `${broken}/models/catalogue.json`;
let broken;

scenario(
  "an engine that could not be loaded is tried again when there is a network",
  {
    browser: chromium,
    hash: "#device=cpu",
    site(t) {
      broken = folder(t);
      cpSync(`${ROOT}dist`, broken, { recursive: true });
      writeFileSync(catalogue(), "no JSON");
      return broken;
    },
  },
  async (page) => {
    await page.tab.waitForSelector('[data-testid="failure"]', { timeout: 60_000 });
    assert.equal(await page.text("status"), "", "the reason is said once");
    assert.deepEqual(
      await page.tab.$$eval('[data-testid="failure"] button', (buttons) => buttons.map((button) => button.textContent)),
      ["Try again"],
      "it is on the CPU already",
    );
    cpSync(`${ROOT}models/catalogue.json`, catalogue());
    await page.tab.evaluate(() => dispatchEvent(new Event("online")));
    await page.until("the engine", async () => (await page.text("status")).startsWith("The gallery is empty."));
    assert.equal(await page.tab.$('[data-testid="failure"]'), null);
  },
);
