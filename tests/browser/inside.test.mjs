// Inside one image: its views with their losses and gradients, by keyboard alone, by pointer, in light and dark.

import assert from "node:assert/strict";
import { checkEveryLook } from "./axe.mjs";
import { chromium, firefox } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { sentItems } from "./items.mjs";
import { scenario } from "./page.mjs";

const VIEWS = { kl: 1, dino: 12, simclr: 49 };

/** A number as the page writes it: "0.0123", "3.93 × 10⁻⁶". */
function read(text) {
  const [mantissa, power] = text.split(" × 10");
  const digits = [...(power ?? "⁰")].map((c) => (c === "⁻" ? "-" : "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(c)));
  const number = Number(mantissa) * 10 ** Number(digits.join(""));
  assert.ok(Number.isFinite(number), `${text} is a number`);
  return number;
}

async function add(page, t) {
  await page.choose(writeFiles(folder(t), { "a.png": picture("rings", 1), "b.png": picture("stripes", 2) }));
  await page.untilComputed(2);
}

const isOpen = (page) => page.tab.$eval("[data-testid=inside]", ({ open }) => open);
const part = (page) => page.attribute("inside-panel", "data-part").catch(() => null);
const untilPart = (page, wanted) => page.until(wanted, async () => (await part(page)) === wanted);
const total = async (page, name) => read(await page.attribute("inside-total", `data-${name}`));
const box = (page) => page.attribute("inside-box", "data-region");
const views = async (page) => {
  const all = await page.children("inside-views", "inside-view");
  return all.map(({ loss, length }) => ({ loss: read(loss), length: read(length) }));
};
/** The places of the views that are marked in the list. */
const marked = (page) =>
  page.tab.$$eval("[data-testid=inside-view]", (all) => all.flatMap((view, i) => (view.classList.contains("marked") ? [i] : [])));
const focused = (page) => page.tab.evaluate(() => document.activeElement.dataset.testid);

/** How many colours a canvas has, and its size. */
const painted = (page, selector) =>
  page.tab.$$eval(selector, (all) =>
    all.map((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return { width: canvas.width, height: canvas.height, colours: new Set(new Uint32Array(data.buffer)).size };
    }),
  );

async function numbersAddUp(page, key) {
  const all = await views(page);
  assert.equal(all.length, VIEWS[key], key);
  const sum = (name) => all.reduce((sum, view) => sum + view[name], 0);
  const [loss, length] = [await total(page, "loss"), await total(page, "length")];
  // Each is rounded to four digits.
  assert.ok(Math.abs(sum("loss") - loss) <= 0.001 * loss, `${key}: losses add up to ${sum("loss")}, the page says ${loss}`);
  assert.ok(length > 0 && length <= 1.01 * sum("length"), `${key}: ${length} of ${sum("length")}`);
  assert.ok(all.every((view) => view.length > 0), `${key}: every view has a gradient`);
}

async function looksRight(page, key) {
  const check = async () => (await painted(page, "[data-testid=inside-view] canvas")).every(({ width, colours }) => width === 64 && colours > 1);
  await page.until(`${key}'s views`, check);
  const [matrix] = await painted(page, "[data-testid=inside-matrix]");
  assert.deepEqual([matrix.width, matrix.height], [65, 64], "cells of the weight, and the bias");
  assert.ok(matrix.colours > 20, `${key}: the gradient has ${matrix.colours} colours`);
  const bars = await page.tab.$$eval("[data-testid=inside-vector] path", (paths) => paths.map((path) => (path.getAttribute("d").match(/M/g) ?? []).length));
  assert.equal(bars[0] + bars[1], 192, `${key}: a bar for each number`);
  assert.ok(bars[0] > 0 && bars[1] > 0, `${key}: of either sign`);
  for (const pictured of ["inside-matrix", "inside-vector"])
    assert.match(await page.attribute(pictured, "aria-label"), /numbers.*from -\d/s, "the pictures have a text");
}

scenario("inside an image, by keyboard", { browser: chromium, hash: "#device=cpu" }, async (page, t) => {
  await add(page, t);
  const { tab } = page;
  await page.tabTo("[data-testid=look-inside]");
  const begun = Date.now();
  await tab.keyboard.press("Enter");
  await page.until("the dialog", () => isOpen(page));
  assert.equal(await focused(page), "inside-close");
  await untilPart(page, "kl");
  const took = Date.now() - begun;
  // All views of an image, as the gallery computed them: a machine that is busy with other things takes longer.
  const [hash] = (await sentItems(page)).map(({ hash }) => hash);
  const stages = (await sentItems(page)).filter((item) => item.hash === hash);
  const usual = stages.reduce((sum, { timings }) => sum + timings.decode + timings.views + timings.compute, 0);
  t.diagnostic(`the first answer took ${took} ms; computing an image took ${Math.round(usual)} ms`);
  assert.ok(took < Math.max(5_000, 3 * usual), `${took} ms`);
  assert.equal(await page.attribute("inside", "data-name"), "a.png");
  assert.equal(await page.text("inside-status"), "");

  // Each objective: what it is, its views, its gradient.
  const said = {};
  await page.tabTo("[data-testid=inside-tab-kl]");
  for (const key of Object.keys(VIEWS)) {
    await untilPart(page, key);
    await numbersAddUp(page, key);
    await looksRight(page, key);
    said[key] = await page.text("inside-panel");
    assert.match(said[key], /Section 3\.1 of the paper/);
    await tab.keyboard.press("ArrowRight");
  }
  assert.equal(new Set(Object.values(said).map((text) => text.slice(0, 60))).size, 3, "each has a text of its own");

  // Round once: KL again. One back: SimCLR. Its windows with the arrow keys, each with its box.
  await untilPart(page, "kl");
  await tab.keyboard.press("ArrowLeft");
  await untilPart(page, "simclr");
  assert.equal(await box(page), null, "no box is marked yet");
  await page.tabTo("[data-testid=inside-view]");
  assert.deepEqual(await marked(page), [0]);
  assert.equal(await box(page), "M0.0 0.0h500.0v500.0h-500.0Z");
  await tab.keyboard.press("End");
  assert.deepEqual(await marked(page), [48]);
  const words = await page.text("inside-marked");
  assert.match(words, /^window 49 of 49: loss .*, gradient .*; 50 % wide, 50 % high, 47 % from the left, 47 % from the top$/);
  const option = await tab.evaluate(() => document.activeElement.textContent.replace(/\s+/g, " "));
  assert.match(option, /^window 49 loss .* gradient .* 50 % wide, 50 % high, 47 % from the left, 47 % from the top$/);
  assert.ok((await page.focus()).visible, "the focus can be seen");
  await tab.keyboard.press("ArrowLeft");
  await tab.keyboard.press("ArrowUp");
  const [above] = await marked(page);
  assert.ok(above < 47, `a row up from window 48 is window ${above + 1}`);

  // The same numbers as a table.
  await page.tabTo("[data-testid=inside-table] summary");
  await tab.keyboard.press("Enter");
  const rows = await tab.$$eval("[data-testid=inside-table] tr", (all) => all.map(({ textContent }) => textContent));
  assert.equal(rows.length, 1 + 49 + 1);

  await tab.keyboard.press("Escape");
  await page.until("it closed", async () => !(await isOpen(page)));
  assert.equal(await focused(page), "look-inside", "the focus returns to where it was");
});

scenario("inside an image, by pointer and in every look", { browser: chromium, hash: "#device=cpu" }, async (page, t) => {
  await add(page, t);
  const { tab } = page;
  await page.click("look-inside");
  await untilPart(page, "kl");
  await page.click("inside-tab-dino");
  await untilPart(page, "dino");
  // From the list to the picture ...
  await tab.hover("[data-testid=inside-view]:nth-child(3)");
  await page.until("the third crop", async () => (await marked(page)).join() === "2");
  const third = await box(page);
  assert.match(third, /^M[\d.]+ [\d.]+h/);
  // ... and back: its middle may lie in a smaller crop, but some crop is marked, and it holds the pointer.
  const frame = await tab.$eval(".inside-frame", (element) => element.getBoundingClientRect().toJSON());
  const [left, top, width, height] = third.match(/[\d.]+/g).map((share) => Number(share) / 1000);
  const [x, y] = [left + width / 2, top + height / 2];
  await tab.mouse.move(frame.x + x * frame.width, frame.y + y * frame.height);
  const under = await page.until("a crop under the pointer", async () => {
    const [now] = await marked(page);
    const [l, t, w, h] = ((await box(page)) ?? "").match(/[\d.]+/g)?.map((share) => Number(share) / 1000) ?? [];
    return now !== undefined && l <= x && x <= l + w && t <= y && y <= t + h;
  });
  assert.ok(under);

  for (const key of Object.keys(VIEWS)) {
    await tab.setViewport({ width: 1280, height: 900 });
    await page.click(`inside-tab-${key}`);
    await untilPart(page, key);
    await checkEveryLook(page, `inside ${key}`);
    for (const width of [400, 700, 1280, 3840]) {
      await tab.setViewport({ width, height: width === 3840 ? 2160 : 900 });
      const wide = await tab.$$eval(".inside, .inside *", (all) =>
        all.filter((element) => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX !== "visible" && element.clientWidth > 1).map(({ className, tagName }) => `${tagName}.${className}`),
      );
      assert.deepEqual(wide, [], `${key} at ${width} px: nothing is cut off`);
    }
  }
  await page.click("inside-close");
  await page.until("it closed", async () => !(await isOpen(page)));
});

scenario("inside an image while the engine dies", { browser: chromium, hash: "#device=cpu&workers=1", crashes: true }, async (page, t) => {
  await add(page, t);
  await page.killWorker();
  await page.click("look-inside");
  await untilPart(page, "kl");
  const before = await views(page);
  // It is asked anew, and says the same.
  const { workers } = await page.traffic();
  await page.killWorker();
  await page.until("another worker", async () => (await page.traffic()).workers > workers);
  await page.until("the answer again", async () => (await page.text("inside-status")) === "");
  assert.deepEqual(await views(page), before);
});

scenario("inside an image without objectives", { browser: chromium, hash: "#device=cpu&objectives=" }, async (page, t) => {
  await add(page, t);
  await page.click("look-inside");
  await page.until("the reason", async () => /No objective is switched on/.test(await page.text("inside-status")));
  assert.equal(await part(page), null);
});

scenario("inside an image, in Firefox", { browser: firefox, hash: "#device=cpu" }, async (page, t) => {
  await add(page, t);
  await page.click("look-inside");
  await untilPart(page, "kl");
  await page.click("inside-tab-dino");
  await untilPart(page, "dino");
  await numbersAddUp(page, "dino");
  await looksRight(page, "dino");
});
