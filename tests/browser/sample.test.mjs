// One click, no file, no network: the sample set appears and has neighbours under both features.

import assert from "node:assert/strict";
import { chromium } from "./browsers.mjs";
import { scenario } from "./page.mjs";

scenario(
  "the sample set has neighbours in both columns",
  { browser: chromium, hash: "#device=cpu" },
  async (page) => {
    await page.click("sample-set");
    // Live: the columns fill as soon as there are features, long before all 64 images are done.
    const early = await page.untilComputed(4);
    assert.ok(early.length >= 4 && early.length <= 64, `${early.length} items`);
    await page.query(early.find(({ state }) => state === "done").name);
    await page.until("neighbours in both columns", async () => {
      const [embedding, fungi] = await Promise.all([page.neighbours("embedding"), page.neighbours("fungi")]);
      return embedding.length > 0 && fungi.length > 0;
    });

    const items = await page.untilComputed(64, 12 * 60_000);
    assert.equal(items.length, 64, "8 classes by 8 images");
    assert.equal(new Set(items.map(({ name }) => name)).size, 64, "every image has a name of its own");
    const labels = byLabel(items);
    assert.equal(labels.size, 8);
    for (const [label, members] of labels) assert.equal(members.length, 8, `images of ${label}`);
    assert.deepEqual(await page.errors(), []);

    await page.query(items[0].name);
    // The last gradients come a moment after the images count as computed, and rank anew.
    await page.until("all parts in use", async () => (await page.text("neighbours-fungi-made-of")).endsWith("SimCLR"));
    const inOrder = (found) => found.every(({ score }, place) => place === 0 || score <= found[place - 1].score);
    for (const column of ["embedding", "fungi"])
      await page.until(`${column} in order`, async () => inOrder(await page.neighbours(column)));
    for (const column of ["embedding", "fungi"]) {
      const neighbours = await page.neighbours(column);
      assert.ok(neighbours.length >= 5, `${column} shows ${neighbours.length} neighbours`);
      const scores = neighbours.map(({ score }) => score);
      assert.ok(
        scores.every((score) => score >= -1.0001 && score <= 1.0001),
        `cosines in ${column}: ${scores}`,
      );
      assert.deepEqual(
        neighbours.map(({ rank }) => rank),
        neighbours.map((_, place) => place + 1),
        `ranks in ${column}`,
      );
      assert.ok(!neighbours.some(({ name }) => name === items[0].name), "the query is not its own neighbour");
    }
  },
);

function byLabel(items) {
  const groups = new Map();
  for (const item of items) groups.set(item.label, [...(groups.get(item.label) ?? []), item]);
  return groups;
}
