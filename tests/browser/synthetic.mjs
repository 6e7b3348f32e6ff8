// A gallery of thousands of images that no engine has computed: the page's own snapshot (sample.snapshot) with other images
// in it, which the page opens as it opens the sample set.

import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { ROOT } from "./page.mjs";

const SNAPSHOT = "models/vit-ti8-64/sample.snapshot";

/** Copies the site into `folder`, with `images` images of `classes` classes in place of the sample set. */
export function siteWith(folder, { images, classes, width = 192 }) {
  cpSync(`${ROOT}dist`, folder, { recursive: true });
  writeFileSync(`${folder}/${SNAPSHOT}`, snapshot(readFileSync(`${ROOT}dist/${SNAPSHOT}`), images, classes, width));
  return folder;
}

/** Reads postcard: varints, texts, bytes. */
class Reader {
  constructor(bytes, at) {
    Object.assign(this, { bytes, at });
  }
  varint() {
    let [value, shift] = [0, 0];
    for (;;) {
      const byte = this.bytes[this.at++];
      if (byte === undefined || shift > 28) throw new Error("no number");
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
      shift += 7;
    }
  }
  take(length) {
    const end = this.at + length;
    if (end > this.bytes.length) throw new Error("too short");
    this.at = end;
    return this.bytes.subarray(end - length, end);
  }
  image() {
    const name = this.take(this.varint()).toString("utf8");
    const tag = this.varint();
    if (tag > 1) throw new Error("no option");
    if (tag === 1) this.take(this.varint());
    this.take(32);
    this.varint();
    this.varint();
    const thumbnail = this.take(this.varint());
    const parts = [];
    for (let count = this.varint(); count > 0; count--) parts.push([this.varint(), this.take(this.varint()).length]);
    return { name, thumbnail, parts };
  }
}

/** Where the images begin: the only place from which all that follows can be read as images. */
function parse(bytes) {
  for (let at = 66; at < 400; at++) {
    try {
      const reader = new Reader(bytes, at);
      const count = reader.varint();
      const images = Array.from({ length: count < 10_000 ? count : 0 }, () => reader.image());
      if (count > 1 && reader.at === bytes.length) return { head: bytes.subarray(0, at), images };
    } catch {
      // Not here.
    }
  }
  throw new Error("the snapshot could not be read");
}

function varint(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) + 128);
  return Buffer.from([...bytes, value]);
}

/** A number between -1 and 1 in half precision. */
function half(value) {
  const [sign, size] = [value < 0 ? 0x8000 : 0, Math.abs(value)];
  if (size < 2 ** -14) return sign | Math.round(size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  const mantissa = Math.round((size / 2 ** exponent - 1) * 1024);
  return sign | (((exponent + 15) << 10) + mantissa);
}

/** Uniform numbers, the same ones every time. */
function* numbers() {
  let state = 12345;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    yield (state >>> 8) / 2 ** 23 - 1;
  }
}

function snapshot(original, count, classes, width) {
  const { head, images } = parse(original);
  const chance = numbers();
  const draw = () => Float32Array.from({ length: width }, () => chance.next().value);
  const parts = images[0].parts.map(([part]) => part);
  const centres = parts.map(() => Array.from({ length: classes }, draw));
  const pieces = [head, varint(count)];
  for (let image = 0; image < count; image++) {
    const label = `class ${image % classes}`;
    const name = `${label}/${image}.png`;
    const hash = Buffer.alloc(32);
    hash.writeUInt32LE(image + 1);
    pieces.push(varint(name.length), Buffer.from(name), Buffer.from([1]), varint(label.length), Buffer.from(label), hash);
    const { thumbnail } = images[image % images.length];
    pieces.push(varint(64), varint(64), varint(thumbnail.length), thumbnail, varint(parts.length));
    parts.forEach((part, place) => {
      // Noise well above the classes' own distance, so that features are neither perfect nor useless.
      const unit = draw().map((noise, i) => 0.35 * centres[place][image % classes][i] + noise);
      const norm = Math.hypot(...unit);
      const bytes = Buffer.alloc(2 * width);
      unit.forEach((x, i) => bytes.writeUInt16LE(half(x / norm), 2 * i));
      pieces.push(varint(part), varint(bytes.length), bytes);
    });
  }
  return Buffer.concat(pieces);
}
