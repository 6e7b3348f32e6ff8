// WebGPU in Chromium holds the golden tensors. Its software adapter takes minutes for the embedded model, so a tiny one
// is asked of the GPU worker itself, without the page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { serve } from "../../scripts/server.mjs";
import { chromium } from "./browsers.mjs";
import { BASE, ROOT } from "./page.mjs";
import { ANSWERS, BACKENDS, EVENTS, Reader, REQUESTS, pack } from "./postcard.mjs";

const SEQ = 1;

test("Chromium's WebGPU holds the golden tensors", { timeout: 15 * 60_000 }, async (t) => {
  const server = await serve({ [BASE]: `${ROOT}dist`, [`${BASE}golden/`]: `${ROOT}tests/golden/tiny` });
  const browser = await chromium({ webgpu: true });
  t.after(async () => {
    await browser.close();
    await server.close();
  });
  const tab = await browser.newPage();
  // Any document of the same origin can start the worker.
  await tab.goto(`${server.origin}${BASE}golden/config.json`);
  const request = pack(SEQ, REQUESTS.Parity, BACKENDS.Gpu, `${server.origin}${BASE}golden/`);
  const message = await tab.evaluate(ask, `${BASE}worker.js?engine=engine-gpu`, request, [SEQ, EVENTS.Answer]);

  const reader = new Reader(message);
  assert.deepEqual([reader.varint(), reader.varint()], [SEQ, EVENTS.Answer]);
  const answer = reader.varint();
  assert.equal(
    answer,
    ANSWERS.Parity,
    answer === ANSWERS.Failed ? `the worker failed: ${reader.text()}` : `answer ${answer}`,
  );
  const lines = reader.list(() => ({
    quantity: reader.text(),
    error: reader.f32(),
    cosine: reader.option(() => reader.f32()),
    ok: reader.bool(),
  }));
  for (const { quantity, error, cosine } of lines) {
    t.diagnostic(
      `${quantity}: largest error ${error.toExponential(1)}${cosine === undefined ? "" : `, cosine ${cosine.toFixed(7)}`}`,
    );
  }
  const features = lines.filter(({ quantity }) => /embedding|feature|fungi/.test(quantity));
  assert.ok(features.length >= 5, `only ${features.length} features were compared`);
  const far = features
    .filter(({ cosine }) => !(cosine > 0.9999))
    .map(({ quantity, cosine }) => `${quantity}: ${cosine}`);
  assert.deepEqual(far, []);
});

/** Runs in the page: starts the worker, sends `request` once it listens, and gives the first message that starts so. */
function ask(worker, request, start) {
  return new Promise((resolve, reject) => {
    const engine = new Worker(worker);
    let greeted = false;
    engine.onerror = (event) => reject(new Error(`the worker broke down: ${event.message}`));
    engine.onmessage = ({ data }) => {
      // First comes its program, for other workers.
      if (!Array.isArray(data)) return;
      if (!greeted) {
        greeted = true;
        engine.postMessage([Uint8Array.from(request)]);
      } else if (start.every((byte, i) => data[0][i] === byte)) {
        engine.terminate();
        resolve(Array.from(data[0]));
      }
    };
  });
}
