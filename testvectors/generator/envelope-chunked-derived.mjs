// Envelopes of suite 2 whose DEK is derived from a data key: wrapAlg 129 and 130, headers of 155 and 187 bytes. 131: envelope-chunked-kw.mjs, 132: envelope-chunked-rsa.mjs.
import { dekAadOf, flip, recordInfo, seeded } from './envelope-writer.mjs';
import { CHUNK, envelopeOf, SEALED_CHUNK, sealChunked } from './envelope-chunked-writer.mjs';
import { AAD, CUSTODY, of, record, rewrapped, TEXT, valid } from './envelope-chunked-valid.mjs';
import { after, AUTH, BASE, full, invalid, NOTHING } from './envelope-chunked-fault.mjs';
import { TOKEN } from './envelope-chunked-token.mjs';

const FROM_DATA_KEY = { fromDataKey: true };
/** Where a header of wrapAlg 129 has its parts. */
const SALT_AT = 91;
const HEADER = 155;
const CHUNKS_AT = HEADER + 56;

const derived = (label, change, plaintext = TEXT) => sealChunked(`chunked/derived/${label}`, CUSTODY, BASE, plaintext, { ...FROM_DATA_KEY, ...change });
const keyed = (fault, error, comment, change) => invalid(fault, error, comment, derived(comment, change).envelope);

export function validTests() {
  const one = (name, key) => (test, dataKeyOf) => valid(name, key, test, {}, { ...FROM_DATA_KEY, ...(dataKeyOf && { dataKeyOf }) });
  const custody = one('derived custody', CUSTODY);
  const token = one('derived token', TOKEN);
  const shared = 'chunked/derived/shared';
  const several = custody(['derived DEK, several chunks', ['Derived', 'Automatic'], BASE, of(4 * CHUNK + 9)]);
  return {
    custody: [
      custody(['derived DEK', ['Derived', 'Forced'], record(), TEXT]),
      several,
      custody(['derived DEK, empty plaintext', ['Derived', 'Forced', 'EmptyPlaintext'], record(), Buffer.alloc(0)]),
      custody(['derived DEK, a full chunk and an empty one', ['Derived', 'Forced', 'EmptyLastChunk'], BASE, of(CHUNK)]),
      custody(['derived DEK, raw associated data', ['Derived', 'Forced', 'RawAad'], { aad: AAD }, TEXT]),
      custody(['derived DEK, nothing', ['Derived', 'Forced', 'ContextFree'], NOTHING, TEXT]),
      custody(['first envelope of a data key', ['Derived', 'SharedDataKey', 'Forced'], BASE, TEXT], shared),
      custody(['second envelope of it', ['Derived', 'SharedDataKey', 'Forced'], BASE, TEXT], shared),
    ],
    token: [
      token(['derived DEK, key in a token', ['Derived', 'Token', 'Forced'], record(), TEXT]),
      token(['derived DEK, key in a token, several chunks', ['Derived', 'Token', 'Automatic'], record(), of(4 * CHUNK + 9)]),
      rewrapped(several, TOKEN, 'custody', ['Token']),
    ],
  };
}

export function invalidTests() {
  const { envelope, dek, dataKeyWrap, recordSalt, ctx, dataKey, ...base } = derived('base', {});
  const other = derived('other', { dataKeyOf: 'chunked/derived/base' });
  const long = derived('long', {}, { length: 2 * CHUNK + 100 });
  const empty = derived('empty', {}, Buffer.alloc(0)).envelope;
  const bits = [
    ['WrapNonce', 'first bit of the nonce of W', 31, 7],
    ['WrapTag', 'last bit of the tag of W', SALT_AT - 1, 0],
    ['RecordSalt', 'first bit of the record\'s salt', SALT_AT, 7],
    ['RecordSalt', 'last bit of the record\'s salt', SALT_AT + 31, 0],
    ['Commitment', 'first bit of the header\'s commitment', SALT_AT + 32, 7],
    ['Salt', 'first bit of the body\'s salt', HEADER, 7],
    ['BodyCommitment', 'last bit of the body\'s commitment', CHUNKS_AT - 1, 0],
    ['ChunkCiphertext', 'first bit of the only chunk', CHUNKS_AT, 7],
  ].map(([fault, name, at, bit]) => invalid(fault, AUTH, `derived DEK, ${name} changed`, flip(envelope, at, bit)));
  const cuts = [91, 123, HEADER - 1, HEADER, 194, 195, 226].map((length) =>
    invalid('Truncated', 'malformed', `derived DEK, cut to ${length} bytes`, empty.subarray(0, length)),
  );
  const secondChunk = CHUNKS_AT + SEALED_CHUNK;
  return [
    ...bits,
    ...cuts,
    invalid('Truncated', 'malformed', 'derived DEK, cut behind the first chunk', long.envelope.subarray(0, secondChunk), BASE, after(long, 1)),
    invalid('Truncated', AUTH, 'derived DEK, cut in the second chunk', long.envelope.subarray(0, secondChunk + 16), BASE, after(long, 1)),
    invalid('SwappedHeader', AUTH, 'header of another envelope of the data key', Buffer.concat([other.envelope.subarray(0, HEADER), envelope.subarray(HEADER)])),
    invalid('SwappedCommitment', AUTH, 'commitment of another envelope of the data key', envelopeOf({ ...base, commitment: other.commitment })),
    invalid('Context', AUTH, 'derived DEK, opened with the next revision', envelope, full({ revision: '5' })),
    invalid('WrapLength', 'malformed', 'bit 7 of wrapAlg taken off on the way', flip(envelope, 28, 7)),
    keyed('WrapAlg', 'unsupported', 'wrapAlg 133', { wrapAlg: 133 }),
    keyed('WrapAlg', 'wrong-key', 'wrapAlg 2 in place of 129, whose wraps are as long', { wrapAlg: 2 }),
    keyed('DataKeyAad', AUTH, 'data key wrapped with the dekAAD', { dataKeyAad: dekAadOf(BASE) }),
    keyed('DataKeyAad', AUTH, 'W as the wrap of a DEK', { wrapAlg: 1, wrap: dataKeyWrap, dek }),
    keyed('RecordKey', AUTH, 'DEK derived without a salt', { recordInfo: recordInfo(Buffer.alloc(0), ctx) }),
    keyed('RecordKey', AUTH, 'DEK derived with the dekAAD in place of the CTX', { dataKey, recordSalt, recordInfo: recordInfo(recordSalt, dekAadOf(BASE)) }),
    keyed('RecordKey', AUTH, 'DEK that is the data key itself', { dek: seeded('chunked/derived/DEK that is the data key itself/data key', 32) }),
  ];
}
