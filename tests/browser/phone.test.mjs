// A phone: from photos to neighbours by touch alone, with the results in sight.

import assert from "node:assert/strict";
import { chromium } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { scenario } from "./page.mjs";

const PHONE = { width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

/** Where something is on the screen, and whether a touch in its middle would meet it. */
const place = (page, selector) =>
  page.tab.$eval(selector, (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return { top, bottom, seen: top >= 0 && bottom <= innerHeight && element.contains(hit) };
  });

const item = (name) => `[data-testid=gallery-item][data-name="${name}"] [data-testid=use-as-query]`;

async function tap(page, selector) {
  const element = await page.tab.waitForSelector(selector);
  await element.tap();
}

scenario("from photos to neighbours by touch", { browser: chromium, hash: "#device=cpu&k=5", viewport: PHONE }, async (page, t) => {
  const files = {};
  for (const kind of ["rings", "stripes", "checks"]) for (const seed of [1, 2, 3]) files[`${kind}-${seed}.png`] = picture(kind, seed);

  // Phones offer camera and library for any kind of image.
  assert.equal(await page.attribute("file-input", "accept"), "image/*");
  assert.ok((await place(page, "label:has([data-testid=file-input])")).seen, "photos can be added at once");
  const [chooser] = await Promise.all([page.tab.waitForFileChooser(), tap(page, "label:has([data-testid=file-input])")]);
  await chooser.accept(writeFiles(folder(t), files));
  await page.untilComputed(9);

  const query = () => page.attribute("query", "data-name");
  await tap(page, item("rings-1.png"));
  await page.until("the query", async () => (await query()) === "rings-1.png");
  await page.until("its neighbours", async () => (await page.neighbours("fungi")).length === 5);
  const first = await page.neighbours("fungi");
  assert.ok((await place(page, "[data-testid=query] .box")).seen, "the query is in sight");
  const near = await place(page, "[data-testid=neighbours-fungi] .pick");
  assert.ok(near.seen, `the nearest is in sight without scrolling: ${JSON.stringify(near)}`);

  // The query stays while one scrolls, and the images, too: a tap changes what is in sight.
  await page.tab.evaluate(() => document.querySelector("[data-testid=neighbours-fungi] li:last-child").scrollIntoView({ block: "center" }));
  const stuck = await place(page, "[data-testid=query]");
  assert.ok(stuck.seen && stuck.top >= 0 && stuck.top < 10, `the query sticks to the top: ${JSON.stringify(stuck)}`);
  await tap(page, item("stripes-2.png"));
  await page.until("another query", async () => (await query()) === "stripes-2.png");
  assert.ok((await place(page, "[data-testid=query]")).seen, "the tap's result is in sight");
  assert.notDeepEqual(await page.neighbours("fungi"), first);

  // Query and neighbour side by side.
  await tap(page, "[data-testid=neighbours-fungi] .pick");
  await page.until("both pictures", () =>
    page.tab.$$eval("[data-testid=why] .stage img", (all) => all.length === 2 && all.every((img) => img.naturalWidth === 97)),
  );
  assert.ok((await place(page, "[data-testid=why-close]")).seen);
  await tap(page, "[data-testid=why-close]");

  const overflow = await page.tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `${overflow} px stick out`);
});
