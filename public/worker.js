// Starts one of the programs in this worker: worker.js?engine=engine-gpu&version=... Of those that come with relaxed SIMD, too,
// it is that one where the browser can run it, unless simd=128.
// The version keeps a browser from mixing files of two builds. With compiled=1 the first message is the compiled program;
// otherwise it is compiled here, and sent to the page for other workers. This worker holds the lock of its own name for
// as long as it lives: the page waits for the same lock, and so learns at once that the worker was closed from outside.
"use strict";

const wanted = new URLSearchParams(self.location.search);
// A module with one relaxed instruction: (func (result v128) (i32x4.relaxed_trunc_f32x4_s (v128.const i32x4 0 0 0 0))).
const RELAXED = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 25, 1, 23, 0, 253, 12, ...Array(16).fill(0), 253, 129, 2, 11,
];
const relaxed = () => wanted.get("simd") !== "128" && WebAssembly.validate(Uint8Array.from(RELAXED));
const asked = wanted.get("engine");
const engine = asked === "engine-gpu" ? asked : (asked === "analysis" ? asked : "engine") + (relaxed() ? "-relaxed" : "");
const version = encodeURIComponent(wanted.get("version") ?? "");

// The page is notified of uncaught errors, but not of rejected promises: turn the latter into the former.
const crash = (reason) =>
  setTimeout(() => {
    throw reason instanceof Error ? reason : new Error(String(reason));
  });
self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  crash(event.reason);
});

async function compiled() {
  const response = await fetch(`./${engine}_bg.wasm?version=${version}`);
  if (!response.ok) throw new Error(`the server answered ${response.status} for ${engine}`);
  // Some servers do not say that it is WebAssembly, and only then may it be compiled as it comes.
  if (response.headers.get("Content-Type") === "application/wasm") return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

async function start(program) {
  importScripts(`./${engine}.js?version=${version}`);
  await wasm_bindgen({ module_or_path: program });
}

function begin() {
  compiled()
    .then((program) => {
      self.postMessage(program);
      return start(program);
    })
    .catch(crash);
}

// The page waits for the lock once the program listens, which must not be before this worker has the lock.
const locked = new Promise((resolve) => {
  const hold = () => {
    resolve();
    return new Promise(() => {});
  };
  if (navigator.locks && self.name) navigator.locks.request(self.name, hold).catch(resolve);
  else resolve();
});

if (wanted.has("compiled")) self.onmessage = ({ data }) => locked.then(() => start(data)).catch(crash);
else locked.then(begin);
