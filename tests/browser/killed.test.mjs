// The engine dies again and again, loses its GPU, or dies of one file: no image is lost, none is there twice, and only the
// file that was at fault is left out.

import assert from "node:assert/strict";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { chromium, firefox } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { ROOT, scenario } from "./page.mjs";
import { ANSWERS, EVENTS, pack } from "./postcard.mjs";

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
  { browser: chromium, hash: "#device=cpu&objectives=kl,dino&views=fewer", crashes: true, minutes: 10 },
  async (page, t) => {
    const [IMAGES, DEATHS] = [100, 20];
    const paths = writeFiles(folder(t), series(IMAGES));
    const moments = chance(7);
    const next = () => moments.next().value;
    await page.choose(paths);
    for (let death = 1; death <= DEATHS; death++) {
      // Some images further on, and at any moment of an image's work. Never past the end: each death is in mid-work.
      const goal = Math.min((await done(page)) + 1 + Math.floor(5 * next()), IMAGES - 2 * (DEATHS - death + 1));
      await page.untilComputed(goal);
      await new Promise((resolve) => setTimeout(resolve, 60 * next()));
      const { workers } = await page.traffic();
      await page.killWorker();
      await page.until(`worker ${death + 1}`, async () => (await page.traffic()).workers > workers, 30_000);
    }
    const items = await page.untilComputed(IMAGES);
    t.diagnostic(`${items.length} images, ${(await page.traffic()).workers} workers, ${page.crashes.length} crashes`);
    assert.deepEqual(items.map((item) => item.name).sort(), Array.from({ length: IMAGES }, (_, i) => name(i)));
    assert.deepEqual(await page.errors(), [], "no file is blamed");
    const ranked = async () => {
      await page.query(name(0));
      return page.until("neighbours", async () => (await page.neighbours("fungi")).length && page.neighbours("fungi"));
    };
    const disturbed = await ranked();

    await page.open("#device=cpu&objectives=kl,dino&views=fewer");
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
    minutes: 15,
  },
  async (page, t) => {
    await page.choose(writeFiles(folder(t), series(12)));
    await page.untilComputed(2, 10 * 60_000);
    assert.equal(await page.attribute("device", "data-backend"), "gpu");
    await page.tab.evaluate(() => new BroadcastChannel("lose the GPU").postMessage("now"));
    const items = await page.untilComputed(12, 10 * 60_000);
    t.diagnostic(`${await page.text("device")}; ${await page.text("device-reason")}`);
    assert.deepEqual(items.map((item) => item.name).sort(), Array.from({ length: 12 }, (_, i) => name(i)));
    assert.deepEqual(await page.errors(), [], "no file is blamed");
    await page.query(name(0));
    assert.equal((await page.neighbours("fungi")).length, 10);
  },
);

scenario(
  "a file that the decoder panics on costs one restart, and only itself",
  { browser: chromium, hash: "#device=cpu&objectives=kl", crashes: true },
  async (page, t) => {
    // No file is known that does it: the worker is made to do what it does then, which is to refuse the file and die.
    const dies = async (said) => {
      await page.until("a worker", () => page.tab.workers().length > 0, 20_000);
      await page.tab.workers().at(-1).evaluate((said) => {
        const usual = self.onmessage;
        self.onmessage = (message) => {
          const [request, file] = message.data;
          if (file?.name !== "bad.png") return usual.call(self, message);
          // The request's number, up to 127, is its first byte.
          self.postMessage([Uint8Array.from([request[0], ...said])]);
          setTimeout(() => {
            throw new Error("unreachable");
          });
        };
      }, said);
    };
    await page.choose(writeFiles(folder(t), { "first.png": picture("rings", 50) }));
    await page.untilComputed(1);
    const { workers } = await page.traffic();
    await dies(pack(EVENTS.Answer, ANSWERS.Refused, "The PNG image is damaged."));
    await page.choose(writeFiles(folder(t), { ...series(3), "bad.png": picture("rings", 60), "z.png": picture("checks", 70) }));
    await page.untilComputed(5);
    const errors = await page.errors();
    assert.equal(errors.length, 1);
    assert.match(errors[0].text, /bad\.png.*damaged/);
    assert.equal((await page.traffic()).workers, workers + 1, "one restart");
  },
);
