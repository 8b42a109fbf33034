// Wraps by wrapAlg 3, ../spec/token.md, section 4: AES-KW by AES alone, and the tag.
import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { u32, u64 } from './keyfile-writer.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const xor = (a, b) => Buffer.from(a.map((byte, i) => byte ^ b[i]));

function aes(key, block) {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

/** RFC 3394, section 2.2.1; with another initial value than that of section 2.2.3.1 also RFC 5649, section 4.1. */
export function aesKw(key, plaintext, initialValue = Buffer.alloc(8, 0xa6)) {
  let a = initialValue;
  const r = Array.from({ length: plaintext.length / 8 }, (_, i) => plaintext.subarray(8 * i, 8 * i + 8));
  for (let t = 1; t <= 6 * r.length; t++) {
    const i = (t - 1) % r.length;
    const block = aes(key, Buffer.concat([a, r[i]]));
    a = xor(block.subarray(0, 8), u64(t));
    r[i] = block.subarray(8);
  }
  return Buffer.concat([a, ...r]);
}

/**
 * A wrap of a DEK under {umk, mac, keyId, generation}. Whatever stands in the last parameter replaces the right value of that name:
 * the AES key and its initial value, W, the title, the key and the AAD that are tagged, the MAC key and its hash. `order` puts
 * together what is tagged.
 */
export function kwWrap(key, { dek, aad }, fault = {}) {
  const { umk = key.umk, initialValue, title = 'e2ee-token-kw-v1\0', names = key, taggedAad = aad, mac = key.mac, hash = 'sha256' } = fault;
  const { order = (head, aadHash, w) => [head, aadHash, w] } = fault;
  const wrappedDek = fault.wrappedDek ?? aesKw(umk, dek, initialValue);
  const head = Buffer.concat([Buffer.from(title, 'ascii'), names.keyId, u32(names.generation)]);
  const tagged = Buffer.concat(order(head, sha256(taggedAad), wrappedDek));
  const tag = createHmac(hash, mac).update(tagged).digest().subarray(0, 32);
  return { wrappedDek, tagged, tag, wrap: Buffer.concat([wrappedDek, tag]) };
}

/** The initial value of AES-KWP, RFC 5649, section 3. */
export const kwpValue = (length) => Buffer.concat([Buffer.from('a65959a6', 'hex'), u32(length)]);
