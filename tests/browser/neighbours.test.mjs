// What the Neighbours tab says and shows: agreement with labels, the whole gallery's answer, sizes of pictures.

import assert from "node:assert/strict";
import { chromium } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { scenario } from "./page.mjs";

const KINDS = ["rings", "stripes"];
const GROUPS = ["embedding", "fungi", "helped", "hurt"];

/** Two classes of four images each, as folders. */
async function add(page, t) {
  const root = folder(t);
  const files = KINDS.flatMap((kind) => [1, 2, 3, 4].map((seed) => [`${kind}/${kind}-${seed}.png`, picture(kind, seed)]));
  writeFiles(root, Object.fromEntries(files));
  await page.choose([root], "folder-input");
  await page.untilComputed(8);
  await page.query("rings-1.png");
}

const settled = (page) =>
  page.until("the whole gallery's numbers", async () => (await page.attribute("survey", "data-stale")) === "false");

/** What lies over what: headings over rows, names over values. */
const overprints = (page) =>
  page.tab.evaluate(() => {
    const box = (element) => element.getBoundingClientRect();
    const wrong = [];
    for (const column of document.querySelectorAll(".column")) {
      const row = column.querySelector(".near");
      for (const part of column.querySelectorAll("h2, h2 small, .share, .meter"))
        if (row && box(part).bottom > box(row).top) wrong.push(`${part.textContent} over the first row`);
    }
    for (const slider of document.querySelectorAll(".sliders .slider")) {
      const [name, value] = [slider.querySelector("label"), slider.querySelector("output")];
      if (name.scrollWidth > name.clientWidth) wrong.push(`${name.textContent} is cut off`);
      if (box(name).right + 4 > box(value).left) wrong.push(`${name.textContent} over ${value.textContent}`);
      if (box(value).right > box(slider).right + 0.5) wrong.push(`${value.textContent} sticks out`);
    }
    return wrong;
  });

scenario("the Neighbours tab", { browser: chromium, hash: "#device=cpu&k=5" }, async (page, t) => {
  await add(page, t);
  const { tab } = page;

  // A class of four can give three others, and no more.
  const said = await tab.$$eval(".column .share", (all) => all.map(({ textContent }) => textContent.trim()));
  for (const words of said) assert.match(words, /^\d of the 3 others labelled rings, in the first 5/);
  const heading = await tab.$eval("#neighbours-embedding-heading", ({ textContent }) => textContent);
  assert.equal(heading, "Embedding the model's own description");

  // The whole gallery: numbers, their queries, and a way to each of them.
  await settled(page);
  const numbers = {};
  for (const group of GROUPS) numbers[group] = Number(/(\d+) of 8/.exec(await page.text(`survey-${group}`))?.[1]);
  assert.equal(numbers.fungi - numbers.embedding, numbers.helped - numbers.hurt, JSON.stringify(numbers));
  assert.match(await page.text("survey-about"), /8 labelled images .* 5 nearest/);
  const most = numbers.fungi >= numbers.embedding ? "fungi" : "embedding";
  await tab.focus(`[data-testid=survey-${most}]`);
  await tab.keyboard.press("Enter");
  const listed = await page.children("survey-queries", "survey-query");
  assert.equal(listed.length, numbers[most]);
  const other = listed.find(({ name }) => name !== "rings-1.png").name;
  await tab.focus(`[data-testid=survey-query][data-name="${other}"]`);
  await tab.keyboard.press("Enter");
  await page.until(`${other} as the query`, async () => (await page.attribute("query", "data-name")) === other);
  await tab.keyboard.press("Escape");
  assert.equal(await page.attribute(`survey-${most}`, "aria-expanded"), "false");
  assert.equal(await tab.evaluate(() => document.activeElement.dataset.testid), `survey-${most}`);
  // It follows the settings, and says when its numbers would mean nothing.
  await tab.select("[data-testid=k]", "10");
  await page.until("other words", async () => (await page.text("survey-about")).includes("all others"));
  await tab.select("[data-testid=k]", "5");
  await page.until("the numbers again", async () => (await page.text("survey-about")).includes("5 nearest"));
  await page.query("rings-1.png");

  // Pictures of any size, by the keyboard, kept in the address.
  await tab.focus("[data-testid=tiles]");
  await tab.keyboard.press("End");
  assert.equal(await page.attribute("columns", "data-tiles"), "4");
  const width = await tab.$eval("[data-testid=neighbours-fungi] .box", (box) => box.clientWidth);
  assert.ok(width >= 160, `a large tile is ${width} px wide`);
  await page.until("the address", () => tab.evaluate(() => location.hash.includes("tiles=4")));

  // At full size beside the query, through the ranking with the arrow keys, and back.
  const names = (await page.neighbours("fungi")).map(({ name }) => name);
  await tab.focus("[data-testid=neighbours-fungi] .pick");
  await tab.keyboard.press("Enter");
  const looked = () => page.attribute("why", "data-name");
  await page.until("the nearest", async () => (await looked()) === names[0]);
  await page.until("both files", () =>
    tab.$$eval("[data-testid=why] .stage img", (all) => all.length === 2 && all.every((img) => img.complete && img.naturalWidth === 97)),
  );
  await tab.keyboard.press("ArrowRight");
  await page.until("the second", async () => (await looked()) === names[1]);
  await tab.keyboard.press("Escape");
  await page.until("it closed", () => tab.$eval("[data-testid=why]", ({ open }) => !open));
  const focus = await tab.evaluate(() => document.activeElement.closest("[data-testid=neighbour]")?.dataset.name);
  assert.equal(focus, names[0], "the focus returns to where it was");
  await tab.click("[data-testid=neighbours-embedding] .pick");
  await page.until("the embedding's nearest", () => tab.$eval("[data-testid=why]", ({ open }) => open));
  await page.click("why-close");

  // A neighbour that the keyboard makes the query has no row any more: the way goes on from the nearest.
  await tab.focus("[data-testid=neighbours-fungi] .pick");
  await tab.keyboard.press("q");
  await page.until("another query", async () => (await page.attribute("query", "data-name")) === names[0]);
  await page.until("the focus on its nearest", () => tab.evaluate(() => document.activeElement.closest("[data-testid=neighbours-fungi] li:first-child")));

  // So does the pointer, by the button in the picture's corner.
  const second = (await page.neighbours("fungi"))[1].name;
  await tab.hover("[data-testid=neighbours-fungi] li:nth-child(2)");
  await tab.click("[data-testid=neighbours-fungi] li:nth-child(2) [data-testid=ask-about]");
  await page.until("the second as the query", async () => (await page.attribute("query", "data-name")) === second);

  // What the names stand for.
  await tab.click(".weighing [data-testid=explain]");
  assert.match(await page.text("terms"), /FUNGI ?Features from Unsupervised Gradients/);
  assert.ok(await tab.$('[data-testid=terms] a[href="https://arxiv.org/abs/2407.10964"]'));

  // Nothing is printed over anything, with all objectives and with none.
  const looks = async (what) => {
    for (const width of [390, 850, 900, 1024, 1280, 1920]) {
      await tab.setViewport({ width, height: 900 });
      assert.deepEqual(await overprints(page), [], `${what} at ${width} px`);
    }
    const filled = await tab.$eval("[data-testid=columns]", ({ clientWidth, parentElement }) => clientWidth / parentElement.clientWidth);
    assert.ok(filled > 0.95, "the columns use a wide screen");
  };
  await page.slide("tiles", 1);
  await looks("all objectives");
  await page.open("#device=cpu&k=5&objectives=&tiles=0");
  await add(page, t);
  await looks("no objective");
});
