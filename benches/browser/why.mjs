// How long the panel Why takes to open, in Chromium on the CPU: the sample set's query with its first neighbours, one after the
// other. The first takes two images apart, the others one each.

import { serve } from "../../scripts/server.mjs";
import { chromium } from "../../tests/browser/browsers.mjs";

const NEIGHBOURS = 4;

export async function measure(root) {
  const server = await serve({ "/": `${root}dist` });
  const running = await chromium();
  try {
    const tab = await running.newPage();
    await tab.setViewport({ width: 1280, height: 900 });
    await tab.goto(`${server.origin}/#device=cpu&offline=0&keep=0`);
    // The engine is ready once it has drawn the sample set: the gallery's pictures can then be looked into.
    await tab.waitForSelector('[data-testid="neighbours-fungi"] [data-testid="neighbour"]');
    await tab.waitForFunction(() => document.querySelector('[data-testid="status"]').textContent.startsWith("All"), { timeout: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    const seconds = [];
    for (let place = 1; place <= NEIGHBOURS; place++) {
      const begun = Date.now();
      await tab.click(`[data-testid="neighbours-fungi"] li:nth-child(${place}) .pick`);
      await tab.waitForSelector('[data-testid="why"][data-state="explained"]', { timeout: 60_000 });
      seconds.push(((Date.now() - begun) / 1000).toFixed(1));
      await tab.click('[data-testid="why-close"]');
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    console.log(`seconds from the click to the explanation: ${seconds.join(", ")} (${await running.version()})`);
  } finally {
    await running.close();
    await server.close();
  }
}
