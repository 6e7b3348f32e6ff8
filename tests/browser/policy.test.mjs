// The page's policy: its own files, its own address, no inline script. In workers it holds where the host sends it as a header.

import assert from "node:assert/strict";
import { cpSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { serve } from "../../scripts/server.mjs";
import { chromium, firefox } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { ROOT, scenario } from "./page.mjs";

test("page and headers have the same policy, without exceptions for inline code", () => {
  const [page, headers] = ["index.html", "_headers"].map((name) => readFileSync(`${ROOT}dist/${name}`, "utf8"));
  const policy = page.match(/http-equiv="Content-Security-Policy"\s+content="([^"]+)"/)[1];
  assert.equal(headers.match(/Content-Security-Policy: (.+)/)[1], policy);
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'/);
  assert.doesNotMatch(page, /<script(?![^>]* src=)/, "no script is inline");
});

/** Inline code in three forms, a style among them; gives which of them had an effect. */
const inject = () => {
  const script = document.createElement("script");
  script.textContent = "window.injected = true";
  document.body.append(script);
  const holder = document.createElement("div");
  holder.innerHTML = `<img src="nowhere:" onerror="window.handled = true"><p style="color: rgb(1, 2, 3)">`;
  document.body.append(holder);
  return new Promise((done) =>
    setTimeout(
      () =>
        done({
          script: window.injected === true,
          handler: window.handled === true,
          style: getComputedStyle(holder.lastChild).color === "rgb(1, 2, 3)",
        }),
      500,
    ),
  );
};

for (const [name, headers] of [
  ["with the site's headers", true],
  ["from a host without headers", false],
]) {
  const options = { browser: chromium, hash: "#device=cpu", headers, violates: true };
  scenario(`injected code is refused, ${name}`, options, async (page, t) => {
    const files = { "rings.png": picture("rings", 1), "stripes.png": picture("stripes", 2) };
    await page.choose(writeFiles(folder(t), files));
    await page.untilComputed(2);
    assert.deepEqual(page.violations(), [], "the page itself works within its policy");

    assert.deepEqual(await page.tab.evaluate(inject), { script: false, handler: false, style: false });
    assert.ok(page.violations().length >= 3, "and the browser says so");

    // Another origin, if at the same server: what arrives there is counted.
    const stranger = `${page.url.replace("127.0.0.1", "localhost")}stranger`;
    const send = (address) =>
      fetch(address, { mode: "no-cors" }).then(
        () => "sent",
        () => "refused",
      );
    assert.equal(await page.tab.evaluate(send, stranger), "refused");
    if (headers) assert.equal(await page.tab.workers().at(-1).evaluate(send, stranger), "refused", "in the worker too");
    assert.ok(!page.server.requests.some(({ path }) => path.endsWith("stranger")), "nothing was sent");
  });
}

scenario("Firefox under the policy", { browser: () => firefox({ webgpu: false }) }, async (page, t) => {
  await page.choose(writeFiles(folder(t), { "rings.png": picture("rings", 1) }));
  await page.untilComputed(1);
});

// What is added changes nothing but the hash: a space, and a custom section without name or content.
for (const [file, pattern, added] of [
  ["script", /^app-.*\.js$/, Buffer.from(" ")],
  ["program", /^app-.*\.wasm$/, Buffer.from([0, 1, 0])],
]) {
  test(`a changed ${file} does not start`, { timeout: 60_000 }, async (t) => {
    const site = folder(t);
    cpSync(`${ROOT}dist`, site, { recursive: true });
    const name = readdirSync(site).find((name) => pattern.test(name));
    const bytes = readFileSync(`${site}/${name}`);
    writeFileSync(`${site}/${name}`, Buffer.concat([bytes, added]));
    const server = await serve({ "/": site });
    const browser = await chromium();
    try {
      const tab = await browser.newPage();
      await tab.goto(`${server.origin}/#offline=0`);
      await tab.waitForFunction(() => /could not be loaded/.test(document.getElementById("trouble")?.textContent));
    } finally {
      await browser.close();
      await server.close();
    }
  });
}
