// Sealed keys: ../spec/rotation.md, section 2.
import { Reader, join, malformed, u16, u32, u8, usage } from './bytes.mjs';
import { open, seal } from './envelope.mjs';

const CONTEXT = { userId: 'e2ee', entityType: 'e2ee-sealed-keys', entityId: 'v1' }; // [rotation-2]
const MOST = 256;
const KEY = 52;

/** The plaintext, of keys in the order of their ids. [rotation-1] */
export function encodeKeys(keys) {
  if (keys.length < 1 || keys.length > MOST) throw usage(`sealed keys are 1 to ${MOST}`);
  return join(u8(1), u16(keys.length), ...keys.map(({ keyId, generation, umk }) => join(keyId, u32(generation), umk)));
}

/** All of it or nothing. [rotation-4] */
export function decodeKeys(content) {
  const reader = new Reader(content, () => malformed('sealed keys that were cut'));
  if (reader.number(1) !== 1) throw malformed('another version of sealed keys');
  const count = reader.number(2);
  if (count < 1 || count > MOST || reader.left !== count * KEY) throw malformed('a length that is not that of the keys');
  const keys = [];
  while (reader.left > 0) keys.push({ keyId: reader.take(16), generation: reader.number(4), umk: reader.take(32) });
  if (keys.some(({ generation }) => generation < 1 || generation > 0x7fffffff)) throw malformed('a generation out of bounds');
  const isAscending = keys.every(({ keyId }, i) => i === 0 || Buffer.compare(keys[i - 1].keyId, keyId) < 0);
  if (!isAscending) throw malformed('keys that are not in ascending order'); // [rotation-3]
  return keys;
}

/** The old keys that were sealed under one of the opener's keys. */
export const openKeys = (keys, sealed) => decodeKeys(open(keys, { context: CONTEXT }, sealed));

/** Seals old keys; `random` as `seal` takes it. */
export const sealKeys = (newKey, keys, random) => seal(newKey, { context: CONTEXT }, encodeKeys(keys), random);
