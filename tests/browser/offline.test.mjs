// The page without a network: it opens and computes after the first visit, in one version at a time, unless it is switched off.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { chromium, firefox } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { ROOT, scenario } from "./page.mjs";

const FILES = { "rings.png": picture("rings", 1), "stripes.png": picture("stripes", 2) };

const OTHER = "vit-ti8-64-dino";

const untilKept = (page) =>
  page.until("the page to be kept", async () => (await page.attribute("offline", "data-state")) === "yes");

/** The paths that are kept, of every version. */
const keptFiles = (page) =>
  page.tab.evaluate(async () => {
    const caches = await Promise.all((await window.caches.keys()).map((name) => window.caches.open(name)));
    const requests = await Promise.all(caches.map((cache) => cache.keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });

const registrations = (page) =>
  page.tab.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);

/** The text of one of the page's files as the page gets it; empty where it gets none. */
const textOf = (page, path) =>
  page.tab.evaluate(
    (path) =>
      fetch(path)
        .then((response) => response.text())
        .catch(() => ""),
    path,
  );

async function computes(page, t) {
  await page.choose(writeFiles(folder(t), FILES));
  await page.untilComputed(2);
  await page.query("rings.png");
  assert.equal((await page.neighbours("fungi")).length, 1);
}

const options = { browser: chromium, hash: "#device=cpu", offline: true };

// The host sends no headers: what the service worker answers has them nevertheless.
scenario("works without a network", { ...options, headers: false, violates: true }, async (page, t) => {
  await untilKept(page);
  const kept = await keptFiles(page);
  for (const part of ["engine-relaxed_bg.wasm", "analysis-relaxed_bg.wasm", "model.safetensors", "negatives.safetensors", "worker.js"])
    assert.ok(
      kept.some((path) => path.endsWith(part)),
      `${part} is kept`,
    );
  assert.ok(!kept.some((path) => path.includes("engine-gpu")), "the GPU's program is not, since nothing used it");
  assert.ok(!kept.some((path) => path.includes(OTHER)), "nor is a model that nobody chose");
  for (const part of ["/engine_bg.wasm", "/analysis_bg.wasm"])
    assert.ok(!kept.some((path) => path.endsWith(part)), `nor is ${part}, since this browser has relaxed SIMD`);

  const session = await page.tab.createCDPSession();
  assert.deepEqual((await session.send("Page.getAppManifest")).errors, []);
  assert.deepEqual((await session.send("Page.getInstallabilityErrors")).installabilityErrors, [], "installable");

  const before = page.server.requests.length;
  await page.open("#device=cpu");
  await untilKept(page);
  const asked = page.server.requests.slice(before).map(({ path }) => path.split("/").at(-1));
  const others = asked.filter((name) => name !== "service-worker.js");
  assert.deepEqual(others, [], "the second visit loads nothing but what tells of versions");
  const stranger = `${page.url.replace("127.0.0.1", "localhost")}stranger`;
  const send = (address) =>
    fetch(address, { mode: "no-cors" }).then(
      () => "sent",
      () => "refused",
    );
  const worker = await page.until("a worker", () => page.tab.workers().at(-1));
  assert.equal(await worker.evaluate(send, stranger), "refused", "the worker is under the policy");

  await page.tab.evaluate(async () => (await navigator.serviceWorker.ready).active.postMessage("engine-gpu"));
  await page.until("the GPU's program to be kept", async () =>
    (await keptFiles(page)).some((path) => path.endsWith("engine-gpu_bg.wasm")),
  );

  await page.open(`#device=cpu&model=${OTHER}`);
  await page.until("the other model to be kept", async () => {
    const kept = await keptFiles(page);
    const has = (file) => kept.some((path) => path.endsWith(`${OTHER}/${file}`));
    return has("model.safetensors") && has("negatives.safetensors");
  });

  await page.server.close();
  await page.open("#device=cpu");
  await computes(page, t);
  await page.open(`#device=cpu&model=${OTHER}`);
  await page.until("the other model", async () => (await page.text("model")).endsWith(OTHER));
  assert.ok((await textOf(page, "engine-gpu.js")).length > 1000);
});

scenario(
  "works without a network in Firefox",
  { ...options, browser: () => firefox({ webgpu: false }) },
  async (page, t) => {
    await untilKept(page);
    await page.server.close();
    await page.open("#device=cpu");
    await computes(page, t);
  },
);

const site = `${ROOT}target/next-version`;
const publish = () => execFileSync(`${ROOT}scripts/service-worker`, [site]);
rmSync(site, { recursive: true, force: true });
cpSync(`${ROOT}dist`, site, { recursive: true });

scenario("a new version takes over as a whole, when asked", { ...options, site: () => site }, async (page, t) => {
  const title = () => page.tab.title().catch(() => "");
  const next = async () => /NEXT/.test(await textOf(page, "worker.js"));
  await untilKept(page);
  await page.open("#device=cpu");
  await untilKept(page);

  // Half of it is there: the worker's script is not yet the one that the list names.
  writeFileSync(`${site}/index.html`, readFileSync(`${site}/index.html`, "utf8").replace("<title>", "<title>NEXT "));
  for (const file of ["worker.js", "engine-gpu.js"]) appendFileSync(`${site}/${file}`, "// NEXT\n");
  publish();
  const whole = readFileSync(`${site}/worker.js`);
  appendFileSync(`${site}/worker.js`, "// AND MORE\n");
  const settled = () =>
    page.tab.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      return !registration.installing && (registration.waiting ? "waiting" : "none");
    });
  await page.tab.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update().catch(() => {}));
  assert.equal(await page.until("the service worker to decide", settled), "none");
  assert.equal(await page.text("new-version"), "");

  // All of it is.
  writeFileSync(`${site}/worker.js`, whole);
  await page.open("#device=cpu");
  await page.until("the new version to be told", async () => /new version/.test(await page.text("new-version")));
  assert.doesNotMatch(await title(), /NEXT/);
  assert.equal(await next(), false, "the old page gets the old version's files");
  assert.equal(await textOf(page, "engine-gpu.js"), "", "and none that only the new version has");

  const other = await page.tab.browser().newPage();
  await other.goto(`${page.url}#device=cpu`);
  assert.doesNotMatch(await other.title(), /NEXT/, "until then every page gets the old version");
  await page.tab.bringToFront();
  await page.click("reload");
  await page.until("the refusal", async () => /another tab/.test(await page.text("new-version")));
  assert.doesNotMatch(await title(), /NEXT/);
  await other.close();

  await page.click("reload");
  await page.until("the new version", async () => /NEXT/.test(await title()));
  assert.equal(await next(), true);
  assert.equal(await page.tab.evaluate(async () => (await caches.keys()).length), 1, "the old version is gone");
  await page.server.close();
  await page.open("#device=cpu");
  assert.match(await title(), /NEXT/);
  await computes(page, t);
});

scenario("can be switched off, and on again", options, async (page) => {
  const gone = () =>
    page.until(
      "nothing to be left",
      async () => (await registrations(page)) === 0 && (await keptFiles(page)).length === 0,
    );
  const toggle = async () => {
    await page.click("device");
    await page.click("offline");
    await page.tab.keyboard.press("Escape");
  };
  await untilKept(page);
  await toggle();
  await gone();
  await page.open("#device=cpu");
  await page.until("the engine", async () => (await page.attribute("device", "data-backend")) === "cpu");
  assert.equal(await page.attribute("offline", "data-state"), "no", "the browser remembers");
  await gone();

  await toggle();
  await untilKept(page);
  await page.until("the page to be kept again", async () =>
    (await keptFiles(page)).some((path) => path === "/some/where/"),
  );
  await page.open("#device=cpu&offline=0");
  await gone();
  await page.open("#device=cpu");
  await untilKept(page);
});
