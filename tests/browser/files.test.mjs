// Real files, good and bad: all good ones are shown with their folder as label, each bad one is named with its reason.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { chromium } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { brokenJpeg, hugePng, picture, textPng, writeFiles } from "./files.mjs";
import { sentItems } from "./items.mjs";
import { scenario } from "./page.mjs";

const rings = picture("rings", 1);

const FILES = {
  "album/rings/first.png": rings,
  "album/rings/second.png": picture("rings", 2),
  "album/stripes/first.png": picture("stripes", 3), // the same name as another, in another folder
  "album/stripes/copy.png": rings, // the same bytes as another
  "album/stripes/broken.jpg": brokenJpeg(),
  "album/checks/letter.png": textPng(),
  "album/checks/huge.png": hugePng(),
};

/** What the page must say of FILES. */
async function checkAlbum(page) {
  await page.untilComputed(3);
  const errors = await page.until("three errors", async () => {
    const errors = await page.errors();
    return errors.length >= 3 && errors;
  });
  const items = await page.items();
  const duplicates = await page.children("duplicate-list", "duplicate");
  assert.equal(items.length, 3, "each picture once");
  // Which of two equal files comes first is the browser's choice; the other is named as its copy.
  assert.equal(duplicates.length, 1);
  const twins = ["first.png (rings)", "copy.png (stripes)"];
  const shown = items.map(({ name, label }) => `${name} (${label})`);
  assert.deepEqual(
    shown.filter((item) => !twins.includes(item)).sort(),
    ["first.png (stripes)", "second.png (rings)"],
    "with the folder as its label",
  );
  const kept = shown.find((item) => twins.includes(item));
  assert.ok(kept, `${shown} holds one of ${twins}`);
  assert.equal(duplicates[0].name, kept.startsWith("first") ? "copy.png" : "first.png");
  const reasons = Object.fromEntries(errors.map(({ name, text }) => [name, text]));
  assert.deepEqual(Object.keys(reasons).sort(), ["broken.jpg", "huge.png", "letter.png"], "each bad file once");
  for (const [name, reason] of Object.entries(reasons)) {
    assert.match(reason, /\w+ \w+ \w+ \w+/, `${name} has a sentence`);
    assert.doesNotMatch(reason, /panicked|unreachable|unwrap/, name);
  }
  assert.match(reasons["huge.png"], /100 megapixels/, "the limit is named");
}

scenario("a dropped folder with bad files", { browser: chromium, hash: "#device=cpu" }, async (page, t) => {
  const root = folder(t);
  writeFiles(root, FILES);
  await page.drop([join(root, "album")]);
  await checkAlbum(page);
  // What became of the seven files, each number a way to its list.
  const said = async (words) => page.until(words, async () => (await page.text("status")).startsWith(words));
  await said("All 3 images are computed. 3 refused 1 there already");
  await page.click("open-duplicate-list");
  const focused = () => page.tab.evaluate(() => [document.activeElement.dataset.testid, document.activeElement.closest("details").open]);
  assert.deepEqual(await focused(), ["duplicate-list", true]);

  // Given again, nothing new is computed; what was refused is refused again, and nothing is lost.
  const before = (await sentItems(page)).length;
  await page.choose([join(root, "album/rings/second.png")]);
  await page.until(
    "the copy to be named, and to leave the gallery",
    async () => (await page.children("duplicate-list", "duplicate")).length === 2 && (await page.items()).length === 3,
    20_000,
  );
  assert.equal((await sentItems(page)).length, before, "a known image costs no computing");
});

scenario("a folder chosen in the dialogue", { browser: chromium, hash: "#device=cpu" }, async (page, t) => {
  const root = folder(t);
  writeFiles(root, FILES);
  await page.choose([join(root, "album")], "folder-input");
  await checkAlbum(page);
});

scenario("removed images and the query can be brought back", { browser: chromium, hash: "#device=cpu" }, async (page, t) => {
  const paths = writeFiles(folder(t), {
    "one.png": picture("rings", 1),
    "two.png": picture("stripes", 2),
    "three.png": picture("checks", 3),
  });
  await page.choose(paths);
  await page.untilComputed(3);
  await page.query("two.png");
  const names = async () => (await page.items()).map(({ name }) => name).sort();
  const query = () => page.attribute("query", "data-name");
  const { received } = await page.traffic();

  await page.removeItem("two.png");
  assert.deepEqual([await names(), await query()], [["one.png", "three.png"], null]);
  await page.click("undo");
  assert.deepEqual([await names(), await query()], [["one.png", "three.png", "two.png"], "two.png"]);
  await page.click("clear");
  assert.deepEqual([await names(), await query()], [[], null]);
  assert.match(await page.text("status"), /^The gallery is empty\./);
  await page.click("undo");
  assert.deepEqual([await names(), await query()], [["one.png", "three.png", "two.png"], "two.png"]);
  assert.equal((await page.neighbours("embedding")).length, 2, "with its neighbours");
  assert.match(await page.text("status"), /^All 3 images are computed\./);
  assert.ok(
    (await page.items()).every(({ state }) => state === "done"),
    "undo brings features back too",
  );
  assert.equal((await page.traffic()).received, received, "and computes nothing");

  // What is dropped on the query: one file is compared and can be labelled, a folder is added.
  const other = folder(t);
  writeFiles(other, { "alone.png": picture("rings", 4), "cups/a.png": picture("stripes", 5), "cups/b.png": picture("checks", 6) });
  await page.drop([join(other, "alone.png")], "query");
  await page.until("the file as the query", async () => (await query()) === "alone.png");
  assert.equal((await page.items()).length, 3);
  const label = async (testid, words) => {
    assert.ok(await page.attribute(testid, "data-name"));
    await page.tab.locator(`[data-testid="${testid}"]`).fill(words);
    await page.tab.keyboard.press("Tab");
  };
  await label("query-label", "cup");
  await page.until("its label", async () => (await page.attribute("query", "data-label")) === "cup");
  const active = await page.attribute("label", "data-name");
  await label("label", "boat");
  const labelled = async () => (await page.items()).filter(({ label }) => label).map(({ name, label }) => `${name}: ${label}`);
  await page.until("the other's", async () => (await labelled()).length > 0);
  assert.deepEqual([await labelled(), await page.attribute("query", "data-label")], [[`${active}: boat`], "cup"]);
  await page.drop([join(other, "cups")], "query");
  await page.until("the folder's first file as the query", async () => (await query()) === "a.png");
  await page.until("all of it in the gallery", async () => (await names()).join() === "a.png,b.png,one.png,three.png,two.png");
});

scenario("an image chosen as the query overtakes the queue", { browser: chromium, hash: "#device=cpu&workers=1&objectives=kl" }, async (page, t) => {
  // Big enough that a person is quicker than a worker; what follows a PNG's end makes it another file.
  const big = picture("rings", 1, 2000, 1500);
  const bytes = (i) => Buffer.concat([big, Buffer.from([i])]);
  const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${10 + i}.png`, bytes(i)]));
  await page.choose(writeFiles(folder(t), files));
  const begun = await page.until("a first group", async () => {
    const { length } = await sentItems(page);
    return length >= 8 && length;
  });
  await page.query("49.png");
  const hash = createHash("sha256").update(bytes(39)).digest("hex");
  const place = await page.until(
    "the query's features",
    async () => (await sentItems(page)).findIndex((item) => item.hash === hash) + 1,
  );
  // A worker has two groups of eight, and finishes the one that it has begun; a few more while this was asked for.
  assert.ok(place <= begun + 12, `it was computed as number ${place}, and chosen after ${begun}`);
});

const DRAWING = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="12"><rect width="12" height="12" fill="#b40"/></svg>',
);

scenario("formats that only the browser knows, and files that are no pictures", { browser: chromium, hash: "#device=cpu&objectives=kl" }, async (page, t) => {
  const root = folder(t);
  writeFiles(root, {
    "all/drawing.svg": DRAWING,
    "all/torn.svg": Buffer.from("<svg"),
    "all/photo.png": rings,
    "all/letter.txt": textPng(),
    "all/letter": textPng(),
  });
  await page.drop([join(root, "all")]);
  await page.untilComputed(2);
  await page.until("the rest", async () => (await page.text("status")).startsWith("All 2 images are computed. 3 refused"));
  assert.equal(await page.text("strangers"), "2 files are no pictures: letter.txt, letter.");
  assert.deepEqual((await page.errors()).map(({ name }) => name), ["torn.svg"]);
  await page.query("drawing.svg");
  const decoder = () => page.tab.$eval('[data-testid="label-decoder"]', (note) => note.hidden || note.textContent);
  assert.match(await decoder(), /^Decoded by your browser/);
  assert.equal((await page.neighbours("fungi")).length, 1);
  await page.query("photo.png");
  assert.equal(await decoder(), true, "the engine did it");
});
