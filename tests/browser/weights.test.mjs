// The parts' weights re-rank what is known: a slider's pull computes nothing, and answers within some frames.

import assert from "node:assert/strict";
import { chromium } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { scenario } from "./page.mjs";

const PARTS = ["embedding", "kl", "dino", "simclr"];

scenario("sliders re-rank without computing", { browser: chromium, hash: "#device=cpu" }, async (page, t) => {
  const files = {};
  for (const kind of ["rings", "stripes", "checks"])
    for (const seed of [1, 2, 3]) files[`${kind}-${seed}.png`] = picture(kind, seed);
  await page.choose(writeFiles(folder(t), files));
  await page.untilComputed(9);
  await page.query("rings-1.png");

  const { workers, posted } = await page.traffic();
  const embedding = await page.neighbours("embedding");
  const first = await page.neighbours("fungi");
  const orders = new Set();
  for (const alone of PARTS) {
    for (const part of PARTS) await page.slide(`weight-${part}`, part === alone ? 1 : 0);
    const order = await page.until(`another order by ${alone}`, async () => {
      const order = await page.neighbours("fungi");
      return JSON.stringify(order) !== JSON.stringify(first) && order;
    });
    assert.deepEqual(
      order.map(({ rank }) => rank),
      order.map((_, place) => place + 1),
      `ranks by ${alone}`,
    );
    orders.add(order.map(({ name }) => name).join());
    assert.deepEqual(await page.neighbours("embedding"), embedding, "the embedding's column stays as it is");
    if (alone === "embedding") {
      assert.deepEqual(
        order.map(({ name, score }) => [name, score.toFixed(4)]),
        embedding.map(({ name, score }) => [name, score.toFixed(4)]),
        "by the embedding alone both columns agree",
      );
    }
  }
  assert.ok(orders.size > 1, "the parts do not all agree");
  assert.deepEqual(
    await page.traffic().then(({ workers, posted }) => ({ workers, posted })),
    { workers, posted },
    "nothing is asked of the worker",
  );
});
