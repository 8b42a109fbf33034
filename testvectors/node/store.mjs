// Keys and records of a store: ../spec/store.md, sections 2 and 3.
import { Reader, Refused, join, labelled, lp, malformed, notAuthentic, same, textOf, u16, u32, u64, u8, usage, utf8 } from './bytes.mjs';
import { TAG, expandSha256, expandSha512, hmac, openGcm, sealGcm } from './symmetric.mjs';

export const MOST = 0x7fffffff;
const MAX_REVISION = 2n ** 63n - 1n;
const MAX_PATH = 1024;
const MAX_CONTENT = 1 << 24;
const RECORD = utf8('E2SR');
const HEAD = 68;
const BEFORE_BODY = 100;
const PADDED = 1;
const LEAST_PADDED = 256;

export const derive = (key, label, length, ...parts) => expandSha256(key, labelled(label, ...parts), length);
export const putBack = (what) => new Refused('not-authentic', `an older ${what}, which was put back`);

// Section 2.
export const storeIdOf = (nameKey) => derive(nameKey, 'e2ee-store-id-v1', 16);
export const keyIdOf = (key, storeId) => derive(key, 'e2ee-store-key-id-v1', 16, storeId);

/** A store of {nameKey, keys: [{generation, key}]}, with the ids that these give. */
export function storeOf({ nameKey, keys }) {
  const storeId = storeIdOf(nameKey);
  return { nameKey, storeId, keys: keys.map(({ generation, key }) => ({ generation, key, keyId: keyIdOf(key, storeId) })) };
}

export const ascending = (a, b) => a.generation - b.generation || Buffer.compare(a.keyId, b.keyId);

/** The key to seal with. [store-2] */
export function currentKey({ keys }) {
  const highest = Math.max(...keys.map(({ generation }) => generation));
  return keys.filter(({ generation }) => generation === highest).sort(ascending)[0];
}

/** [store-4] */
export function isPath(bytes) {
  return bytes.length >= 1 && bytes.length <= MAX_PATH && textOf(bytes) !== undefined;
}

export function pathBytes(path) {
  const bytes = utf8(path);
  if (!path.isWellFormed() || !isPath(bytes)) throw usage(`a path has 1 to ${MAX_PATH} bytes of UTF-8`);
  return bytes;
}

// Section 3.
const highestBit = (n) => 31 - Math.clz32(n);

/** How long a content and its length field become. */
export function paddedLength(n) {
  if (n <= LEAST_PADDED) return LEAST_PADDED;
  const e = highestBit(n);
  const mask = (1 << (e - highestBit(e) - 1)) - 1;
  return (n + mask) & ~mask;
}

const MAX_PADDED = paddedLength(4 + MAX_CONTENT);

function pad(content) {
  const start = join(u32(content.length), content);
  return join(start, Buffer.alloc(paddedLength(start.length) - start.length));
}

/** [store-9] */
function unpad(bytes) {
  const length = bytes.readUInt32BE(0);
  if (length > MAX_CONTENT || bytes.length !== paddedLength(4 + length)) throw notAuthentic();
  if (bytes.subarray(4 + length).some((byte) => byte !== 0)) throw notAuthentic();
  return bytes.subarray(4, 4 + length);
}

function isLength(length, isPadded) {
  if (!isPadded) return length >= 0 && length <= MAX_CONTENT;
  return length >= LEAST_PADDED && length <= MAX_PADDED && paddedLength(length) === length;
}

/** All fields, without a key. [store-5] */
export function parseRecord(bytes) {
  const reader = new Reader(bytes, () => malformed('the record is cut'));
  if (!reader.take(4).equals(RECORD)) throw malformed('no magic');
  if (reader.number(1) !== 1) throw malformed('another version of records');
  if (reader.number(1) !== 1) throw malformed('another suite');
  const flags = reader.number(2);
  if (flags > PADDED) throw malformed('flags');
  const generation = reader.number(4);
  const keyId = reader.take(16);
  const revision = reader.big();
  if (generation < 1 || generation > MOST || revision > MAX_REVISION) throw malformed('generation or revision out of bounds');
  const isPadded = flags === PADDED;
  const fields = { isPadded, generation, keyId, revision, salt: reader.take(32), commitment: reader.take(32), sealed: reader.rest() };
  if (!isLength(fields.sealed.length - TAG, isPadded)) throw malformed('a length that no record has');
  return { ...fields, head: bytes.subarray(0, HEAD), aad: bytes.subarray(0, BEFORE_BODY) };
}

function recordKeys(storeKey, storeId, path, head) {
  const info = labelled('e2ee-store-record-v1', storeId, lp(path), lp(head));
  const all = expandSha512(storeKey, info, 76);
  return { info, key: all.subarray(0, 32), nonce: all.subarray(32, 44), commitment: all.subarray(44) };
}

/**
 * {content, revision, generation, isPadded}.
 *
 * @param minimumRevision what the reader remembers, 0 for nothing
 * @param minimumGeneration the lowest that it allows
 */
export function openRecord(store, path, bytes, minimumRevision = 0n, minimumGeneration = 1) {
  const named = pathBytes(path);
  const { isPadded, generation, keyId, revision, commitment, sealed, head, aad } = parseRecord(bytes);
  const stored = store.keys.find((key) => key.generation === generation && key.keyId.equals(keyId));
  if (!stored) throw new Refused('no-key', 'sealed under a key that is not here'); // [store-6]
  const keys = recordKeys(stored.key, store.storeId, named, head);
  if (!same(keys.commitment, commitment)) throw notAuthentic(); // [store-7] [store-8]
  const plaintext = openGcm(keys.key, keys.nonce, sealed, aad);
  const content = isPadded ? unpad(plaintext) : plaintext;
  if (revision < minimumRevision) throw putBack('record'); // [store-10]
  if (generation < minimumGeneration) throw putBack('generation'); // [store-25]
  return { content, revision, generation, isPadded };
}

/** [store-3] */
function saltOf(stored, storeId, random, start, path, content) {
  return hmac('sha256', derive(stored.key, 'e2ee-store-salt-v1', 32, storeId), random, start, lp(path), content);
}

/**
 * Seals; gives all values on the way, the record as `bytes`. The random bytes are fresh for each write [store-3]; here they are given, or the salt
 * itself, so that vectors can be made again.
 */
export function sealRecord(store, path, content, { revision = 0n, isPadded = false, random, salt: given, stored = currentKey(store) }) {
  if (content.length > MAX_CONTENT) throw usage(`a record has at most ${MAX_CONTENT} bytes`);
  const start = join(RECORD, u8(1), u8(1), u16(isPadded ? PADDED : 0), u32(stored.generation), stored.keyId, u64(revision));
  const salt = random ? saltOf(stored, store.storeId, random, start, pathBytes(path), content) : given;
  const head = join(start, salt);
  const keys = recordKeys(stored.key, store.storeId, pathBytes(path), head);
  const aad = join(head, keys.commitment);
  return { random, salt, ...keys, bytes: join(aad, sealGcm(keys.key, keys.nonce, isPadded ? pad(content) : content, aad)) };
}
