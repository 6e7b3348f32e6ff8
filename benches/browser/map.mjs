// How evenly frames come while a map of 5,000 images is moved, how long its principal components and its t-SNE take. Workers
// that answer with random features take the place of the engine's; what evaluates and lays out maps is the real one.

import { cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "../../scripts/server.mjs";
import { chromium } from "../../tests/browser/browsers.mjs";
import { fill, prepare, standIn } from "./gallery.mjs";

const IMAGES = 5000;
const hold = (id) => `[data-testid="${id}"]`;

export async function measure(root) {
  const site = mkdtempSync(join(tmpdir(), "mycoscope-bench-"));
  cpSync(`${root}dist`, join(site, "site"), { recursive: true });
  renameSync(join(site, "site/worker.js"), join(site, "site/real-worker.js"));
  const choose = `new URLSearchParams(location.search).get("engine") === "analysis" ? importScripts("./real-worker.js") : (${standIn})();\n`;
  writeFileSync(join(site, "site/worker.js"), choose);
  const server = await serve({ "/": join(site, "site") });
  const running = await chromium();
  try {
    const tab = await running.newPage();
    await tab.setViewport({ width: 1280, height: 900 });
    await tab.goto(`${server.origin}/#device=cpu&workers=2&offline=0&sample=0&objectives=kl`);
    await tab.waitForSelector(hold("file-input"));
    await tab.evaluate(fill, await tab.evaluateHandle(prepare, IMAGES));
    const done = `${hold("gallery-item")}[data-state="done"]`;
    await tab.waitForFunction((done, count) => document.querySelectorAll(done).length === count, { timeout: 600_000 }, done, IMAGES);
    console.log(`${IMAGES} images in ${await running.version()}`);
    const components = await timed(async () => {
      await tab.click(hold("tab-evaluation"));
      await until(tab, "map-stage-0", "images", String(IMAGES));
      await until(tab, "map-stage-1", "images", String(IMAGES));
    });
    console.log(`  both maps by principal components, features sent and program started: ${components.toFixed(1)} s`);
    for (const zoom of [1.5, 8]) {
      const moved = await tab.evaluate(move, zoom, 180);
      console.log(`  moved at zoom ${zoom}, ${moved.marks} marks and ${moved.pictures} pictures in sight: ${told(moved.gaps)}`);
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
    rmSync(site, { recursive: true });
  }
}

const until = (tab, testid, name, value) =>
  tab.waitForFunction((testid, name, value) => document.querySelector(testid).dataset[name] === value, { timeout: 300_000 }, hold(testid), name, value);

async function timed(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function told(gaps) {
  const sorted = gaps.slice().sort((a, b) => a - b);
  const [middle, most] = [0.5, 0.99].map((share) => sorted[Math.floor(share * (sorted.length - 1))].toFixed(1));
  return `frames ${middle} ms apart (median), 99 % within ${most} ms, longest ${sorted.at(-1).toFixed(1)} ms`;
}

/** In the page: drags the left map to and fro, one step a frame, at that zoom; milliseconds between frames. */
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
  const gaps = [];
  let before = await frame();
  for (let step = 0; step < count; step++) {
    stage.dispatchEvent(new PointerEvent("pointermove", { ...at(60 * Math.sin(step / 8), 40 * Math.cos(step / 11)), buttons: 1 }));
    const now = await frame();
    gaps.push(now - before);
    before = now;
  }
  stage.dispatchEvent(new PointerEvent("pointerup", at(0, 0)));
  return { gaps, marks, pictures };
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
