// Names of a store's records: ../spec/store.md, section 4.
import { createCipheriv } from 'node:crypto';
import { join, lp, malformed, notAuthentic, same, textOf, u8 } from './bytes.mjs';
import { derive, isPath, pathBytes } from './store.mjs';

const BLOCK = 16;
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

function toText(bytes) {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.padEnd(Math.ceil(bits.length / 5) * 5, '0').match(/.{5}/g).map((five) => ALPHABET[parseInt(five, 2)]).join('');
}

/** [store-11] */
function fromText(text) {
  if (!/^[0-9a-hjkmnp-tv-z]{52,1690}$/.test(text)) throw malformed('no name');
  const bits = [...text].map((c) => ALPHABET.indexOf(c).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from(bits.match(/.{8}/g).map((eight) => parseInt(eight, 2)));
  if (bytes.length % BLOCK !== 0 || toText(bytes) !== text) throw malformed('a length that no name has, or bits behind its end');
  return bytes;
}

const sivOf = (nameKey, path) => derive(nameKey, 'e2ee-store-name-siv-v1', 16, lp(path));
const nameStreamKey = (nameKey, siv) => derive(nameKey, 'e2ee-store-name-key-v1', 32, siv);

/** Encrypts and decrypts. */
function aesCtr(key, bytes) {
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(BLOCK));
  return join(cipher.update(bytes), cipher.final());
}

const padPath = (path) => join(path, u8(0x80), Buffer.alloc(BLOCK - 1 - (path.length % BLOCK)));

/** The name of a path, with all values on the way. */
export function encryptPath(nameKey, path) {
  const bytes = pathBytes(path);
  const siv = sivOf(nameKey, bytes);
  const key = nameStreamKey(nameKey, siv);
  const padded = padPath(bytes);
  return { siv, key, padded, name: toText(join(siv, aesCtr(key, padded))) };
}

/** The path of a name. [store-12] [store-13] */
export function decryptName(nameKey, name) {
  const bytes = fromText(name);
  const siv = bytes.subarray(0, BLOCK);
  const padded = aesCtr(nameStreamKey(nameKey, siv), bytes.subarray(BLOCK));
  const path = padded.subarray(0, Math.max(0, padded.lastIndexOf(0x80)));
  if (!same(sivOf(nameKey, path), siv)) throw notAuthentic();
  if (!same(padPath(path), padded) || !isPath(path)) throw notAuthentic();
  return textOf(path);
}
