// Another model: chosen in the panel, downloaded only then, with features of its own; the former one's come back.

import assert from "node:assert/strict";
import { chromium } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { scenario } from "./page.mjs";

const OTHER = "vit-ti8-64-dino";

scenario("another model can be chosen", { browser: chromium, hash: "#device=cpu&objectives=" }, async (page, t) => {
  const asked = () => page.requests.some(({ url }) => url.includes(OTHER));
  const loaded = (name) => page.until(`${name} to be loaded`, async () => (await page.text("model")).endsWith(name));
  const choose = (name) => page.tab.$eval(`[data-name="${name}"] [data-testid="choose"]`, (button) => button.click());
  const scores = async () => {
    await page.untilComputed(3);
    return (await page.neighbours("embedding")).map(({ name, score }) => `${name} ${score}`).join();
  };
  const names = { "rings.png": picture("rings", 1), "more.png": picture("rings", 2), "stripes.png": picture("stripes", 3) };
  await page.choose(writeFiles(folder(t), names));
  await page.untilComputed(3);
  await page.query("rings.png");
  await loaded("vit-ti8-64");
  const before = await page.until("neighbours", scores);

  assert.ok(!asked(), "nothing of a model is downloaded before it is chosen");
  await page.click("model");
  const listed = await page.text("models");
  assert.match(listed, /vit-ti8-64 in use.*vit-ti8-64-dino comes with the page.*without labels/s);
  await choose(OTHER);
  await loaded(OTHER);
  const other = await page.until("other neighbours", async () => {
    const now = await scores();
    return now && now !== before && now;
  });
  assert.match(other, /more\.png.*stripes\.png|stripes\.png.*more\.png/);
  await page.until("the address to name it", () => page.tab.evaluate(() => location.hash.includes("model=vit-ti8-64-dino")));

  await choose("vit-ti8-64");
  await loaded("vit-ti8-64");
  await page.until("the former neighbours", async () => (await scores()) === before);

  await page.open(`#device=cpu&model=${OTHER}`);
  await loaded(OTHER);
});

scenario(
  "a model that is not in the catalogue is named, and the default takes its place",
  { browser: chromium, hash: "#device=cpu&model=abacus" },
  async (page) => {
    const said = () => page.tab.evaluate(() => document.body.innerText);
    await page.until("the reason", async () => /"abacus".*vit-ti8-64-dino.*default/.test(await said()));
    await page.until("the default", async () => (await page.text("model")).endsWith("vit-ti8-64"));
    await page.until("its address", () => page.tab.evaluate(() => !location.hash.includes("model")));
  },
);
