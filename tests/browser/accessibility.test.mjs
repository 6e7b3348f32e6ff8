// axe-core finds no serious fault: empty and filled, light and dark, wide and on a small screen.

import assert from "node:assert/strict";
import { check, checkEveryLook } from "./axe.mjs";
import { chromium } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { brokenJpeg, picture, writeFiles } from "./files.mjs";
import { scenario } from "./page.mjs";
import { scenes } from "./segmentation.mjs";

scenario("no serious fault", { browser: chromium, hash: "#device=cpu" }, async (page, t) => {
  await checkEveryLook(page, "the empty page");

  await page.choose(
    writeFiles(folder(t), {
      "rings/a.png": picture("rings", 1),
      "rings/b.png": picture("rings", 2),
      "stripes/c.png": picture("stripes", 3),
      "broken.jpg": brokenJpeg(),
    }),
  );
  await page.untilComputed(3);
  await page.query("a.png");
  await checkEveryLook(page, "the filled page");

  await page.until("all parts", async () => (await page.text("neighbours-fungi-made-of")).endsWith("SimCLR"));
  await page.tab.click("[data-testid=neighbours-fungi] .pick");
  await page.until("the explanation", async () => (await page.attribute("why", "data-state")) === "explained");
  await page.click("why-dino");
  await checkEveryLook(page, "two images side by side");
});

scenario("no serious fault while painting", { browser: chromium, hash: "#device=cpu" }, async (page) => {
  await page.click("tab-segmentation");
  await checkEveryLook(page, "the empty tab");
  await scenes(page);
  await page.tab.$eval(".seg-options", (details) => (details.open = true));
  await checkEveryLook(page, "the filled tab");
  await page.tab.focus('[data-testid="seg-map-fungi"]');
  await page.tab.keyboard.press("ArrowRight");
  await page.until("resemblance", async () => (await page.attribute("seg-map-fungi", "data-heat")) === "true");
  await check(page, "while a patch is looked at");
});

scenario("progress is told to screen readers", { browser: chromium, hash: "#device=cpu" }, async (page, t) => {
  const status = await page.tab.$eval('[data-testid="status"]', (element) => {
    const live =
      element.closest('[role="status"], [aria-live="polite"]') ??
      element.querySelector('[role="status"], [aria-live="polite"]');
    return live !== null;
  });
  assert.ok(status, "the status is in a live region");
  await page.choose(writeFiles(folder(t), { "a.png": picture("rings", 1) }));
  await page.untilComputed(1);
  const images = await page.tab.$$eval("img", (images) => images.filter((image) => !image.hasAttribute("alt")).length);
  assert.equal(images, 0, "every picture has a text, or is marked as an ornament");
});
