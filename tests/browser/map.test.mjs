// The map of the gallery: principal components at once, t-SNE with progress and stop, lasso, keys, hovering, touch, table.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { chromium } from "./browsers.mjs";
import { ROOT, scenario } from "./page.mjs";

const AXE = readFileSync(`${ROOT}tests/browser/node_modules/axe-core/axe.min.js`, "utf8");
const hold = (id) => `[data-testid="${id}"]`;

/** A stage's place on the screen, and where an image of the table lies in it. */
async function stage(page, side) {
  const box = await page.tab.$eval(hold(`map-stage-${side}`), (element) => {
    element.scrollIntoView({ block: "center" });
    const { left, top } = element.getBoundingClientRect();
    return { left: left + element.clientLeft, top: top + element.clientTop, width: element.clientWidth, height: element.clientHeight };
  });
  // As a whole: the points fill -1 to 1, with 16 px around them, y upwards.
  const unit = Math.min(box.width, box.height) / 2 - 16;
  return { ...box, at: ([x, y]) => [box.left + box.width / 2 + x * unit, box.top + box.height / 2 - y * unit] };
}

/** Every row of the table: name and places on both maps. */
async function rows(page) {
  const found = [];
  for (;;) {
    const here = await page.tab.$$eval(hold("map-row"), (all) =>
      all.map(({ dataset }) => ({ name: dataset.name, places: [dataset.left, dataset.right].map((place) => place.split(",").map(Number)) })),
    );
    found.push(...here);
    const later = await page.tab.$(`${hold("map-table-later")}:not(:disabled)`);
    if (!later) return found;
    const before = await page.text("map-table-page");
    await later.click();
    await page.until("the next rows", async () => (await page.text("map-table-page")) !== before);
  }
}

/** Clicks on it in the middle of the screen: the bar at the top lies over what scrolls below it. */
async function press(page, id) {
  await page.tab.$eval(hold(id), (element) => element.scrollIntoView({ block: "center" }));
  await page.click(id);
}

const data = (page, side, name) => page.attribute(`map-stage-${side}`, `data-${name}`);
const selected = async (page) => Number(await page.attribute("map-selected", "data-count"));
const zoom = async (page, side) => Number(await data(page, side, "zoom"));
const state = (page, side) => page.attribute(`map-status-${side}`, "data-state");

/** Draws around a part of a map: presses at the first corner, goes to all others and back, and lets go. */
async function lasso(page, side, outline) {
  const corners = outline.map((await stage(page, side)).at);
  await page.tab.mouse.move(...corners[0]);
  await page.tab.mouse.down();
  for (const corner of [...corners.slice(1), corners[0]]) await page.tab.mouse.move(...corner, { steps: 4 });
  await page.tab.mouse.up();
}

/** What `look` gives once it gives the same twice: thumbnails come when they are decoded. */
async function settled(look) {
  for (let last = await look(); ; ) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    const now = await look();
    if (now === last) return now;
    last = now;
  }
}

/** Fingers come down, move in a few steps, and go up; the browser's own events follow, as on a phone. */
async function fingers(session, from, to) {
  const points = (all) => all.map(([x, y], id) => ({ x, y, id }));
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: points(from) });
  for (let step = 1; step <= 5; step++) {
    const between = from.map(([x, y], i) => [x + ((to[i][0] - x) * step) / 5, y + ((to[i][1] - y) * step) / 5]);
    await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: points(between) });
  }
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

scenario("the map of the gallery", { browser: chromium, hash: "#device=cpu&objectives=kl" }, async (page) => {
  const { tab } = page;
  await page.click("sample-set");
  await page.untilComputed(64);
  await page.click("tab-evaluation");

  // Principal components at once, on both maps, each by its own feature set.
  for (const side of [0, 1]) {
    await page.until(`components on map ${side}`, async () => (await data(page, side, "images")) === "64" && (await data(page, side, "method")) === "pca");
  }
  await tab.select(hold("map-set-1"), await tab.$eval(`${hold("map-set-1")} option:nth-child(2)`, ({ value }) => value));
  await page.until("the other set", async () => (await state(page, 1)) === "done");
  await page.until("the evaluation", async () => (await page.attribute("eval-progress", "data-busy")) === "false");
  const legend = await tab.$$eval(`${hold("map-legend-0")} li`, (all) => all.map(({ textContent }) => textContent));
  assert.equal(legend.length, 8, `a line for each class: ${legend}`);

  // The table says where images lie; what the lasso goes around is selected, and nothing else.
  await tab.click(`${hold("map-table")} summary`);
  await tab.waitForSelector(hold("map-row"));
  const all = await rows(page);
  assert.equal(all.length, 64);
  const sorted = all.map(({ places }) => places[0][0]).sort((a, b) => a - b);
  const edge = (sorted[19] + sorted[20]) / 2;
  const inside = all.filter(({ places }) => places[0][0] < edge).map(({ name }) => name);
  await press(page, "map-lasso");
  await lasso(page, 0, [[-1.05, -1.05], [edge, -1.05], [edge, 1.05], [-1.05, 1.05]]);
  await page.until("the selection", async () => (await selected(page)) === inside.length);
  const marked = await tab.$$eval(`${hold("gallery-item")}[aria-selected=true]`, (items) => items.map(({ dataset }) => dataset.name));
  assert.deepEqual(marked.sort(), inside.sort(), "the gallery shows the same");
  await press(page, "map-table-selected");
  await page.until("their rows", async () => (await page.text("map-table-page")).endsWith(`of ${inside.length}`));
  await press(page, "map-table-selected");
  await press(page, "map-clear");
  assert.equal(await selected(page), 0);
  // With the other tool, Shift draws as well; a click selects one.
  await press(page, "map-move");
  await tab.keyboard.down("Shift");
  await lasso(page, 0, [[-1.05, -1.05], [1.05, -1.05], [1.05, 1.05], [-1.05, 1.05]]);
  await tab.keyboard.up("Shift");
  await page.until("all of them", async () => (await selected(page)) === 64);

  // An image under the pointer is named below both maps, and marked in the gallery.
  const lone = all.reduce((best, of) => (of.places[0][0] > best.places[0][0] ? of : best));
  const [x, y] = (await stage(page, 0)).at(lone.places[0]);
  await tab.mouse.move(x, y);
  await page.until("its name", async () => (await page.text("map-caption-0")).startsWith(lone.name));
  assert.ok((await page.text("map-caption-1")).startsWith(lone.name), "the other map tells the same");
  assert.deepEqual(await tab.$$eval(`${hold("gallery-item")}:has(.hovered)`, (items) => items.map(({ dataset }) => dataset.name)), [lone.name]);
  await tab.mouse.click(x, y);
  await page.until("one", async () => (await selected(page)) === 1);
  await tab.mouse.click(x, y, { count: 2 });
  await page.until("the query", async () => (await page.attribute("query", "data-name")) === lone.name);

  // Wheel and keys zoom and move; pictures take the place of marks.
  assert.equal(await data(page, 0, "pictures"), "0");
  await tab.mouse.wheel({ deltaY: -800 });
  await page.until("a larger map", async () => (await zoom(page, 0)) > 3);
  await page.until("pictures", async () => Number(await data(page, 0, "pictures")) > 0);
  await tab.focus(hold("map-stage-0"));
  const near = await zoom(page, 0);
  await tab.keyboard.press("-");
  await page.until("a smaller map", async () => (await zoom(page, 0)) < near);
  await tab.keyboard.press("0");
  await page.until("the whole map", async () => (await zoom(page, 0)) === 1);
  assert.equal(await zoom(page, 1), 1, "each map has its own view");
  for (let step = 0; step < 2; step++) await tab.keyboard.press("+");
  await page.until("less of it", async () => (await zoom(page, 0)) === 2.25);
  const drawn = () => tab.$eval(`${hold("map-stage-0")} canvas`, (canvas) => canvas.toDataURL());
  const before = await settled(drawn);
  await tab.keyboard.press("ArrowLeft");
  await page.until("another part", async () => (await drawn()) !== before);
  await tab.keyboard.press("0");
  await tab.keyboard.press("Escape");
  await page.until("nothing selected", async () => (await selected(page)) === 0);
  // From image to image, to be heard.
  await tab.mouse.move(0, 0);
  await tab.keyboard.down("Shift");
  await tab.keyboard.press("ArrowRight");
  await tab.keyboard.up("Shift");
  await page.until("a name to hear", async () => (await page.text("map-announcement")).includes(": "));
  const heard = (await page.text("map-announcement")).split(":")[0];
  assert.ok(all.some(({ name }) => name === heard), heard);
  await tab.keyboard.press(" ");
  await page.until("it is selected", async () => (await selected(page)) === 1);

  // t-SNE tells its progress, and ends where it is stopped.
  await tab.evaluate(() => {
    new MutationObserver((_, observer) => {
      const stop = document.querySelector('[data-testid="map-stop-0"]:not([hidden])');
      if (!stop) return;
      observer.disconnect();
      window.progress = document.querySelector('[data-testid="map-status-0"]').textContent;
      stop.click();
    }).observe(document.querySelector('[data-testid="map"]'), { subtree: true, attributes: true });
  });
  await tab.select(hold("map-method"), "tsne");
  await page.until("it to be stopped", async () => (await state(page, 0)) === "stopped" && (await state(page, 1)) === "stopped");
  assert.match(await tab.evaluate(() => window.progress), /Step \d+ of 1000/);
  assert.match(await page.text("map-status-0"), /Stopped at step \d+ of 1000/);
  assert.equal(await data(page, 0, "method"), "tsne", "what it had stays");
  assert.equal(await data(page, 1, "method"), "pca", "the other had not begun");
  await press(page, "map-again");
  for (const side of [0, 1]) {
    await page.until(`t-SNE of map ${side}`, async () => (await state(page, side)) === "done" && (await data(page, side, "method")) === "tsne");
  }
  await tab.select(hold("map-marked-by"), "correctness");
  await page.until("votes in the legend", async () => /Right|Wrong|No vote/.test(await page.text("map-legend-1")));

  // No serious fault, in no look.
  for (const scheme of ["light", "dark"]) {
    await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    for (const width of [1280, 400]) {
      await tab.setViewport({ width, height: 900 });
      await tab.evaluate(AXE);
      const { violations } = await tab.evaluate(() => window.axe.run(document.querySelector('[data-testid="map"]'), { resultTypes: ["violations"] }));
      const serious = violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).slice(0, 4)}`);
      assert.deepEqual(serious, [], `${scheme}, ${width} px wide`);
      const overflow = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(overflow <= 0, `at ${width} px wide: ${overflow} px stick out`);
    }
  }

  // By touch, on a screen of 400 px: two fingers zoom, one moves the map, or draws with the lasso.
  const session = await tab.createCDPSession();
  await session.send("Emulation.setTouchEmulationEnabled", { enabled: true, maxTouchPoints: 2 });
  const small = await stage(page, 0);
  const [mx, my] = [small.left + small.width / 2, small.top + small.height / 2];
  await fingers(session, [[mx - 20, my], [mx + 20, my]], [[mx - 80, my], [mx + 80, my]]);
  await page.until("a pinch to zoom", async () => Math.abs((await zoom(page, 0)) - 4) < 0.5);
  const pinched = await settled(drawn);
  await fingers(session, [[mx, my]], [[mx - 90, my - 60]]);
  await page.until("a finger to move it", async () => (await drawn()) !== pinched);
  await press(page, "map-whole-0");
  await tab.$eval(hold("map-clear"), (button) => button.click());
  await press(page, "map-lasso");
  const around = await stage(page, 0);
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x: around.at([-1.05, -1.05])[0], y: around.at([-1.05, -1.05])[1], id: 0 }] });
  for (const corner of [[1.05, -1.05], [1.05, 1.05], [-1.05, 1.05]]) {
    const [x, y] = around.at(corner);
    await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: [{ x, y, id: 0 }] });
  }
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await page.until("a finger to draw", async () => (await selected(page)) === 64);
});
