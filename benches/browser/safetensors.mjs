// Safetensors: reading of f32 and f16, as f32; writing of f32.

/** @returns {Map<string, { shape: number[], data: Float32Array }>} tensors by name */
export function read(file) {
  const size = Number(file.readBigUInt64LE(0));
  const { __metadata__, ...header } = JSON.parse(file.subarray(8, 8 + size).toString());
  return new Map(
    Object.entries(header).map(([name, { dtype, shape, data_offsets: [start, end] }]) => {
      // A copy, so that numbers of two or four bytes lie where they may.
      const bytes = Uint8Array.from(file.subarray(8 + size + start, 8 + size + end)).buffer;
      if (dtype === "F32") return [name, { shape, data: new Float32Array(bytes) }];
      if (dtype === "F16") return [name, { shape, data: Float32Array.from(new Uint16Array(bytes), fromHalf) }];
      throw new Error(`${name} is stored as ${dtype}; F32 and F16 can be read`);
    }),
  );
}

/** @param {[name: string, shape: number[], data: Float32Array][]} tensors @returns {Buffer[]} the file's pieces, in order */
export function write(tensors) {
  let end = 0;
  const described = tensors.map(([name, shape, { byteLength }]) => [name, { dtype: "F32", shape, data_offsets: [end, (end += byteLength)] }]);
  const header = Buffer.from(JSON.stringify(Object.fromEntries(described)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return [length, header, ...tensors.map(([, , { buffer, byteOffset, byteLength }]) => Buffer.from(buffer, byteOffset, byteLength))];
}

function fromHalf(bits) {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
