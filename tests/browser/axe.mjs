// axe-core in the page: no serious fault, and nothing that sticks out.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ROOT } from "./page.mjs";

const AXE = readFileSync(`${ROOT}tests/browser/node_modules/axe-core/axe.min.js`, "utf8");

/** Fails where axe-core finds a serious or critical fault in the page as it is. */
export async function check(page, what) {
  await page.tab.evaluate(AXE);
  const { violations } = await page.tab.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const serious = violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id} (${help}): ${nodes.map(({ target }) => target.join(" ")).slice(0, 4)}`);
  assert.deepEqual(serious, [], what);
}

/** The same in light and dark, on a wide and on a small screen; and nothing sticks out of the page. */
export async function checkEveryLook(page, what) {
  for (const scheme of ["light", "dark"]) {
    await page.tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    for (const width of [1280, 400]) {
      await page.tab.setViewport({ width, height: 900 });
      await check(page, `${what}, ${scheme}, ${width} px wide`);
      const overflow = await page.tab.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.ok(overflow <= 0, `${what} at ${width} px wide: ${overflow} px stick out`);
    }
  }
}
