// Stores, records and names, right ones and wrong ones, from ../spec/store.md. Shares no code with the Java implementation.
import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { expand, lp, u16, u32, u64, u8 } from './keyfile-writer.mjs';

/** "Random" bytes: SHA-256 over a fixed seed, the name of what they are for, and a counter. */
export function random(name, length = 32) {
  const block = (i) => createHash('sha256').update(`e2ee store vectors 1\0${name}\0${i}`).digest();
  return Buffer.concat(Array.from({ length: Math.ceil(length / 32) }, (_, i) => block(i))).subarray(0, length);
}
export const utf8 = (text) => Buffer.from(text, 'utf8');
export const label = (text, ...parts) => Buffer.concat([utf8(text), u8(0), ...parts]);
export const flip = (bytes, at, bit = 1) => Buffer.concat([bytes.subarray(0, at), u8(bytes[at] ^ bit), bytes.subarray(at + 1)]);
const bytesOf = (text) => (Buffer.isBuffer(text) ? text : utf8(text));

/** HKDF-Expand with SHA-512, two blocks. */
function expand512(key, info, length) {
  const hmac = (...parts) => createHmac('sha512', key).update(Buffer.concat(parts)).digest();
  const first = hmac(info, u8(1));
  return Buffer.concat([first, hmac(first, info, u8(2))]).subarray(0, length);
}

const hmac256 = (key, ...parts) => createHmac('sha256', key).update(Buffer.concat(parts)).digest();

// Section 2.
const keyIdOf = (key, storeId) => expand(key, label('e2ee-store-key-id-v1', storeId), 16);

/** A store with a key for each of these generations, which ascend; those of one generation by their ids. */
export function storeOf(name, generations) {
  const nameKey = random(`${name} name key`);
  const storeId = expand(nameKey, label('e2ee-store-id-v1'), 16);
  const keys = generations.map((generation, i) => {
    const key = random(`${name} key ${i}`);
    return { generation, key, id: keyIdOf(key, storeId) };
  });
  keys.sort((a, b) => a.generation - b.generation || Buffer.compare(a.id, b.id));
  return { nameKey, storeId, keys };
}
export const encodeKeys = ({ nameKey, keys }) => Buffer.concat([nameKey, ...keys.flatMap(({ generation, key }) => [u32(generation), key])]);
export const storedKeys = ({ keys }) => keys.map(({ generation, key, id }) => ({ generation, keyId: id, key }));

/** Generation 1, and two keys of generation 2: the middle one is the current one. */
export const STORE = storeOf('store', [1, 2, 2]);
export const OTHER_STORE = storeOf('another store', [1]);

// Section 3.
function paddedLength(n) {
  if (n <= 256) return 256;
  const e = Math.floor(Math.log2(n));
  const step = 2 ** (e - Math.floor(Math.log2(e)) - 1);
  return Math.ceil(n / step) * step;
}

function pad(content) {
  const n = 4 + content.length;
  return Buffer.concat([u32(content.length), content, Buffer.alloc(paddedLength(n) - n)]);
}

function gcm(key, nonce, plaintext, aad) {
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(aad);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** A record and everything on the way to it; what `given` names is not computed. */
export function recordOf(given) {
  const r = { store: STORE, revision: 0, ...given };
  const stored = r.key ?? STORE.keys[1];
  r.generation ??= stored.generation;
  r.keyId ??= stored.id;
  r.storeId ??= r.store.storeId;
  r.storeKey ??= stored.key;
  r.flags ??= r.padded ? 1 : 0;
  r.start = Buffer.concat([utf8(r.magic ?? 'E2SR'), u8(r.version ?? 1), u8(r.suite ?? 1), u16(r.flags), u32(r.generation), r.keyId, u64(r.revision)]);
  if (!r.salt) {
    r.random = random(`${r.name} random`);
    r.salt = hmac256(expand(r.storeKey, label('e2ee-store-salt-v1', r.storeId)), r.random, r.start, lp(utf8(r.path)), r.content);
  }
  r.head = Buffer.concat([r.start, r.salt]);
  const bound = r.boundHead ?? r.head;
  r.infoBytes = r.info ? r.info(r) : label('e2ee-store-record-v1', r.storeId, lp(utf8(r.path)), lp(bound));
  const okm = r.okm ? r.okm(r) : expand512(r.storeKey, r.infoBytes, 76);
  r.info = r.infoBytes;
  r.key = r.gcmKey ?? okm.subarray(0, 32);
  r.nonce ??= okm.subarray(32, 44);
  r.commitment ??= okm.subarray(44);
  r.plaintext ??= r.padded ? pad(r.content) : r.content;
  r.sealed = gcm(r.key, r.nonce, r.plaintext, r.aad ? r.aad(r) : Buffer.concat([r.head, r.commitment]));
  r.bytes = Buffer.concat([r.head, r.commitment, r.sealed]);
  return r;
}

// Section 4.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
export function text32(bytes) {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.padEnd(Math.ceil(bits.length / 5) * 5, '0').match(/.{5}/g).map((five) => ALPHABET[parseInt(five, 2)]).join('');
}

function aesCtr(key, counter, bytes) {
  const cipher = createCipheriv('aes-256-ctr', key, counter);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}

/** A name and everything on the way to it; what `given` names is not computed. */
export function nameOf(path, given = {}) {
  const n = { store: STORE, sivInfo: (p) => label('e2ee-store-name-siv-v1', lp(p)), sivOf: () => bytesOf(path), ...given };
  const { nameKey } = n.store;
  n.padded ??= Buffer.concat([bytesOf(path), u8(0x80), Buffer.alloc(15 - (bytesOf(path).length % 16))]);
  n.siv = expand(nameKey, n.sivInfo(n.sivOf(n.padded)), 16);
  n.key = expand(nameKey, label('e2ee-store-name-key-v1', n.siv));
  const counter = n.counter === 'siv' ? n.siv : Buffer.concat([Buffer.alloc(15), u8(n.counter ?? 0)]);
  n.bytes = Buffer.concat([n.siv, aesCtr(n.key, counter, n.padded)]);
  n.name = text32(n.bytes);
  return n;
}
