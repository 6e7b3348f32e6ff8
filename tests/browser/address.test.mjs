// Settings live in the address: a link gives another person the same view, and nonsense in it does no harm.

import assert from "node:assert/strict";
import { chromium } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { scenario } from "./page.mjs";

const WEIGHTS = ["embedding", "kl", "dino", "simclr"];

scenario(
  "settings are read from the address and written to it",
  { browser: chromium, hash: "#device=cpu&k=20&weights=kl:0.25,dino:0" },
  async (page, t) => {
    // The sliders come with the first image; it need not be computed.
    const paths = writeFiles(folder(t), { "rings.png": picture("rings", 1) });
    await page.choose(paths);
    const weights = async () => Promise.all(WEIGHTS.map((part) => page.value(`weight-${part}`).then(Number)));
    assert.equal(await page.value("k"), "20");
    assert.deepEqual(await weights(), [1, 0.25, 0, 1]);

    await page.slide("weight-kl", 0.75);
    await page.until(
      "the weight in the address",
      () => page.tab.evaluate(() => /weights=kl:0\.75,dino:0/.test(location.hash)),
      5_000,
    );
    await page.tab.reload({ waitUntil: "load" });
    await page.choose(paths);
    await page.until("the weight after a reload", async () => (await weights()).join() === "1,0.75,0,1");
    assert.equal(await page.value("k"), "20");
  },
);

scenario(
  "nonsense in the address does no harm",
  { browser: chromium, hash: "#k=-1&weights=kl:NaN,:,x,spore:1&seed=99999999999999999999999&device=toaster&%%%=&=" },
  async (page, t) => {
    await page.choose(writeFiles(folder(t), { "rings.png": picture("rings", 1) }));
    assert.equal(await page.value("k"), "10");
    await page.until(
      "the engine to be ready",
      async () => (await page.attribute("device", "data-backend")) === "cpu",
      60_000,
    );
  },
);
