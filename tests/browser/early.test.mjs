// The page is usable before worker and model have arrived: files wait, and are computed when they can be.

import assert from "node:assert/strict";
import { chromium } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { scenario } from "./page.mjs";

scenario(
  "files given before the model has arrived",
  { browser: chromium, hash: "#device=cpu", hold: /model\.safetensors$/ },
  async (page, t) => {
    await page.until("the model to be asked for", () => page.server.held().length > 0);
    await page.choose(
      writeFiles(folder(t), { "rings.png": picture("rings", 1), "stripes.png": picture("stripes", 2) }),
    );
    await page.until("both files in the gallery, waiting", async () => (await page.items()).length === 2);
    assert.ok(!(await page.items()).some(({ state }) => state === "done"));
    const seen = () => page.tab.$$eval(".cell img", (images) => images.filter((image) => image.naturalWidth > 0).length);
    await page.until("both pictures to be seen", async () => (await seen()) === 2);
    assert.ok((await page.text("status")).length > 0, "the page says what it waits for");

    page.server.release();
    await page.untilComputed(2);
  },
);
