// AES-256-GCM and HKDF-Expand, as ../spec/README.md names them.
import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import { join, notAuthentic, u8 } from './bytes.mjs';

export const NONCE = 12;
export const TAG = 16;
/** What a box adds to its plaintext. */
export const BOX_OVERHEAD = NONCE + TAG;

export const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
export const sha512 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha512')).digest();
export const hmac = (hash, key, ...parts) => parts.reduce((mac, part) => mac.update(part), createHmac(hash, key)).digest();

/** RFC 5869, section 2.3. */
function expand(hash, key, info, length) {
  let block = Buffer.alloc(0);
  let out = block;
  for (let i = 1; out.length < length; i++) {
    block = hmac(hash, key, block, info, u8(i));
    out = join(out, block);
  }
  return out.subarray(0, length);
}

export const expandSha256 = (key, info, length) => expand('sha256', key, info, length);
export const expandSha512 = (key, info, length) => expand('sha512', key, info, length);

/** Ciphertext and tag. */
export function sealGcm(key, nonce, plaintext, aad) {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
  cipher.setAAD(aad);
  return join(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

/** The plaintext, once its tag was verified; `refusal` makes the error otherwise. */
export function openGcm(key, nonce, sealed, aad, refusal = notAuthentic) {
  const tagAt = sealed.length - TAG;
  const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
  cipher.setAAD(aad);
  cipher.setAuthTag(sealed.subarray(tagAt));
  const plaintext = cipher.update(sealed.subarray(0, tagAt));
  try {
    cipher.final();
  } catch {
    throw refusal();
  }
  return plaintext;
}

const AES_KW = 'id-aes256-wrap';
const KW_INITIAL_VALUE = Buffer.alloc(8, 0xa6);

/** AES-KW, RFC 3394: 8 bytes more than the key that is wrapped. */
export function wrapAesKw(key, plaintext) {
  const cipher = createCipheriv(AES_KW, key, KW_INITIAL_VALUE);
  return join(cipher.update(plaintext), cipher.final());
}

/** The key that was wrapped; `refusal` makes the error for what does not unwrap. */
export function unwrapAesKw(key, wrapped, refusal) {
  try {
    const cipher = createDecipheriv(AES_KW, key, KW_INITIAL_VALUE);
    return join(cipher.update(wrapped), cipher.final());
  } catch {
    throw refusal();
  }
}

/** box(key, nonce, plaintext, aad) = nonce || ciphertext || tag. */
export const sealBox = (key, nonce, plaintext, aad) => join(nonce, sealGcm(key, nonce, plaintext, aad));
export const openBox = (key, box, aad, refusal) => openGcm(key, box.subarray(0, NONCE), box.subarray(NONCE), aad, refusal);
