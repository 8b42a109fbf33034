// C2SP's chunked encryption, version 1, with AES-256-GCM and SHA-512: the body of suite 2, ../spec/envelope.md, section 6.
import { join, malformed, notAuthentic, same, usage, utf8 } from './bytes.mjs';
import { TAG, expandSha512, openGcm, sealGcm } from './symmetric.mjs';

export const SALT = 24;
export const COMMITMENT = 32;
export const PART = 16384;
export const CHUNK = PART + TAG;
export const MAX_CHUNKS = 2 ** 38;
const NO_AAD = Buffer.alloc(0);

/** {chunkKey, baseNonce, commitment} */
export function deriveChunkKeys(inputKey, salt, context) {
  if (inputKey.length !== 32) throw usage('the input key has 32 bytes');
  // [envelope-41]
  const info = join(utf8('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0'), salt, context);
  const okm = expandSha512(inputKey, info, 76);
  return { chunkKey: okm.subarray(0, 32), baseNonce: okm.subarray(32, 44), commitment: okm.subarray(44) };
}

/** The base nonce XOR the chunk's number; numbers below 2^38 change the last five bytes only. */
function nonceOf({ baseNonce }, number) {
  const nonce = Buffer.from(baseNonce);
  nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ BigInt(number), 4);
  return nonce;
}

/** Reads salt and commitment, and gives the derived keys once the commitment was compared. */
export function openBodyStart(inputKey, context, read) {
  const salt = read(SALT);
  const commitment = read(COMMITMENT);
  if (commitment.length < COMMITMENT) throw malformed('cut before the first chunk');
  const derived = deriveChunkKeys(inputKey, salt, context);
  if (!same(derived.commitment, commitment)) throw notAuthentic(); // [envelope-42]
  return derived;
}

/**
 * Yields the plaintext of each chunk once it is verified. The plaintext is complete when this returns; when it throws, what
 * was yielded is a verified beginning.
 *
 * @param read gives the next n bytes, fewer only at the end
 */
export function* openChunks(inputKey, context, read) {
  const derived = openBodyStart(inputKey, context, read);
  for (let number = 0; number < MAX_CHUNKS; number++) {
    const sealed = read(CHUNK);
    if (sealed.length < TAG) throw malformed('cut between two chunks, or in a tag');
    yield openGcm(derived.chunkKey, nonceOf(derived, number), sealed, NO_AAD);
    if (sealed.length < CHUNK) return; // [envelope-49]
  }
  throw malformed('too many chunks'); // [envelope-45]
}

/** Salt, commitment and chunks of a whole plaintext. */
export function sealChunks(inputKey, context, salt, plaintext) {
  const derived = deriveChunkKeys(inputKey, salt, context);
  const parts = [salt, derived.commitment];
  // [envelope-43] [envelope-44]: the last part is always there, and always shorter than full.
  for (let at = 0; at <= plaintext.length; at += PART) {
    parts.push(sealGcm(derived.chunkKey, nonceOf(derived, at / PART), plaintext.subarray(at, at + PART), NO_AAD));
  }
  return join(...parts);
}
