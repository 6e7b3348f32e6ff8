// The Evaluation tab: what features are worth on one's own labels, against the command line; doubtful labels, and pictures
// that are there twice; and that a large gallery leaves the page in peace.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { chromium, firefox } from "./browsers.mjs";
import { folder, mycoscope } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { ROOT, scenario } from "./page.mjs";
import { siteWith } from "./synthetic.mjs";

const AXE = readFileSync(`${ROOT}tests/browser/node_modules/axe-core/axe.min.js`, "utf8");
const KINDS = ["rings", "stripes", "checks"];

/** Three classes of eight; one picture lies in the wrong folder, and one is there twice, in two files. */
function pictures() {
  const files = KINDS.flatMap((kind) => Array.from({ length: 7 }, (_, i) => [`${kind}/${kind}-${i}.png`, picture(kind, i)]));
  files.push(["stripes/rings-lost.png", picture("rings", 8)], ["checks/checks-7.png", picture("checks", 7)]);
  files.push(["rings/twice.png", twice()]);
  return Object.fromEntries(files);
}

/** The same pixels as another picture has, and other bytes: another file. */
const twice = () => Buffer.concat([picture("rings", 1), Buffer.from("again")]);

const complete = (page, least = 10) =>
  page.until(
    "a complete evaluation",
    async () => {
      const rows = await page.children("eval-table", "eval-row");
      const busy = await page.attribute("eval-progress", "data-busy").catch(() => "true");
      return rows.length > least && busy === "false" && rows.every(({ stale }) => stale === "false") && rows;
    },
    180_000,
  );

/** What the table says: name, then value by measure. */
const table = (page) =>
  page.tab.$$eval('[data-testid="eval-row"]', (rows) =>
    rows.map((row) => ({
      name: row.dataset.name,
      values: Object.fromEntries(
        [...row.querySelectorAll("td[data-metric]")].map(({ dataset }) => [dataset.metric, Number(dataset.value ?? NaN)]),
      ),
    })),
  );

scenario("the Evaluation tab", { browser: chromium, hash: "#device=cpu&k=5" }, async (page, t) => {
  const { tab } = page;
  await page.click("tab-evaluation");
  assert.match(await page.text("eval-lacking"), /No image has a label\. .* folders/);

  const root = folder(t);
  writeFiles(root, pictures());
  await page.choose([root], "folder-input");
  await page.untilComputed(24);
  // The sets that come with the last views.
  await complete(page, 20);

  // The same as the command line says.
  const { results } = JSON.parse(mycoscope("evaluate", root, "--json"));
  const shown = await table(page);
  const fields = { map: "map", rprecision: "r_precision", fewshot: "few_shot", linearprobe: "linear_probe", nmi: "nmi", ari: "ari" };
  let compared = 0;
  for (const { name, values } of shown) {
    const set = results.find(({ features, centred }) => name === (centred ? `${features}, centred` : features));
    assert.ok(set, `${name} is a set of the command line's`);
    const pairs = [["knn", set.accuracy[5]], ["weightedknn", set.weighted_accuracy[5]], ["recall", set.recall[5]]];
    pairs.push(...Object.entries(fields).map(([metric, field]) => [metric, set[field]]));
    for (const [metric, expected] of pairs) {
      compared += 1;
      if (expected == null) assert.ok(Number.isNaN(values[metric]), `${name}: ${metric} is ${values[metric]}`);
      else assert.ok(Math.abs(values[metric] - expected) < 1e-6, `${name}: ${metric} is ${values[metric]}, not ${expected}`);
    }
  }
  t.diagnostic(`${compared} values of ${shown.length} sets equal the command line's`);

  // The answer in a sentence, and what to bear in mind.
  assert.match(await page.text("eval-best"), /^On your 24 images in 3 classes, .*(embedding|FUNGI)/);
  assert.match(await page.text("eval-table"), /no gradient/);

  // Sorted by the keyboard, either way, and as it was.
  const maps = async () => (await table(page)).map(({ values }) => values.map);
  await tab.focus('[data-testid="eval-sort-map"]');
  const sorts = [];
  for (const way of ["descending", "ascending"]) {
    await tab.keyboard.press("Enter");
    const found = await maps();
    sorts.push(await tab.$eval('[data-testid="eval-sort-map"]', (button) => button.closest("th").ariaSort));
    assert.deepEqual(found, [...found].sort((a, b) => (way === "ascending" ? a - b : b - a)), way);
  }
  assert.deepEqual(sorts, ["descending", "ascending"]);
  await tab.keyboard.press("Enter");
  assert.deepEqual((await table(page)).map(({ name }) => name), shown.map(({ name }) => name));

  // Two sets: every image is in either matrix once.
  await tab.select('[data-testid="eval-set-0"]', "Embedding");
  await tab.select('[data-testid="eval-set-1"]', "Embedding + KL + DINO + SimCLR");
  const matrix = (which) =>
    tab.$$eval(`[data-testid="eval-confusion-${which}"] td`, (cells) => cells.map(({ textContent }) => Number(textContent)));
  for (const which of [0, 1]) {
    await page.until(`matrix ${which}`, async () => (await matrix(which)).length === 9);
    assert.equal((await matrix(which)).reduce((sum, count) => sum + count), 24);
  }
  const right = async (which) => (await matrix(which)).filter((_, i) => i % 4 === 0).reduce((sum, count) => sum + count);
  const turned = await Promise.all(["eval-to-right", "eval-to-wrong"].map(async (list) => (await page.children(list, "eval-image")).length));
  await page.until("the second set's votes", async () => (await page.text("eval-classes")).includes("SimCLR"));
  assert.equal((await right(1)) - (await right(0)), turned[0] - turned[1], "what changes is what the matrices differ by");

  // The picture in the wrong folder: relabelled, undone, and its neighbours.
  const lost = '[data-testid="eval-suspect"][data-name="rings-lost.png"]';
  await tab.waitForSelector(lost, { timeout: 30_000 });
  assert.equal(await tab.$eval(lost, ({ dataset }) => dataset.proposed), "rings");
  const label = async () => (await page.items()).find(({ name }) => name === "rings-lost.png").label;
  await tab.focus(`${lost} [data-testid="eval-relabel"]`);
  await tab.keyboard.press("Enter");
  await page.until("the new label", async () => (await label()) === "rings");
  await tab.waitForSelector(lost, { hidden: true });
  await complete(page);
  await tab.keyboard.down("Control");
  await tab.keyboard.press("z");
  await tab.keyboard.up("Control");
  await page.until("the old label", async () => (await label()) === "stripes");
  await complete(page);
  await tab.waitForSelector(lost, { timeout: 30_000 });

  // The one that is there twice.
  const pairs = await page.until("duplicates", async () => {
    const found = await page.children("eval-duplicates", "eval-duplicate");
    return found.length > 0 && found;
  });
  const twice = pairs.find(({ first, second }) => [first, second].includes("twice.png") && [first, second].includes("rings-1.png"));
  assert.ok(twice, JSON.stringify(pairs));

  await tab.evaluate(AXE);
  const { violations } = await tab.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const serious = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
  assert.deepEqual(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).slice(0, 3)}`), []);

  await tab.click(`${lost} [data-testid="eval-image"]`);
  await page.until("its neighbours", async () => (await page.attribute("query", "data-name")) === "rings-lost.png");
  assert.equal(await page.attribute("tab-neighbours", "aria-selected"), "true");
});

scenario(
  "an evaluation survives its worker",
  { browser: chromium, hash: "#device=cpu&k=5&objectives=kl", crashes: true, sample: true },
  async (page) => {
    await page.click("tab-evaluation");
    const workers = async () => (await page.tab.evaluate(() => window.probe.workers)).filter((url) => url.includes("analysis"));
    const busy = async () => page.attribute("eval-progress", "data-busy").catch(() => null);
    await page.until("an evaluation", async () => (await busy()) === "false" && (await page.children("eval-table", "eval-row")).length > 3);
    await page.until("the maps' worker", async () => (await workers()).length === 2);
    // The one that evaluates was there first.
    await page.killWorker(-2);
    await page.until("another worker", async () => (await workers()).length === 3);
    await complete(page, 3);
    assert.ok(!(await page.tab.$eval('[data-testid="eval-trouble"]', ({ hidden }) => !hidden)), "nothing to worry about");
    // What it is asked now, it can answer.
    await page.tab.select('[data-testid="eval-set-1"]', "Embedding + KL");
    await page.until("the votes", async () => (await page.text("eval-classes")).includes("Embedding + KL"));
  },
);

const LARGE = { images: 10_000, classes: 20 };
scenario(
  "ten thousand images are evaluated beside a page that stays smooth",
  {
    browser: chromium,
    hash: "#device=cpu&k=10",
    sample: true,
    site: (t) => siteWith(`${folder(t)}/site`, LARGE),
  },
  async (page, t) => {
    const { tab } = page;
    await page.until("ten thousand images", async () => /10,?000/.test(await tab.$eval("body", (body) => body.innerText)));
    const from = await tab.evaluate(() => window.probe.frames.length);
    const began = Date.now();
    await page.click("tab-evaluation");
    const values = () =>
      tab.$$eval('[data-testid="eval-row"]', (rows) => rows.map((row) => row.querySelectorAll('td[data-metric="map"][data-value]').length));
    await page.until("the table's neighbours", async () => {
      const found = await values();
      return found.length > 10 && found.every((cells) => cells === 1);
    });
    t.diagnostic(`every set's neighbours after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    assert.match(await page.text("eval-best"), /On your 10000 images in 20 classes/);
    const every = async () => (await table(page)).flatMap(({ values }) => Object.values(values));
    await page.until("every column, clusters and the linear probe, too", async () => (await every()).every(Number.isFinite));
    t.diagnostic(`every column of every set after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    // Then more images are asked about.
    const asked = async () => Number(/, ([0-9]+) were asked about/.exec(await page.text("eval-progress"))[1]);
    const first = await asked();
    assert.ok(first >= 500 && first < 600, `${first} images`);
    await complete(page, 20);
    assert.equal(await asked(), 2000);
    t.diagnostic(`2,000 queries after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    const gaps = await tab.evaluate((from) => {
      const times = window.probe.frames.slice(from);
      return times.slice(1).map((time, i) => time - times[i]).sort((a, b) => a - b);
    }, from);
    const late = gaps[Math.floor(0.99 * gaps.length)];
    t.diagnostic(`${gaps.length} frames: 99 % within ${late.toFixed(0)} ms, the longest gap ${gaps.at(-1).toFixed(0)} ms`);
    // On two cores that also evaluate and draw; benches/browser/evaluation.mjs is for the numbers.
    assert.ok(gaps.at(-1) < 1000, "the page never freezes");
    const browser = await tab.browser().target().createCDPSession();
    const { processInfo } = await browser.send("SystemInfo.getProcessInfo");
    const resident = ({ id }) => Number(readFileSync(`/proc/${id}/status`, "utf8").match(/VmRSS:\s+(\d+)/)?.[1] ?? 0) / 1e3;
    const memory = Math.max(...processInfo.filter(({ type }) => type === "renderer").map(resident));
    t.diagnostic(`the page's process has ${memory.toFixed(0)} MB, workers and pictures included`);
    // Two workers of the engine, one that evaluates and one for the maps, each with features of its own.
    assert.ok(memory < 1000, `${memory} MB`);
  },
);

const inFirefox = () => firefox({ webgpu: false });
scenario("the Evaluation tab in Firefox", { browser: inFirefox, hash: "#device=cpu", sample: true }, async (page) => {
  const { tab } = page;
  await page.click("tab-evaluation");
  await complete(page, 20);
  const values = (await table(page)).flatMap(({ values }) => Object.values(values));
  assert.ok(values.every(Number.isFinite), "every column of every set");
  assert.match(await page.text("eval-best"), /On your 64 images in 8 classes/);
  for (const side of [0, 1]) {
    await page.until(`map ${side}`, async () => (await page.attribute(`map-stage-${side}`, "data-images")) === "64");
    // What is drawn: marks in several colours on the page's own.
    const colours = () =>
      tab.$eval(`[data-testid="map-stage-${side}"] canvas`, (canvas) => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        const seen = new Map();
        for (let at = 0; at < data.length; at += 4) {
          const colour = data.slice(at, at + 3).join();
          seen.set(colour, (seen.get(colour) ?? 0) + 1);
        }
        return [...seen.values()].filter((pixels) => pixels > 100).length;
      });
    await page.until(`marks on map ${side}`, async () => (await colours()) > 4);
  }
});
