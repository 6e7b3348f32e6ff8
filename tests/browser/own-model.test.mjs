// A person's own file of weights: recognised, asked about, used, kept; a wrong one is told. And another side for the input.

import assert from "node:assert/strict";
import { cpSync, writeFileSync } from "node:fs";
import { chromium } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { ROOT, scenario } from "./page.mjs";

const SAME = "vit-ti8-64-dino";

/** A safetensors file with one tensor. */
function safetensors(name, shape) {
  const data = Buffer.alloc(4 * shape.reduce((a, b) => a * b));
  const header = Buffer.from(JSON.stringify({ [name]: { dtype: "F32", shape, data_offsets: [0, data.length] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, data]);
}

scenario("one's own file can be dropped", { browser: chromium, hash: "#device=cpu&objectives=" }, async (page, t) => {
  const files = folder(t);
  const mine = `${files}/My ViT.safetensors`;
  cpSync(`${ROOT}models/${SAME}/model.safetensors`, mine);
  const [text, other] = [`${files}/text.safetensors`, `${files}/other.safetensors`];
  writeFileSync(text, "no weights at all");
  writeFileSync(other, safetensors("conv1.weight", [64, 3, 7, 7]));
  const loaded = (name) => page.until(`${name} to be loaded`, async () => name.test(await page.text("model")));
  const click = (name, testid) => page.tab.$eval(`[data-name="${name}"] [data-testid="${testid}"]`, (button) => button.click());
  const scores = async () => {
    await page.untilComputed(3);
    return (await page.neighbours("embedding")).map(({ name, score }) => `${name} ${score}`).join();
  };
  const changed = (before) => page.until("other neighbours", async () => {
    const now = await scores();
    return now && now !== before && (await page.attribute("columns-note", "data-former")) === null && now;
  });
  await loaded(/vit-ti8-64$/);
  const pictures = { "rings.png": picture("rings", 1), "more.png": picture("rings", 2), "stripes.png": picture("stripes", 3) };
  await page.choose(writeFiles(folder(t), pictures));
  await page.untilComputed(3);
  await page.query("rings.png");
  const first = await page.until("neighbours", scores);

  for (const [path, sentence] of [
    [text, /not a complete safetensors file/],
    [other, /lack the tensor cls_token/],
  ]) {
    await page.drop([path]);
    await page.until(`what ${path} is`, async () => sentence.test(await page.text("own-refused")));
    await page.click("own-dismiss");
    await page.tab.keyboard.press("Escape");
  }
  assert.equal(await scores(), first);

  await page.drop([mine]);
  await page.until("the form", async () => /192 wide, 12 deep, patches of 8 × 8, trained at 64 px/.test(await page.text("own-file")));
  assert.deepEqual([await page.value("own-heads"), await page.value("own-side")], ["3", "64"]);
  await page.click("own-use");
  await loaded(/My-ViT-706e5e50$/);
  const own = await changed(first);
  await click(SAME, "choose");
  await loaded(/vit-ti8-64-dino$/);
  assert.equal(await page.until("neighbours", scores), own, "the same weights give the same neighbours");

  // Another side: other features, kept apart; the former side's come back.
  await page.slide("side", 96);
  await page.click("use-side");
  await loaded(/vit-ti8-64-dino$/);
  const larger = await changed(own);
  assert.notEqual(larger, first);
  await page.until("its address", () => page.tab.evaluate(() => location.hash.includes("side=96")));
  await click("My-ViT-706e5e50", "choose");
  await loaded(/My-ViT-706e5e50$/);
  assert.equal(await changed(larger), own);

  // Another answer about the same file: other features.
  await page.drop([mine]);
  await page.until("the form", async () => /192 wide/.test(await page.text("own-file")));
  await page.tab.select('[data-testid="own-activation"]', "quick-gelu");
  await page.click("own-use");
  await loaded(/My-ViT-706e5e50$/);
  const answered = await changed(own);

  // What can't fit is refused before anything is loaded.
  await page.slide("side", 2048);
  await page.click("use-side");
  await page.until("the reason", async () => /memory|patches/.test(await page.text("switching-words")));
  assert.equal(await page.attribute("switching", "data-state"), "failed");
  assert.equal(await scores(), answered);

  await page.open("#device=cpu&objectives=&model=My-ViT-706e5e50");
  await loaded(/My-ViT-706e5e50$/);
});

scenario(
  "the negatives of one's own model are computed once, as a step that is seen",
  { browser: chromium, hash: "#device=cpu&objectives=simclr&views=fewer" },
  async (page, t) => {
    // A small one: the negatives of the page's own size take minutes.
    const mine = `${folder(t)}/Mine.safetensors`;
    cpSync(`${ROOT}tests/golden/tiny/model.safetensors`, mine);
    const loaded = (name) => page.until(`${name} to be loaded`, async () => name.test(await page.text("model")));
    const steps = () => page.tab.evaluate(() => globalThis.steps.filter((words) => /of 64/.test(words)).length);
    await loaded(/vit-ti8-64$/);
    await page.tab.evaluate(() => {
      globalThis.steps = [];
      const look = () => globalThis.steps.push(document.querySelector('[data-testid="switching-words"]')?.textContent ?? "");
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    await page.drop([mine]);
    await page.until("the form", async () => /64 wide/.test(await page.text("own-file")));
    await page.click("own-use");
    await loaded(/Mine-12b379a1$/);
    assert.ok((await steps()) > 1, "the step is seen");
    await page.choose(writeFiles(folder(t), { "rings.png": picture("rings", 1), "more.png": picture("rings", 2) }));
    await page.untilComputed(2);

    const seen = await steps();
    const choose = (name) => page.tab.$eval(`[data-name="${name}"] [data-testid="choose"]`, (button) => button.click());
    await choose(SAME);
    await loaded(/vit-ti8-64-dino$/);
    await choose("Mine-12b379a1");
    await loaded(/Mine-12b379a1$/);
    assert.equal(await steps(), seen, "they were kept");
    assert.deepEqual(await page.errors(), []);
  },
);
