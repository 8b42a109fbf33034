// Project Wycheproof's vectors of C2SP's chunked encryption, which is the body of suite 2.
import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { Refused } from '../bytes.mjs';
import { SALT, deriveChunkKeys, openChunks, sealChunks } from '../chunks.mjs';
import { memory } from '../envelope.mjs';
import { REFUSED, SEALED, equal, hex } from './outcome.mjs';

/** The verified bytes, and whether they are all. */
function opened(key, context, sealed) {
  const parts = [];
  try {
    for (const part of openChunks(key, context, memory(sealed).read)) parts.push(part);
    return { message: Buffer.concat(parts), result: 'valid' };
  } catch (e) {
    if (!(e instanceof Refused)) throw e;
    return { message: Buffer.concat(parts), result: 'invalid' };
  }
}

/** An invalid test says by length and hash what may be given out before the refusal; nothing when it says nothing. */
function check(group, test) {
  const [key, context] = [hex(test.key), hex(test.ctx)];
  const sealed = inflateSync(hex(test.ct));
  const { message, result } = opened(key, context, sealed);
  equal('result', result, test.result);
  equal('length', message.length, test.msgLength ?? 0);
  if (test.msgSha512) equal('SHA-512', createHash('sha512').update(message).digest('hex'), test.msgSha512);
  if (result === 'invalid') return REFUSED;
  const salt = sealed.subarray(0, SALT);
  const derived = deriveChunkKeys(key, salt, context);
  equal('aeadKey', derived.chunkKey, hex(test.aeadKey));
  equal('baseNonce', derived.baseNonce, hex(test.baseNonce));
  equal('sealed', sealChunks(key, context, salt, message), sealed);
  return SEALED;
}

export const wycheproofChecks = { ChunkedEncryption: check };
