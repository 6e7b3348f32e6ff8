// Reads the features that workers have sent, as src/engine/protocol packs them.

import { ANSWERS, EVENTS, Reader } from "./postcard.mjs";

/** The parts of a feature, in the order of src/fungi/part.rs. */
export const PARTS = ["embedding", "kl", "dino", "simclr", "mean_dino", "mean_simclr", "embedding_dino", "embedding_simclr"];

/** What workers have sent of images so far: `[{ hash, features: { part: [floats] }, timings }]`, in the order of answers. */
export async function sentItems(page, from = 0) {
  const messages = await page.tab.evaluate((from) => window.probe.received.slice(from).map((bytes) => [...bytes]), from);
  return messages.map(item).filter(Boolean);
}

function item(bytes) {
  const reader = new Reader(bytes);
  reader.varint();
  if (reader.varint() !== EVENTS.Answer || reader.varint() !== ANSWERS.Item) return null;
  const hash = Array.from({ length: 32 }, () => reader.byte().toString(16).padStart(2, "0")).join("");
  reader.option(() => {
    for (let i = 0; i < 32; i++) reader.byte();
    reader.varint();
    reader.varint();
    reader.list(() => reader.byte());
  });
  const features = {};
  for (const part of PARTS) {
    const vector = reader.option(() => reader.list(() => reader.f32()));
    if (vector) features[part] = vector;
  }
  // What exact cosines come from.
  reader.list(() => reader.byte());
  const [decode, views, compute] = [reader.f64(), reader.f64(), reader.f64()];
  return { hash, features, timings: { decode, views, compute } };
}

/** The parts of each content, gathered from all answers about it. */
export function gathered(items) {
  const all = {};
  for (const { hash, features } of items) Object.assign((all[hash] ??= {}), features);
  return all;
}
