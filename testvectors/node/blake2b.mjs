// BLAKE2b (RFC 7693) without a key, for any length of output from 1 to 64 bytes: Node's own has 64 only.
const IV = [
  0x6a09e667f3bcc908n, 0xbb67ae8584caa73bn, 0x3c6ef372fe94f82bn, 0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n, 0x9b05688c2b3e6c1fn, 0x1f83d9abfb41bd6bn, 0x5be0cd19137e2179n,
];
const SIGMA = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4], [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13], [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11], [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5], [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];
/** The words that G mixes: the columns, then the diagonals. */
const LANES = [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15], [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14]];
const ROUNDS = 12;
const BLOCK = 128;

const word = (value) => BigInt.asUintN(64, value);
const rotated = (value, bits) => word((value >> bits) | (value << (64n - bits)));

function mix(v, [a, b, c, d], x, y) {
  v[a] = word(v[a] + v[b] + x);
  v[d] = rotated(v[d] ^ v[a], 32n);
  v[c] = word(v[c] + v[d]);
  v[b] = rotated(v[b] ^ v[c], 24n);
  v[a] = word(v[a] + v[b] + y);
  v[d] = rotated(v[d] ^ v[a], 16n);
  v[c] = word(v[c] + v[d]);
  v[b] = rotated(v[b] ^ v[c], 63n);
}

/** @param counted how many bytes were hashed so far, these included */
function compress(state, block, counted, isLast) {
  const m = Array.from({ length: 16 }, (_, i) => block.readBigUInt64LE(8 * i));
  const v = [...state, ...IV];
  v[12] ^= BigInt(counted);
  if (isLast) v[14] = word(~v[14]);
  for (let round = 0; round < ROUNDS; round++) {
    const order = SIGMA[round % SIGMA.length];
    LANES.forEach((lanes, i) => mix(v, lanes, m[order[2 * i]], m[order[2 * i + 1]]));
  }
  return state.map((h, i) => h ^ v[i] ^ v[i + 8]);
}

/** The hash of `bytes`, `length` bytes long. */
export function blake2b(bytes, length) {
  let state = [...IV];
  state[0] ^= 0x01010000n ^ BigInt(length);
  let at = 0;
  for (; bytes.length - at > BLOCK; at += BLOCK) state = compress(state, bytes.subarray(at, at + BLOCK), at + BLOCK, false);
  const last = Buffer.alloc(BLOCK);
  last.set(bytes.subarray(at));
  state = compress(state, last, bytes.length, true);
  const out = Buffer.alloc(64);
  state.forEach((h, i) => out.writeBigUInt64LE(h, 8 * i));
  return out.subarray(0, length);
}
