// Envelopes of suite 2 under a UMK that a token uses for AES-KW, and its MAC key: wrapAlg 3 and 131, headers of 135 and 167 bytes.
import { dekAadOf, flip, kwKey, tokenKey } from './envelope-writer.mjs';
import { CHUNK, SEALED_CHUNK, sealChunked } from './envelope-chunked-writer.mjs';
import { of, ofAKind, record, rewrapped, TEXT, valid } from './envelope-chunked-valid.mjs';
import { after, AUTH, BASE, full, invalid } from './envelope-chunked-fault.mjs';

export const KW = kwKey('chunked: KW UMK', 3);
const FROM_DATA_KEY = { fromDataKey: true };
const TAG_AT = 31 + 40;
const COMMITMENT_AT = TAG_AT + 32;
const HEADER = COMMITMENT_AT + 32;
const CHUNKS_AT = HEADER + 56;

const sealed = (label, fault = {}, plaintext = TEXT, key = KW) => sealChunked(`chunked/kw/${label}`, key, BASE, plaintext, fault);
const keyed = (fault, error, comment, change, key) => invalid(fault, error, comment, sealed(comment, change, TEXT, key).envelope);

/**
 * @param raw the valid tests under a raw UMK, of which one is rewrapped
 * @param derived those whose DEK is derived, of which one is, too
 */
export function validTests(raw, derived) {
  const one = (change) => (test) => valid('kw', KW, test, {}, change);
  const several = of(4 * CHUNK + 9);
  const moved = (tests, from, name) => rewrapped(tests.find(({ comment }) => comment === name), KW, from, ['KeyWrap']);
  return [
    ...ofAKind('key by AES-KW', 'KeyWrap').map(one({})),
    ...[
      ['derived DEK, key by AES-KW', ['Derived', 'KeyWrap', 'Forced'], record(), TEXT],
      ['derived DEK, key by AES-KW, several chunks', ['Derived', 'KeyWrap', 'Automatic'], BASE, several],
    ].map(one(FROM_DATA_KEY)),
    moved(raw, 'raw', 'tenant and revision, several chunks'),
    moved(derived, 'custody', 'derived DEK, several chunks'),
  ];
}

export function invalidTests() {
  const { envelope } = sealed('base');
  const empty = sealed('empty', {}, Buffer.alloc(0)).envelope;
  const long = sealed('long', {}, { length: 2 * CHUNK + 100 });
  const derived = sealed('derived', FROM_DATA_KEY).envelope;
  const bits = [
    ['WrapCiphertext', 'first bit of W', 31, 7],
    ['WrapCiphertext', 'last bit of W', TAG_AT - 1, 0],
    ['WrapTag', 'first bit of the wrap\'s tag', TAG_AT, 7],
    ['WrapTag', 'last bit of the wrap\'s tag', COMMITMENT_AT - 1, 0],
    ['Commitment', 'last bit of the header\'s commitment', HEADER - 1, 0],
    ['Salt', 'first bit of the salt', HEADER, 7],
    ['BodyCommitment', 'last bit of the body\'s commitment', CHUNKS_AT - 1, 0],
    ['ChunkCiphertext', 'first bit of the only chunk', CHUNKS_AT, 7],
  ].map(([fault, name, at, bit]) => invalid(fault, AUTH, `${name} changed`, flip(envelope, at, bit)));
  const cuts = [TAG_AT, 123, HEADER - 1, HEADER, 194, CHUNKS_AT, CHUNKS_AT + 15].map((length) =>
    invalid('Truncated', 'malformed', `cut to ${length} bytes`, empty.subarray(0, length)),
  );
  const secondChunk = CHUNKS_AT + SEALED_CHUNK;
  return [
    ...bits,
    ...cuts,
    invalid('Truncated', 'malformed', 'cut behind the first chunk', long.envelope.subarray(0, secondChunk), BASE, after(long, 1)),
    invalid('Truncated', AUTH, 'cut in the second chunk', long.envelope.subarray(0, secondChunk + 16), BASE, after(long, 1)),
    invalid('Trailing', AUTH, 'followed by a zero byte', Buffer.concat([long.envelope, Buffer.alloc(1)]), BASE, after(long, 2)),
    invalid('Context', AUTH, 'opened with the next revision', envelope, full({ revision: '5' })),
    invalid('RecordSalt', AUTH, 'derived DEK, last bit of the record\'s salt changed', flip(derived, COMMITMENT_AT + 31)),
    invalid('WrapLength', 'malformed', 'bit 7 of wrapAlg taken off on the way', flip(derived, 28, 7)),
    keyed('WrapLength', 'malformed', 'wrapLen of wrapAlg 2', { wrapLen: 92 }),
    keyed('WrapAlg', 'wrong-key', 'wrapAlg 2 under the UMK by AES-KW', {}, { ...tokenKey('chunked: as HMAC', 3), keyId: KW.keyId }),
    keyed('OtherTagged', AUTH, 'tagged for another generation', { kw: { names: { ...KW, generation: 4 } } }),
    keyed('OtherTagged', AUTH, 'tagged by the AES key', { kw: { mac: KW.umk } }),
    keyed('DataKeyAad', AUTH, 'data key wrapped with the dekAAD', { ...FROM_DATA_KEY, dataKeyAad: dekAadOf(BASE) }),
  ];
}
