// The panel Why: which views make two images alike, by every part, as the command line has it; by the keyboard alone.

import assert from "node:assert/strict";
import { join } from "node:path";
import { chromium } from "./browsers.mjs";
import { folder, mycoscope } from "./cli.mjs";
import { picture, png, writeFiles } from "./files.mjs";
import { scenario } from "./page.mjs";

const PARTS = ["embedding", "kl", "dino", "simclr"];
/** What numbers of three digits may differ by. */
const DIGITS = 0.0011;

const explained = (page) => page.until("the explanation", async () => (await page.attribute("why", "data-state")) === "explained");
const isOpen = (page) => page.tab.$eval("[data-testid=why]", ({ open }) => open);
const pairs = (page) => page.children("why-pairs", "why-pair");
const focused = (page) => page.tab.evaluate(() => document.activeElement?.dataset.testid);

/** Opens the neighbour of that name by the keyboard. */
async function open(page, name) {
  await page.tab.focus(`[data-testid=neighbours-fungi] [data-testid=neighbour][data-name="${name}"] .pick`);
  await page.tab.keyboard.press("Enter");
  await page.until(`${name} side by side`, async () => (await page.attribute("why", "data-name")) === name);
  await explained(page);
}

/** What the panel says of a part: the cosine, and the one without projection. */
async function said(page, part) {
  await page.click(`why-${part}`);
  const facts = await page.text("why-facts");
  const [cosine, exact] = facts.match(/-?\d\.\d{3}/g).map(Number);
  return { cosine, exact };
}

/** The share of a heat's cells that are coloured. */
const coloured = (page, image) =>
  page.tab.$eval(`[data-testid=why-heat-${image}]`, (canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let opaque = 0;
    for (let at = 3; at < data.length; at += 4) if (data[at] > 8) opaque += 1;
    return opaque / (data.length / 4);
  });

scenario("why two of the sample set are alike", { browser: chromium, hash: "#device=cpu&k=5", sample: true }, async (page, t) => {
  const { tab } = page;
  const root = folder(t);
  mycoscope("sample", root);
  const items = await page.untilComputed(20);
  const query = items[0].name;
  await page.query(query);
  await page.until("all neighbours", async () => (await page.text("neighbours-fungi-made-of")).endsWith("SimCLR"));
  const [{ name, score }] = await page.neighbours("fungi");
  await open(page, name);

  // Closed and opened again before the browser says that it closed: what it said of the first time is not taken for the second.
  for (const next of [(await page.neighbours("fungi"))[1].name, name]) {
    await tab.evaluate(async (next) => {
      document.querySelector("[data-testid=why]").requestClose();
      // The page's effects are microtasks; `close` is a task.
      for (let turn = 0; turn < 100; turn += 1) await null;
      document.querySelector(`[data-testid=neighbours-fungi] [data-testid=neighbour][data-name="${next}"] .pick`).click();
      // Past that task.
      await new Promise((resolve) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(resolve)), 50));
    }, next);
    assert.ok(await isOpen(page), `${next} is looked at`);
    assert.equal(await page.attribute("why", "data-name"), next);
  }
  await explained(page);

  // As the command line has it for the same two files.
  const file = (name) => join(root, "pictures", name);
  const { parts } = JSON.parse(mycoscope("why", file(query), file(name), "--pairs", "10", "--json"));
  for (const key of PARTS) {
    const expected = parts.find(({ part }) => part === key);
    const found = await said(page, key);
    assert.ok(Math.abs(found.cosine - expected.cosine) < DIGITS, `${key}: ${found.cosine} against ${expected.cosine}`);
    if (key === "embedding") continue;
    assert.ok(Math.abs(found.exact - expected.sum_of_pairs) < DIGITS, `${key} exact: ${found.exact} against ${expected.sum_of_pairs}`);
    // The pairs add up to it: the table has what each view adds, with four digits.
    const sums = await tab.$$eval(".by-view tbody tr", (rows) =>
      rows.reduce((sums, { cells }) => [1, 2].map((at) => sums[at - 1] + Number(cells[at].textContent)), [0, 0]),
    );
    for (const sum of sums) assert.ok(Math.abs(sum - expected.sum_of_pairs) < 0.004, `${key}'s views add ${sum}, not ${expected.sum_of_pairs}`);
    const [strongest] = await pairs(page);
    assert.ok(Math.abs(Number(strongest.value) - expected.strongest[0].value) < 1e-3, `${key}'s strongest pair`);
    assert.equal(await page.text("why-sentence"), expected.sentence);
  }

  // All of them as FUNGI sums them: the mean of what the parts add, which is what the ranking has but for the projection.
  await page.click("why-sum");
  const exact = parts.filter(({ part }) => PARTS.includes(part)).map(({ part, cosine, sum_of_pairs }) => (part === "embedding" ? cosine : sum_of_pairs));
  const mean = exact.reduce((sum, cosine) => sum + cosine / 4, 0);
  const [total] = (await page.text("why-sentence")).match(/\d\.\d{3}/).map(Number);
  assert.ok(Math.abs(total - mean) < DIGITS && Math.abs(total - score) < 0.2, `${total}, ${mean}, ${score}`);
  assert.equal((await pairs(page)).length, 10);

  // Pointing at a crop lights up its partners in the other picture; at a pair, both.
  await page.click("why-dino");
  const boxes = (image) => page.attribute(`why-boxes-${image}`, "d");
  assert.deepEqual([await boxes(0), await boxes(1)], [null, null].map((none) => none ?? ""));
  const probe = await tab.$("[data-testid=why-probe-0]");
  const { x, y, width, height } = await probe.boundingBox();
  await tab.mouse.move(x + width / 2, y + height / 2);
  await page.until("partners", async () => (await boxes(1)).split("M").length === 1 + 3);
  assert.equal((await boxes(0)).split("M").length, 1 + 1);
  assert.match(await page.text("why-told-0"), /crop \d+: -?[\d.]+ % of the likeness/);
  await tab.mouse.move(1, 1);
  await tab.hover("[data-testid=why-pair]");
  await page.until("the pair's two views", async () => [await boxes(0), await boxes(1)].every((path) => path.split("M").length === 2));
  await tab.mouse.move(1, 1);

  // By the keyboard alone: tabs, views, pairs, the next neighbour, and back.
  await page.tabTo("[data-testid=why-dino]");
  await tab.keyboard.press("ArrowRight");
  assert.equal(await focused(page), "why-simclr");
  assert.equal((await pairs(page))[0].part, "simclr");
  await page.tabTo("[data-testid=why-probe-1]");
  await tab.keyboard.press("End");
  assert.match(await page.attribute("why-probe-1", "aria-valuetext"), /^window 49: /);
  await page.until("partners of a window", async () => (await boxes(0)).split("M").length === 1 + 3);
  await page.tabTo("[data-testid=why-pair]");
  await page.until("the focused pair", async () => (await boxes(0)).split("M").length === 2);
  assert.ok((await page.focus()).visible, "the focus can be seen");
  assert.match(await tab.evaluate(() => document.activeElement.textContent), /window \d+ · window \d+.*what they show [+-]\d/);
  assert.ok((await coloured(page, 0)) > 0.3);
  await page.tabTo("[data-testid=why-drawn]");
  await tab.keyboard.press("Space");
  await page.until("bare pictures", async () => (await coloured(page, 0)) === 0);
  await tab.keyboard.press("Space");
  await page.tabTo("[data-testid=why-close]");
  await tab.keyboard.press("ArrowRight");
  await page.until("the next neighbour", async () => (await page.attribute("why", "data-name")) !== name);
  await explained(page);
  await tab.keyboard.press("Escape");
  await page.until("it closed", async () => !(await isOpen(page)));
  assert.equal(await tab.evaluate(() => document.activeElement.closest("[data-testid=neighbour]")?.dataset.name), name);

  // Who moved says which it passed, and the parts' bars say why.
  const moved = await tab.$eval("[data-testid=neighbours-fungi] li:has(.change.up) [data-name], [data-testid=neighbours-fungi] li:has(.change.up)", ({ dataset }) => dataset.name).catch(() => null);
  if (moved) {
    await open(page, moved);
    assert.match(await page.text("why-moved"), /Why did it move up \d+ places?\?.* passed /);
    const gains = await tab.$$eval("[data-testid=why-gain] .amount", (cells) => cells.map(({ textContent }) => Number(textContent)));
    assert.equal(gains.length, 4);
    assert.ok(gains.reduce((sum, gain) => sum + gain, 0) > 0, "it is ahead of the one that it passed");
    assert.ok(gains[0] < 0, "by the embedding it was behind");
    await tab.keyboard.press("Escape");
  }

  // Narrow and wide, light and dark: nothing sticks out.
  await open(page, name);
  for (const scheme of ["light", "dark"]) {
    await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    for (const size of [400, 1280, 3840]) {
      await tab.setViewport({ width: size, height: 900 });
      const over = await tab.$eval("[data-testid=why]", (dialog) => dialog.scrollWidth - dialog.clientWidth);
      assert.ok(over <= 0, `${over} px stick out at ${size} px`);
    }
  }
});

/** Two pictures with different grounds: what the fourth crop of the one shows, the tenth of the other shows, too. */
function planted(root) {
  const [width, height] = [160, 120];
  const grounds = [
    (x, y) => [70 + y / 3, 110, 60 + x / 4],
    (x, y) => [60 + 30 * Math.sin((x + 0.4 * y) * 0.5), 80, 90],
  ];
  const motif = (u, v) => {
    const tone = Math.hypot(u - 0.5, v - 0.5) < 0.35 ? (Math.floor(u * 8) + Math.floor(v * 8)) % 2 : 0.4;
    return [230 * tone, 40 + 60 * tone, 200 * (1 - tone)];
  };
  const files = writeFiles(root, Object.fromEntries(grounds.map((ground, at) => [`${at}.png`, png(width, height, ground)])));
  // Where crops lie depends on the pictures' size alone.
  const { parts } = JSON.parse(mycoscope("why", ...files, "--json"));
  const crops = parts.find(({ part }) => part === "dino").regions[0];
  return [crops[3], crops[9]].map((crop, at) =>
    png(width, height, (x, y) => {
      const [u, v] = [((x + 0.5) / width - crop.left) / crop.width, ((y + 0.5) / height - crop.top) / crop.height];
      return Math.min(u, v) < 0 || Math.max(u, v) > 1 ? grounds[at](x, y) : motif(u, v);
    }),
  );
}

scenario("a view that two images share", { browser: chromium, hash: "#device=cpu&k=3" }, async (page, t) => {
  const [first, second] = planted(folder(t));
  await page.choose(writeFiles(folder(t), { "first.png": first, "second.png": second, "other.png": picture("stripes", 2) }));
  await page.untilComputed(3);
  await page.query("first.png");
  await page.until("its neighbours", async () => (await page.text("neighbours-fungi-made-of")).endsWith("SimCLR"));
  await open(page, "second.png");
  await page.click("why-dino");
  const [shared, next] = await pairs(page);
  assert.deepEqual([shared.first, shared.second], ["crop 4", "crop 10"]);
  assert.ok(Number(shared.value) > 2 * Number(next.value), "and by far");

  // Two selected images, whichever they are.
  await page.tab.keyboard.press("Escape");
  for (const name of ["second.png", "other.png"]) {
    await page.tab.keyboard.down("Control");
    await page.tab.click(`[data-testid="gallery-item"][data-name="${name}"] .pick`);
    await page.tab.keyboard.up("Control");
  }
  await page.click("selection-compare");
  await explained(page);
  assert.equal(await page.attribute("why", "data-name"), "other.png");
  assert.equal((await page.tab.$$("[data-testid=why-moved]")).length, 0, "they are not ranked");
});
