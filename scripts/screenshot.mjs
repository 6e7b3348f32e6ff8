// Takes README's picture, public/screenshot.png, of the page in dist/ (scripts/build): node scripts/screenshot.mjs

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
} finally {
  await browser.close();
  await server.close();
}
