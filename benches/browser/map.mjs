// How evenly frames come while a map of 5,000 images is moved, and how long its principal components and its t-SNE take: with
// synthetic features, opened as the sample set is. The other worker evaluates meanwhile.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "../../scripts/server.mjs";
import { chromium } from "../../tests/browser/browsers.mjs";
import { siteWith } from "../../tests/browser/synthetic.mjs";

const IMAGES = 5000;
const hold = (id) => `[data-testid="${id}"]`;

export async function measure() {
  const folder = mkdtempSync(join(tmpdir(), "mycoscope-bench-"));
  const server = await serve({ "/": siteWith(join(folder, "site"), { images: IMAGES, classes: 20 }) });
  const running = await chromium();
  try {
    const tab = await running.newPage();
    await tab.setViewport({ width: 1280, height: 900 });
    await tab.goto(`${server.origin}/#device=cpu&workers=1&offline=0`);
    await tab.waitForFunction((words) => document.body.innerText.includes(words), { timeout: 300_000 }, `${IMAGES} images`);
    console.log(`${IMAGES} images in ${await running.version()}`);
    const components = await timed(async () => {
      await tab.click(hold("tab-evaluation"));
      await until(tab, "map-stage-0", "images", String(IMAGES));
      await until(tab, "map-stage-1", "images", String(IMAGES));
    });
    console.log(`  both maps by principal components, features sent and program started: ${components.toFixed(1)} s`);
    console.log(`  at rest: ${told((await tab.evaluate(rest, 120)).gaps)}`);
    for (const zoom of [1.5, 8]) {
      const moved = await tab.evaluate(move, zoom, 180);
      console.log(`  moved at zoom ${zoom}, ${moved.marks} marks and ${moved.pictures} pictures in sight: ${told(moved.gaps)}; drawing takes ${middle(moved.drawing)} ms of one (median)`);
    }
    console.log(`  pointer over it: ${told((await tab.evaluate(hover, 180)).gaps)}`);
    await tab.evaluate(() => {
      window.frames = [];
      const frame = (now) => requestAnimationFrame(frame, window.frames.push(now));
      requestAnimationFrame(frame);
    });
    const tsne = await timed(async () => {
      await tab.select(hold("map-method"), "tsne");
      for (const side of [0, 1]) {
        await until(tab, `map-status-${side}`, "state", "running");
        await until(tab, `map-status-${side}`, "state", "done");
      }
    });
    const gaps = await tab.evaluate(() => window.frames.slice(1).map((time, i) => time - window.frames[i]));
    console.log(`  t-SNE of both maps, one after the other: ${tsne.toFixed(1)} s; meanwhile: ${told(gaps)}`);
  } finally {
    await running.close();
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

const until = (tab, testid, name, value) =>
  tab.waitForFunction((testid, name, value) => document.querySelector(testid).dataset[name] === value, { timeout: 300_000 }, hold(testid), name, value);

async function timed(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

const at = (values, share) => values.slice().sort((a, b) => a - b)[Math.floor(share * (values.length - 1))].toFixed(1);
const middle = (values) => at(values, 0.5);
const told = (gaps) => `frames ${middle(gaps)} ms apart (median), 99 % within ${at(gaps, 0.99)} ms, longest ${at(gaps, 1)} ms`;

/** In the page: milliseconds between frames in which nothing is drawn: what this machine can do. */
async function rest(count) {
  const frame = () => new Promise(requestAnimationFrame);
  const gaps = [];
  let before = await frame();
  for (let step = 0; step < count; step++) {
    const now = await frame();
    gaps.push(now - before);
    before = now;
  }
  return { gaps };
}

/**
 * In the page: drags the left map to and fro, one step a frame, at that zoom; milliseconds between frames, and what drawing
 * takes of each.
 */
async function move(zoom, count) {
  const stage = document.querySelector('[data-testid="map-stage-0"]');
  stage.scrollIntoView({ block: "center" });
  const { left, top, width, height } = stage.getBoundingClientRect();
  const at = (x, y) => ({ clientX: left + width / 2 + x, clientY: top + height / 2 + y, pointerId: 1, pointerType: "mouse", isPrimary: true, bubbles: true, cancelable: true });
  document.querySelector('[data-testid="map-whole-0"]').click();
  stage.dispatchEvent(new WheelEvent("wheel", { deltaY: -400 * Math.log2(zoom), ...at(0, 0) }));
  const frame = () => new Promise(requestAnimationFrame);
  for (let wait = 0; wait < 60; wait++) await frame();
  const { marks, pictures } = stage.dataset;
  stage.dispatchEvent(new PointerEvent("pointerdown", { ...at(0, 0), buttons: 1 }));
  // Two callbacks of one frame, before and after the page's own, which it asks for in a microtask after the move.
  const drawn = async (move) => {
    let start;
    requestAnimationFrame(() => (start = performance.now()));
    move();
    for (let task = 0; task < 50; task++) await null;
    return new Promise((resolve) => requestAnimationFrame((began) => resolve([began, performance.now() - start])));
  };
  const [gaps, drawing] = [[], []];
  let before = await frame();
  for (let step = 0; step < count; step++) {
    const place = at(60 * Math.sin(step / 8), 40 * Math.cos(step / 11));
    const [now, took] = await drawn(() => stage.dispatchEvent(new PointerEvent("pointermove", { ...place, buttons: 1 })));
    drawing.push(took);
    gaps.push(now - before);
    before = now;
  }
  stage.dispatchEvent(new PointerEvent("pointerup", at(0, 0)));
  return { gaps, drawing, marks, pictures };
}

/** In the page: the pointer goes over the left map, without a button. */
async function hover(count) {
  const stage = document.querySelector('[data-testid="map-stage-0"]');
  const { left, top, width, height } = stage.getBoundingClientRect();
  const frame = () => new Promise(requestAnimationFrame);
  const gaps = [];
  let before = await frame();
  for (let step = 0; step < count; step++) {
    const [clientX, clientY] = [left + width * (0.5 + 0.4 * Math.sin(step / 20)), top + height * (0.5 + 0.4 * Math.cos(step / 13))];
    stage.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY, pointerId: 1, pointerType: "mouse", isPrimary: true, bubbles: true }));
    const now = await frame();
    gaps.push(now - before);
    before = now;
  }
  return { gaps };
}
