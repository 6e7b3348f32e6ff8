// As much of protobuf's encoding as an ONNX file needs: messages are lists of [field number, value].

/** A whole number, where a plain number would be taken for a float. */
export const int = (value) => ({ int: value });

/**
 * @param {[number, unknown][]} fields values: a text, bytes, a list of fields (a message), `int(n)`, or a number (a
 *   float); `undefined` leaves a field out
 */
export function message(fields) {
  const pieces = [];
  for (const [field, value] of fields) {
    if (value === undefined) continue;
    if (typeof value === "number") {
      const float = Buffer.alloc(4);
      float.writeFloatLE(value);
      pieces.push(varint((field << 3) | 5), float);
    } else if (typeof value === "object" && "int" in value) {
      pieces.push(varint(field << 3), varint(value.int));
    } else {
      const bytes = Array.isArray(value) ? message(value) : Buffer.from(value);
      pieces.push(varint((field << 3) | 2), varint(bytes.length), bytes);
    }
  }
  return Buffer.concat(pieces);
}

function varint(value) {
  const bytes = [];
  // Negative numbers are those of 64 bits.
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
