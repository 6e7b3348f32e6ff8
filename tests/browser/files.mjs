// Files for the tests, made here: pictures that differ enough to be told apart, and files that must be refused.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deflateSync, inflateSync } from "node:zlib";

/** CRC-32 as PNG wants it; zlib's own is missing from Debian's Node. */
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

function header(width, height, kind = 2) {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([8, kind, 0, 0, 0], 8); // 8 bits, RGB (2) or grey (0), deflate, no filter method, not interlaced
  return chunk("IHDR", data);
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** An RGB PNG; `pixel(x, y)` gives [red, green, blue] in 0..255. */
export function png(width, height, pixel) {
  const rows = Buffer.alloc(height * (1 + 3 * width));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows.set(pixel(x, y), y * (1 + 3 * width) + 1 + 3 * x);
  }
  return Buffer.concat([
    SIGNATURE,
    header(width, height),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A grey PNG; `level(x, y)` gives 0..255. */
export function greyPng(width, height, level) {
  const rows = Buffer.alloc(height * (1 + width));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (1 + width) + 1 + x] = level(x, y);
  }
  return Buffer.concat([
    SIGNATURE,
    header(width, height, 0),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Width, height and pixels' indices of an indexed PNG with 8 bits a pixel. */
export function indices(bytes) {
  let [width, height] = [0, 0];
  const parts = [];
  for (let at = SIGNATURE.length; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const type = bytes.toString("latin1", at + 4, at + 8);
    const body = bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at));
    if (type === "IHDR") [width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)];
    if (type === "IDAT") parts.push(body);
  }
  const rows = inflateSync(Buffer.concat(parts));
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (width + 1)];
    for (let x = 0; x < width; x++) {
      const left = x > 0 ? data[y * width + x - 1] : 0;
      const up = y > 0 ? data[(y - 1) * width + x] : 0;
      const corner = x > 0 && y > 0 ? data[(y - 1) * width + x - 1] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      data[y * width + x] = rows[y * (width + 1) + 1 + x] + guess;
    }
  }
  return { width, height, data };
}

/** PNG's fourth filter: whichever neighbour is nearest to `left + up - corner`. */
function paeth(left, up, corner) {
  const away = [left, up, corner].map((value) => Math.abs(left + up - corner - value));
  if (away[0] <= away[1] && away[0] <= away[2]) return left;
  return away[1] <= away[2] ? up : corner;
}

/**
 * A picture of one of three kinds ("rings", "stripes", "checks"), another one for each seed.
 * Sides are odd on purpose: resampling must cope.
 */
export function picture(kind, seed, width = 97, height = 71) {
  const hue = (seed * 67) % 256;
  const period = 6 + (seed % 5) * 2;
  const [cx, cy] = [width * (0.3 + 0.1 * (seed % 5)), height * (0.35 + 0.08 * (seed % 4))];
  const tone = {
    rings: (x, y) => Math.sin((Math.hypot(x - cx, y - cy) * 2 * Math.PI) / period),
    stripes: (x, y) => Math.sin(((x + y * (0.2 + 0.3 * (seed % 4))) * 2 * Math.PI) / period),
    checks: (x, y) => ((Math.floor(x / period) + Math.floor(y / period)) % 2 ? 1 : -1),
  }[kind];
  return png(width, height, (x, y) => {
    const t = 0.5 + 0.5 * tone(x, y);
    const shade = 0.6 + (0.4 * y) / height;
    return [(40 + 180 * t) * shade, (hue * (1 - t) + 60 * t) * shade, (200 - 0.6 * hue + 40 * t) * shade];
  });
}

/** Starts like a JPEG, and then makes no sense. */
export const brokenJpeg = () =>
  Buffer.concat([Buffer.from("ffd8ffe000104a46494600010100000100010000ffdb0043", "hex"), Buffer.alloc(200, 0x5a)]);

/** A text that calls itself a PNG. */
export const textPng = () => Buffer.from("This is a letter, and not a picture.\n");

/** A PNG whose header promises 10,100 x 10,000 pixels: 101 megapixels, in a file of some bytes. */
export const hugePng = () =>
  Buffer.concat([
    SIGNATURE,
    header(10_100, 10_000),
    chunk("IDAT", deflateSync(Buffer.alloc(64))),
    chunk("IEND", Buffer.alloc(0)),
  ]);

/** Writes `{ "folder/name.png": bytes }` below `root`, and gives the paths. */
export function writeFiles(root, files) {
  return Object.entries(files).map(([name, bytes]) => {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
    return path;
  });
}
