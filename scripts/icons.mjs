// Draws public/icons/*.png, for phones' and desktops' menus, from public/icon.svg: node scripts/icons.mjs
// The mark stays within the middle four fifths, so that systems may cut the icon to any shape.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { png } from "../tests/browser/files.mjs";

const SIDES = [180, 192, 512];
const PAPER = [0xf5, 0xf1, 0xe6];
const INK = [0x4d, 0x6b, 0x2c];
/** The drawing's share of the icon; its outermost point is 14.8 of 16 from the middle. */
const SHARE = 0.8 / (14.8 / 16);

const svg = readFileSync(new URL("../public/icon.svg", import.meta.url), "utf8");
const number = (pattern) => Number(svg.match(pattern)[1]);
const width = number(/<g[^>]* stroke-width="([\d.]+)"/);
const ring = { radius: number(/<circle[^>]* r="([\d.]+)"/), width: number(/<circle[^>]* stroke-width="([\d.]+)"/) };
const gills = [...svg.matchAll(/M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)/g)].map((match) => match.slice(1).map(Number));

/** How far a point is from the ink's edge, in units of the drawing; less than 0 within it. */
function distance(x, y) {
  let least = Math.abs(Math.hypot(x - 16, y - 16) - ring.radius) - ring.width / 2;
  for (const [x0, y0, x1, y1] of gills) {
    const [dx, dy] = [x1 - x0, y1 - y0];
    const along = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)));
    least = Math.min(least, Math.hypot(x - x0 - along * dx, y - y0 - along * dy) - width / 2);
  }
  return least;
}

const folder = new URL("../public/icons/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const side of SIDES) {
  const unit = 32 / (side * SHARE);
  const place = (pixel) => 16 + (pixel + 0.5 - side / 2) * unit;
  const picture = png(side, side, (x, y) => {
    const ink = Math.min(1, Math.max(0, 0.5 - distance(place(x), place(y)) / unit));
    return PAPER.map((paper, channel) => Math.round(paper + ink * (INK[channel] - paper)));
  });
  writeFileSync(new URL(`${side}.png`, folder), picture);
}
