// Takes README's pictures, public/screenshot.png and docs/why.png, of the page in dist/ (scripts/build): node scripts/screenshot.mjs

import { fileURLToPath } from "node:url";
import { chromium } from "../tests/browser/browsers.mjs";
import { serve } from "./server.mjs";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

const server = await serve({ "/": `${ROOT}dist` });
const browser = await chromium();
try {
  const tab = await browser.newPage();
  await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
  await tab.setViewport({ width: 1280, height: 1040 });
  await tab.goto(`${server.origin}/#device=cpu&offline=0`);
  await tab.waitForFunction(() => document.querySelector('[data-testid="device"]').dataset.workers, { polling: 100 });
  await tab.waitForSelector('[data-testid="neighbours-fungi"] [data-testid="neighbour"]');
  // The survey and the thumbnails come a moment later.
  await tab.waitForNetworkIdle();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await tab.screenshot({ path: `${ROOT}public/screenshot.png` });

  // Why: the nearest by FUNGI, with the pointer on a crop.
  await tab.click('[data-testid="neighbours-fungi"] .pick');
  await tab.waitForSelector('[data-testid="why"][data-state="explained"]', { timeout: 120_000 });
  await tab.click('[data-testid="why-dino"]');
  const { x, y, width, height } = await (await tab.$('[data-testid="why-probe-0"]')).boundingBox();
  await tab.mouse.move(x + 0.7 * width, y + 0.55 * height);
  await new Promise((resolve) => setTimeout(resolve, 500));
  await tab.screenshot({ path: `${ROOT}docs/why.png` });
} finally {
  await browser.close();
  await server.close();
}
