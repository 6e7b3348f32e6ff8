// The page's worker against ONNX Runtime Web on the same ViT, by turns in one page: embedding an image with all gradients
// (62 views), against the forward passes of as many views alone.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "../../scripts/server.mjs";
import { chromium, firefox } from "../../tests/browser/browsers.mjs";
import { picture, png } from "../../tests/browser/files.mjs";
import { ANSWERS, EVENTS, Reader } from "../../tests/browser/postcard.mjs";
import * as probe from "../../tests/browser/probe.mjs";
import { onnx } from "./onnx.mjs";

const VIEWS = 62;
const GREY = 128;

const CASES = {
  chromium: { browser: chromium, device: "cpu", provider: "wasm", rounds: 9, names: ["CPU worker", "ONNX Runtime Web, wasm"] },
  firefox: { browser: firefox, device: "gpu", provider: "webgpu", rounds: 3, names: ["GPU worker", "ONNX Runtime Web, WebGPU"] },
};

export async function measure(root, kind) {
  const { browser, device, provider, rounds, names } = CASES[kind];
  const folder = mkdtempSync(join(tmpdir(), "mycoscope-bench-"));
  const [checkpoint] = JSON.parse(readFileSync(`${root}dist/models/catalogue.json`));
  writeFileSync(join(folder, "vit.onnx"), onnx(readFileSync(`${root}dist/models/${checkpoint.file}`), checkpoint));
  const server = await serve({ "/": `${root}dist`, "/onnx/": folder, "/ort/": `${root}benches/browser` }, { headers: false });
  const running = await browser();
  try {
    const tab = await running.newPage();
    await tab.evaluateOnNewDocument(probe.install);
    await tab.goto(`${server.origin}/#device=${device}`);
    const ours = await Ours.open(tab, folder);
    const theirs = await Theirs.open(tab, provider);

    // One picture of one colour: every view is that colour, so both must find the same embedding.
    const flat = await ours.embed(png(64, 64, () => [GREY, GREY, GREY]));
    const { first } = await theirs.run(1, GREY / 255);
    const cosine = dot(flat.embedding, first) / Math.sqrt(dot(first, first) * dot(flat.embedding, flat.embedding));
    assert.ok(cosine > 0.999, `not the same network: cosine ${cosine}`);

    const times = [[], []];
    await theirs.run(VIEWS);
    for (let round = 0; round < rounds; round++) {
      times[0].push((await ours.embed(picture("rings", round))).millis);
      times[1].push((await theirs.run(VIEWS)).millis);
    }
    const ratio = median(times[0].map((mine, round) => mine / times[1][round]));
    console.log(`${VIEWS} views of ${checkpoint.name}, medians of ${rounds} rounds by turns, in ${await running.version()}`);
    names.forEach((name, which) => console.log(`  ${name.padEnd(26)} ${median(times[which]).toFixed(0).padStart(6)} ms`));
    console.log(`  the former, gradients included, takes ${ratio.toFixed(2)} of the latter's time`);
  } finally {
    await running.close();
    await server.close();
    rmSync(folder, { recursive: true });
  }
}

/** The page, as someone uses it; what its worker says is overheard. */
class Ours {
  static async open(tab, folder) {
    const input = await tab.waitForSelector('[data-testid="file-input"]');
    return Object.assign(new Ours(), { tab, folder, input, asked: 0 });
  }

  async embed(bytes) {
    const path = join(this.folder, `${this.asked++}.png`);
    writeFileSync(path, bytes);
    const before = await this.tab.evaluate(() => window.probe.received.length);
    await this.input.uploadFile(path);
    const said = await this.tab.waitForFunction(
      (before, kind) => {
        // Behind the request's number, a varint.
        const behind = (message) => message.findIndex((byte) => byte < 0x80) + 1;
        const isItem = (message) => kind.every((byte, i) => message[behind(message) + i] === byte);
        const found = window.probe.received.slice(before).find(isItem);
        return found && Array.from(found);
      },
      { timeout: 15 * 60_000, polling: 50 },
      before,
      [EVENTS.Answer, ANSWERS.Item],
    );
    return item(Buffer.from(await said.jsonValue()));
  }
}

/** Of the message of an `Item`: the embedding, and the time of forward passes, gradients, projection and reading back, which comes last. */
function item(bytes) {
  const reader = new Reader(bytes);
  const skip = (count) => (reader.at += count);
  for (const _ of ["number", "event", "answer"]) reader.varint();
  skip(32);
  reader.varint();
  reader.varint();
  skip(reader.varint());
  const embedding = reader.option(() => reader.list(() => reader.f32()));
  return { embedding, millis: bytes.readDoubleLE(bytes.length - 8) };
}

class Theirs {
  static async open(tab, provider) {
    await tab.evaluate(() => (window.ort = new Worker("/ort/ort-worker.mjs", { type: "module" })));
    const theirs = Object.assign(new Theirs(), { tab });
    await theirs.ask({ model: "/onnx/vit.onnx", provider });
    return theirs;
  }

  /** Runs `views` views, all of one `value` if it is given. */
  run(views, value) {
    return this.ask({ views, side: 64, value });
  }

  async ask(message) {
    const answer = await this.tab.evaluate(
      (message) =>
        new Promise((resolve) => {
          window.ort.onmessage = ({ data }) => resolve(data);
          window.ort.onerror = ({ message }) => resolve({ error: message ?? "it does not load" });
          window.ort.postMessage(message);
        }),
      message,
    );
    if (answer.error) throw new Error(`ONNX Runtime Web: ${answer.error}`);
    return answer;
  }
}

const dot = (a, b) => a.reduce((sum, value, at) => sum + value * b[at], 0);
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
