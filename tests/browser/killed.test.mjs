// The engine dies again and again, loses its GPU, or dies of one file: no image is lost, none is there twice, and only the
// file that was at fault is left out.

import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { chromium, firefox } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { sentItems } from "./items.mjs";
import { ROOT, scenario } from "./page.mjs";
import { ANSWERS, EVENTS, pack } from "./postcard.mjs";
import { EDITOR, maps, painted } from "./segmentation.mjs";

const KINDS = ["rings", "stripes", "checks"];
const name = (i) => `${String(i).padStart(3, "0")}-${KINDS[i % 3]}.png`;

/** The first `count` of a series of pictures. */
const series = (count) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [name(i), picture(KINDS[i % 3], 1 + i)]));

/** Numbers in 0..1, the same each time (a linear congruence with Knuth's MMIX constants). */
function* chance(seed) {
  for (let state = BigInt(seed); ; ) {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    yield Number(state >> 32n) / 2 ** 32;
  }
}

const done = async (page) => (await page.items()).filter(({ state }) => state === "done").length;

scenario(
  "100 images survive 20 deaths of the worker",
  { browser: chromium, hash: "#device=cpu&workers=1&objectives=kl,dino,simclr&views=fewer", crashes: true },
  async (page, t) => {
    const [IMAGES, DEATHS] = [100, 20];
    const paths = writeFiles(folder(t), series(IMAGES));
    const moments = chance(7);
    const next = () => moments.next().value;
    await page.choose(paths);
    let hasty = false;
    for (let death = 1; death <= DEATHS; death++) {
      const { workers, received } = await page.traffic();
      // Some answers further on, and at any moment of an image's work; now and then before the first answer, though three
      // such deaths in a row would be taken for an engine that does not work. 300 answers are due: each is in mid-work.
      hasty = !hasty && next() < 0.25;
      const answers = hasty ? 0 : 1 + Math.floor(4 * next());
      const enough = async () => (await sentItems(page, received)).length >= answers;
      await page.until(`${answers} answers of worker ${death}`, enough);
      await new Promise((resolve) => setTimeout(resolve, 60 * next()));
      await page.killWorker();
      await page.until(`worker ${death + 1}`, async () => (await page.traffic()).workers > workers);
    }
    assert.ok((await done(page)) < IMAGES, "the last death was in mid-work");
    const items = await page.untilComputed(IMAGES);
    t.diagnostic(`${items.length} images, ${(await page.traffic()).workers} workers, ${page.crashes.length} crashes`);
    assert.deepEqual(items.map((item) => item.name).sort(), Array.from({ length: IMAGES }, (_, i) => name(i)));
    assert.deepEqual(await page.errors(), [], "no file is blamed");
    const ranked = async () => {
      await page.query(name(0));
      const complete = async () => (await page.text("neighbours-fungi-made-of")).endsWith("DINO + SimCLR");
      await page.until("a ranking by all parts", complete);
      return page.neighbours("fungi");
    };
    const disturbed = await ranked();

    await page.open("#device=cpu&workers=2&objectives=kl,dino,simclr&views=fewer");
    await page.choose(paths);
    await page.untilComputed(IMAGES);
    assert.deepEqual(await ranked(), disturbed, "features are those of an undisturbed run");
  },
);

/** Put before the worker's own program: the test says when its GPU is lost. */
const LOSABLE = `
const request = globalThis.GPUAdapter?.prototype.requestDevice;
if (request) {
  GPUAdapter.prototype.requestDevice = async function (...args) {
    const device = await request.apply(this, args);
    new BroadcastChannel("lose the GPU").onmessage = () => device.destroy();
    return device;
  };
}
`;

/** The site with workers whose GPU can be lost. */
function losable(t) {
  const site = folder(t);
  cpSync(`${ROOT}dist`, site, { recursive: true });
  writeFileSync(`${site}/worker.js`, LOSABLE + readFileSync(`${site}/worker.js`, "utf8"));
  return site;
}

scenario(
  "a lost GPU costs nothing that was computed",
  {
    browser: firefox,
    hash: "#device=gpu&objectives=kl",
    site: losable,
    crashes: true,
  },
  async (page, t) => {
    await page.choose(writeFiles(folder(t), series(12)));
    await page.untilComputed(2, 10 * 60_000);
    assert.equal(await page.attribute("device", "data-backend"), "gpu");
    await page.tab.evaluate(() => new BroadcastChannel("lose the GPU").postMessage("now"));
    const items = await page.untilComputed(12, 10 * 60_000);
    const reason = await page.text("device-reason");
    t.diagnostic(`${await page.text("device")}; ${reason}`);
    assert.doesNotMatch(reason, /Caused by|[Bb]acktrace|poisoned/, "the reason is a sentence");
    assert.deepEqual(items.map((item) => item.name).sort(), Array.from({ length: 12 }, (_, i) => name(i)));
    assert.deepEqual(await page.errors(), [], "no file is blamed");
    await page.query(name(0));
    assert.equal((await page.neighbours("fungi")).length, 10);
  },
);

/** What a worker does when the decoder panics: it refuses the file, and dies. Of a trap it dies without a word. */
const PANIC = { said: pack(EVENTS.Answer, ANSWERS.Refused, "The PNG image is damaged.") };
const TRAP = { trap: "memory access out of bounds" };

/** Makes the current worker die of bad.png: no file is known that does it. */
async function diesOfBad(page, how) {
  await page.until("a worker", () => page.tab.workers().length > 0);
  await page.tab.workers().at(-1).evaluate(({ said, trap }) => {
    const usual = self.onmessage;
    let dying = false;
    self.onmessage = (message) => {
      const [request, file] = message.data;
      if (dying) return;
      if (file?.name !== "bad.png") return usual.call(self, message);
      dying = true;
      // A request begins with its number, whose last byte is below 128.
      const number = request.subarray(0, request.findIndex((byte) => byte < 0x80) + 1);
      if (said) self.postMessage([Uint8Array.from([...number, ...said])]);
      setTimeout(() => {
        throw trap ? new WebAssembly.RuntimeError(trap) : new Error("the decoder gave up");
      });
    };
  }, how);
}

scenario(
  "a file that the decoder panics on costs one restart, and only itself",
  { browser: chromium, hash: "#device=cpu&workers=1&objectives=kl", crashes: true },
  async (page, t) => {
    await page.choose(writeFiles(folder(t), { "first.png": picture("rings", 50) }));
    await page.untilComputed(1);
    const { workers } = await page.traffic();
    await diesOfBad(page, PANIC);
    await page.choose(writeFiles(folder(t), { ...series(3), "bad.png": picture("rings", 60), "z.png": picture("checks", 70) }));
    await page.untilComputed(5);
    const errors = await page.errors();
    assert.equal(errors.length, 1);
    assert.match(errors[0].text, /bad\.png.*damaged/);
    assert.equal((await page.traffic()).workers, workers + 1, "one restart");
  },
);

for (const [what, how, reason] of [
  ["that the decoder panics on", PANIC, /^The PNG image is damaged\.$/],
  ["that traps", TRAP, /^The engine crashed on bad\.png, so /],
]) {
  scenario(
    `a photo ${what} costs Segmentation one restart, and only itself`,
    { browser: chromium, hash: "#device=cpu&workers=1&objectives=kl", crashes: true },
    async (page, t) => {
      const names = ["bad.png", "good.png", "query.png"];
      const photos = Object.fromEntries(names.map((name, i) => [name, picture(KINDS[i], 40 + i, 64, 48)]));
      await page.choose(writeFiles(folder(t), photos));
      await page.untilComputed(3);
      await page.click("tab-segmentation");
      const editor = (name) => `${EDITOR}[data-name="${name}"]`;
      for (const [name, button] of [
        ["bad.png", "seg-add-support"],
        ["good.png", "seg-add-support"],
        ["query.png", "seg-set-query"],
      ]) {
        await page.tab.locator(`[data-testid="gallery-item"][data-name="${name}"] .pick`).click();
        await page.click(button);
      }
      await page.tab.waitForSelector(`${editor("good.png")}[data-state="open"]`);
      await page.tab.$eval(`${editor("good.png")} .seg-stage`, (stage) => stage.focus());
      for (const key of ["1", "Enter", "ArrowLeft", "2", "Enter"]) await page.tab.keyboard.press(key);
      const { times } = await maps(page, 1);
      const strokes = await painted(page);
      assert.ok(strokes[1] > 0, "there are strokes on the good photo");

      const { workers } = await page.traffic();
      await diesOfBad(page, how);
      // Photos that come back are read anew, the bad one first.
      await page.click("seg-clear");
      await page.click("seg-bring-back");
      const bad = `${editor("bad.png")}[data-state="failed"] [data-testid="seg-error"]`;
      await page.tab.waitForSelector(bad, { timeout: 60_000 });
      assert.match(await page.tab.$eval(bad, (error) => error.textContent), reason);
      await maps(page, times + 1);
      assert.deepEqual(await painted(page), strokes, "every stroke is still there");
      assert.equal(await page.tab.$eval(editor("good.png"), ({ dataset }) => dataset.state), "open");
      assert.equal((await page.tab.$$('[data-testid="seg-error"]')).length, 1, "nothing else is at fault");
      assert.equal((await page.traffic()).workers, workers + 1, "one restart");
    },
  );
}
