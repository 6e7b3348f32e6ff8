// Starts one of the engine's two programs in this worker: worker.js?engine=engine-gpu&version=...
// The version keeps a browser from mixing files of two builds.
"use strict";

const wanted = new URLSearchParams(self.location.search);
const engine = wanted.get("engine") === "engine-gpu" ? "engine-gpu" : "engine";
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

importScripts(`./${engine}.js?version=${version}`);
wasm_bindgen({ module_or_path: `./${engine}_bg.wasm?version=${version}` }).catch(crash);
