// What the page asks of WebGPU, counted in Firefox: pipelines compiled, kernels dispatched, submissions and read-backs, until it
// is ready, for one image and for each of several together; and the seconds that these took on a software adapter. Another build
// of the page can be counted after it.

import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { serve } from "../../scripts/server.mjs";
import { firefox } from "../../tests/browser/browsers.mjs";
import { picture } from "../../tests/browser/files.mjs";

const TOGETHER = 16;
const MINUTES = 60_000;

export async function measure(root, other) {
  for (const [name, folder] of [["this build", `${root}dist`], ...(other ? [["the other build", resolve(other)]] : [])]) {
    console.log(name);
    await count(folder);
  }
}

async function count(folder) {
  const site = mkdtempSync(join(tmpdir(), "mycoscope-bench-"));
  cpSync(folder, join(site, "site"), { recursive: true });
  const program = join(site, "site/worker.js");
  const plain = readFileSync(program, "utf8");
  writeFileSync(program, `(${counting})();\n`);
  appendFileSync(program, plain);
  const server = await serve({ "/": join(site, "site") });
  const running = await firefox();
  try {
    const tab = await running.newPage();
    await tab.goto(`${server.origin}/#device=gpu&offline=0&sample=0`);
    const started = performance.now();
    await tab.waitForFunction(() => document.querySelector('[data-testid="device"]')?.dataset.backend === "gpu", { timeout: 10 * MINUTES, polling: 50 });
    let before = await say("  until it is ready", tab, started);
    const input = await tab.waitForSelector('[data-testid="file-input"]');
    let images = 0;
    for (const more of [1, 1, TOGETHER]) {
      const paths = Array.from({ length: more }, () => join(site, `${images++}.png`));
      paths.forEach((path, at) => writeFileSync(path, picture("rings", images - more + at)));
      const begun = performance.now();
      await input.uploadFile(...paths);
      const done = (count) => document.querySelectorAll('[data-testid="gallery-item"][data-state="done"]').length === count;
      await tab.waitForFunction(done, { timeout: 10 * MINUTES, polling: 20 }, images);
      before = await say(more === 1 ? `  image ${images}` : `  each of ${more} more`, tab, begun, before, more);
    }
  } finally {
    await running.close();
    await server.close();
    rmSync(site, { recursive: true });
  }
}

async function say(what, tab, begun, before = {}, images = 1) {
  const seconds = (performance.now() - begun) / 1000;
  const now = await tab.evaluate(asked);
  const each = Object.entries(now).map(([name, count]) => `${((count - (before[name] ?? 0)) / images).toFixed(images > 1 ? 1 : 0)} ${name}`);
  console.log(`${what}:`.padEnd(22), each.join(", "), `in ${(seconds / images).toFixed(1)} s`);
  return now;
}

/** In the page: asks the worker for its counts. */
function asked() {
  return new Promise((resolve) => {
    const channel = new BroadcastChannel("counts");
    channel.onmessage = ({ data }) => data && resolve(data);
    channel.postMessage(null);
  });
}

/** In the worker, before its program. */
function counting() {
  const counts = { pipelines: 0, dispatches: 0, submissions: 0, "read-backs": 0 };
  const count = (what, method, name) => {
    const plain = what.prototype[method];
    what.prototype[method] = function (...args) {
      counts[name] += 1;
      return plain.apply(this, args);
    };
  };
  count(GPUDevice, "createComputePipeline", "pipelines");
  count(GPUComputePassEncoder, "dispatchWorkgroups", "dispatches");
  count(GPUQueue, "submit", "submissions");
  count(GPUBuffer, "mapAsync", "read-backs");
  const channel = new BroadcastChannel("counts");
  channel.onmessage = ({ data }) => data === null && channel.postMessage(counts);
}
