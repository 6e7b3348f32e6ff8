// Models from the hub: nothing before one is chosen, progress, a way out, going on where it ended, and a sentence for
// whatever can go wrong, while the model before goes on.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { after } from "node:test";
import { chromium } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { serveHub } from "./hub.mjs";
import { ROOT, scenario } from "./page.mjs";

const WEIGHTS = readFileSync(`${ROOT}models/vit-ti8-64-dino/model.safetensors`);
const SHA256 = createHash("sha256").update(WEIGHTS).digest("hex");
const path = (name) => `/test/${name}/resolve/main/model.safetensors`;

/** Slowly, and never the whole of it: however slow the page is, it can do something in the middle. */
const SLOW = { pause: 400, stallAt: 10_000_000 };
const FAST = { pause: 0, stallAt: undefined };
const hub = await serveHub({
  [path("plain")]: { bytes: WEIGHTS },
  [path("published")]: { location: `https://cdn-lfs.hf.co${path("elsewhere")}` },
  [path("elsewhere")]: { bytes: WEIGHTS },
  [path("wrong")]: { bytes: WEIGHTS },
  [path("page")]: { bytes: Buffer.from("<!doctype html><title>Not the file</title>") },
  [path("gated")]: { status: 401 },
  [path("silent")]: { bytes: WEIGHTS, cors: false },
  [path("large")]: { bytes: WEIGHTS },
});
after(hub.close);

/** The page as built, its catalogue with more entries: models of the hub that have the shape of one that comes with it. */
function site(t) {
  const copy = folder(t);
  cpSync(`${ROOT}dist`, copy, { recursive: true });
  const catalogue = JSON.parse(readFileSync(`${copy}/models/catalogue.json`, "utf8"));
  const known = catalogue.find(({ name }) => name === "vit-ti8-64-dino");
  const entry = (name, more = {}) => {
    const { file, sha256, negatives, bytes, ...rest } = known;
    return { ...rest, name, hub: { repository: `test/${name}`, file: "model.safetensors" }, bytes, ...more };
  };
  const names = ["plain", "missing", "page", "gated", "silent", "large"];
  const published = [entry("published", { sha256: SHA256 }), entry("wrong", { sha256: SHA256.replace(/^./, "g") })];
  writeFileSync(`${copy}/models/catalogue.json`, JSON.stringify([...catalogue, ...names.map((name) => entry(name)), ...published]));
  execFileSync(`${ROOT}scripts/service-worker`, [copy]);
  return copy;
}

const browser = () => chromium({ args: hub.args });
const options = { browser, site, hub: true, hash: "#device=cpu&objectives=" };

const entry = (name) => `[data-testid="model-entry"][data-name="${name}"]`;
const loaded = (page, name) => page.until(`${name} to be loaded`, async () => (await page.text("model")) === `Model${name}`);
const state = (page, name) => page.tab.$eval(entry(name), (li) => li.dataset.state);
const click = (page, name, testid) => page.tab.$eval(`${entry(name)} [data-testid="${testid}"]`, (button) => button.click());
const asked = (name) => hub.requests.filter((request) => request.path === path(name));
const words = (page) => page.text("switching-words");
const failure = async (page) => (await page.attribute("switching", "data-state").catch(() => "")) === "failed" && words(page);

/** Waits until some bytes of a download have been written. */
const arriving = (page) => page.until("bytes that arrive", async () => /of 10\.8 MB,/.test(await words(page)));

async function fails(page, name, sentence) {
  await click(page, name, "choose");
  const said = await page.until(`the reason why ${name} fails`, () => failure(page));
  assert.match(said, sentence);
  assert.equal(await page.text("model"), "Modelvit-ti8-64", "the model before goes on");
  await page.click("cancel-switch");
}

scenario("models from the hub", options, async (page, t) => {
  await loaded(page, "vit-ti8-64");
  await page.choose(writeFiles(folder(t), { "rings.png": picture("rings", 1), "more.png": picture("rings", 2), "stripes.png": picture("stripes", 3) }));
  await page.untilComputed(3);
  await page.query("rings.png");
  const scores = async () => (await page.neighbours("embedding")).map(({ name, score }) => `${name} ${score}`).join();
  const before = await page.until("neighbours", scores);
  await page.click("model");
  assert.match(await page.tab.$eval(entry("plain"), (li) => li.textContent), /10\.8 MB.*about|under 0\.1 s an image/s);
  assert.deepEqual(hub.requests, [], "nothing is asked of the hub before a model is chosen");

  await t.test("each failure has its sentence, and the model before goes on", async () => {
    await fails(page, "missing", /huggingface\.co has no file at https:\/\/huggingface\.co\/test\/missing.*404/);
    await fails(page, "gated", /members alone \(401\).*drop it here/);
    await fails(page, "wrong", /SHA-256.*was published with it.*thrown away/);
    await fails(page, "page", /did not send a safetensors file/);
    await fails(page, "silent", /does not allow this page to read the file \(no CORS\)/);
    assert.equal(await state(page, "wrong"), "away", "nothing is kept of what was wrong");
    assert.equal(await page.until("the former neighbours", scores), before);
  });

  await t.test("a download shows its speed, can be cancelled, goes on after a cut and a reload", async () => {
    Object.assign(hub.files[path("plain")], SLOW);
    await click(page, "plain", "choose");
    const shown = await page.until("the speed", async () => /of 10\.8 MB, [\d.]+ MB a second, .+ left/.test(await words(page)) && words(page));
    assert.ok(shown);
    await page.click("cancel-switch");
    await page.until("it to be there in part", async () => (await state(page, "plain")) === "part");
    assert.equal(await page.text("model"), "Modelvit-ti8-64");

    await click(page, "plain", "choose");
    await arriving(page);
    hub.breakOff();
    const said = await page.until("the cut", () => failure(page));
    assert.match(said, /cut off at \d\.\d MB of 10\.8 MB/);
    const [, second] = asked("plain").filter(({ method }) => method === "GET");
    assert.match(second.range, /^bytes=\d{5,}-$/, "it went on where it was cancelled");

    await click(page, "plain", "choose");
    await arriving(page);
    await page.open("#device=cpu&objectives=");
    await loaded(page, "vit-ti8-64");
    await page.click("model");
    await page.until("what is there", async () => (await state(page, "plain")) === "part");
    Object.assign(hub.files[path("plain")], FAST);
    await click(page, "plain", "choose");
    await loaded(page, "plain");
    const starts = asked("plain").filter(({ method }) => method === "GET").map(({ range }) => Number(/\d+/.exec(range ?? "0")));
    assert.equal(starts.length, 4);
    assert.ok(Math.abs(starts[2] / 1e6 - /\d\.\d/.exec(said)) < 0.06, `${said} It went on at ${starts[2]}`);
    assert.ok(starts.every((start, place) => place === 0 || start > starts[place - 1]), `always further on: ${starts}`);
    assert.match(await page.tab.$eval(entry("plain"), (li) => li.textContent), /Not verified by its publisher/);
    assert.ok(!hub.requests.some(({ method }) => method === "OPTIONS"), "no request needs the hub's permission first");
    assert.ok(hub.requests.every(({ headers }) => !headers.cookie && !headers.referer), "and none says where it comes from");
  });

  await t.test("another version of the file starts over, and one that moved to the hub's other hosts is found", async () => {
    Object.assign(hub.files[path("elsewhere")], SLOW);
    await click(page, "published", "choose");
    await arriving(page);
    hub.breakOff();
    await page.until("the cut", () => failure(page));
    Object.assign(hub.files[path("elsewhere")], FAST, { etag: '"2"' });
    await click(page, "published", "choose");
    await loaded(page, "published");
    assert.deepEqual(asked("elsewhere").map(({ range }) => range !== undefined), [false, true, false]);
    assert.ok(asked("elsewhere").every(({ host }) => host === "cdn-lfs.hf.co"));
    assert.match(await page.tab.$eval(entry("published"), (li) => li.textContent), /has the SHA-256 that its publisher gives/);
  });

  await t.test("kept models are listed and can be removed; a full disk is told", async () => {
    assert.equal(await state(page, "plain"), "here");
    const count = hub.requests.length;
    await click(page, "plain", "choose");
    await loaded(page, "plain");
    assert.equal(hub.requests.length, count, "what is kept is not downloaded again");
    await click(page, "published", "forget");
    await page.until("it to go", async () => (await state(page, "published")) === "away");
    const session = await page.tab.createCDPSession();
    await session.send("Storage.overrideQuotaForOrigin", { origin: new URL(page.url).origin, quotaSize: 15_000_000 });
    await click(page, "large", "choose");
    assert.match(await page.until("no space", () => failure(page)), /no space for 10\.8 MB/);
    assert.equal(await page.text("model"), "Modelplain");
    await page.until("nothing of it to be left", async () => (await state(page, "large")) === "away");
  });
});

scenario("a model of the hub works without a network", { ...options, offline: true }, async (page, t) => {
  await loaded(page, "vit-ti8-64");
  await page.until("the page to be kept", async () => (await page.attribute("offline", "data-state")) === "yes");
  Object.assign(hub.files[path("plain")], FAST);
  await page.click("model");
  await click(page, "plain", "choose");
  await loaded(page, "plain");
  await page.until("the address to name it", () => page.tab.evaluate(() => location.hash.includes("model=plain")));
  await page.server.close();
  const session = await page.tab.createCDPSession();
  await session.send("Network.enable");
  await session.send("Network.emulateNetworkConditions", { offline: true, latency: 0, downloadThroughput: 0, uploadThroughput: 0 });
  await page.open("#device=cpu&objectives=&model=plain");
  await loaded(page, "plain");
  await page.choose(writeFiles(folder(t), { "rings.png": picture("rings", 1) }));
  await page.untilComputed(1);
  await page.click("model");
  await click(page, "large", "choose");
  assert.match(await page.until("the reason", () => failure(page)), /no network|could not be reached/);
});

scenario("a model that is not here is not downloaded because an address names it", { ...options, hash: "#device=cpu&model=large" }, async (page) => {
  await loaded(page, "vit-ti8-64");
  const said = await page.tab.evaluate(() => document.body.innerText);
  assert.match(said, /large is not in this browser yet\. Choose it under Model/);
});
