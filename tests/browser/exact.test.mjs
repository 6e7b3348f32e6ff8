// The switch for exact gradients: the columns are the command line's, plain and centred, and images that come later wait for theirs.

import assert from "node:assert/strict";
import { join } from "node:path";
import { chromium } from "./browsers.mjs";
import { folder, mycoscope } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { scenario } from "./page.mjs";

const QUERY = "rings-1.png";
/** What numbers of three digits may differ by. */
const DIGITS = 0.0011;

/** Scores by name, of every image but the query. */
const scores = (near) => Object.fromEntries(near.map(({ name, score }) => [name.split("/").at(-1), score]).filter(([name]) => name !== QUERY));

const largest = (a, b) => Math.max(...Object.keys(a).map((name) => Math.abs(a[name] - b[name])));

scenario("exact gradients", { browser: chromium, hash: "#device=cpu&k=10&workers=2", crashes: true }, async (page, t) => {
  const root = folder(t);
  const files = ["rings", "stripes"].flatMap((kind) => [1, 2, 3].map((seed) => [`${kind}-${seed}.png`, picture(kind, seed)]));
  writeFiles(root, Object.fromEntries(files));
  const shown = async () => scores(await page.neighbours("fungi"));
  const expected = (...options) => scores(JSON.parse(mycoscope("neighbours", root, join(root, QUERY), "-k", "10", "--json", ...options)).fungi);
  const settled = (wanted, what) =>
    page.until(what, async () => {
      const found = await shown();
      return Object.keys(found).length === Object.keys(wanted).length && largest(found, wanted) < DIGITS;
    });
  const standing = (words) => page.until(words, async () => (await page.text("exact-standing")).includes(words));

  await page.choose([root], "folder-input");
  await page.untilComputed(6);
  await page.query(QUERY);
  const projected = expected();
  await settled(projected, "the projected ranking");
  // What it keeps is said before: 62 views of 2 * 192 numbers in half precision, for 6 images.
  assert.match(await page.text("exact-standing"), /^$/);
  assert.match(await page.tab.$eval("label:has([data-testid=exact])", ({ textContent }) => textContent), /keeps 0\.3 MB/);

  const exact = expected("--exact");
  assert.ok(largest(exact, projected) > 5 * DIGITS, "the two differ");
  await page.click("exact");
  await standing("The columns are exact.");
  await settled(exact, "the exact ranking");
  assert.match(await page.text("neighbours-fungi-made-of"), /gradients exact$/);
  await page.until("the address", () => page.tab.evaluate(() => location.hash.includes("exact=1")));

  await page.click("centred");
  await settled(expected("--exact", "--centred"), "the exact ranking after centring");
  await page.click("centred");

  // An image that comes later: projected until it is computed, then exact again.
  const later = "stripes-5.png";
  writeFiles(root, { [later]: picture("stripes", 5) });
  await page.choose([join(root, later)]);
  await page.until("the later image", async () => later in (await shown()));
  await standing("The columns are exact.");
  const withLater = expected("--exact");
  await settled(withLater, "the exact ranking with the later image");
  await page.removeItem(later);
  await settled(exact, "the exact ranking without it");

  // The worker that compares dies: another one is given everything again.
  await page.killWorker();
  const news = () => page.tab.$eval(".news", (news) => news.textContent);
  await page.until("the news", async () => (await news()).startsWith("The exact comparison crashed and was restarted."));
  await page.query("rings-2.png");
  await page.until("another query's ranking", async () => "rings-1.png" in Object.fromEntries((await page.neighbours("fungi")).map(({ name }) => [name])));
  await page.query(QUERY);
  await standing("The columns are exact.");
  await settled(exact, "the exact ranking after a crash");

  await page.click("exact");
  await settled(projected, "the projected ranking again");
  assert.equal(await page.text("exact-standing"), "");

  // With the switch in the address, images come with what it takes from the start.
  await page.open("#device=cpu&k=10&exact=1");
  await page.choose([root], "folder-input");
  await page.untilComputed(7);
  await page.query(QUERY);
  await standing("The columns are exact.");
  await settled(withLater, "the exact ranking from the start");
  assert.deepEqual(page.crashes.filter((crash) => !crash.includes("killed by the test")), [], "nothing else crashed");
});
