// How the Evaluation tab and a query's neighbours grow with the gallery: 1,000, 3,000 and 10,000 images with synthetic
// features, opened as the sample set is.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "../../scripts/server.mjs";
import { chromium } from "../../tests/browser/browsers.mjs";
import { siteWith } from "../../tests/browser/synthetic.mjs";

const SIZES = [1_000, 3_000, 10_000];
const QUERIES = 10;

export async function measure() {
  for (const images of SIZES) {
    const folder = mkdtempSync(join(tmpdir(), "mycoscope-bench-"));
    const server = await serve({ "/": siteWith(join(folder, "site"), { images, classes: 20 }) });
    const running = await chromium();
    try {
      const tab = await running.newPage();
      await tab.setViewport({ width: 1280, height: 900 });
      await tab.goto(`${server.origin}/#device=cpu&workers=1&offline=0&k=10`);
      const shown = (count) => document.querySelector('[data-testid="gallery"]')?.textContent.includes(count) || document.body.innerText.includes(count);
      await tab.waitForFunction(shown, { timeout: 300_000 }, `${images} images`);
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      const query = await tab.evaluate(queries, QUERIES);
      await tab.evaluate(() => {
        window.frames = [];
        const frame = (now) => requestAnimationFrame(frame, window.frames.push(now));
        requestAnimationFrame(frame);
      });
      const began = performance.now();
      await tab.click('[data-testid="tab-evaluation"]');
      const cells = (metric) => {
        const rows = [...document.querySelectorAll('[data-testid="eval-row"]')];
        return rows.length > 10 && rows.every((row) => row.querySelector(`td[data-metric="${metric}"][data-value]`));
      };
      await tab.waitForFunction(cells, { timeout: 300_000 }, "map");
      const neighbours = (performance.now() - began) / 1000;
      await tab.waitForFunction(cells, { timeout: 600_000 }, "linearprobe");
      const all = (performance.now() - began) / 1000;
      await tab.waitForFunction(() => document.querySelector('[data-testid="eval-progress"]').dataset.busy === "false", { timeout: 600_000 });
      const done = (performance.now() - began) / 1000;
      const gaps = await tab.evaluate(() => window.frames.slice(1).map((time, i) => time - window.frames[i]));
      gaps.sort((a, b) => a - b);
      const browser = await running.target().createCDPSession();
      const { processInfo } = await browser.send("SystemInfo.getProcessInfo");
      const resident = ({ id }) => Number(readFileSync(`/proc/${id}/status`, "utf8").match(/VmRSS:\s+(\d+)/)?.[1] ?? 0) / 1e3;
      const memory = Math.max(...processInfo.filter(({ type }) => type === "renderer").map(resident));
      const [middle, late] = [0.5, 0.9].map((share) => query.sort((a, b) => a - b)[Math.floor(share * query.length)]);
      console.log(`${images} images`);
      console.log(`  a query's neighbours    median ${middle.toFixed(0)} ms, 90 % within ${late.toFixed(0)} ms, until they are drawn`);
      console.log(`  the table's neighbours  ${neighbours.toFixed(1)} s; every column ${all.toFixed(1)} s; of more queries ${done.toFixed(1)} s`);
      console.log(`  frames meanwhile        99 % within ${gaps[Math.floor(0.99 * gaps.length)].toFixed(0)} ms, the longest gap ${gaps.at(-1).toFixed(0)} ms`);
      console.log(`  the page's process      ${memory.toFixed(0)} MB, workers and pictures included`);
    } finally {
      await running.close();
      await server.close();
      rmSync(folder, { recursive: true });
    }
  }
}

/** In the page: milliseconds from a click on an image to its neighbours on the screen. */
async function queries(count) {
  const items = [...document.querySelectorAll('[data-testid="gallery-item"]')].slice(1, count + 1);
  const times = [];
  for (const item of items) {
    const began = performance.now();
    item.querySelector('[data-testid="use-as-query"]').click();
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    while (document.querySelector('[data-testid="query"]')?.dataset.name !== item.dataset.name)
      await new Promise((resolve) => setTimeout(resolve));
    times.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return times;
}
