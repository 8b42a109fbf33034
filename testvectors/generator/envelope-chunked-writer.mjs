// Writes envelopes of suite 2, right ones and ones with one chosen fault. For vectors only, as envelope-writer.mjs.
import { createHmac } from 'node:crypto';
import { box, seeded, sealHeader, u32, utf8 } from './envelope-writer.mjs';

export const CHUNK = 16384;
export const SEALED_CHUNK = CHUNK + 16;
const NONE = Buffer.alloc(0);

/** HKDF-Expand, RFC 5869, section 2.3. */
export function expand(hash, key, info, length) {
  let block = NONE;
  let okm = NONE;
  for (let counter = 1; okm.length < length; counter++) {
    block = createHmac(hash, key).update(Buffer.concat([block, info, Buffer.from([counter])])).digest();
    okm = Buffer.concat([okm, block]);
  }
  return okm.subarray(0, length);
}

export const cut = (okm) => ({ okm, chunkKey: okm.subarray(0, 32), baseNonce: okm.subarray(32, 44), bodyCommitment: okm.subarray(44, 76) });

export function derivationInfo(salt, chunkContext, label = 'c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0') {
  return Buffer.concat([utf8(label), salt, chunkContext]);
}

/** Chunk key, base nonce and body commitment. */
export function derive(inputKey, salt, chunkContext) {
  return cut(expand('sha512', inputKey, derivationInfo(salt, chunkContext), 76));
}

/** The base nonce with a chunk's number XORed into its last eight bytes. */
export function chunkNonce(baseNonce, number) {
  const nonce = Buffer.from(baseNonce);
  nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ BigInt(number), 4);
  return nonce;
}

/** Ciphertext || tag. */
export const sealBare = (key, nonce, plaintext, aad = NONE) => box(key, nonce, plaintext, aad).subarray(12);

export function sealChunk({ chunkKey, baseNonce }, number, plaintext) {
  return sealBare(chunkKey, chunkNonce(baseNonce, number), plaintext);
}

/** Full pieces, then a shorter one that may be empty. */
export function pieces(plaintext) {
  const count = Math.floor(plaintext.length / CHUNK) + 1;
  return Array.from({ length: count }, (_, k) => plaintext.subarray(k * CHUNK, (k + 1) * CHUNK));
}

/** The words first, first + 1, first + 2 … of four bytes each, cut to a length. */
export function counted(first, length) {
  const words = Array.from({ length: Math.ceil(length / 4) }, (_, i) => u32(first + i));
  return Buffer.concat(words).subarray(0, length);
}

/** A plaintext whose chunks have the words (k + 1) << 16 and so on as their ciphertexts, so that JSON can hold them. */
function countedPlaintext({ length, series = 0 }, split, sealOne) {
  const chunks = split(Buffer.alloc(length)).map((zeros, k) => {
    const keystream = sealOne(k, zeros);
    const wanted = counted(series * 0x10000000 + ((k + 1) << 16), zeros.length);
    return wanted.map((byte, i) => byte ^ keystream[i]);
  });
  return Buffer.concat(chunks);
}

export const bodyOf = ({ salt, bodyCommitment, chunks }) => Buffer.concat([salt, bodyCommitment, ...chunks]);
export const envelopeOf = (parts) => Buffer.concat([parts.head, parts.commitment, bodyOf(parts)]);

/**
 * Seals with suite 2. `fault` is as in `sealHeader`. Three functions in it replace a step: `derived` of the right inputs of
 * the derivation, `split` of the plaintext, and `sealChunk` as the one above, with the header behind its parameters.
 *
 * @param plaintext bytes, or {length, series} for one that is chosen by its ciphertext
 */
export function sealChunked(label, key, binding, plaintext, fault = {}) {
  const header = sealHeader(label, key, binding, { suite: 2, ...fault });
  const salt = fault.salt ?? seeded(`${label}/salt`, 24);
  const chunkContext = Buffer.concat([header.head.subarray(0, 8), header.ctx]);
  const derived = (fault.derived ?? derive)(header.dek, salt, chunkContext, header);
  const split = fault.split ?? pieces;
  const sealOne = (k, piece) => (fault.sealChunk ?? sealChunk)(derived, k, piece, header);
  const bytes = Buffer.isBuffer(plaintext) ? plaintext : countedPlaintext(plaintext, split, sealOne);
  const chunks = split(bytes).map((piece, k) => sealOne(k, piece));
  const parts = { ...header, salt, chunkContext, ...derived, chunks };
  return { ...parts, plaintext: bytes, envelope: envelopeOf(parts) };
}
