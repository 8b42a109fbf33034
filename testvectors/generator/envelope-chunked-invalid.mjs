// Envelopes of suite 2 with exactly one fault each. Where only a holder of the key can make the fault, it was made with the key.
import { custodyKey, encodeCtx, flip, payloadAadOf, rawKey, seal, seeded, utf8 } from './envelope-writer.mjs';
import { bodyOf, CHUNK, envelopeOf, SEALED_CHUNK, sealChunked } from './envelope-chunked-writer.mjs';
import { AAD, CUSTODY, FULL, GENERATIONS, OTHER_RAW, RAW, TEXT } from './envelope-chunked-valid.mjs';
import { after, AUTH, BASE, full, invalid, NOTHING } from './envelope-chunked-fault.mjs';
import { keyedTests } from './envelope-chunked-keyed.mjs';

const HEADER = 123;
const CHUNKS_AT = HEADER + 56;
const without = (field) => ({ context: Object.fromEntries(Object.entries(FULL).filter(([name]) => name !== field)) });

/** Three full chunks and one of 100 bytes. */
const long = (label, binding = BASE) => sealChunked(`chunked/invalid/${label}`, RAW, binding, { length: 3 * CHUNK + 100, series: 8 });
const short = (label, binding = BASE, fault = {}) => sealChunked(`chunked/invalid/${label}`, RAW, binding, TEXT, fault);

function headerFlips() {
  const { envelope } = short('header');
  const free = short('header, context-free', NOTHING).envelope;
  const byte = (at, value) => {
    const copy = Buffer.from(envelope);
    copy[at] = value;
    return copy;
  };
  return [
    invalid('Magic', 'malformed', 'first bit of the magic changed', flip(envelope, 0, 7)),
    invalid('Version', 'unsupported', 'version changed to 2', byte(4, 2)),
    invalid('Suite', 'unsupported', 'suite changed to 0', byte(5, 0)),
    invalid('Suite', 'unsupported', 'suite changed to 3', byte(5, 3)),
    invalid('Flags', 'unsupported', 'a reserved flag set', flip(envelope, 7, 1)),
    invalid('FlagMismatch', AUTH, 'context-free flag set on the way', flip(envelope, 7)),
    invalid('FlagMismatch', AUTH, 'context-free flag cleared on the way', flip(free, 7), NOTHING),
    invalid('Generation', 'wrong-key', 'generation changed to 3', byte(11, 3)),
    invalid('Generation', 'malformed', 'generation changed to 0', byte(11, 0)),
    invalid('KeyId', 'wrong-key', 'first bit of the key id changed', flip(envelope, 12, 7)),
    invalid('KeyId', 'wrong-key', 'last bit of the key id changed', flip(envelope, 27)),
    invalid('WrapAlg', 'unsupported', 'wrapAlg changed to 5', byte(28, 5)),
    invalid('WrapLength', 'malformed', 'wrapLen changed to 61', byte(30, 61)),
    invalid('WrapLength', 'malformed', 'wrapAlg changed to 2, whose wraps are longer', byte(28, 2)),
    ...[
      ['WrapNonce', 'first bit of the wrap\'s nonce', 31, 7],
      ['WrapCiphertext', 'first bit of the wrapped DEK', 43, 7],
      ['WrapTag', 'last bit of the wrap\'s tag', 90, 0],
      ['Commitment', 'first bit of the header\'s commitment', 91, 7],
      ['Commitment', 'last bit of the header\'s commitment', 122, 0],
      ['Salt', 'first bit of the salt', 123, 7],
      ['Salt', 'last bit of the salt', 146, 0],
      ['BodyCommitment', 'first bit of the body\'s commitment', 147, 7],
      ['BodyCommitment', 'middle bit of the body\'s commitment', 163, 0],
      ['BodyCommitment', 'last bit of the body\'s commitment', 178, 0],
      ['ChunkCiphertext', 'first bit of the only chunk', 179, 7],
      ['ChunkTag', 'last bit of the only chunk', -1, 0],
    ].map(([fault, name, at, bit]) => invalid(fault, AUTH, `${name} changed`, flip(envelope, at, bit))),
  ];
}

function truncations() {
  const base = long('truncation');
  const { envelope } = base;
  const at = (length, error, chunks, name) => invalid('Truncated', error, `cut ${name}, ${length} bytes left`, envelope.subarray(0, length), BASE, after(base, chunks));
  const chunk = (k) => CHUNKS_AT + k * SEALED_CHUNK;
  const early = [
    [0, 'before the header'],
    [30, 'in the header'],
    [31, 'before the wrap'],
    [91, 'before the header\'s commitment'],
    [122, 'in the header\'s commitment'],
    [HEADER, 'behind the header'],
    [HEADER + 1, 'in the salt'],
    [HEADER + 23, 'in the salt'],
    [HEADER + 24, 'between salt and commitment'],
    [HEADER + 25, 'in the body\'s commitment'],
    [CHUNKS_AT - 1, 'in the body\'s commitment'],
    [CHUNKS_AT, 'behind the body\'s commitment'],
    [CHUNKS_AT + 1, 'in the first chunk'],
    [CHUNKS_AT + 15, 'in the first chunk'],
  ].map(([length, name]) => invalid('Truncated', 'malformed', `cut ${name}, ${length} bytes left`, envelope.subarray(0, length)));
  const empty = sealChunked('chunked/invalid/truncation, empty', RAW, BASE, Buffer.alloc(0)).envelope;
  const multiple = sealChunked('chunked/invalid/truncation, multiple', RAW, BASE, { length: 2 * CHUNK });
  const dropped = multiple.envelope.subarray(0, -16);
  return [
    ...early,
    at(CHUNKS_AT + 16, AUTH, 0, 'in the first chunk'),
    at(chunk(1) - 1, AUTH, 0, 'in the first chunk'),
    at(chunk(1), 'malformed', 1, 'behind the first chunk'),
    at(chunk(1) + 1, 'malformed', 1, 'in the second chunk'),
    at(chunk(1) + 15, 'malformed', 1, 'in the second chunk'),
    at(chunk(1) + 16, AUTH, 1, 'in the second chunk'),
    at(chunk(1) + 8000, AUTH, 1, 'in the second chunk'),
    at(chunk(2) - 16, AUTH, 1, 'in the second chunk'),
    at(chunk(2) - 1, AUTH, 1, 'in the second chunk'),
    at(chunk(2), 'malformed', 2, 'behind the second chunk'),
    at(chunk(3), 'malformed', 3, 'before the last chunk'),
    at(chunk(3) + 15, 'malformed', 3, 'in the last chunk'),
    at(chunk(3) + 16, AUTH, 3, 'in the last chunk'),
    at(envelope.length - 16, AUTH, 3, 'in the last chunk'),
    at(envelope.length - 1, AUTH, 3, 'in the last chunk'),
    invalid('Truncated', 'malformed', 'empty plaintext, its chunk dropped', empty.subarray(0, -16)),
    invalid('Truncated', 'malformed', 'empty plaintext, last byte cut', empty.subarray(0, -1)),
    invalid('Truncated', 'malformed', 'two full chunks, the empty last one dropped', dropped, BASE, after(multiple, 2)),
    invalid('Truncated', 'malformed', 'two full chunks, last byte of the empty one cut', multiple.envelope.subarray(0, -1), BASE, after(multiple, 2)),
    invalid('Truncated', AUTH, 'two full chunks, the last byte of the second one and the empty one cut', dropped.subarray(0, -1), BASE, after(multiple, 1)),
  ];
}

function trailing() {
  const base = long('trailing');
  const nearlyFull = sealChunked('chunked/invalid/trailing, nearly full', RAW, BASE, { length: 2 * CHUNK - 1 });
  const multiple = sealChunked('chunked/invalid/trailing, multiple', RAW, BASE, { length: CHUNK });
  const join = (sealed, tail) => Buffer.concat([sealed.envelope, tail]);
  const test = (name, tail, chunks = 3) => invalid('Trailing', AUTH, `followed by ${name}`, join(base, tail), BASE, after(base, chunks));
  const behindFull = (count) =>
    invalid('Trailing', 'malformed', `last chunk of 16383 bytes, followed by ${count} zero bytes`, join(nearlyFull, Buffer.alloc(count)), BASE, after(nearlyFull, 1, { streamError: AUTH }));
  return [
    test('a zero byte', Buffer.alloc(1)),
    test('a line feed', utf8('\n')),
    test('16 zero bytes', Buffer.alloc(16)),
    test('its first full chunk once more', base.chunks[0]),
    test('its last full chunk once more', base.chunks[2]),
    test('its last chunk once more', base.chunks[3]),
    test('its body once more', bodyOf(base)),
    test('the envelope once more', base.envelope),
    behindFull(1),
    behindFull(16),
    invalid('Trailing', AUTH, 'last chunk of 16383 bytes, followed by 17 zero bytes', join(nearlyFull, Buffer.alloc(17)), BASE, after(nearlyFull, 1)),
    invalid('Trailing', AUTH, 'empty last chunk twice', join(multiple, multiple.chunks[1]), BASE, after(multiple, 1)),
    invalid('Trailing', AUTH, 'empty last chunk followed by a zero byte', join(multiple, Buffer.alloc(1)), BASE, after(multiple, 1)),
  ];
}

function orders() {
  const base = long('order');
  const other = long('order, another write of the same record');
  const [a, b, c, last] = base.chunks;
  const order = (fault, name, chunks, verified) => invalid(fault, AUTH, name, envelopeOf({ ...base, chunks }), BASE, after(base, verified));
  return [
    order('ChunkOrder', 'first and second chunk swapped', [b, a, c, last], 0),
    order('ChunkOrder', 'second and third chunk swapped', [a, c, b, last], 1),
    order('ChunkOrder', 'all full chunks reversed', [c, b, a, last], 0),
    order('ChunkOrder', 'the last chunk moved to the front', [last, a, b, c], 0),
    order('ChunkOrder', 'the last chunk moved before the third', [a, b, last, c], 2),
    order('ChunkRepeated', 'first chunk twice', [a, a, b, c, last], 1),
    order('ChunkRepeated', 'first chunk in place of the second', [a, a, c, last], 1),
    order('ChunkRepeated', 'third chunk twice', [a, b, c, c, last], 3),
    order('ChunkRemoved', 'first chunk removed', [b, c, last], 0),
    order('ChunkRemoved', 'second chunk removed', [a, c, last], 1),
    order('ChunkRemoved', 'only the last chunk left', [last], 0),
    order('OtherChunk', 'first chunk of another write of the record', [other.chunks[0], b, c, last], 0),
    order('OtherChunk', 'third chunk of another write of the record', [a, b, other.chunks[2], last], 2),
    order('OtherChunk', 'last chunk of another write of the record', [a, b, c, other.chunks[3]], 3),
    order('ChunkCiphertext', 'first bit of the first chunk changed', [flip(a, 0, 7), b, c, last], 0),
    order('ChunkCiphertext', 'middle bit of the second chunk changed', [a, flip(b, 8192), c, last], 1),
    order('ChunkCiphertext', 'last bit of the last chunk\'s ciphertext changed', [a, b, c, flip(last, -17)], 3),
    order('ChunkTag', 'first bit of the first chunk\'s tag changed', [flip(a, -16, 7), b, c, last], 0),
    order('ChunkTag', 'last bit of the third chunk\'s tag changed', [a, b, flip(c, -1), last], 2),
    order('ChunkTag', 'last bit of the last chunk\'s tag changed', [a, b, c, flip(last, -1)], 3),
    order('ChunkTag', 'tags of the first and second chunk swapped', [Buffer.concat([a.subarray(0, CHUNK), b.subarray(CHUNK)]), Buffer.concat([b.subarray(0, CHUNK), a.subarray(CHUNK)]), c, last], 0),
  ];
}

/** Parts of two right envelopes under one UMK, put together. */
function swaps() {
  const mine = long('swap/mine');
  const others = [
    ['another write of the same record', BASE],
    ['the revision before', full({ revision: '3' })],
    ['another record', full({ entityId: 'other.mp4' })],
  ];
  return others.flatMap(([name, binding]) => {
    const { salt, bodyCommitment, chunks, head, commitment, wrap } = long(`swap/${name}`, binding);
    return [
      invalid('SwappedWrap', AUTH, `wrap of ${name}`, envelopeOf({ ...mine, head: Buffer.concat([mine.head.subarray(0, 31), wrap]) })),
      invalid('SwappedHeader', AUTH, `header of ${name}, opened with its context`, envelopeOf({ ...mine, head, commitment }), binding),
      invalid('Salt', AUTH, `salt of ${name}`, envelopeOf({ ...mine, salt })),
      invalid('BodyCommitment', AUTH, `body commitment of ${name}`, envelopeOf({ ...mine, bodyCommitment })),
      invalid('SwappedBody', AUTH, `body of ${name}`, envelopeOf({ ...mine, salt, bodyCommitment, chunks })),
      invalid('OtherChunk', AUTH, `chunks of ${name}`, envelopeOf({ ...mine, chunks })),
    ];
  });
}

/** The suite byte and the body do not belong together. */
function suites() {
  const one = (label, plaintext, fault = {}) => seal(`chunked/invalid/suite/${label}`, RAW, BASE, plaintext, fault);
  const toSuite = (envelope, suite) => Buffer.concat([envelope.subarray(0, 5), Buffer.from([suite]), envelope.subarray(6)]);
  const text = seeded('chunked: text of 100 bytes', 100);
  const most = 43;
  return [
    invalid('SuiteChanged', AUTH, 'suite 2 changed to 1 on the way', toSuite(short('suite 2 to 1').envelope, 1)),
    invalid('SuiteChanged', AUTH, 'suite 2 changed to 1 on the way, several chunks', toSuite(long('suite 2 to 1, long').envelope, 1)),
    invalid('SuiteChanged', AUTH, 'suite 1 changed to 2 on the way', toSuite(one('1 to 2', text).envelope, 2)),
    invalid('SuiteChanged', 'malformed', 'suite 1 changed to 2 on the way, body of 71 bytes', toSuite(one('1 to 2, short', text.subarray(0, most)).envelope, 2)),
    invalid('SuiteChanged', AUTH, 'suite 1 changed to 2 on the way, body of 72 bytes', toSuite(one('1 to 2, least', text.subarray(0, most + 1)).envelope, 2)),
    invalid('SuiteChanged', AUTH, 'a body of suite 2 under a header of suite 1 with a right commitment', short('header 1', BASE, { suite: 1 }).envelope),
    invalid('SuiteChanged', AUTH, 'a body of suite 1 under a header of suite 2 with a right commitment', one('header 2', text, { suite: 2 }).envelope),
  ];
}

/** Each sealed under one context and opened under another one. */
function contexts() {
  const pairs = [
    ['another user id', BASE, full({ userId: 'user-2' })],
    ['another entity type', BASE, full({ entityType: 'note' })],
    ['another entity id', BASE, full({ entityId: 'holiday.mp3' })],
    ['another tenant', BASE, full({ tenant: 'tenant-2' })],
    ['the tenant left out', BASE, without('tenant')],
    ['a tenant added', without('tenant'), BASE],
    ['the next revision', BASE, full({ revision: '5' })],
    ['the revision before', BASE, full({ revision: '3' })],
    ['the revision left out', BASE, without('revision')],
    ['a revision added', without('revision'), BASE],
    ['nothing', BASE, NOTHING],
    ['its payloadAAD as raw data', BASE, { aad: payloadAadOf(BASE) }],
    ['its CTX as raw data', BASE, { aad: encodeCtx(BASE) }],
    ['raw data with a bit changed', { aad: AAD }, { aad: flip(AAD, -1) }],
    ['nothing instead of raw data', { aad: AAD }, NOTHING],
    ['a record context instead of nothing', NOTHING, BASE],
    ['raw data instead of nothing', NOTHING, { aad: AAD }],
  ];
  return pairs.map(([name, sealedIn, openedIn]) => invalid('Context', AUTH, `opened with ${name}`, short(`context/${name}`, sealedIn).envelope, openedIn));
}

function keys() {
  const sealed = (label, key, fault) => sealChunked(`chunked/invalid/key/${label}`, key, BASE, TEXT, fault).envelope;
  const twin = { ...custodyKey('chunked: another UMK with the same id', 1), keyId: CUSTODY.keyId };
  const [second, first] = GENERATIONS;
  return {
    raw: [
      invalid('OtherKey', 'wrong-key', 'sealed under another raw UMK', sealed('other', OTHER_RAW)),
      invalid('OtherKey', 'wrong-key', 'sealed under a UMK in custody', sealed('custody', CUSTODY)),
      invalid('WrapKey', AUTH, 'another UMK under the right key id', sealed('wrap', RAW, { wrapUmk: OTHER_RAW.umk })),
    ],
    custody: [
      invalid('WrapKey', AUTH, 'another UMK with the same id and generation', sealed('twin', twin)),
      invalid('KeyId', 'wrong-key', 'the same UMK under the id of a raw one', sealed('derived', rawKey('chunked: custody UMK'))),
    ],
    generations: [
      invalid('Generation', 'wrong-key', 'id of generation 1, number 2', sealed('1 as 2', first, { generation: 2 })),
      invalid('MinimumGeneration', 'wrong-key', 'generation 1 under a minimum of 2', sealed('min 2', first), BASE, { minGeneration: 2 }),
      invalid('MinimumGeneration', 'wrong-key', 'generation 2 under a minimum of 3', sealed('min 3', second), BASE, { minGeneration: 3 }),
    ],
  };
}

/** One list of tests for each group of keys. */
export function invalidTests() {
  const { raw, custody, generations } = keys();
  const bodies = [...headerFlips(), ...truncations(), ...trailing(), ...orders(), ...swaps(), ...suites(), ...contexts(), ...keyedTests()];
  return { raw: [...bodies, ...raw], custody, generations };
}
