// One AES-256-GCM ciphertext of two blocks that is authentic under two keys: why a slot has a commitment.
import { createCipheriv } from 'node:crypto';

const REDUCTION = 0xe1n << 120n;
const toInt = (bytes) => BigInt(`0x${bytes.toString('hex')}`);
const toBytes = (value) => Buffer.from(value.toString(16).padStart(32, '0'), 'hex');

/** In GHASH's field, NIST SP 800-38D section 6.3: bit 0 is the most significant one. */
function multiply(x, y) {
  let product = 0n;
  let v = y;
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((x >> bit) & 1n) product ^= v;
    v = v & 1n ? (v >> 1n) ^ REDUCTION : v >> 1n;
  }
  return product;
}

/** x to the power of 2^128 - 2. */
function inverse(x) {
  let result = 1n << 127n;
  let power = x;
  for (let i = 0; i < 127; i++) {
    power = multiply(power, power);
    result = multiply(result, power);
  }
  return result;
}

function encryptBlock(key, block) {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

const counter = (nonce, value) => Buffer.concat([nonce, Buffer.from([0, 0, 0, value])]);

/** The tag's parts that do not depend on the second block, and the factor of that block. */
function tagParts(key, nonce, aad, first) {
  const h = toInt(encryptBlock(key, Buffer.alloc(16)));
  const padded = Buffer.concat([aad, Buffer.alloc((16 - (aad.length % 16)) % 16)]);
  let sum = 0n;
  for (let at = 0; at < padded.length; at += 16) sum = multiply(sum ^ toInt(padded.subarray(at, at + 16)), h);
  sum = multiply(sum ^ toInt(first), h);
  const lengths = (BigInt(aad.length * 8) << 64n) | 256n;
  const square = multiply(h, h);
  const rest = multiply(sum, square) ^ multiply(lengths, h) ^ toInt(encryptBlock(key, counter(nonce, 1)));
  return { square, rest };
}

/** The box, and the 32 bytes that the first key decrypts it to. */
export function twoKeyBlock(key1, key2, nonce, first, aad) {
  const one = tagParts(key1, nonce, aad, first);
  const two = tagParts(key2, nonce, aad, first);
  const second = multiply(one.rest ^ two.rest, inverse(one.square ^ two.square));
  const tag = toBytes(multiply(second, one.square) ^ one.rest);
  const ciphertext = Buffer.concat([first, toBytes(second)]);
  const stream = Buffer.concat([encryptBlock(key1, counter(nonce, 2)), encryptBlock(key1, counter(nonce, 3))]);
  return { box: Buffer.concat([nonce, ciphertext, tag]), plaintext: Buffer.from(ciphertext.map((byte, i) => byte ^ stream[i])) };
}
