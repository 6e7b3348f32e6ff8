// The whole way with the keyboard alone: sample set, query, weights, removing and bringing back.

import assert from "node:assert/strict";
import { chromium } from "./browsers.mjs";
import { scenario } from "./page.mjs";

scenario("all with the keyboard", { browser: chromium, hash: "#device=cpu" }, async (page) => {
  const { keyboard } = page.tab;
  await page.tabTo('[data-testid="sample-set"]');
  await keyboard.press("Enter");
  await page.untilComputed(3);
  await page.tabTo('[data-testid="stop"]');
  await keyboard.press("Enter");
  await page.until("the work to stop", async () => (await page.attribute("status", "data-busy")) !== "true");

  const [, second] = await page.items();
  await page.tabTo('[data-testid="gallery-item"] [data-testid="use-as-query"]');
  await keyboard.press("ArrowRight");
  await page.until("the focus on the second image", async () => (await page.focus())?.item === second.name);
  await keyboard.press("Enter");
  await page.until(
    "the second image as the query",
    async () => (await page.attribute("query", "data-name")) === second.name,
    10_000,
  );
  await page.until("neighbours", async () => (await page.neighbours("fungi")).length >= 2);

  await page.tabTo('[data-testid="weight-embedding"]');
  const before = await page.neighbours("fungi");
  await keyboard.press("Home");
  await page.until(
    "other scores",
    async () => JSON.stringify(await page.neighbours("fungi")) !== JSON.stringify(before),
    10_000,
  );

  const count = (await page.items()).length;
  await page.tabTo('[data-testid="gallery-item"] [data-testid="remove"]');
  await keyboard.press("Enter");
  await page.until("one less", async () => (await page.items()).length === count - 1);
  assert.ok(
    await page.tab.evaluate(() => document.activeElement !== document.body),
    "focus is not lost with the removed image",
  );
  await page.tabTo('[data-testid="undo"]');
  await keyboard.press("Enter");
  await page.until("it back", async () => (await page.items()).length === count);
});

scenario("the focus can be seen", { browser: chromium, hash: "#device=cpu" }, async (page) => {
  const seen = new Set();
  for (let step = 0; step < 60; step++) {
    await page.tab.keyboard.press("Tab");
    const focus = await page.focus();
    if (!focus || seen.has(focus.path)) break;
    seen.add(focus.path);
    assert.ok(focus.visible, `${focus.path} has no outline and no ring when it has the focus`);
  }
  assert.ok(seen.size >= 4, `only ${seen.size} things can be reached: ${[...seen]}`);

  // Settings give way to what they change.
  await page.tab.focus('[data-testid="settings"]');
  await page.tab.keyboard.press("Enter");
  await page.tabTo('#about-method input[type="checkbox"]');
  await page.tab.keyboard.press("Space");
  await page.tabTo('#about-method button[type="submit"]');
  await page.tab.keyboard.press("Enter");
  const [open, focused] = await page.tab.evaluate(() => [
    document.querySelector("#about-method").matches(":popover-open"),
    document.activeElement.dataset.testid,
  ]);
  assert.deepEqual([open, focused], [false, "settings"], "the card is closed, and the focus is where it was opened from");
});
