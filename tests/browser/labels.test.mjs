// Several images at once: selected by mouse, keyboard and touch, labelled and removed in one step; labels from files.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { chromium } from "./browsers.mjs";
import { folder } from "./cli.mjs";
import { picture, writeFiles } from "./files.mjs";
import { ROOT, scenario } from "./page.mjs";

const AXE = readFileSync(`${ROOT}tests/browser/node_modules/axe-core/axe.min.js`, "utf8");
const NAMES = Array.from({ length: 8 }, (_, i) => `${i}.png`);
const images = Object.fromEntries(NAMES.map((name, i) => [name, picture(["rings", "stripes", "checks"][i % 3], i)]));

const pick = (name) => `[data-testid=gallery-item][data-name="${name}"] [data-testid=use-as-query]`;

/** Where each image lies in the window, and the gallery itself. */
const places = (page) =>
  page.tab.evaluate(() => {
    const rect = (element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return { left, top, right, bottom, x: (left + right) / 2, y: (top + bottom) / 2 };
    };
    const cells = [...document.querySelectorAll("[data-testid=gallery-item]")];
    const all = Object.fromEntries(cells.map((cell) => [cell.dataset.name, rect(cell)]));
    return { all, grid: rect(document.querySelector("[data-testid=gallery]")) };
  });

const selected = (page) =>
  page.tab.$$eval("[data-testid=gallery-item][aria-selected=true]", (cells) => cells.map(({ dataset }) => dataset.name));

const untilSelected = (page, names) =>
  page.until(`${names} to be selected`, async () => `${await selected(page)}` === `${names}`).catch(async (error) => {
    assert.deepEqual(await selected(page), names, error.message);
  });

const labels = async (page) => (await page.items()).map(({ label }) => label).join(" ").trim();

const untilLabels = (page, wanted) =>
  page.until(wanted, async () => (await labels(page)) === wanted).catch(async () => assert.equal(await labels(page), wanted));

async function check(page, what) {
  await page.tab.evaluate(AXE);
  const { violations } = await page.tab.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  assert.deepEqual(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).slice(0, 4)}`), [], what);
}

async function drag(page, from, to, { steps = 6, release = true } = {}) {
  await page.tab.mouse.move(from.x, from.y);
  await page.tab.mouse.down();
  await page.tab.mouse.move(to.x, to.y, { steps });
  if (release) await page.tab.mouse.up();
}

async function withKey(page, key, act) {
  await page.tab.keyboard.down(key);
  await act();
  await page.tab.keyboard.up(key);
}

async function byMouse(page) {
  const { all, grid } = await places(page);
  const [last, middle] = [all["7.png"], all["4.png"]];
  const query = await page.attribute("query", "data-name");

  // From the empty space behind the last image to the middle of another: what the band touches, by its own geometry.
  const from = { x: last.right + (grid.right - last.right) / 2, y: last.bottom + 12 };
  const inside = NAMES.filter((name) => {
    const { left, top, right, bottom } = all[name];
    return right > Math.min(from.x, middle.x) && left < Math.max(from.x, middle.x) && bottom > middle.y && top < from.y;
  });
  assert.ok(inside.length > 1 && inside.length < NAMES.length, `the test's own band: ${inside}`);
  await drag(page, from, middle, { release: false });
  await page.until("the band", () => page.tab.$("[data-testid=band]"));
  await untilSelected(page, inside);
  await page.tab.mouse.up();
  await page.until("no band", async () => !(await page.tab.$("[data-testid=band]")));
  assert.equal(await page.text("selection-count"), `${inside.length} selected`);
  assert.deepEqual((await places(page)).grid, grid, "nothing moves when a selection begins");
  await page.tab.mouse.click(from.x, from.y);
  await untilSelected(page, []);

  // From an image, once it is left; Escape gives up.
  await drag(page, all["0.png"], all["1.png"], { release: false });
  await untilSelected(page, ["0.png", "1.png"]);
  await page.tab.keyboard.press("Escape");
  await untilSelected(page, []);
  await page.tab.mouse.up();

  await withKey(page, "Control", async () => {
    await page.tab.click(pick("1.png"));
    await page.tab.click(pick("6.png"));
  });
  await withKey(page, "Shift", () => page.tab.click(pick("4.png")));
  await untilSelected(page, ["1.png", "4.png", "5.png", "6.png"]);
  await withKey(page, "Control", () => page.tab.click(pick("5.png")));
  await untilSelected(page, ["1.png", "4.png", "6.png"]);
  assert.equal(await page.attribute("query", "data-name"), query, "the query is another matter");
  const near = await page.tab.$$eval("[data-testid=neighbours-fungi] .near.selected", (all) => all.map(({ dataset }) => dataset.name).sort());
  assert.deepEqual(near, ["1.png", "4.png", "6.png"].filter((name) => name !== query), "marked among the neighbours, too");
  await check(page, "with a selection");

  // One label, one step.
  await page.tab.type('[data-testid="selection-label"]', "cup");
  await page.tab.keyboard.press("Enter");
  await untilLabels(page, "cup   cup  cup");
  assert.equal(await page.attribute("undo", "title"), "Give 3 images their previous labels");
  await page.click("undo");
  await untilLabels(page, "");
  assert.equal(await page.value("selection-label"), "", "the field says what they have");
  await page.tab.type('[data-testid="selection-label"]', " cup ");
  await page.click("selection-apply");
  await untilLabels(page, "cup   cup  cup");
}

async function byKeyboard(page) {
  const { keyboard } = page.tab;
  await page.tab.click(pick("2.png"));
  await keyboard.press("Escape");
  await untilSelected(page, []);
  await withKey(page, "Shift", async () => {
    await keyboard.press("ArrowRight");
    await keyboard.press("ArrowRight");
    await keyboard.press("ArrowLeft");
  });
  await untilSelected(page, ["2.png", "3.png"]);
  await page.until("the focus to follow", async () => (await page.focus())?.item === "3.png");
  await keyboard.press("ArrowLeft");
  await withKey(page, "Control", () => keyboard.press("Space"));
  await untilSelected(page, ["3.png"]);
  assert.equal(await page.attribute("query", "data-name"), "2.png", "Space with Control chooses no query");
  await withKey(page, "Control", () => keyboard.press("a"));
  await untilSelected(page, NAMES);
  await keyboard.press("Escape");
  await withKey(page, "Shift", () => keyboard.press("ArrowRight"));
  await keyboard.press("Delete");
  await page.until("two less", async () => (await page.items()).length === NAMES.length - 2);
  assert.ok((await page.focus())?.item, "the focus is on an image still");
  await untilSelected(page, []);
  await page.click("undo");
  await page.until("them back", async () => (await page.items()).length === NAMES.length);
}

async function fromFiles(page, t) {
  const late = picture("rings", 20);
  const root = folder(t);
  writeFiles(root, {
    "labels.csv": Buffer.from(
      `\ufeffname;label;sha256\r\n0.png;big bowl\r\nsome/where/1.png;"mug"\r\n4.png;\r\n\r\nlate.png;mug\r\n;mug\r\nother.png;mug;${createHash("sha256").update(late).digest("hex")}\r\n`,
    ),
    "utf16.csv": Buffer.from("\ufeff0.png,cup\n", "utf16le"),
    "late.png": picture("checks", 21),
    "renamed.png": late,
  });
  await page.drop([`${root}/utf16.csv`]);
  const refused = await page.until("its reason", async () => (await page.errors()).find(({ name }) => name === "utf16.csv"));
  assert.match(refused.text, /It is in UTF-16\. Save it as UTF-8/);

  await page.drop([`${root}/labels.csv`]);
  await untilLabels(page, "big bowl mug     cup");
  const report = () => page.tab.$eval("[data-testid=label-report] summary", (summary) => summary.textContent);
  assert.equal(await report(), "labels.csv labels 3 images and waits for 2 images; 1 line could not be read.");
  const missed = (await page.children("label-report", "label-missed")).map(({ text }) => text);
  assert.deepEqual(missed, [
    "Line 7: It names no image.",
    "Line 6: late.png is not in the gallery.",
    "Line 8: other.png is not in the gallery.",
  ]);
  await check(page, "with a report");

  // Images that come later: by name at once, by content once it is known.
  await page.choose([`${root}/late.png`, `${root}/renamed.png`]);
  await page.untilComputed(NAMES.length + 2);
  const labelled = Object.fromEntries((await page.items()).map(({ name, label }) => [name, label]));
  assert.deepEqual([labelled["late.png"], labelled["renamed.png"]], ["mug", "mug"]);
  assert.equal(await report(), "labels.csv labels 5 images; 1 line could not be read.");
  await page.click("undo");
  await page.until("the labels before", async () => (await labels(page)).startsWith("cup   cup  cup"));
  assert.equal(await page.tab.$("[data-testid=label-report]"), null, "and the file is forgotten");
  await page.tab.$eval("[data-testid=error-list]", (list) => list.parentElement.querySelector("button").click());
}

async function byLabel(page) {
  const rows = async () => (await page.children("labels", "label-row")).map(({ label, count }) => `${label} ${count}`);
  await page.tab.$eval("[data-testid=labels]", (details) => (details.open = true));
  assert.deepEqual(await rows(), [" 5", "cup 3", "mug 2"]);
  const row = (label, inside) => `[data-testid=label-row][data-label="${label}"] [data-testid=${inside}]`;
  await page.tab.click(row("mug", "label-select"));
  await untilSelected(page, ["late.png", "renamed.png"]);
  await page.tab.click(row("mug", "label-rename"), { count: 3 });
  await page.tab.keyboard.type("cup");
  await page.tab.keyboard.press("Enter");
  await page.until("one label", async () => `${await rows()}` === " 5,cup 5");
  assert.equal(await page.text("selection-count"), "2 selected");
  await page.click("undo");
  await page.until("both labels", async () => `${await rows()}` === " 5,cup 3,mug 2");
  await check(page, "with the list of labels");
  await page.click("selection-remove");
  await page.until("them to go", async () => (await page.items()).length === NAMES.length);
  await page.tab.$eval("[data-testid=labels]", (details) => (details.open = false));
}

/** A band that reaches beyond the edge of what is seen takes the gallery along. */
async function beyondTheEdge(page) {
  await page.tab.setViewport({ width: 1280, height: 520 });
  await page.tab.$eval("[data-testid=gallery]", (grid) => (grid.scrollTop = 0));
  const { all, grid } = await places(page);
  const scrolled = () => page.tab.$eval("[data-testid=gallery]", (grid) => grid.scrollTop);
  await withKey(page, "Shift", () => drag(page, all["0.png"], { x: grid.right - 20, y: Math.min(grid.bottom, 520) - 2 }, { release: false }));
  await page.until("the gallery to scroll", async () => (await scrolled()) > 100);
  await untilSelected(page, NAMES);
  await page.tab.mouse.up();
  await page.click("selection-clear");
  await page.tab.$eval("[data-testid=gallery]", (grid) => (grid.scrollTop = 0));
}

async function byTouch(page) {
  await page.tab.setViewport({ width: 400, height: 844 });
  const session = await page.tab.createCDPSession();
  await session.send("Emulation.setTouchEmulationEnabled", { enabled: true });
  const touch = async (name, milliseconds) => {
    const { x, y } = (await places(page)).all[name];
    await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [{ x, y }] });
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  };
  await touch("0.png", 20);
  await page.until("the query", async () => (await page.attribute("query", "data-name")) === "0.png");
  await touch("1.png", 800);
  await untilSelected(page, ["1.png"]);
  await touch("3.png", 20);
  await untilSelected(page, ["1.png", "3.png"]);
  assert.equal(await page.attribute("query", "data-name"), "0.png", "touches select now");
  const { top, bottom } = await page.tab.$eval("[data-testid=selection]", (bar) => bar.getBoundingClientRect().toJSON());
  const { grid } = await places(page);
  assert.ok(top > 0 && bottom <= grid.top + 1, `the buttons are above the images: ${bottom} and ${grid.top}`);
  await check(page, "by touch");
  await touch("1.png", 20);
  await touch("3.png", 20);
  await untilSelected(page, []);
  await touch("2.png", 20);
  await page.until("the query again", async () => (await page.attribute("query", "data-name")) === "2.png");
}

scenario("several images at once, and their labels", { browser: chromium, hash: "#device=cpu&workers=1&objectives=kl&k=7" }, async (page, t) => {
  await page.choose(writeFiles(folder(t), images));
  await page.untilComputed(NAMES.length);
  await byMouse(page);
  await byKeyboard(page);
  await fromFiles(page, t);
  await byLabel(page);
  await beyondTheEdge(page);
  await byTouch(page);
});
