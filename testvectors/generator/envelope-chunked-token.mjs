// Envelopes of suite 2 under a UMK in a token that computes HMAC and no AES-GCM: wrapAlg 2, a header of 155 bytes.
import { custodyKey, flip, kekBlock, tokenKey } from './envelope-writer.mjs';
import { CHUNK, SEALED_CHUNK, sealChunked } from './envelope-chunked-writer.mjs';
import { AAD, of, record, rewrapped, TEXT, valid } from './envelope-chunked-valid.mjs';
import { after, AUTH, BASE, invalid, NOTHING } from './envelope-chunked-fault.mjs';

const NAME = 'chunked: token UMK';
export const TOKEN = tokenKey(NAME, 3);
const HEADER = 155;
const CHUNKS_AT = HEADER + 56;
const LEAST = CHUNKS_AT + 16;

/** @param raw the valid tests under a raw UMK, some of which are rewrapped */
export function validTests(raw) {
  const tests = [
    ['key in a token', ['Token', 'Forced'], record(), TEXT],
    ['key in a token, empty plaintext', ['Token', 'Forced', 'EmptyPlaintext'], record(), Buffer.alloc(0)],
    ['key in a token, several chunks', ['Token', 'Automatic'], record(), of(4 * CHUNK + 9)],
    ['key in a token, a full chunk and an empty one', ['Token', 'Forced', 'EmptyLastChunk'], BASE, of(CHUNK)],
    ['key in a token, raw associated data', ['Token', 'Forced', 'RawAad'], { aad: AAD }, TEXT],
    ['key in a token, nothing', ['Token', 'Forced', 'ContextFree'], NOTHING, TEXT],
  ].map((test) => valid('token', TOKEN, test));
  const moved = raw.filter(({ comment }) => comment === 'tenant and revision, several chunks' || comment === 'record context');
  return [...tests, ...moved.map((test) => rewrapped(test, TOKEN, 'raw', ['Token']))];
}

export function invalidTests() {
  const sealed = (label, fault, key = TOKEN) => sealChunked(`chunked/token/${label}`, key, BASE, TEXT, fault).envelope;
  const { envelope, dekAad, kekSalt } = sealChunked('chunked/token/base', TOKEN, BASE, TEXT);
  const empty = sealChunked('chunked/token/empty', TOKEN, BASE, Buffer.alloc(0)).envelope;
  const long = sealChunked('chunked/token/long', TOKEN, BASE, { length: 2 * CHUNK + 100 });
  const bits = [
    ['WrapSalt', 'last bit of the salt of the wrap', 62, 0],
    ['WrapNonce', 'first bit of the wrap\'s nonce', 63, 7],
    ['WrapCiphertext', 'first bit of the wrapped DEK', 75, 7],
    ['WrapTag', 'last bit of the wrap\'s tag', 122, 0],
    ['Commitment', 'first bit of the header\'s commitment', 123, 7],
    ['Commitment', 'last bit of the header\'s commitment', HEADER - 1, 0],
    ['Salt', 'first bit of the salt', HEADER, 7],
    ['BodyCommitment', 'first bit of the body\'s commitment', HEADER + 24, 7],
    ['BodyCommitment', 'last bit of the body\'s commitment', CHUNKS_AT - 1, 0],
    ['ChunkCiphertext', 'first bit of the only chunk', CHUNKS_AT, 7],
  ].map(([fault, name, at, bit]) => invalid(fault, AUTH, `${name} changed`, flip(envelope, at, bit)));
  const cuts = [31, 123, HEADER - 1, HEADER, 194, 195, CHUNKS_AT, LEAST - 1].map((length) =>
    invalid('Truncated', 'malformed', `cut to ${length} bytes`, empty.subarray(0, length)),
  );
  const secondChunk = CHUNKS_AT + SEALED_CHUNK;
  return [
    ...bits,
    ...cuts,
    invalid('Truncated', 'malformed', 'cut behind the first chunk', long.envelope.subarray(0, secondChunk), BASE, after(long, 1)),
    invalid('Truncated', AUTH, 'cut in the second chunk', long.envelope.subarray(0, secondChunk + 16), BASE, after(long, 1)),
    invalid('Trailing', AUTH, 'followed by a zero byte', Buffer.concat([long.envelope, Buffer.alloc(1)]), BASE, after(long, 2)),
    invalid('WrapAlg', 'wrong-key', 'wrapAlg 1 under the UMK of a token', sealed('as AES', {}, { ...TOKEN, kind: 'custody' })),
    invalid('WrapLength', 'malformed', 'wrapLen of wrapAlg 1', sealed('wrapLen', { wrapLen: 60 })),
    invalid('KeyId', 'wrong-key', 'another UMK of the token', sealed('other', {}, custodyKey(`${NAME}, another`, 3))),
    invalid('KekDerivation', AUTH, 'KEK of another generation', sealed('kek', { kekSalt, block: kekBlock({ ...TOKEN, generation: 4 }, kekSalt, dekAad) })),
  ];
}
