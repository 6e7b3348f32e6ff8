// Results taken away in one file, held against the command line's, and brought back.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { after } from "node:test";
import { join } from "node:path";
import { chromium } from "./browsers.mjs";
import { folder, mycoscope, safetensors } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { PARTS } from "./items.mjs";
import { ROOT, scenario } from "./page.mjs";
import { unzip } from "./zip.mjs";

const AXE = readFileSync(`${ROOT}tests/browser/node_modules/axe-core/axe.min.js`, "utf8");
const KINDS = ["rings", "stripes"];
const NAME = "mycoscope-results.zip";

/** What the first test takes away, and the others open. */
const kept = mkdtempSync(join(tmpdir(), "mycoscope-archive-"));
after(() => rmSync(kept, { recursive: true, force: true }));

const images = () =>
  Object.fromEntries(KINDS.flatMap((kind) => [1, 2, 3, 4].map((seed) => [`${kind}/${kind}-${seed}.png`, picture(kind, seed)])));

/** Has the page pack its results into `folder`, and gives the file's path. */
async function takeAway(page, folder) {
  await page.saveInto(folder);
  await page.click("download-results");
  const path = join(folder, NAME);
  await page.until("the archive", async () => existsSync(path) || (await failed(page)));
  return path;
}

async function failed(page) {
  const status = await page.text("take-away-status");
  if (/could not|can't|stopped/.test(status)) throw new Error(status);
  return false;
}

/** Every number of two structures that both have, side by side. */
function* numbers(a, b, path = "") {
  if (typeof a === "number" && typeof b === "number") yield { path, a, b };
  else if (a && b && typeof a === "object") {
    for (const key of Object.keys(a)) if (key in b) yield* numbers(a[key], b[key], `${path}/${key}`);
  }
}

scenario("results are taken away in one file", { browser: chromium, hash: "#device=cpu&k=5" }, async (page, t) => {
  const root = folder(t);
  writeFiles(root, images());
  await page.choose([root], "folder-input");
  await page.untilComputed(8);
  await page.click("tab-evaluation");
  const path = await takeAway(page, kept);
  await page.until("what was said", async () => /saved as/.test(await page.tab.$eval(".news", (news) => news.textContent)));
  const entries = unzip(readFileSync(path));
  const parts = PARTS;
  for (const name of ["report.html", "settings.json", "metrics.json", "images.csv", ...parts.map((part) => `features/${part}.npy`)]) {
    assert.ok(entries[name]?.length > 0, `${name} is in it`);
  }
  assert.ok(!Object.keys(entries).some((name) => name.startsWith("images/")), "the images are not, unless ticked");
  assert.equal(entries["images.csv"].toString().trim().split("\n").length, 9);
  // SimCLR's negatives are named, and are those of the command line.
  const [embedded, one] = [join(kept, "one.safetensors"), folder(t)];
  writeFiles(one, { "rings-1.png": picture("rings", 1) });
  mycoscope("embed", one, "--out", embedded);
  const { negatives } = JSON.parse(entries["settings.json"]).making.provenance;
  assert.match(negatives, /^[0-9a-f]{64}$/);
  assert.equal(negatives, safetensors(embedded).metadata.negatives);

  // The command line, given the same features, says the same.
  const saved = join(kept, "features.safetensors");
  const other = join(kept, "other.zip");
  writeFileSync(saved, entries["features.safetensors"]);
  mycoscope("evaluate", saved, "--report", other, "-k", "5");
  const theirs = unzip(readFileSync(other));
  assert.deepEqual(theirs["features.safetensors"], entries["features.safetensors"], "the same features, to the bit");
  assert.deepEqual(theirs["images.csv"], entries["images.csv"]);
  const [mine, their] = [entries, theirs].map((all) => JSON.parse(all["metrics.json"]));
  assert.deepEqual([mine.labels, mine.k, mine.labelled], [their.labels, their.k, their.labelled]);
  const key = ({ features, centred }) => `${features} ${centred}`;
  const results = new Map(their.results.map((row) => [key(row), row]));
  const rows = mine.results.filter((row) => results.has(key(row)));
  assert.ok(rows.length >= 20, `${rows.length} feature sets are in both`);
  let compared = 0;
  for (const row of rows) {
    for (const { path, a, b } of numbers(row.measures, results.get(key(row)).measures)) {
      assert.ok(Math.abs(a - b) <= 1e-6, `${key(row)}${path}: ${a} here, ${b} by the command line`);
      compared += 1;
    }
  }
  assert.ok(compared > 1000, `${compared} numbers are compared`);
  assert.deepEqual(mine.classes[0], their.classes[0], "class by class, too");

  // With the images.
  await page.click("with-pictures");
  rmSync(path);
  const whole = unzip(readFileSync(await takeAway(page, kept)));
  assert.deepEqual(whole["images/rings-1.png"], images()["rings/rings-1.png"]);
  assert.equal(Object.keys(whole).filter((name) => name.startsWith("images/")).length, 8);
  writeFileSync(join(kept, "whole.zip"), readFileSync(path));
  writeFileSync(join(kept, "bare.zip"), readFileSync(other));

  // The report opens by itself.
  const report = join(kept, "report.html");
  writeFileSync(report, entries["report.html"]);
  const alone = await page.tab.browser().newPage();
  const [crashes, asked] = [[], []];
  alone.on("pageerror", (error) => crashes.push(error.message));
  alone.on("console", (message) => crashes.push(message.text()));
  alone.on("request", (request) => asked.push(request.url()));
  await alone.goto(`file://${report}`, { waitUntil: "load" });
  assert.match(await alone.$eval("h1", (heading) => heading.textContent), /Evaluation of 8 images in 2 classes/);
  assert.equal((await alone.$$("table.confusion")).length >= 1, true);
  assert.equal((await alone.$$("figure svg")).length >= 1, true);
  assert.deepEqual(asked, [`file://${report}`], "it asks for nothing else");
  const session = await alone.createCDPSession();
  await session.send("Page.setBypassCSP", { enabled: true });
  await alone.reload();
  for (const scheme of ["light", "dark"]) {
    await alone.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    for (const width of [1280, 400]) {
      await alone.setViewport({ width, height: 900 });
      await alone.evaluate(AXE);
      const { violations } = await alone.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].target}`), [], `${scheme}, ${width} px`);
      const over = await alone.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(over <= 0, `${over} px stick out at ${width} px`);
    }
  }
  assert.deepEqual(crashes, []);
  await alone.close();
});

// The engine never comes in the first part: whatever is there was not computed.
scenario("results come back without computing", { browser: chromium, hash: "#device=cpu&k=5", hold: /engine.*\.wasm$/ }, async (page, t) => {
  const broken = join(kept, "broken.zip");
  writeFileSync(broken, readFileSync(join(kept, "bare.zip")).subarray(0, 2000));
  await page.drop([broken]);
  await page.until("a sentence", async () => /broken\.zip could not be opened: it is not a complete zip file/.test(await notices(page)));

  await page.drop([join(kept, "bare.zip")]);
  await page.untilComputed(8);
  const items = await page.items();
  assert.deepEqual(items.map(({ label }) => label).sort(), [...Array(4).fill("rings"), ...Array(4).fill("stripes")]);
  assert.equal((await page.neighbours("embedding")).length, 5, "and are ranked");
  assert.match(items[0].text, /its picture is not here/);
  await page.until("the sentence", async () => /8 images are back with labels and features/.test(await news(page)));

  // Once the engine is there, a dropped file is known by its content, and is not computed either.
  page.server.release();
  const [file] = writeFiles(folder(t), { "elsewhere/renamed.png": picture("rings", 1) });
  await page.drop([file]);
  await page.until("its picture", async () => /rings-1\.png has its picture again/.test(await news(page)));
  const found = (await page.items()).filter(({ text }) => !/its picture is not here/.test(text));
  assert.deepEqual(found.map(({ name, label, state }) => [name.split("/").pop(), label, state]), [["rings-1.png", "rings", "done"]]);
  assert.equal((await page.items()).length, 8);

  // With the images inside, nothing is missing.
  await page.click("clear");
  await page.drop([join(kept, "whole.zip")]);
  await page.until("all pictures", async () => {
    const items = await page.items();
    return items.length === 8 && items.every(({ state, text }) => state === "done" && !/not here/.test(text));
  });
});

const news = (page) => page.tab.$eval(".news", (news) => news.textContent).catch(() => "");
const notices = (page) => page.tab.$$eval('[data-testid="notice"]', (all) => all.map(({ textContent }) => textContent).join(" "));
