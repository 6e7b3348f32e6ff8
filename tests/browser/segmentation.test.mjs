// Painting: the drawn scenes are mapped better than by their most common class, from one stroke a class, and as the command
// line maps them; bad masks get a sentence; strokes outlive the worker; everything can be done from the keyboard.

import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "./browsers.mjs";
import { folder, mycoscope } from "./cli.mjs";
import { greyPng, indices, picture, png, textPng, writeFiles } from "./files.mjs";
import { scenario } from "./page.mjs";
import { EDITOR, FEATURES, maps, painted, scenes } from "./segmentation.mjs";

const OPTIONS = { browser: chromium, hash: "#device=cpu" };

/** Where each support photo has its longest level line of each class, in parts of its width and height. */
function lines(page) {
  return page.tab.evaluate((editors) => {
    const classes = [...document.querySelectorAll('[data-testid="seg-class"]')].map((row) => ({
      id: Number(row.dataset.id),
      colour: row
        .querySelector("input[type=color]")
        .value.match(/[0-9a-f]{2}/g)
        .map((part) => parseInt(part, 16)),
    }));
    return [...document.querySelectorAll(editors)].map((editor) => {
      const canvas = editor.querySelector("canvas");
      const { width, height } = canvas;
      const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
      const like = (at, colour) => data[at + 3] > 0 && colour.every((part, c) => Math.abs(data[at + c] - part) < 4);
      return classes.flatMap(({ id, colour }) => {
        let best = { count: 0 };
        for (let y = 0; y < height; y++) {
          const xs = [];
          for (let x = 0; x < width; x++) if (like(4 * (y * width + x), colour)) xs.push(x);
          if (xs.length > best.count) best = { count: xs.length, y, from: xs[0], to: xs.at(-1) };
        }
        if (best.count < 8) return [];
        return [{ id, y: (best.y + 0.5) / height, from: best.from / width, to: (best.to + 1) / width }];
      });
    });
  }, EDITOR);
}

/** Draws a stroke on the `nth` support photo, as a mouse does; gives the share of the photo that it painted. */
async function stroke(page, nth, { id, y, from, to }) {
  const before = (await painted(page))[nth];
  await page.tab.$eval(`[data-testid="seg-class"][data-id="${id}"] input[type=radio]`, (radio) => radio.click());
  const stage = (await page.tab.$$(`${EDITOR} .seg-stage`))[nth];
  await stage.scrollIntoView();
  const box = await stage.boundingBox();
  const at = (part) => [box.x + (from + part * (to - from)) * box.width, box.y + y * box.height];
  await page.tab.mouse.move(...at(0));
  await page.tab.mouse.down();
  for (let part = 0.05; part < 1.01; part += 0.05) await page.tab.mouse.move(...at(part));
  await page.tab.mouse.up();
  return (await painted(page))[nth] - before;
}

/** The mean over all drawn scenes of what both maps and the most common class score. */
async function scoresOfAllScenes(page) {
  const places = await page.tab.$$eval('[data-testid="seg-scene"] option', (options) => options.map(({ value }) => value));
  const all = [];
  for (const place of places) {
    await page.tab.select('[data-testid="seg-scene"]', place);
    all.push(await maps(page, 1));
  }
  await page.tab.select('[data-testid="seg-scene"]', places[0]);
  assert.deepEqual(await maps(page, 1), all[0], "maps are kept for when their query comes back");
  const mean = (feature) => all.reduce((sum, scores) => sum + scores[feature], 0) / all.length;
  return { all, embedding: mean("embedding"), fungi: mean("fungi"), majority: mean("majority") };
}

scenario("one stroke a class beats the most common class", OPTIONS, async (page) => {
  await scenes(page);
  const ready = await maps(page, 1);
  for (const feature of FEATURES) {
    assert.ok(ready[feature] > ready.majority, `ready-made strokes by ${feature}: ${JSON.stringify(ready)}`);
    const summary = await page.tab.$eval(`[data-testid="seg-map-${feature}"] [role=img]`, (map) => map.ariaLabel);
    assert.match(summary, /^(Embedding|FUNGI) map: .*\d %/, "a map says in words what it shows");
  }
  const [embedding, fungi] = FEATURES.map((feature) => Math.round(100 * ready[feature]));
  const winner = fungi > embedding ? /^FUNGI is nearer/ : /^Embedding is nearer/;
  assert.match(await page.text("seg-verdict"), fungi === embedding ? /^Both maps/ : winner, "the winner is named");

  const drawn = await lines(page);
  assert.ok(drawn.length >= 2 && drawn.every((classes) => classes.length === 2), JSON.stringify(drawn));
  for (const wipe of await page.tab.$$(`${EDITOR} .row:last-child button`)) await wipe.evaluate((button) => button.click());
  assert.deepEqual(
    await painted(page),
    drawn.map(() => 0),
  );
  for (const [nth, classes] of drawn.entries()) {
    for (const line of classes) {
      const share = await stroke(page, nth, line);
      // The brush is 4 % of the photo wide.
      const least = 0.8 * 0.04 * (line.to - line.from);
      assert.ok(share > least, `a stroke of ${JSON.stringify(line)} paints ${share}`);
    }
  }
  await maps(page, ready.times + 1);
  const own = await scoresOfAllScenes(page);
  for (const feature of FEATURES) {
    assert.ok(own[feature] > own.majority, `one stroke a class by ${feature}: ${JSON.stringify(own)}`);
  }
});

scenario("the maps are the command line's", OPTIONS, async (page, t) => {
  await scenes(page);
  await maps(page, 1);
  const saved = folder(t);
  await page.saveInto(saved);
  await page.tab.$eval(".seg-options", (details) => (details.open = true));
  const read = (name) => page.until(name, () => readWhole(join(saved, name)));

  await page.click("seg-save-settings");
  const settings = JSON.parse(await read("segmentation.json"));
  assert.equal(settings.query, "cup 102.png");
  assert.ok(settings.support.length >= 2, "there are photos to learn from");
  await page.click("seg-save-strokes");
  await page.click("seg-save-maps");

  const root = folder(t);
  const drawn = join(root, "drawn");
  mycoscope("sample", drawn);
  const support = writeFiles(join(root, "support"), Object.fromEntries(settings.support.map((name) => [name, ""])));
  for (const [nth, name] of settings.support.entries()) {
    const mask = name.replace(/\.png$/, ".mask.png");
    copyFileSync(join(drawn, "scenes", "support", name), support[nth]);
    writeFiles(join(root, "support"), { [mask]: await read(mask) });
  }
  writeFiles(join(root, "query"), { [settings.query]: readFileSync(join(drawn, "scenes", "query", settings.query)) });
  const ask = ["segment", "--support", join(root, "support"), "--query", join(root, "query"), "--out", join(root, "maps")];
  const { queries } = JSON.parse(mycoscope(...ask, "--json"));
  assert.equal(queries[0].neighbours, settings.neighbours);

  for (const feature of FEATURES) {
    const here = indices(await read(`cup-102-${feature}.png`));
    const there = indices(readFileSync(queries[0][feature].map));
    assert.deepEqual([here.width, here.height], [there.width, there.height]);
    const same = here.data.filter((index, pixel) => index === there.data[pixel]).length / here.data.length;
    t.diagnostic(`${feature}: ${(100 * same).toFixed(3)} % of the pixels agree`);
    assert.ok(same >= 0.99, `${feature}: ${same} of the pixels agree`);
  }
});

/** A file's bytes once it is there, and whole: the browser writes downloads under another name first. */
async function readWhole(path) {
  try {
    const bytes = readFileSync(path);
    return bytes.length > 0 && bytes;
  } catch {
    return false;
  }
}

scenario("masks come along with their photos", OPTIONS, async (page, t) => {
  const halves = (width, height) => png(width, height, (x) => (x < width / 2 ? [0, 0, 0] : [1, 1, 1]));
  const beside = writeFiles(folder(t), {
    "a.png": picture("rings", 1, 64, 48),
    "a.mask.png": halves(64, 48),
    "b.png": picture("stripes", 2, 64, 48),
    "b.mask.png": halves(48, 64),
  });
  const root = folder(t);
  writeFiles(root, { "photos/c.png": picture("checks", 3, 64, 48), "masks/c.png": halves(64, 48) });
  await page.choose(beside);
  await page.choose([root], "folder-input");
  await page.until("the photos", async () => (await page.items()).length === 3);
  assert.deepEqual(
    (await page.items()).map(({ name }) => name),
    ["a.png", "b.png", "c.png"],
    "masks are no images of their own",
  );
  await page.click("tab-segmentation");
  await page.until("the engine", async () => /Ready|of 3/.test(await page.text("status")));
  const pick = (name) => page.tab.locator(`[data-testid="gallery-item"][data-name="${name}"] .pick`).click();
  await pick("a.png");
  await page.click("seg-add-support");
  await page.until("a's labels", async () => (await painted(page))[0] === 1);
  await pick("b.png");
  await page.click("seg-add-support");
  await page.until("a sentence on b's mask", async () => /48 x 64.*64 x 48/.test(await page.text("seg-error")));
  assert.deepEqual(await painted(page), [1, 0]);
  await pick("c.png");
  await page.click("seg-set-query");
  const scores = await maps(page, 1);
  assert.ok(scores.majority > 0 && scores.fungi > 0, `c is scored against its mask: ${JSON.stringify(scores)}`);
});

scenario("bad masks get a sentence, good ones are taken", OPTIONS, async (page, t) => {
  await scenes(page);
  const [wrongSize, noImage, tooMany, good] = writeFiles(folder(t), {
    "wrong-size.png": png(31, 17, () => [0, 0, 0]),
    "no-image.png": textPng(),
    "300-classes.png": png(256, 256, (x, y) => [(x * 256 + y) % 300 & 255, ((x * 256 + y) % 300) >> 8, 9]),
    "halves.png": png(256, 256, (x) => (x < 128 ? [10, 20, 30] : [200, 100, 0])),
  });
  const before = await painted(page);
  const reasons = new Set();
  for (const [path, words] of [
    [wrongSize, /31 x 17/],
    [noImage, /./],
    [tooMany, /./],
  ]) {
    await page.choose([path], "seg-mask-input");
    const reason = await page.until(`a sentence on ${path}`, async () => {
      const text = await page.text("seg-error");
      return words.test(text) && !reasons.has(text) && text;
    });
    assert.match(reason, /^[A-Z].* .*\.$/, "it is a sentence");
    reasons.add(reason);
  }
  assert.deepEqual(await painted(page), before, "no stroke is lost");

  await page.choose([good], "seg-mask-input");
  await page.until("the mask", async () => (await painted(page))[0] === 1);
  assert.equal(await page.text("seg-error"), "", "the sentence goes when its reason has gone");
  await page.tab.$eval(`${EDITOR} .seg-stage`, (stage) => stage.focus());
  await page.click("seg-undo");
  assert.deepEqual(await painted(page), before, "a mask is one step that can be undone");
});

scenario("a mask's colours and whites mean the same in every file", OPTIONS, async (page, t) => {
  const black = [0, 0, 0];
  const red = [200, 0, 0];
  const green = [0, 200, 0];
  const halves = (left, right, first = left) => png(64, 48, (x, y) => (x + y === 0 ? first : x < 32 ? left : right));
  await page.choose(
    writeFiles(folder(t), {
      "a.png": picture("rings", 1, 64, 48),
      "a.mask.png": halves(black, red),
      "b.png": picture("stripes", 2, 64, 48),
      // Begins with another colour than the first, and has a new one.
      "b.mask.png": halves(red, green),
      "c.png": picture("checks", 3, 64, 48),
      "c.mask.png": halves(black, red, red),
    }),
  );
  await page.until("the photos", async () => (await page.items()).length === 3);
  await page.click("tab-segmentation");
  await page.until("the engine", async () => /Ready|of 3/.test(await page.text("status")));
  const pick = (name) => page.tab.locator(`[data-testid="gallery-item"][data-name="${name}"] .pick`).click();
  for (const [nth, name] of ["a.png", "b.png"].entries()) {
    await pick(name);
    await page.click("seg-add-support");
    await page.until(`${name}'s labels`, async () => (await painted(page))[nth] === 1);
  }
  const classes = () =>
    page.tab.$$eval('[data-testid="seg-class"]', (rows) => rows.map((row) => row.querySelector("input[type=color]").value));
  assert.deepEqual(await classes(), ["#000000", "#c80000", "#00c800"], "those that nobody used have gone");
  const names = () => page.tab.$$eval('[data-testid="seg-class"]', (rows) => rows.map(({ dataset }) => dataset.name));
  assert.deepEqual(await names(), ["class 0", "class 1", "class 2"], "no name is invented");
  await page.choose(writeFiles(folder(t), { "names.txt": "wall\nsky\n" }), "seg-names");
  await page.until("the names", async () => (await names()).join() === "wall,sky,class 2");
  assert.match(await page.text("seg-mask-note"), /^Each colour of the masks is a class\.$/);
  await pick("c.png");
  await page.click("seg-set-query");
  await maps(page, 1);
  assert.equal((await classes()).length, 3, "a pixel that comes first makes no class");

  await page.click("seg-clear");
  const [binary, blank] = writeFiles(folder(t), {
    "binary.png": greyPng(64, 48, (x) => (x < 32 ? 0 : 255)),
    "blank.png": greyPng(64, 48, () => 255),
  });
  await pick("a.png");
  await page.click("seg-add-support");
  await page.until("a's labels", async () => (await painted(page))[0] === 1);
  await page.choose([binary], "seg-mask-input");
  await page.until("a sentence on 255", async () => /only 0 and 255, so 255 is class 1/.test(await page.text("seg-mask-note")));
  assert.equal((await painted(page))[0], 1, "the object is labelled, and so is the rest");
  await page.choose([blank], "seg-mask-input");
  await page.until("a sentence on a mask without labels", async () => /No pixel of the mask/.test(await page.text("seg-error")));
  assert.equal((await painted(page))[0], 1, "no label is lost");
});

scenario("strokes outlive the worker", { ...OPTIONS, crashes: true }, async (page) => {
  await scenes(page);
  const { times } = await maps(page, 1);
  const [first] = await lines(page);
  const ready = await painted(page);
  await stroke(page, 0, { ...first[1], y: first[1].y + 0.05 });
  const before = await painted(page);
  assert.ok(before[0] > ready[0], `a stroke by the mouse: ${ready[0]}, ${before[0]}`);
  await page.tab.evaluate(() => scrollTo(0, 0));
  // Photos that come back are read anew: there is time to be killed in.
  await page.click("seg-clear");
  await page.click("seg-bring-back");
  await page.until("work", async () => (await page.attribute("seg-status", "data-busy")) === "true");
  const { workers } = await page.traffic();
  await page.killWorker();
  await page.until("another worker", async () => (await page.traffic()).workers > workers);
  const after = await maps(page, times + 1);
  assert.deepEqual(await painted(page), before, "every stroke is still there");
  assert.ok(after.fungi > 0, "there are maps of the new strokes");
});

scenario("strokes that the engine has to wait for", { ...OPTIONS, hold: /model\.safetensors$/ }, async (page, t) => {
  const names = ["a.png", "b.png"];
  const [support, query] = writeFiles(
    folder(t),
    Object.fromEntries(names.map((name, nth) => [name, picture("rings", nth, 96, 64)])),
  );
  await page.choose([support, query]);
  await page.click("tab-segmentation");
  const pick = (name) => page.tab.locator(`[data-testid="gallery-item"][data-name="${name}"] .pick`).click();
  await pick("a.png");
  await page.click("seg-add-support");
  await page.until("the picture", () => page.tab.$eval(`${EDITOR} canvas`, ({ width }) => width === 96));
  const headings = () => Promise.all(["seg-support-heading", "seg-query-heading"].map((id) => page.text(id)));
  assert.deepEqual(await headings(), ["1 Choose an example and paint on it", "2 Choose a photo to map"]);
  for (const [id, y] of [0.25, 0.75].entries()) {
    assert.ok((await stroke(page, 0, { id, y, from: 0.1, to: 0.9 })) > 0.02, "a stroke is seen at once");
  }
  const byPointer = (await painted(page))[0];
  await page.tab.$eval(`${EDITOR} .seg-stage`, (stage) => stage.focus());
  await page.tab.keyboard.press("Enter");
  const byKey = await painted(page);
  assert.ok(byKey[0] > byPointer, "and so is a patch");

  await page.tab.setViewport({ width: 390, height: 844 });
  const stage = await page.tab.$(`${EDITOR} .seg-stage`);
  await stage.evaluate((element) => element.scrollIntoView({ block: "center" }));
  const box = await stage.boundingBox();
  const session = await page.tab.createCDPSession();
  const touch = (type, ...fingers) => {
    const touchPoints = fingers.map(([x, y], id) => ({ x: box.x + x * box.width, y: box.y + y * box.height, id }));
    return session.send("Input.dispatchTouchEvent", { type, touchPoints });
  };
  const scale = () => page.tab.$eval(`${EDITOR} .seg-paper`, ({ dataset }) => Number(dataset.scale));
  await touch("touchStart", [0.4, 0.5]);
  await touch("touchStart", [0.4, 0.5], [0.6, 0.5]);
  for (const by of [0.1, 0.2, 0.3]) await touch("touchMove", [0.4 - by, 0.5], [0.6 + by, 0.5]);
  await touch("touchEnd");
  assert.ok((await scale()) > 2, "two fingers zoom the photo");
  assert.deepEqual(await painted(page), byKey, "and paint nothing");
  await touch("touchStart", [0.3, 0.8]);
  for (const x of [0.4, 0.5, 0.6]) await touch("touchMove", [x, 0.8]);
  await touch("touchEnd");
  const before = await painted(page);
  assert.ok(before[0] > byKey[0], "one finger paints");
  assert.equal(await page.tab.evaluate(() => visualViewport.scale), 1, "the page stays as it is");
  await page.click("seg-whole");
  assert.equal(await scale(), 1);
  assert.equal(await page.tab.$eval(EDITOR, ({ dataset }) => dataset.state), "waiting", "the engine has not opened it");
  await pick("b.png");
  await page.click("seg-set-query");
  assert.deepEqual(await headings(), ["Support: paint here", "Query: b.png"], "hints go when they were followed");
  page.server.release();
  await maps(page, 1);
  assert.deepEqual(await painted(page), before, "no stroke is lost");
});

scenario("another input side reads all photos anew", OPTIONS, async (page) => {
  await scenes(page);
  const { times } = await maps(page, 1);
  const before = await painted(page);
  await page.tab.$eval(".seg-options", (details) => (details.open = true));
  await page.tab.select('[data-testid="seg-side"]', "128");
  await maps(page, times + 1);
  assert.match(await page.text("seg-status"), /^Maps from \d+ painted patches of 3 photos/);
  assert.equal(await page.text("seg-error"), "", "nothing is asked before they are read");
  assert.deepEqual(await painted(page), before, "strokes stay");
});

scenario("maps that are saved while the engine restarts arrive", { ...OPTIONS, crashes: true }, async (page, t) => {
  await scenes(page);
  const saved = folder(t);
  await page.saveInto(saved);
  await page.tab.$eval(".seg-options", (details) => (details.open = true));
  const { workers } = await page.traffic();
  await page.killWorker();
  await page.click("seg-save-maps");
  await page.until("another worker", async () => (await page.traffic()).workers > workers);
  for (const feature of FEATURES) {
    const name = `cup-102-${feature}.png`;
    const { width, height } = indices(await page.until(name, () => readWhole(join(saved, name))));
    assert.ok(width > 0 && height > 0, `${name} is a picture`);
  }
  assert.equal(await page.text("seg-error"), "", "nothing went wrong");
});

scenario("painting and looking from the keyboard", OPTIONS, async (page) => {
  await scenes(page);
  await page.tab.setViewport({ width: 1280, height: 800 });
  const hidden = await page.tab.evaluate((editor) => {
    const looked = [`${editor} .seg-stage`, '[data-testid="seg-map-embedding"]', '[data-testid="seg-map-fungi"]'];
    scrollTo(0, 0);
    return looked.filter((selector) => document.querySelector(selector).getBoundingClientRect().bottom > innerHeight);
  }, EDITOR);
  assert.deepEqual(hidden, [], "one can paint and watch");
  const before = await painted(page);
  const { keyboard } = page.tab;
  await page.tabTo(`${EDITOR} .seg-stage`);
  assert.ok((await page.focus()).visible, "the focus can be seen");
  for (const key of ["ArrowUp", "ArrowUp", "ArrowLeft"]) await keyboard.press(key);
  await keyboard.press("1");
  await keyboard.press("Enter");
  for (const key of ["ArrowLeft", "Space", "ArrowLeft", "Space"]) await keyboard.press(key);
  const filled = (await painted(page))[0];
  await keyboard.press("Delete");
  const erased = (await painted(page))[0];
  assert.ok(erased < filled, `Delete erases a patch: ${filled}, ${erased}`);
  assert.notEqual(filled, before[0], "patches are filled");

  await keyboard.down("Control");
  for (let step = 0; step < 4; step++) await keyboard.press("z");
  assert.equal((await painted(page))[0], before[0], "Ctrl+Z takes each patch back");
  await keyboard.press("y");
  await keyboard.up("Control");
  assert.notEqual((await painted(page))[0], before[0], "Ctrl+Y does it again");
  assert.notEqual(await page.attribute("seg-undo", "disabled"), "", "the button knows too");
  await maps(page, 2);

  const classes = () => page.tab.$$eval('[data-testid="seg-class"]', (rows) => rows.map(({ dataset }) => dataset.name));
  const [named, labels] = [await classes(), await painted(page)];
  await page.tab.click('[data-testid="seg-class"] .remove');
  assert.equal((await classes()).length, named.length - 1);
  await keyboard.down("Control");
  await keyboard.press("z");
  await keyboard.up("Control");
  assert.deepEqual([await classes(), await painted(page)], [named, labels], "Ctrl+Z brings the class back, strokes and all");
  await page.click("seg-add-class");
  await page.until("the focus on its name", () => page.tab.evaluate(() => getSelection().toString() === "class 2"));
  await keyboard.type("pen");
  await keyboard.press("Enter");
  assert.deepEqual(await classes(), [...named, "pen"], "the name of a new class can be typed at once");

  await page.tabTo('[data-testid="seg-map-embedding"]');
  await keyboard.press("ArrowRight");
  for (const feature of FEATURES) {
    for (const stage of [`seg-map-${feature}`, `seg-support-${feature}`]) {
      await page.until(`resemblance on ${stage}`, async () => (await page.attribute(stage, "data-heat")) === "true");
    }
  }
  await keyboard.press("Escape");
  await page.until("the map again", async () => (await page.attribute("seg-map-fungi", "data-heat")) === "false");

  const look = (words) =>
    page.tab.$eval(
      '[data-testid="seg-view"]',
      (select, words) => {
        select.value = [...select.options].find(({ textContent }) => textContent.includes(words)).value;
        select.dispatchEvent(new Event("change", { bubbles: true }));
      },
      words,
    );
  await look("differ");
  assert.match(await page.text("seg-summary"), /^Differs from the other map in .* % of the pixels\.$/);
  await look("wrong");
  assert.match(await page.text("seg-summary"), /^Differs from the true labels in .* % of the pixels\.$/);
  await look("over the other");
  await page.tabTo('[data-testid="seg-swipe"]');
  const cut = () => page.tab.$eval('[data-testid="seg-single"] canvas + canvas', (map) => getComputedStyle(map).clipPath);
  const half = await cut();
  await keyboard.press("ArrowRight");
  assert.notEqual(await cut(), half, "the border between the maps moves with the keyboard");
  await look("true labels");
  assert.match(await page.attribute("seg-single", "aria-label"), /true labels$/);
});
