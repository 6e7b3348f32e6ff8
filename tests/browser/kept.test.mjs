// The gallery survives a reload, a closed tab and a killed browser without anything being computed again; whatever is wrong
// with its storage is a sentence, and the page works on.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { chromium } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, png, writeFiles } from "./files.mjs";
import { sentItems } from "./items.mjs";
import { ROOT, scenario } from "./page.mjs";
import { pack } from "./postcard.mjs";
import { EDITOR, painted } from "./segmentation.mjs";

/** A profile that a second browser takes over. */
const PROFILE = mkdtempSync(join(tmpdir(), "mycoscope-profile-"));
after(() => rmSync(PROFILE, { recursive: true, force: true }));

const HASH = "#device=cpu&workers=1&objectives=kl";
const KINDS = ["rings", "stripes", "checks"];
const some = (count) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`set/${KINDS[i % 3]}/${i}.png`, picture(KINDS[i % 3], 1 + i)]));

const untilState = (page, state) =>
  page.until(`the gallery to be "${state}"`, async () => (await page.attribute("kept", "data-state")) === state);

/** What of an image must come back. */
const looks = (items) => items.map(({ name, label, state }) => ({ name, label, state }));

/** Puts values `{ store, key, value }` into the page's database (bytes as arrays, files as `{ file }`); gives the keys of its stores. */
const database = (page, puts = []) =>
  page.tab.evaluate(async (puts) => {
    const promised = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const open = await promised(indexedDB.open("mycoscope gallery"));
    const store = (name) => open.transaction(name, "readwrite").objectStore(name);
    for (const { store: name, key, value } of puts) {
      const bytes = Uint8Array.from(value.file ?? value);
      await promised(store(name).put(value.file ? new File([bytes], "1.png", { type: "image/png" }) : bytes, key));
    }
    const all = {};
    for (const name of ["images", "files", "features", "photos"]) all[name] = await promised(store(name).getAllKeys());
    open.close();
    return all;
  }, puts);

const notices = (page) =>
  page.tab.$$eval('[data-testid="notice"]', (all) => all.map((notice) => notice.textContent.trim()));

/** The image's label, typed as a person does. */
async function relabel(page, name, label) {
  await page.query(name);
  const field = await page.tab.waitForSelector('[data-testid="label"]');
  await field.click({ count: 3 });
  await field.type(label);
  await page.tab.keyboard.press("Enter");
}

/** A stroke across the photo on top. */
async function paint(page) {
  const photo = await page.tab.waitForSelector(`${EDITOR} .seg-stage`);
  await page.until("the photo to be there", () => page.tab.$eval(`${EDITOR} img`, (img) => img.complete && img.naturalWidth > 0));
  const { x, y, width, height } = await photo.boundingBox();
  await page.tab.mouse.move(x + 0.2 * width, y + 0.5 * height);
  await page.tab.mouse.down();
  await page.tab.mouse.move(x + 0.5 * width, y + 0.4 * height, { steps: 5 });
  await page.tab.mouse.move(x + 0.8 * width, y + 0.5 * height, { steps: 5 });
  await page.tab.mouse.up();
  await page.until("the stroke", async () => (await painted(page))[0] > 0);
}

scenario(
  "what was there is there again, and what is wrong is said",
  { browser: chromium, hash: HASH, keep: true },
  async (page, t) => {
    await untilState(page, "kept");
    await page.choose([writeFiles(folder(t), some(6))[0].replace(/\/set\/.*/, "/set")], "folder-input");
    await page.untilComputed(6);
    await relabel(page, "1.png", "mine");
    await page.click("tab-segmentation");
    await page.click("seg-add-support");
    await paint(page);
    await untilState(page, "kept");
    const [items, strokes] = [looks(await page.items()), await painted(page)];
    assert.equal(items.find(({ name }) => name === "1.png").label, "mine");

    await page.open(HASH);
    await page.until("all six", async () => (await page.items()).length === 6);
    assert.deepEqual(looks(await page.items()), items, "the same images in the same order, computed");
    assert.equal(await page.attribute("query", "data-name"), "1.png", "the query too");
    await page.until("the engine", async () => (await page.attribute("device", "data-backend")) === "cpu");
    await page.until("the strokes", async () => JSON.stringify(await painted(page)) === JSON.stringify(strokes));
    assert.deepEqual(await sentItems(page), [], "nothing is computed again");
    await page.click("tab-neighbours");
    assert.equal((await page.neighbours("fungi")).length, 5, "it is ranked by what was kept");

    // A second tab says that it keeps nothing; when the first is closed, it has what that one kept.
    const first = page.tab;
    page.tab = await first.browser().newPage();
    await page.open(HASH);
    await untilState(page, "elsewhere");
    assert.match((await notices(page)).join(), /open in another tab/);
    assert.deepEqual(await page.items(), []);
    await first.close();
    await page.until("the other tab's images", async () => (await page.items()).length === 6);
    await untilState(page, "kept");
    assert.deepEqual(looks(await page.items()), items);

    // A record that is damaged is left out, and told; the others come back.
    const { images } = await database(page);
    assert.equal(images.length, 6);
    await database(page, [{ store: "images", key: images[0], value: [1, 200, 200] }]);
    await page.open(HASH);
    await page.until("the other five", async () => (await page.items()).length === 5);
    await untilState(page, "kept");
    assert.match((await notices(page)).join(), /One kept image was damaged/);

    // Everything is cleared with the keyboard, after one question.
    const { keyboard } = page.tab;
    await page.tabTo('[data-testid="kept"]');
    await keyboard.press("Enter");
    await page.tabTo('[data-testid="clear-everything"]');
    await keyboard.press("Enter");
    await page.until("the question", () => page.tab.$eval('[data-testid="clear-dialog"]', (dialog) => dialog.open));
    await keyboard.press("Escape");
    await page.until("no question", () => page.tab.$eval('[data-testid="clear-dialog"]', (dialog) => !dialog.open));
    assert.equal((await page.items()).length, 5, "asked, not done");
    assert.equal(await page.tab.evaluate(() => document.activeElement.dataset.testid), "kept", "the focus is not lost");
    await keyboard.press("Enter");
    await page.tabTo('[data-testid="clear-everything"]');
    await keyboard.press("Enter");
    await page.tabTo('[data-testid="clear-yes"]');
    await keyboard.press("Enter");
    await page.until("nothing", async () => (await page.items()).length === 0);
    await untilState(page, "kept");
    assert.deepEqual(await database(page), { images: [], files: [], features: [], photos: [] });

    // Records of the first version open.
    const version1 = (name) => [...readFileSync(`${ROOT}tests/kept/version-1/${name}`)];
    await database(page, [
      { store: "images", key: 1, value: version1("image") },
      { store: "features", key: 2 ** 32 + 1, value: version1("features") },
      { store: "files", key: 1, value: { file: [...picture("rings", 1)] } },
      { store: "page", key: 2, value: version1("origins") },
      // Version 1: one image, no query from outside, the query; nothing else.
      { store: "page", key: 1, value: pack(1, 1, 1, 0, 1, 1, 0, 0, 0) },
    ]);
    await page.open(HASH);
    await page.until("the first version's image", async () => (await page.items()).length === 1);
    const [old] = await page.items();
    assert.deepEqual([old.name, old.label], ["K\u00fcche/1.png", "cup"]);
    await page.untilComputed(1);
    assert.deepEqual(await notices(page), []);
  },
);

scenario("storage that is full is said, and tried again", { browser: chromium, hash: HASH }, async (page, t) => {
  // Before the page has touched its database: the browser goes by what it last knew of the room.
  const session = await page.tab.createCDPSession();
  const { origin } = new URL(page.url);
  await session.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 50_000 });
  page.keep = true;
  await page.open(HASH);
  await untilState(page, "kept");
  const noise = (seed) => png(300, 300, (x, y) => [0, 1, 2].map((c) => Math.imul(x * 73 + y * 3001 + c + seed, 0x9e3779b1) >>> 24));
  await page.choose(writeFiles(folder(t), { "noise-1.png": noise(1), "noise-2.png": noise(2) }));
  await untilState(page, "full");
  assert.match((await notices(page)).join(), /no more storage/);
  await page.untilComputed(2);
  await session.send("Storage.overrideQuotaForOrigin", { origin });
  await page.click("kept");
  await page.click("kept-try");
  await untilState(page, "kept");
  assert.deepEqual(await notices(page), [], "nothing is wrong any more");
  await page.open(HASH);
  await page.until("both", async () => (await page.items()).filter(({ state }) => state === "done").length === 2);
});

scenario(
  "a killed browser loses nothing that was written",
  { browser: () => chromium({ args: [`--user-data-dir=${PROFILE}`] }), hash: HASH, keep: true },
  async (page, t) => {
    await untilState(page, "kept");
    await page.choose(writeFiles(folder(t), some(4)));
    await page.untilComputed(4);
    await untilState(page, "kept");
    const items = looks(await page.items());
    const ended = new Promise((resolve) => page.tab.browser().process().once("exit", resolve));
    page.tab.browser().process().kill("SIGKILL");
    await ended;
    const again = await chromium({ args: [`--user-data-dir=${PROFILE}`] });
    t.after(() => again.close());
    page.tab = await again.newPage();
    await page.open(HASH);
    await page.until("all four", async () => (await page.items()).length === 4);
    assert.deepEqual(looks(await page.items()), items);
  },
);

scenario(
  "a browser without a database says so, and computes",
  {
    browser: chromium,
    hash: HASH,
    keep: true,
    before: () => Object.defineProperty(window, "indexedDB", { value: undefined }),
  },
  async (page, t) => {
    await untilState(page, "failed");
    assert.match((await notices(page)).join(), /keeps nothing for this page/);
    await page.choose(writeFiles(folder(t), some(1)));
    await page.untilComputed(1);
    await page.click("kept");
    assert.match(await page.text("kept-sentence"), /private windows/);
  },
);
