// Argon2id, version 0x13 (RFC 9106), lanes one after the other. A block of 1 KiB is 256 words of 32 bits: the words of 64 bits,
// low half first.
import { blake2b } from './blake2b.mjs';
import { usage } from './bytes.mjs';

const VERSION = 0x13;
const TYPE = 2;
const SLICES = 4;
const WORDS = 256;
const BLOCK = 1024;
const EMPTY = Buffer.alloc(0);

function le32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
const counted = (bytes) => [le32(bytes.length), bytes];

/** H' of section 3.3: a hash of any length. */
function longHash(bytes, length) {
  const input = Buffer.concat([le32(length), bytes]);
  if (length <= 64) return blake2b(input, length);
  let block = blake2b(input, 64);
  const parts = [block.subarray(0, 32)];
  let left = length - 32;
  for (; left > 64; left -= 32) {
    block = blake2b(block, 64);
    parts.push(block.subarray(0, 32));
  }
  return Buffer.concat([...parts, blake2b(block, left)]);
}

/** The upper 32 bits of the product of two numbers of 32 bits. */
function high(a, b) {
  const al = a & 0xffff;
  const ah = a >>> 16;
  const bl = b & 0xffff;
  const bh = b >>> 16;
  const middle = Math.imul(ah, bl) + (Math.imul(al, bl) >>> 16);
  const low = (middle & 0xffff) + Math.imul(al, bh);
  return (Math.imul(ah, bh) + (middle >>> 16) + (low >>> 16)) >>> 0;
}

/** x = x + y + 2 · low(x) · low(y), modulo 2^64. The places are those of the low halves. */
function blamka(v, x, y) {
  const xl = v[x];
  const yl = v[y];
  const product = Math.imul(xl, yl) >>> 0;
  const low = xl + yl + ((product << 1) >>> 0);
  const twiceHigh = (high(xl, yl) << 1) | (product >>> 31);
  v[x] = low;
  v[x + 1] = v[x + 1] + v[y + 1] + twiceHigh + Math.floor(low / 4294967296);
}

/** GB of section 3.6, on the words of 64 bits at these places. */
function mix(v, a, b, c, d) {
  blamka(v, a, b);
  let l = v[d] ^ v[a];
  v[d] = v[d + 1] ^ v[a + 1];
  v[d + 1] = l;
  blamka(v, c, d);
  l = v[b] ^ v[c];
  let h = v[b + 1] ^ v[c + 1];
  v[b] = (l >>> 24) | (h << 8);
  v[b + 1] = (h >>> 24) | (l << 8);
  blamka(v, a, b);
  l = v[d] ^ v[a];
  h = v[d + 1] ^ v[a + 1];
  v[d] = (l >>> 16) | (h << 16);
  v[d + 1] = (h >>> 16) | (l << 16);
  blamka(v, c, d);
  l = v[b] ^ v[c];
  h = v[b + 1] ^ v[c + 1];
  v[b] = (l << 1) | (h >>> 31);
  v[b + 1] = (h << 1) | (l >>> 31);
}

/** P on 16 words of 64 bits: pairs of neighbours from `base` on, `step` apart. */
function permute(v, base, step) {
  const at = (i) => base + (i >> 1) * step + (i & 1) * 2;
  for (let i = 0; i < 4; i++) mix(v, at(i), at(i + 4), at(i + 8), at(i + 12));
  for (let i = 0; i < 4; i++) mix(v, at(i), at(4 + ((i + 1) & 3)), at(8 + ((i + 2) & 3)), at(12 + ((i + 3) & 3)));
}

const mixed = new Uint32Array(WORDS);
const plain = new Uint32Array(WORDS);

/** G of section 3.5: block `to` becomes (or takes in, by XOR) the compression of the blocks `x` and `y`. */
function compress(from, x, y, memory, to, isXor) {
  for (let i = 0; i < WORDS; i++) mixed[i] = plain[i] = memory[x + i] ^ from[y + i];
  for (let row = 0; row < 8; row++) permute(mixed, 32 * row, 4);
  for (let column = 0; column < 8; column++) permute(mixed, 4 * column, 32);
  for (let i = 0; i < WORDS; i++) memory[to + i] = (isXor ? memory[to + i] : 0) ^ plain[i] ^ mixed[i];
}

/** The pseudo-random words of a segment that must not depend on the password, section 3.4.1.2. */
class Addresses {
  constructor({ passes, blocks }, pass, slice, lane) {
    this.input = new Uint32Array(2 * WORDS);
    [pass, lane, slice, blocks, passes, TYPE].forEach((value, i) => { this.input[2 * i] = value; });
    this.zero = new Uint32Array(3 * WORDS);
    this.block = -1;
  }

  /** [J1, J2] of the segment's block i. */
  of(i) {
    if (this.block !== i >> 7) {
      this.block = i >> 7;
      this.input[12] = this.block + 1;
      compress(this.input, 0, 0, this.zero, WORDS, false);
      compress(this.zero, 0, WORDS, this.zero, 2 * WORDS, false);
    }
    const at = 2 * WORDS + 2 * (i & 127);
    return [this.zero[at], this.zero[at + 1]];
  }
}

/** Which block of the lane (or another) goes in, section 3.4.2. */
function reference(layout, pass, slice, lane, i, [j1, j2]) {
  const { lanes, laneLength, segment } = layout;
  const refLane = pass === 0 && slice === 0 ? lane : j2 % lanes;
  const finished = pass === 0 ? slice * segment : laneLength - segment;
  const area = refLane === lane ? finished + i - 1 : finished - (i === 0 ? 1 : 0);
  const back = high(area, high(j1, j1));
  const start = pass === 0 ? 0 : ((slice + 1) % SLICES) * segment;
  return refLane * laneLength + ((start + area - 1 - back) % laneLength);
}

function fillSegment(memory, layout, pass, slice, lane) {
  const { laneLength, segment } = layout;
  const addresses = pass === 0 && slice < SLICES / 2 ? new Addresses(layout, pass, slice, lane) : undefined;
  for (let i = pass === 0 && slice === 0 ? 2 : 0; i < segment; i++) {
    const column = slice * segment + i;
    const current = (lane * laneLength + column) * WORDS;
    const previous = (lane * laneLength + ((column + laneLength - 1) % laneLength)) * WORDS;
    const words = addresses ? addresses.of(i) : [memory[previous], memory[previous + 1]];
    compress(memory, reference(layout, pass, slice, lane, i, words) * WORDS, previous, memory, current, pass > 0);
  }
}

function checkInputs({ password, salt, memory, passes, lanes, length }) {
  const integers = [memory, passes, lanes, length].every(Number.isInteger);
  const isCost = lanes >= 1 && lanes <= 0xffffff && passes >= 1 && memory >= 8 * lanes && memory <= 0xffffffff;
  if (!integers || !isCost) throw usage('a cost outside RFC 9106');
  if (salt.length < 8 || length < 4 || password.length > 0xffffffff) throw usage('a salt or length outside RFC 9106');
}

/** The first two blocks of each lane, from H0 of section 3.2. */
function fillStart(memory, layout, { password, salt, secret, associatedData, memory: kibibytes, passes, lanes, length }) {
  const numbers = [lanes, length, kibibytes, passes, VERSION, TYPE].map(le32);
  const h0 = blake2b(Buffer.concat([...numbers, ...[password, salt, secret, associatedData].flatMap(counted)]), 64);
  for (let lane = 0; lane < lanes; lane++) {
    for (const i of [0, 1]) {
      const block = longHash(Buffer.concat([h0, le32(i), le32(lane)]), BLOCK);
      const at = (lane * layout.laneLength + i) * WORDS;
      for (let word = 0; word < WORDS; word++) memory[at + word] = block.readUInt32LE(4 * word);
    }
  }
}

/**
 * The tag of `length` bytes.
 *
 * @param given {password, salt, memory (KiB), passes, lanes, length}, and {secret, associatedData} where there are any
 */
export function argon2id(given) {
  const inputs = { secret: EMPTY, associatedData: EMPTY, length: 32, ...given };
  checkInputs(inputs);
  const { passes, lanes } = inputs;
  const segment = Math.floor(inputs.memory / (SLICES * lanes));
  const layout = { passes, lanes, segment, laneLength: SLICES * segment, blocks: SLICES * segment * lanes };
  const memory = new Uint32Array(layout.blocks * WORDS);
  fillStart(memory, layout, inputs);
  for (let pass = 0; pass < passes; pass++) {
    for (let slice = 0; slice < SLICES; slice++) {
      for (let lane = 0; lane < lanes; lane++) fillSegment(memory, layout, pass, slice, lane);
    }
  }
  const last = Buffer.alloc(BLOCK);
  for (let lane = 1; lane <= lanes; lane++) {
    const at = (lane * layout.laneLength - 1) * WORDS;
    for (let word = 0; word < WORDS; word++) last.writeUInt32LE((last.readUInt32LE(4 * word) ^ memory[at + word]) >>> 0, 4 * word);
  }
  return longHash(last, inputs.length);
}
