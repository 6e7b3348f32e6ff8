// From a slider's pull to the screen, with a large gallery, and how evenly frames come while it fills. Two workers that
// answer with random features, 400 times a second together, take the place of the real ones: what is measured is the page.

import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "../../scripts/server.mjs";
import { chromium } from "../../tests/browser/browsers.mjs";

const IMAGES = 2000;
const PULLS = 40;

export async function measure(root) {
  const site = mkdtempSync(join(tmpdir(), "mycoscope-bench-"));
  cpSync(`${root}dist`, join(site, "site"), { recursive: true });
  writeFileSync(join(site, "site/worker.js"), `(${standIn})();\n`);
  const server = await serve({ "/": join(site, "site") });
  const running = await chromium();
  try {
    const tab = await running.newPage();
    await tab.setViewport({ width: 1280, height: 900 });
    await tab.goto(`${server.origin}/#device=cpu&workers=2&offline=0&sample=0`);
    await tab.waitForSelector('[data-testid="file-input"]');
    const files = await tab.evaluateHandle(prepare, IMAGES);
    await tab.evaluate(() => {
      window.frames = [];
      const frame = (now) => requestAnimationFrame(frame, window.frames.push(now));
      requestAnimationFrame(frame);
    });
    await tab.evaluate(fill, files);
    const done = '[data-testid="gallery-item"][data-state="done"]';
    await tab.waitForFunction((done, count) => document.querySelectorAll(done).length === count, { timeout: 600_000 }, done, IMAGES);
    const gaps = await tab.evaluate(() => window.frames.slice(1).map((time, i) => time - window.frames[i]));
    await tab.$eval('[data-testid="use-as-query"]', (button) => button.click());
    await tab.waitForSelector('[data-testid="neighbours-fungi"] [data-testid="neighbour"]');
    const idle = await tab.evaluate(pulls, PULLS, false);
    const pulled = await tab.evaluate(pulls, PULLS, true);
    console.log(`${IMAGES} images, ${PULLS} pulls at a slider, in ${await running.version()}`);
    gaps.sort((a, b) => a - b);
    const [most, longest] = [gaps[Math.floor(0.99 * gaps.length)], gaps.at(-1)].map((gap) => gap.toFixed(0));
    console.log(`  frames while it fills: ${gaps.length}, 99 % within ${most} ms, the longest gap ${longest} ms`);
    for (const [name, times] of [["an idle frame", idle], ["pull to screen", pulled]]) {
      const [middle, late] = [0.5, 0.9].map((share) => times.sort((a, b) => a - b)[Math.floor(share * times.length)]);
      console.log(`  ${name.padEnd(15)} median ${middle.toFixed(0)} ms, 90 % within ${late.toFixed(0)} ms`);
    }
  } finally {
    await running.close();
    await server.close();
    rmSync(site, { recursive: true });
  }
}

/** In the page: files that differ in a byte. Making them takes the browser longer than any frame, before the page is asked. */
function prepare(count) {
  const files = new DataTransfer();
  for (let at = 0; at < count; at++) files.items.add(new File([String(at)], `${at}.png`, { type: "image/png" }));
  return files.files;
}

/** In the page: gives it the files, as the file dialogue does. */
function fill(files) {
  const input = document.querySelector('[data-testid="file-input"]');
  input.files = files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

/** In the page: milliseconds from each pull (or from a moment without one) until its frame has been drawn. */
async function pulls(count, pull) {
  const slider = document.querySelector('[data-testid="weight-dino"]');
  const order = () => document.querySelector('[data-testid="neighbours-fungi"]').textContent;
  const drawn = () =>
    new Promise((resolve) =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = resolve;
        port2.postMessage(0);
      }),
    );
  const times = [];
  for (let at = 0; at < count; at++) {
    await drawn();
    const before = order();
    const start = performance.now();
    if (pull) {
      slider.value = String((at % 20) / 20);
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    }
    await drawn();
    times.push(performance.now() - start);
    if (pull && at > 0 && order() === before) throw new Error("the order is not another in the frame after the pull");
  }
  return times;
}

/** In the worker, in place of its program: it knows a few words of the protocol (src/engine/protocol.rs). */
function standIn() {
  // Requests; events and, behind an event's 3, answers.
  const [FETCH, START, EMBED] = [0, 1, 4];
  const [HELLO, ANSWER] = [0, 3];
  const [DONE, FETCHED, READY, ITEM] = [0, 1, 2, 3];
  const varint = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
  const text = (value) => [...varint(value.length), ...new TextEncoder().encode(value)];
  const floats = (values) => [...new Uint8Array(Float32Array.from(values).buffer)];
  const double = (value) => [...new Uint8Array(Float64Array.of(value).buffer)];
  const unit = (length) => {
    const values = Array.from({ length }, () => Math.random() - 0.5);
    const norm = Math.hypot(...values);
    return values.map((value) => value / norm);
  };
  // Made beforehand, so that the two leave the cores to the page.
  const parts = Array.from({ length: 256 }, () => [1, ...varint(192), ...floats(unit(192))]);
  const part = () => parts[Math.floor(Math.random() * parts.length)];
  const ready = () => {
    const device = [0, ...text("CPU")];
    const model = [...text("stand-in"), ...text("random features"), ...text("none"), 0, ...text("nowhere"), ...text(""), ...text(""), 64, 8, ...varint(192), ...varint(192), ...text("")];
    return [READY, ...device, ...model, ...double(0), ...double(1), 0, 3, 8, 8, 2];
  };
  const files = () => [FETCHED, ...text("stand-in"), ...Array(5).fill(text("")).flat(), ...Array(10).fill(0)];
  // The inference view's parts, the crops', the windows': embedding and KL, then a gradient and two means.
  const PARTS = [[0, 1], [2, 4, 6], [3, 5, 7]];
  const item = (stage, known) => {
    const hash = known ?? Array.from({ length: 32 }, (_, at) => (at < 4 ? (images >> (8 * at)) & 255 : own[at]));
    if (!known) images += 1;
    const content = known ? [0] : [1, ...hash, 64, 64, ...varint(thumbnail.length), ...thumbnail];
    const features = Array.from({ length: 8 }, (_, at) => (PARTS[stage].includes(at) ? part() : [0])).flat();
    return [ITEM, ...hash, ...content, ...features, 0, ...double(0), ...double(0), ...double(1)];
  };
  const own = crypto.getRandomValues(new Uint8Array(32));
  let images = 1;
  let thumbnail = [];
  const canvas = new OffscreenCanvas(128, 96);
  canvas.getContext("2d").fillRect(20, 20, 60, 40);
  const drawn = canvas.convertToBlob({ type: "image/jpeg" }).then(async (blob) => (thumbnail = [...new Uint8Array(await blob.arrayBuffer())]));

  const say = (seq, bytes) => postMessage([Uint8Array.from([...seq, ...bytes])]);
  const receive = ([request]) => {
    const end = request.findIndex((byte) => byte < 128) + 1;
    const [seq, body] = [request.slice(0, end), request.slice(end)];
    const answer = (bytes) => say(seq, [ANSWER, ...bytes]);
    if (body[0] === FETCH) answer(files());
    else if (body[0] === START) answer(ready());
    else if (body[0] === EMBED) {
      // Behind the set of views and its numbers: whether a hash follows.
      const at = 2 + [0, 2, 1][body[1]];
      answer(item(body[1], body[at] === 1 ? [...body.slice(at + 1, at + 33)] : null));
    } else answer([DONE]);
  };
  // Held as long as the worker lives: the page would take it for closed otherwise.
  const locked = new Promise((resolve) => navigator.locks.request(name, () => (resolve(), new Promise(() => {}))));
  Promise.all([drawn, locked]).then(() => {
    const waiting = [];
    // All but the program, which the page has from the first worker.
    addEventListener("message", ({ data }) => Array.isArray(data) && waiting.push(data));
    setInterval(() => waiting.length && receive(waiting.shift()), 5);
    if (!new URLSearchParams(location.search).has("compiled")) postMessage("the program");
    say([0], [HELLO]);
  });
}
