// As much of postcard (the packing of requests and events) as the tests need to speak to a worker themselves.

/** Places of variants in src/engine/protocol/mod.rs, where a test holds them. */
export const REQUESTS = { Parity: 8 };
export const BACKENDS = { Cpu: 0, Gpu: 1 };
export const EVENTS = { Answer: 3 };
export const ANSWERS = { Item: 3, Parity: 7, Refused: 16, Failed: 17 };

/** Packs values, each a non-negative integer (varint) or a text. */
export function pack(...values) {
  const bytes = [];
  const varint = (value) => {
    for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
    bytes.push(value);
  };
  for (const value of values) {
    if (typeof value === "number") varint(value);
    else {
      const text = new TextEncoder().encode(value);
      varint(text.length);
      bytes.push(...text);
    }
  }
  return bytes;
}

/** Reads a packed value piece by piece. */
export class Reader {
  constructor(bytes) {
    this.bytes = Uint8Array.from(bytes);
    this.at = 0;
  }

  varint() {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  byte() {
    return this.bytes[this.at++];
  }

  text() {
    const length = this.varint();
    return new TextDecoder().decode(this.bytes.subarray(this.at, (this.at += length)));
  }

  bool() {
    return this.bytes[this.at++] === 1;
  }

  f32() {
    return new DataView(this.bytes.buffer).getFloat32((this.at += 4) - 4, true);
  }

  f64() {
    return new DataView(this.bytes.buffer).getFloat64((this.at += 8) - 8, true);
  }

  option(read) {
    return this.bool() ? read() : undefined;
  }

  list(read) {
    return Array.from({ length: this.varint() }, () => read());
  }
}
