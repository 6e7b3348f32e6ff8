// Live: embeddings first, gradients as they arrive, on every core; and nothing of it depends on how many there are.

import assert from "node:assert/strict";
import { chromium } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { gathered, PARTS, sentItems } from "./items.mjs";
import { scenario } from "./page.mjs";

const KINDS = ["rings", "stripes", "checks"];
const series = (count) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${KINDS[i % 3]}-${i}.png`, picture(KINDS[i % 3], 1 + i)]));

const STAGES = [/^Embedding and KL/, /^DINO/, /^SimCLR/];

/** Notes every text that FUNGI's column gives itself, with how far the images are then. */
const watch = (page) =>
  page.tab.evaluate(() => {
    window.story = [];
    const look = () => {
      const made = document.querySelector("[data-testid=neighbours-fungi-made-of]")?.textContent;
      const count = (state) => document.querySelectorAll(`[data-testid=gallery-item][data-state=${state}]`).length;
      const near = document.querySelectorAll("[data-testid=neighbours-fungi] [data-testid=neighbour]").length;
      const now = { made, near, waiting: count("waiting"), done: count("done") };
      if (made !== window.story.at(-1)?.made || now.done !== window.story.at(-1)?.done) window.story.push(now);
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  });

/** Whether features are equal to the bit; says where the first difference is, and not all numbers. */
function same(found, expected, what) {
  assert.deepEqual(Object.keys(found).sort(), Object.keys(expected).sort(), what);
  for (const [hash, parts] of Object.entries(expected))
    for (const part of PARTS) {
      const at = parts[part].findIndex((value, i) => value !== found[hash][part]?.[i]);
      assert.equal(at, -1, `${what}: ${part} of ${hash}, ${found[hash][part]?.[at]} instead of ${parts[part][at]}`);
    }
}

scenario("the ranking is there at once, and is refined as gradients arrive", { browser: chromium, hash: "#device=cpu" }, async (page, t) => {
  await watch(page);
  await page.choose(writeFiles(folder(t), series(24)));
  await page.untilComputed(24);
  await page.until("the last ranking", async () => (await page.text("neighbours-fungi-made-of")).endsWith("+ SimCLR"));
  const story = await page.tab.evaluate(() => window.story);
  const first = story.find(({ near }) => near > 0);
  assert.match(first.made, /^embedding \+ KL; DINO for \d+ of \d+, SimCLR for 0 of \d+$/);
  assert.ok(
    story.every(({ waiting, done }) => done === 0 || waiting === 0),
    "every image has its embedding before any has all its gradients",
  );
  const used = story.filter(({ near }) => near > 0).map(({ made }) => made.split(";")[0]);
  const order = used.filter((made, i) => made !== used[i - 1]);
  assert.deepEqual(order, ["embedding + KL", "embedding + KL + DINO", "embedding + KL + DINO + SimCLR"]);
  const partly = story.map(({ made }) => Number(/DINO for (\d+)/.exec(made ?? "")?.[1] ?? -1)).filter((n) => n > 0);
  assert.ok(partly.length > 0, "it says how far DINO is");
});

scenario("the same features by one worker and by two, to the bit", { browser: chromium, hash: "#device=cpu&workers=1" }, async (page, t) => {
  const paths = writeFiles(folder(t), series(9));
  const features = async (workers) => {
    await page.until("the workers", async () => (await page.attribute("device", "data-workers")) === String(workers));
    await page.choose(paths);
    await page.untilComputed(9);
    return gathered(await sentItems(page));
  };
  const one = await features(1);
  assert.equal(Object.keys(one).length, 9);
  for (const parts of Object.values(one)) assert.deepEqual(Object.keys(parts).sort(), [...PARTS].sort());
  await page.open("#device=cpu&workers=2");
  same(await features(2), one, "one worker and two");
});

scenario("a worker that dies in any stage takes nothing with it", { browser: chromium, hash: "#device=cpu&workers=2", crashes: true }, async (page, t) => {
  const paths = writeFiles(folder(t), series(18));
  await page.until("two workers", async () => (await page.attribute("device", "data-workers")) === "2");
  await page.choose(paths);
  for (const stage of STAGES) {
    await page.until(`${stage}`, async () => stage.test(await page.text("status")));
    await page.killWorker(Math.floor(STAGES.indexOf(stage) % 2));
  }
  const items = await page.untilComputed(18);
  assert.equal(items.length, 18);
  assert.deepEqual(await page.errors(), [], "no file is blamed");
  const disturbed = gathered(await sentItems(page));
  await page.open("#device=cpu&workers=1");
  await page.choose(paths);
  await page.untilComputed(18);
  same(disturbed, gathered(await sentItems(page)), "features are those of an undisturbed run");
});

scenario("lean computes DINO alone, and each preset only what is missing", { browser: chromium, hash: "#device=cpu" }, async (page, t) => {
  await page.until("its cost", async () => /13 views, [\d.]+ s an image/.test(await page.text("preset-lean")));
  assert.match(await page.text("preset-paper"), /62 views, [\d.]+ s an image/);
  await page.click("preset-lean");
  await page.choose(writeFiles(folder(t), series(6)));
  await page.untilComputed(6);
  const lean = await sentItems(page);
  assert.deepEqual(Object.keys(Object.values(gathered(lean))[0]), ["embedding", "dino", "mean_dino", "embedding_dino"]);
  await page.until("what it is made of", async () => (await page.text("neighbours-fungi-made-of")) === "embedding + DINO + DINO views' mean");
  await page.until("the address", () => page.tab.evaluate(() => location.hash.includes("objectives=dino") && location.hash.includes("centred=embedding,dino,mean_dino")));
  assert.equal(await page.attribute("preset-lean", "aria-pressed"), "true");

  await page.click("preset-paper");
  await page.until("KL and SimCLR", async () => (await page.text("neighbours-fungi-made-of")) === "embedding + KL + DINO + SimCLR");
  const later = (await sentItems(page)).slice(lean.length);
  assert.ok(later.every(({ features }) => !("dino" in features)), "DINO is not computed again");
  assert.equal(later.filter(({ features }) => "simclr" in features).length, 6);

  const count = (await sentItems(page)).length;
  await page.click("preset-lean");
  await page.until("lean again", async () => (await page.text("neighbours-fungi-made-of")) === "embedding + DINO + DINO views' mean");
  assert.equal((await sentItems(page)).length, count, "and nothing is computed on the way back");
});

scenario("work goes on while the page is hidden", { browser: chromium, hash: "#device=cpu" }, async (page, t) => {
  await page.choose(writeFiles(folder(t), series(12)));
  await page.until("a first image", async () => (await page.items()).some(({ state }) => state !== "waiting"));
  const other = await page.tab.browser().newPage();
  await other.bringToFront();
  assert.equal(await page.tab.evaluate(() => document.visibilityState), "hidden");
  await page.untilComputed(12);
  await page.tab.bringToFront();
  await page.until("the last ranking", async () => (await page.text("neighbours-fungi-made-of")).endsWith("+ SimCLR"));
  await other.close();
});

scenario("without relaxed SIMD the features are the same but for rounding", { browser: chromium, hash: "#device=cpu" }, async (page, t) => {
  const paths = writeFiles(folder(t), series(3));
  const programs = () => page.server.requests.map(({ path }) => /engine\S*\.wasm/.exec(path)?.[0]).filter(Boolean);
  await page.choose(paths);
  await page.untilComputed(3);
  const relaxed = gathered(await sentItems(page));
  assert.deepEqual(programs(), ["engine-relaxed_bg.wasm"], "fetched once, for all workers");
  await page.open("#device=cpu&simd=128");
  await page.choose(paths);
  await page.untilComputed(3);
  assert.deepEqual(programs(), ["engine-relaxed_bg.wasm", "engine_bg.wasm"]);
  for (const [hash, parts] of Object.entries(gathered(await sentItems(page))))
    for (const part of PARTS) {
      const cosine = parts[part].reduce((sum, value, i) => sum + value * relaxed[hash][part][i], 0);
      assert.ok(cosine > 1 - 1e-5, `${part}: ${cosine}`);
    }
});
