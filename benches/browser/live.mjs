// From dropping images to the first ranking of all of them, and to all parts: the sample set, and photos of 12 megapixels; by
// one worker, two and four. Another build of the page can take part by turns.

import { resolve } from "node:path";
import { serve } from "../../scripts/server.mjs";
import { chromium } from "../../tests/browser/browsers.mjs";

const IMAGES = 64;
const PHOTOS = 64;
const MINUTES = 60_000;

export async function measure(root, other) {
  const builds = [["this build", `${root}dist`, [1, 2, 4]], ...(other ? [["the other build", resolve(other), [1]]] : [])];
  for (const [what, fill] of [[`the sample set (${IMAGES} images)`, sampleSet], [`${PHOTOS} photos of 12 megapixels`, photos]]) {
    console.log(`${what}: seconds to the first ranking of all, to all parts; images a second; longest frame gap; MB of a worker`);
    for (const [name, folder, pools] of builds)
      for (const workers of pools) {
        const { first, all, gap, memory } = await once(folder, workers, fill);
        const numbers = [first.toFixed(1), all.toFixed(1), (IMAGES / all).toFixed(2), `${gap.toFixed(0)} ms`, memory.toFixed(0)];
        console.log(`  ${name}, ${workers} worker${workers > 1 ? "s" : ""}`.padEnd(30), numbers.map((n) => n.padStart(8)).join(" "));
      }
  }
}

async function once(folder, workers, fill) {
  const server = await serve({ "/": folder });
  const running = await chromium();
  try {
    const tab = await running.newPage();
    await tab.setViewport({ width: 1280, height: 900 });
    await tab.goto(`${server.origin}/#device=cpu&offline=0&sample=0&workers=${workers}`);
    const ready = (workers) => {
      const { backend, workers: found } = document.querySelector('[data-testid="device"]')?.dataset ?? {};
      return backend === "cpu" && (found === undefined || found === String(workers));
    };
    await tab.waitForFunction(ready, { timeout: MINUTES, polling: 50 }, workers);
    const prepared = await tab.evaluateHandle(fill, IMAGES);
    const times = await tab.evaluate(race, prepared, IMAGES);
    const memory = await tab.workers().at(-1).evaluate(async () => (await wasm_bindgen()).memory.buffer.byteLength / 1e6);
    return { ...times, memory };
  } finally {
    await running.close();
    await server.close();
  }
}

/** In the page: the sample set is drawn by the engine; nothing to prepare. */
function sampleSet() {
  return null;
}

/** In the page: JPEGs of 4000 x 3000, a few pictures many times, each with bytes of its own behind its end. */
async function photos(count) {
  const drawn = [];
  for (let kind = 0; kind < 4; kind++) {
    const canvas = new OffscreenCanvas(4000, 3000);
    const context = canvas.getContext("2d");
    for (let at = 0; at < 4000; at++) {
      // Many small and few large shapes, as detailed as a photo: about 4 MB each.
      const random = (most) => (Math.sin(at * 12.9898 + kind * 78.233 + most) * 43758.5453 - Math.floor(Math.sin(at * 12.9898 + kind * 78.233 + most) * 43758.5453)) * most;
      context.fillStyle = `hsl(${random(360)} ${random(101)}% ${random(102)}%)`;
      context.fillRect(random(4000), random(3000), 4 + random(200), 4 + random(150));
    }
    drawn.push(await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 }));
  }
  const files = new DataTransfer();
  for (let at = 0; at < count; at++) files.items.add(new File([drawn[at % drawn.length], String(at)], `${at}.jpg`, { type: "image/jpeg" }));
  return files.files;
}

/** In the page: hands the files over, or asks for the sample set, and waits. */
async function race(files, count) {
  const frames = [];
  const frame = (now) => {
    frames.push(now);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const start = performance.now();
  if (files) {
    const input = document.querySelector('[data-testid="file-input"]');
    input.files = files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  } else document.querySelector('[data-testid="sample-set"]').click();
  const cells = (state) => document.querySelectorAll(`[data-testid="gallery-item"]${state}`).length;
  const until = async (done) => {
    while (!done()) await new Promise((resolve) => setTimeout(resolve, 10));
    return (performance.now() - start) / 1000;
  };
  const first = await until(() => cells("") === count && cells('[data-state="waiting"]') === 0);
  const all = await until(() => cells('[data-state="done"]') === count);
  const gap = Math.max(...frames.slice(1).map((time, i) => time - frames[i]));
  return { first, all, gap };
}
