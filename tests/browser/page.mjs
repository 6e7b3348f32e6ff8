// The page object: how a test opens the built page and speaks of it. Holds are data-testid attributes.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { serve } from "../../scripts/server.mjs";
import * as probe from "./probe.mjs";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** The site lies under a path of its own, so that nothing may rely on being at the top. */
export const BASE = "/some/where/";

const hold = (id) => `[data-testid="${id}"]`;

/**
 * A test with the page open in a browser of its own: `body(page, t)`. Whatever the test is about, the page must not
 * crash, must find all its files below its own address, and must ask nothing of any other.
 *
 * @param {object} options
 * @param {Function} options.browser from browsers.mjs
 * @param {string} options.hash the page's settings, as in its address
 * @param {RegExp} options.hold files that the server keeps back until `page.server.release()`
 * @param {Function} options.before runs in the page before its own scripts
 * @param {boolean} options.crashes whether the test itself makes something crash
 * @param {boolean} options.violates whether the test itself does what the page's policy forbids
 * @param {boolean} options.headers whether the server sends the site's headers
 * @param {(t) => string} options.site gives the folder that is served
 * @param {boolean} options.hub whether the test itself chooses models of the hub
 * @param {boolean} options.sample whether the sample set stands there from the start; most tests want an empty gallery
 * @param {boolean} options.keep whether the gallery is kept for the next visit; most tests want an empty one each time
 * @param {boolean} options.offline whether the page may install its service worker; most tests want the server's files
 */
export function scenario(name, options, body) {
  const {
    browser,
    hash = "",
    before,
    hold: held,
    viewport = { width: 1280, height: 900 },
    crashes = false,
    violates = false,
    headers = true,
    site = () => `${ROOT}dist`,
    offline = false,
    keep = false,
    sample = false,
    hub = false,
  } = options;
  test(name, { timeout: 15 * 60_000 }, async (t) => {
    const server = await serve({ [BASE]: site(t) }, { hold: held, headers });
    const running = await browser();
    let page;
    try {
      page = new Mycoscope(await running.newPage(), server, `${server.origin}${BASE}`, { offline, keep, sample });
      await page.tab.setViewport(viewport);
      await page.tab.evaluateOnNewDocument(probe.install);
      if (before) await page.tab.evaluateOnNewDocument(before);
      await page.open(hash);
      await body(page, t);
      page.checkManners({ crashes, violates, hub });
    } catch (error) {
      if (page) await page.leaveTraces(name);
      throw error;
    } finally {
      await running.close();
      await server.close();
    }
  });
}

class Mycoscope {
  constructor(tab, server, url, options) {
    Object.assign(this, { tab, server, url, ...options, log: [], crashes: [], requests: [] });
    tab.on("console", (message) => this.log.push(`${message.type()}: ${message.text()}`));
    tab.on("pageerror", (error) => this.crashes.push(error.message));
    tab.on("request", (request) => this.requests.push({ method: request.method(), url: request.url() }));
  }

  /** Opens the page, or opens it anew, with these settings in its address. */
  async open(hash = "") {
    const more = [...(this.offline ? [] : ["offline=0"]), ...(this.keep ? [] : ["keep=0"]), ...(this.sample ? [] : ["sample=0"])];
    const settings = `#${[hash.slice(1), ...more].filter(Boolean).join("&")}`;
    await this.tab.goto("about:blank");
    await this.tab.goto(this.url + settings, { waitUntil: "load" });
    await this.tab.waitForSelector(hold("drop-zone"), { timeout: 30_000 });
  }

  checkManners({ crashes, violates, hub }) {
    if (!crashes) assert.deepEqual(this.crashes, [], "nothing crashes");
    if (!violates) assert.deepEqual(this.violations(), [], "the policy forbids nothing that the page does");
    const lost = this.server.requests.filter(({ path, status }) => status !== 200 && path !== "/favicon.ico");
    assert.deepEqual(lost, [], "every file is found below the page's own address");
    const strange = (url) => !url.startsWith(this.url) && !(hub && /^https:\/\/(huggingface\.co|[a-z-]+\.hf\.co)\//.test(url));
    const strangers = this.requests.filter(({ url }) => /^(https?|wss?):/.test(url) && strange(url));
    assert.deepEqual(
      strangers.filter(({ url }) => !url.endsWith("/favicon.ico")),
      [],
      "nothing is asked of any other address",
    );
    assert.deepEqual(
      this.requests.filter(({ method }) => method !== "GET" && method !== "HEAD"),
      [],
      "nothing is uploaded",
    );
  }

  /** What the browser refused because of the policy, in the page and its workers. */
  violations() {
    return this.log.filter((line) => /content[- ]security[- ]policy/i.test(line));
  }

  /** What every child `testid` of `parent` says: its text and its data attributes. */
  children(parent, testid) {
    return this.tab.$$eval(`${hold(parent)} ${hold(testid)}`, (elements) =>
      elements.map((element) => ({ text: element.textContent.trim().replace(/\s+/g, " "), ...element.dataset })),
    );
  }

  items() {
    return this.children("gallery", "gallery-item");
  }

  errors() {
    return this.children("error-list", "error");
  }

  /** @param {"embedding" | "fungi"} column */
  async neighbours(column) {
    const found = await this.children(`neighbours-${column}`, "neighbour");
    return found.map(({ name, score, rank }) => ({ name, score: Number(score), rank: Number(rank) }));
  }

  text(testid) {
    return this.tab.$eval(hold(testid), (element) => element.textContent.trim().replace(/\s+/g, " ")).catch(() => "");
  }

  attribute(testid, name) {
    return this.tab.$eval(hold(testid), (element, name) => element.getAttribute(name), name);
  }

  value(testid) {
    return this.tab
      .waitForSelector(hold(testid), { timeout: 20_000 })
      .then((input) => input.evaluate(({ value }) => value));
  }

  click(testid) {
    return this.tab.locator(hold(testid)).click();
  }

  /** Gives files, or for `folder-input` one folder, to a file input, as the browser's own dialogue would. */
  async choose(paths, testid = "file-input") {
    const input = await this.tab.waitForSelector(hold(testid));
    await input.uploadFile(...paths);
  }

  /** Has the browser save what the page offers into a folder, without asking (Chromium only). */
  async saveInto(downloadPath) {
    const session = await this.tab.browser().target().createCDPSession();
    await session.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath });
  }

  /** Drops files or folders on the drop zone or elsewhere, as the desktop does (Chromium only). */
  async drop(paths, testid = "drop-zone") {
    const zone = await this.tab.waitForSelector(hold(testid));
    const { x, y } = await zone.clickablePoint();
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    const session = await this.tab.createCDPSession();
    for (const type of ["dragEnter", "dragOver", "drop"])
      await session.send("Input.dispatchDragEvent", { type, x, y, data });
  }

  async removeItem(name) {
    const count = (await this.items()).length;
    await this.tab.locator(`${hold("gallery-item")}[data-name="${name}"] ${hold("remove")}`).click();
    await this.until(`${name} to go`, async () => (await this.items()).length === count - 1);
  }

  /** A worker dies of an error that nobody catches (Chromium only): the one that started last, unless said otherwise. */
  async killWorker(place = -1) {
    // The browser lists a worker before its globals are there, and for a while after it was terminated.
    await this.until("a worker that runs", async () => {
      const worker = this.tab.workers().at(place);
      return worker?.evaluate(() => {
        if (typeof setTimeout !== "function") return false;
        setTimeout(() => {
          throw new Error("killed by the test");
        });
        return true;
      }).catch(() => false);
    });
  }

  /** The engine's worker never answers again, and does not crash either. */
  async hangWorker() {
    const worker = this.tab.workers().at(-1);
    assert.ok(worker, "there is a worker");
    await worker.evaluate(() => {
      setTimeout(() => {
        for (;;);
      });
    });
  }

  bestCosine(vector) {
    return this.tab.evaluate(probe.bestCosine, [...vector]);
  }

  /** Presses Tab until `selector` has the focus, as someone without a mouse would. */
  async tabTo(selector) {
    for (let step = 0; step < 400; step++) {
      await this.tab.keyboard.press("Tab");
      if (await this.tab.evaluate((selector) => document.activeElement?.matches(selector), selector)) return;
    }
    throw new Error(`${selector} can't be reached with Tab`);
  }

  /** What has the focus, and whether that can be seen; nothing if it is the document. */
  focus() {
    return this.tab.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const path = [];
      for (let at = element; at && at !== document.body; at = at.parentElement) {
        path.unshift(`${at.tagName.toLowerCase()}:${[...at.parentElement.children].indexOf(at)}`);
      }
      const ring = (element) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
        return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
      };
      // A visually hidden input may show its focus on the label around it.
      const visible = ring(element) || (element.parentElement !== null && ring(element.parentElement));
      const item = element.closest("[data-testid=gallery-item]")?.dataset.name;
      return { item, path: `${path.join(" ")} ${element.dataset.testid ?? ""}`, visible };
    });
  }

  /**
   * Waits until `check` (an async function) gives something true, and gives it.
   * Says what it waited for, and what the page said meanwhile, when it doesn't. It is patient, for machines under load are
   * slow, and patience costs nothing where all is well.
   */
  async until(what, check, timeout = 5 * 60_000) {
    const deadline = Date.now() + timeout;
    for (;;) {
      const found = await check();
      if (found) return found;
      if (Date.now() > deadline) {
        throw new Error(`${what}: not within ${timeout / 1000} s; the page said "${await this.text("status")}"`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Waits until at least `count` images are computed, and gives the items. */
  untilComputed(count, timeout) {
    const check = async () => {
      const items = await this.items();
      return items.filter(({ state }) => state === "done").length >= count && items;
    };
    return this.until(`${count} computed images`, check, timeout);
  }

  /** Makes a computed image of the gallery the query. */
  async query(name) {
    await this.tab.locator(`${hold("gallery-item")}[data-name="${name}"] ${hold("use-as-query")}`).click();
    await this.until(`${name} as the query`, async () => (await this.attribute("query", "data-name")) === name);
  }

  /** Sets a slider as a person's pull does. */
  slide(testid, value) {
    return this.tab.$eval(
      hold(testid),
      (input, value) => {
        input.value = String(value);
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.dispatchEvent(new Event("change", { bubbles: true }));
      },
      value,
    );
  }

  /** What passed between page and workers so far. */
  traffic() {
    return this.tab.evaluate(() => ({
      workers: window.probe.workers.length,
      posted: window.probe.posted,
      received: window.probe.received.length,
    }));
  }

  /** The page's own account, for a failing test's message. */
  async story() {
    const items = await this.items().catch(() => []);
    const lines = [
      `status: ${await this.text("status")}`,
      `device: ${await this.text("device")}`,
      `${items.length} items; not done: ${JSON.stringify(items.filter(({ state }) => state !== "done"))}`,
      `errors: ${JSON.stringify(await this.errors().catch(() => []))}`,
      ...this.crashes.map((crash) => `uncaught: ${crash}`),
      ...this.log.slice(-20).map((line) => `console ${line}`),
      ...this.server.requests.filter(({ status }) => status !== 200).map(({ path }) => `not found: ${path}`),
    ];
    return lines.join("\n");
  }

  async leaveTraces(name) {
    const folder = `${ROOT}target/browser-failures`;
    mkdirSync(folder, { recursive: true });
    const path = `${folder}/${name.replace(/[^a-z0-9]+/gi, "-")}.png`;
    await this.tab.screenshot({ path, fullPage: true }).catch(() => {});
    console.error(`the page as it was: ${path}\n${await this.story().catch(() => "")}`);
  }
}
