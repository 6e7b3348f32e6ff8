// What a query's exact cosines take in the page's worker, for galleries of the embedded model's size: rows of random numbers,
// 1 + 12 + 49 views of 2 * 192 in half precision.

import { serve } from "../../scripts/server.mjs";
import { chromium } from "../../tests/browser/browsers.mjs";

const [VIEWS, DIM, QUERIES] = [[1, 12, 49], 192, 5];
/** Places of variants in src/analysis/protocol.rs. */
const [PUT, EXACT] = [10, 12];

export async function measure(root) {
  const server = await serve({ "/": `${root}dist` });
  const running = await chromium();
  try {
    const tab = await running.newPage();
    await tab.goto(`${server.origin}/icon.svg`);
    for (const images of [500, 2000]) {
      const { put, plain, centred } = await tab.evaluate(compare, { images, views: VIEWS, dim: DIM, queries: QUERIES, PUT, EXACT });
      const seconds = (millis) => `${(millis / 1000).toFixed(2)} s`;
      console.log(
        `${images} images: given to the worker in ${seconds(put)}, a query ${seconds(plain)} (median of ${QUERIES}), the first centred one ${seconds(centred[0])}, the next ${seconds(centred[1])}`,
      );
    }
    console.log(await running.version());
  } finally {
    await running.close();
    await server.close();
  }
}

/** Runs in the page. */
async function compare({ images, views, dim, queries, PUT, EXACT }) {
  const varint = (value) => {
    const bytes = [];
    for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
    return [...bytes, value];
  };
  const hash = (image) => [image & 255, image >> 8, ...Array(30).fill(0)];
  // Halves between 0.5 and 1 in size, of either sign; both scales are 1.
  const factors = () => {
    const pieces = [[0]];
    for (const count of views) {
      const halves = new Uint16Array(2 * count * dim).map(() => 0x3800 + Math.random() * 1024 + (Math.random() < 0.5 ? 0x8000 : 0));
      pieces.push([1, ...varint(halves.byteLength)], new Uint8Array(halves.buffer), varint(dim), [0, 0, 128, 63, 0, 0, 128, 63]);
    }
    return new Blob([...pieces.map((piece) => Uint8Array.from(piece)), new Uint8Array(4)]);
  };
  const worker = new Worker("./worker.js?engine=analysis");
  const waiting = new Map();
  await new Promise((resolve, reject) => {
    worker.onerror = reject;
    worker.onmessage = ({ data }) => {
      // The compiled program comes first, then messages: number, event (2: an answer), answer.
      if (!Array.isArray(data)) return;
      if (data[0][0] === 0) return resolve();
      waiting.get(data[0][0])?.(data[0][2]);
    };
  });
  let last = 0;
  const ask = async (request, ...beside) => {
    last = (last % 100) + 1;
    const begun = performance.now();
    await new Promise((resolve) => {
      waiting.set(last, resolve);
      worker.postMessage([Uint8Array.from([last, ...request]), ...beside]);
    });
    return performance.now() - begun;
  };
  let put = 0;
  for (let from = 0; from < images; from += 100) {
    const ids = Array.from({ length: Math.min(100, images - from) }, (_, i) => from + i);
    const blobs = ids.map(factors);
    const pieces = ids.flatMap((id, i) => [...hash(id), ...varint(blobs[i].size)]);
    put += await ask([PUT, ...varint(ids.length), ...pieces], new Blob(blobs));
  }
  const all = Array.from({ length: images }, (_, image) => hash(image)).flat();
  const query = (image, centred) => ask([EXACT, ...hash(image), ...varint(images), ...all, ...Array(8).fill(centred ? 1 : 0)]);
  const plain = [];
  for (let i = 0; i < queries; i++) plain.push(await query(i * 7, false));
  const centred = [await query(0, true), await query(9, true)];
  worker.terminate();
  plain.sort((a, b) => a - b);
  return { put, plain: plain[Math.floor(queries / 2)], centred };
}
