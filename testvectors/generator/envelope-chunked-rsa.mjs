// Envelopes of suite 2 under a UMK in a token that has RSA only: wrapAlg 4 and 132, headers of 635 to 923 bytes.
import { dekAadOf, flip, rsaKey } from './envelope-writer.mjs';
import { CHUNK, SEALED_CHUNK, sealChunked } from './envelope-chunked-writer.mjs';
import { of, ofAKind, rewrapped, TEXT, valid } from './envelope-chunked-valid.mjs';
import { after, AUTH, BASE, invalid } from './envelope-chunked-fault.mjs';

export const RSA = rsaKey('chunked: RSA UMK', 2048, 3);
export const LONG = rsaKey('chunked: RSA UMK of 3,072 bits', 3072, 1);
const FROM_DATA_KEY = { fromDataKey: true };
const SIGNATURE_AT = 31 + 256 + 60;
const COMMITMENT_AT = SIGNATURE_AT + 256;
const HEADER = COMMITMENT_AT + 32;
const CHUNKS_AT = HEADER + 56;

const sealed = (label, fault = {}, plaintext = TEXT, key = RSA) => sealChunked(`chunked/rsa/${label}`, key, BASE, plaintext, fault);
const keyed = (fault, error, comment, change, key) => invalid(fault, error, comment, sealed(comment, change, TEXT, key).envelope);

/** @param raw the valid tests under a raw UMK, of which one is rewrapped */
export function validTests(raw) {
  const one = (name, key, change) => (test) => valid(name, key, test, {}, change);
  const several = of(4 * CHUNK + 9);
  const tests = ofAKind('key by RSA', 'Rsa').map(one('rsa', RSA));
  const derived = one('derived rsa', RSA, FROM_DATA_KEY)(['derived DEK, key by RSA, several chunks', ['Derived', 'Rsa', 'Automatic'], BASE, several]);
  const moved = raw.find(({ comment }) => comment === 'tenant and revision, several chunks');
  return {
    rsa: [...tests, derived, rewrapped(moved, RSA, 'raw', ['Rsa'])],
    long: [
      one('long rsa', LONG)(['key of 3,072 bits', ['Rsa', 'Forced'], BASE, TEXT]),
      one('long rsa', LONG, FROM_DATA_KEY)(['derived DEK, key of 3,072 bits: the longest header', ['Derived', 'Rsa', 'Longest', 'Forced'], BASE, Buffer.alloc(0)]),
      rewrapped(derived, LONG, 'RSA', ['Rsa']),
    ],
  };
}

export function invalidTests() {
  const { envelope } = sealed('base');
  const empty = sealed('empty', {}, Buffer.alloc(0)).envelope;
  const long = sealed('long', {}, { length: 2 * CHUNK + 100 });
  const longest = sealed('longest', FROM_DATA_KEY, Buffer.alloc(0), LONG).envelope;
  const bits = [
    ['WrapBlock', 'first bit of the block', 31, 7],
    ['WrapTag', 'last bit of the wrap\'s tag', SIGNATURE_AT - 1, 0],
    ['WrapSignature', 'first bit of the signature', SIGNATURE_AT, 7],
    ['WrapSignature', 'last bit of the signature', COMMITMENT_AT - 1, 0],
    ['Commitment', 'last bit of the header\'s commitment', HEADER - 1, 0],
    ['Salt', 'first bit of the salt', HEADER, 7],
    ['BodyCommitment', 'last bit of the body\'s commitment', CHUNKS_AT - 1, 0],
    ['ChunkCiphertext', 'first bit of the only chunk', CHUNKS_AT, 7],
  ].map(([fault, name, at, bit]) => invalid(fault, AUTH, `${name} changed`, flip(envelope, at, bit)));
  const cuts = [123, 195, SIGNATURE_AT, HEADER - 1, HEADER, CHUNKS_AT, CHUNKS_AT + 15].map((length) =>
    invalid('Truncated', 'malformed', `cut to ${length} bytes`, empty.subarray(0, length)),
  );
  const secondChunk = CHUNKS_AT + SEALED_CHUNK;
  return {
    rsa: [
      ...bits,
      ...cuts,
      invalid('Truncated', 'malformed', 'cut behind the first chunk', long.envelope.subarray(0, secondChunk), BASE, after(long, 1)),
      invalid('Truncated', AUTH, 'cut in the second chunk', long.envelope.subarray(0, secondChunk + 16), BASE, after(long, 1)),
      keyed('WrapAlg', 'unsupported', 'wrapAlg 5 with a wrap of 572 bytes', { wrapAlg: 5 }),
      keyed('WrapLength', 'malformed', 'wrapLen of wrapAlg 2', { wrapLen: 92 }),
      keyed('WrapLength', 'wrong-key', 'keys of 3,072 bits under the id of a UMK of 2,048', {}, { ...LONG, keyId: RSA.keyId, generation: RSA.generation }),
      keyed('OtherSigned', AUTH, 'signed for another generation', { rsa: { names: { ...RSA, generation: 4 } } }),
      keyed('SignedByItsOwner', AUTH, 'OAEP with SHA-1, signed', { rsa: { hides: { hash: 'sha1' } } }),
      keyed('DataKeyAad', AUTH, 'data key wrapped with the dekAAD', { ...FROM_DATA_KEY, dataKeyAad: dekAadOf(BASE) }),
    ],
    long: [
      ...[995 - 73, 994].map((length) => invalid('Truncated', 'malformed', `the longest header, cut to ${length} bytes`, longest.subarray(0, length))),
      invalid('RecordSalt', AUTH, 'last bit of the record\'s salt changed', flip(longest, 890)),
    ],
  };
}
