// The page stays smooth while the worker computes: frames keep coming, and a click is answered.

import assert from "node:assert/strict";
import { chromium } from "./browsers.mjs";
import { scenario } from "./page.mjs";

/** Nothing that people notice; most gaps must be below it. */
const LIMIT = 100;
/** One frame may be late on a busy machine that also draws in software, but never this late. */
const HARD_LIMIT = 300;

scenario(
  "no long gap between frames while computing",
  { browser: chromium, hash: "#device=cpu" },
  async (page, t) => {
    await page.click("sample-set");
    await page.untilComputed(2);
    const from = await page.tab.evaluate(() => window.probe.frames.length);
    const computed = (await page.items()).filter(({ state }) => state === "done").length;
    await page.untilComputed(computed + 8);
    const gaps = await page.tab.evaluate((from) => {
      const times = window.probe.frames.slice(from);
      return times.slice(1).map((time, index) => time - times[index]);
    }, from);

    gaps.sort((a, b) => a - b);
    const [median, late, longest] = [0.5, 0.99, 1].map(
      (share) => gaps[Math.min(gaps.length - 1, Math.floor(share * gaps.length))],
    );
    const over = gaps.filter((gap) => gap > LIMIT).length;
    t.diagnostic(
      `${gaps.length} frames: median ${median.toFixed(0)} ms, 99 % below ${late.toFixed(0)} ms, longest ${longest.toFixed(0)} ms, ${over} over ${LIMIT} ms`,
    );
    assert.ok(gaps.length > 100, `only ${gaps.length} frames`);
    assert.ok(late < LIMIT, `1 % of gaps is over ${late} ms`);
    assert.ok(longest < HARD_LIMIT, `a gap of ${longest} ms`);
  },
);
