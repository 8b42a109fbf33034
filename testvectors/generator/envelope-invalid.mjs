// Envelopes with exactly one fault each. Where only a holder of the key can make the fault, it was made with the key.
import { createHmac } from 'node:crypto';
import { box, commitInfo, custodyKey, dekAadOf, encodeCtx, flip, hkdfExpand, payloadAadOf, rawKey, seal, seeded, u32, utf8 } from './envelope-writer.mjs';
import { AAD, CUSTODY, FULL, GENERATIONS, OTHER_RAW, RAW, RECORD, TEXT } from './envelope-valid.mjs';

const NONE = {};
const BASE = { context: RECORD };
const record = (changes) => ({ context: { ...RECORD, ...changes } });
const full = (changes) => ({ context: { ...FULL, ...changes } });
const without = (field) => ({ context: Object.fromEntries(Object.entries(FULL).filter(([name]) => name !== field)) });
const AUTH = 'not-authentic';

export function invalid(fault, error, comment, envelope, binding = BASE, extra = {}) {
  return { comment, flags: [fault], ...binding, ...extra, envelope, result: 'invalid', fault, error };
}

/** A record with a wrong value in it and a commitment that fits the wrong value. */
function keyed(fault, error, comment, change, binding = BASE) {
  return invalid(fault, error, comment, seal(`invalid/${comment}`, RAW, binding, TEXT, change).envelope, binding);
}

function headerFields() {
  const versions = [0, 2, 255].map((version) => keyed('Version', 'unsupported', `version ${version}`, { version }));
  const suites = [0, 3, 255].map((suite) => keyed('Suite', 'unsupported', `suite ${suite}`, { suite }));
  const flags = [0x0002, 0x0080, 0x0100, 0x8000, 0xfffe].map((bits) =>
    keyed('Flags', 'unsupported', `reserved flags 0x${bits.toString(16).padStart(4, '0')}`, { flags: bits }),
  );
  const wrapAlgs = [0, 5, 6, 127, 255].map((wrapAlg) => keyed('WrapAlg', 'unsupported', `wrapAlg ${wrapAlg}`, { wrapAlg }));
  return [
    ...['e2ee', 'E2EF', 'D2EE', 'E3EE', 'E2\0E', 'EE2E'].map((magic) =>
      keyed('Magic', 'malformed', `magic ${JSON.stringify(magic)}`, { magic }),
    ),
    ...versions,
    ...suites,
    ...flags,
    keyed('Flags', 'unsupported', 'reserved flag beside context-free', { flags: 0x0003 }, NONE),
    keyed('Generation', 'malformed', 'generation 0', { generation: 0 }),
    keyed('Generation', 'wrong-key', 'generation 2 of a raw UMK', { generation: 2 }),
    keyed('Generation', 'wrong-key', 'generation 2^24, as in little-endian', { generation: 0x01000000 }),
    keyed('Generation', 'wrong-key', 'generation 2^32 - 1 of a raw UMK', { generation: 0xffffffff }),
    keyed('KeyId', 'wrong-key', 'key id of zeros', { keyId: Buffer.alloc(16) }),
    keyed('KeyId', 'wrong-key', 'key id with its first bit changed', { keyId: flip(RAW.keyId, 0, 7) }),
    keyed('KeyId', 'wrong-key', 'key id with its last bit changed', { keyId: flip(RAW.keyId, 15) }),
    keyed('KeyId', 'wrong-key', 'key id from another label', { keyId: hkdfExpand(RAW.umk, utf8('e2ee-key-id-v2'), 16) }),
    ...wrapAlgs,
  ];
}

function wrapLengths() {
  const declared = [0, 1, 28, 44, 59, 61, 92, 4033, 4034, 32768, 65535].map((wrapLen) =>
    keyed('WrapLength', 'malformed', `wrapLen ${wrapLen} before a wrap of 60 bytes`, { wrapLen }),
  );
  const deks = [0, 16, 24, 31, 33, 64].map((length) => {
    const dek = seeded(`dek of ${length} bytes`, length);
    const comment = `wrap of a DEK of ${length} bytes with a right tag`;
    return keyed('DekLength', 'malformed', comment, { wrappedDek: dek, commitKey: dek });
  });
  const cut = seal('invalid/no wrap', RAW, BASE, TEXT);
  return [
    ...declared,
    ...deks,
    keyed('WrapLength', 'malformed', 'no wrap at all', { wrap: Buffer.alloc(0) }),
    keyed('WrapLength', 'malformed', 'a wrap of 60 bytes with wrapAlg 4', { wrapAlg: 4 }),
    keyed('WrapLength', 'malformed', 'the wrap twice', { wrap: Buffer.concat([cut.wrap, cut.wrap]) }),
  ];
}

function lengths() {
  const { envelope, body } = seal('invalid/lengths', RAW, BASE, TEXT);
  const borders = [0, 1, 3, 4, 5, 6, 8, 11, 12, 28, 29, 30, 31, 43, 75, 90, 91, 122, 123, 135, 150];
  const cuts = borders.map((length) =>
    invalid('Truncated', 'malformed', `cut to ${length} bytes`, envelope.subarray(0, length)),
  );
  const bodyCuts = [151, envelope.length - 16, envelope.length - 1].map((length) =>
    invalid('Truncated', AUTH, `body cut, ${length} bytes left`, envelope.subarray(0, length)),
  );
  const empty = seal('invalid/empty', RAW, BASE, Buffer.alloc(0)).envelope;
  const tails = [
    ['a zero byte', Buffer.alloc(1)],
    ['a line feed', utf8('\n')],
    ['16 zero bytes', Buffer.alloc(16)],
    ['the envelope once more', envelope],
    ['another box', body],
  ].map(([name, tail]) => invalid('Trailing', AUTH, `followed by ${name}`, Buffer.concat([envelope, tail])));
  const heads = [
    ['a zero byte', Buffer.alloc(1)],
    ['a byte order mark', Buffer.from('efbbbf', 'hex')],
  ].map(([name, head]) => invalid('Prefixed', 'malformed', `preceded by ${name}`, Buffer.concat([head, envelope])));
  return [
    ...cuts,
    ...bodyCuts,
    invalid('Truncated', 'malformed', 'empty plaintext, last byte cut', empty.subarray(0, 150)),
    invalid('Truncated', 'malformed', 'first byte cut', envelope.subarray(1)),
    ...tails,
    ...heads,
    invalid('Text', 'malformed', 'in base64', utf8(envelope.toString('base64'))),
    invalid('Text', 'malformed', 'in hex', utf8(envelope.toString('hex'))),
    invalid('Text', 'malformed', 'the body alone', body),
  ];
}

function flagMismatches() {
  const plain = seal('invalid/flag base', RAW, BASE, TEXT).envelope;
  const free = seal('invalid/flag free', RAW, NONE, TEXT).envelope;
  const raw = seal('invalid/flag raw', RAW, { aad: AAD }, TEXT).envelope;
  return [
    keyed('FlagMismatch', AUTH, 'context-free by its writer, with a record context', { flags: 1 }),
    keyed('FlagMismatch', AUTH, 'context-free by its writer, with raw associated data', { flags: 1 }, { aad: AAD }),
    keyed('FlagMismatch', AUTH, 'not context-free by its writer, with nothing', { flags: 0 }, NONE),
    invalid('FlagMismatch', AUTH, 'flag set on the way, record context', flip(plain, 7)),
    invalid('FlagMismatch', AUTH, 'flag set on the way, raw associated data', flip(raw, 7), { aad: AAD }),
    invalid('FlagMismatch', AUTH, 'flag cleared on the way, nothing', flip(free, 7), NONE),
    invalid('Context', AUTH, 'context-free, opened with a record context', free, BASE),
    invalid('Context', AUTH, 'context-free, opened with raw associated data', free, { aad: AAD }),
    invalid('Context', AUTH, 'record, opened with nothing', plain, NONE),
    invalid('Context', AUTH, 'record, opened with its payloadAAD as raw data', plain, { aad: payloadAadOf(BASE) }),
    invalid('Context', AUTH, 'record, opened with its CTX as raw data', plain, { aad: encodeCtx(BASE) }),
    invalid('Context', AUTH, 'raw associated data, opened with nothing', raw, NONE),
    invalid('Context', AUTH, 'raw associated data, opened with a record context', raw, BASE),
  ];
}

/** Each sealed under one context and opened under another one. */
function contexts() {
  const pairs = [
    ['another user id', full(), full({ userId: 'user-2' })],
    ['another entity type', full(), full({ entityType: 'todo' })],
    ['another entity id', full(), full({ entityId: '0f0e0d0c-0b0a-4908-8706-050403020102' })],
    ['another tenant', full(), full({ tenant: 'tenant-2' })],
    ['the tenant left out', full(), without('tenant')],
    ['a tenant added', without('tenant'), full()],
    ['the next revision', full(), full({ revision: '5' })],
    ['the revision before', full(), full({ revision: '3' })],
    ['the revision left out', full(), without('revision')],
    ['a revision added', without('revision'), full()],
    ['revision 0 for none', without('revision'), full({ revision: '0' })],
    ['revision 2^64 - 1 for 2^63 - 1', full({ revision: '9223372036854775807' }), full({ revision: '18446744073709551615' })],
    ['type and id exchanged', full(), full({ entityType: FULL.entityId, entityId: FULL.entityType })],
    ['user and tenant exchanged', full(), full({ userId: FULL.tenant, tenant: FULL.userId })],
    ['upper case', record({ entityType: 'memory' }), record({ entityType: 'Memory' })],
    ['a space added', record({ userId: 'user-1' }), record({ userId: 'user-1 ' })],
    ['a zero character added', record({ userId: 'user-1' }), record({ userId: 'user-1\0' })],
    ['composed for decomposed', record({ entityId: 'cafe\u0301' }), record({ entityId: 'caf\u00e9' })],
    ['U+FFFD for another character', record({ entityId: '\u{1f511}' }), record({ entityId: '\ufffd' })],
  ].map((pair) => ['Context', ...pair]);
  const ambiguous = [
    ['type a:b, id c for type a, id b:c', record({ entityType: 'a:b', entityId: 'c' }), record({ entityType: 'a', entityId: 'b:c' })],
    ['type a, id b:c for type a:b, id c', record({ entityType: 'a', entityId: 'b:c' }), record({ entityType: 'a:b', entityId: 'c' })],
    ['user a:b, type c for user a, type b:c', record({ userId: 'a:b', entityType: 'c' }), record({ userId: 'a', entityType: 'b:c' })],
  ].map((pair) => ['AmbiguousContext', ...pair]);
  const rawPairs = [
    ['raw data with a bit changed', { aad: AAD }, { aad: flip(AAD, -1) }],
    ['raw data cut by a byte', { aad: AAD }, { aad: AAD.subarray(0, -1) }],
    ['raw data with a zero added', { aad: AAD }, { aad: Buffer.concat([AAD, Buffer.alloc(1)]) }],
    ['raw data reversed', { aad: AAD }, { aad: Buffer.from(AAD).reverse() }],
  ].map((pair) => ['RawAad', ...pair]);
  return [...pairs, ...ambiguous, ...rawPairs].map(([fault, name, sealedIn, openedIn]) => {
    const { envelope } = seal(`invalid/context/${name}`, RAW, sealedIn, TEXT);
    return invalid(fault, AUTH, `opened with ${name}`, envelope, openedIn);
  });
}

const joined = ({ head, commitment, body }) => Buffer.concat([head, commitment, body]);

/** Parts of two right envelopes under one UMK, put together. */
function swaps() {
  const mine = seal('invalid/swap/mine', RAW, full(), TEXT);
  const others = {
    'an earlier write of the same record': seal('invalid/swap/earlier', RAW, full(), TEXT),
    'the revision before': seal('invalid/swap/revision', RAW, full({ revision: '3' }), TEXT),
    'another user\'s record of the same id': seal('invalid/swap/user', RAW, full({ userId: 'user-2' }), TEXT),
    'another record': seal('invalid/swap/other', RAW, full({ entityId: 'another' }), TEXT),
  };
  return Object.entries(others).flatMap(([name, other]) => [
    invalid('SwappedWrap', AUTH, `wrap of ${name}`, joined({ ...mine, head: Buffer.concat([mine.head.subarray(0, 31), other.wrap]) }), full()),
    invalid('SwappedBody', AUTH, `body of ${name}`, joined({ ...mine, body: other.body }), full()),
    invalid('SwappedCommitment', AUTH, `commitment of ${name}`, joined({ ...mine, commitment: other.commitment }), full()),
  ]);
}

function commitments() {
  const base = seal('invalid/commitment', RAW, BASE, TEXT);
  const { head, dek, ctx, commitment } = base;
  const info = commitInfo(head, ctx);
  const littleEndian = (bytes) => Buffer.concat([Buffer.from(u32(bytes.length)).reverse(), bytes]);
  const wrong = {
    'over the CTX of another user': hkdfExpand(dek, commitInfo(head, encodeCtx(record({ userId: 'user-2' }))), 32),
    'over the CTX of nothing': hkdfExpand(dek, commitInfo(head, encodeCtx(NONE)), 32),
    'over no CTX': hkdfExpand(dek, info.subarray(0, info.length - ctx.length - 4), 32),
    'over the header without its wrap': hkdfExpand(dek, commitInfo(head.subarray(0, 31), ctx), 32),
    'over the prefix only': hkdfExpand(dek, commitInfo(head.subarray(0, 8), ctx), 32),
    'over another generation': hkdfExpand(dek, commitInfo(flip(head, 11, 1), ctx), 32),
    'over another key id': hkdfExpand(dek, commitInfo(flip(head, 12), ctx), 32),
    'over another suite': hkdfExpand(dek, commitInfo(flip(head, 5, 1), ctx), 32),
    'over the context-free flag': hkdfExpand(dek, commitInfo(flip(head, 7), ctx), 32),
    'with the label of version 2': hkdfExpand(dek, Buffer.concat([utf8('e2ee-commit-v2\0'), info.subarray(15)]), 32),
    'without the zero byte of the label': hkdfExpand(dek, Buffer.concat([info.subarray(0, 14), info.subarray(15)]), 32),
    'without length prefixes': hkdfExpand(dek, Buffer.concat([info.subarray(0, 15), head, ctx]), 32),
    'with little-endian lengths': hkdfExpand(dek, Buffer.concat([info.subarray(0, 15), littleEndian(head), littleEndian(ctx)]), 32),
    'CTX before the header': hkdfExpand(dek, commitInfo(ctx, head), 32),
    'by HMAC without the counter byte': createHmac('sha256', dek).update(info).digest(),
    'by HKDF with an extract step': hkdfExpand(createHmac('sha256', Buffer.alloc(32)).update(dek).digest(), info, 32),
    'under the UMK': hkdfExpand(RAW.umk, info, 32),
    'under another DEK': hkdfExpand(seeded('another dek', 32), info, 32),
    'all zeros': Buffer.alloc(32),
    'right in its first 16 bytes only': Buffer.concat([commitment.subarray(0, 16), Buffer.alloc(16)]),
    'first bit changed': flip(commitment, 0, 7),
    'middle bit changed': flip(commitment, 16),
    'last bit changed': flip(commitment, 31),
  };
  return Object.entries(wrong).map(([name, value]) =>
    invalid('Commitment', AUTH, `commitment ${name}`, joined({ ...base, commitment: value })),
  );
}

function boxes() {
  const base = seal('invalid/boxes', RAW, BASE, TEXT);
  const { envelope, dek, payloadNonce, body } = base;
  const bits = [
    ['WrapNonce', 'first bit of the wrap\'s nonce', 31, 7],
    ['WrapNonce', 'last bit of the wrap\'s nonce', 42, 0],
    ['WrapCiphertext', 'first bit of the wrapped DEK', 43, 7],
    ['WrapCiphertext', 'last bit of the wrapped DEK', 74, 0],
    ['WrapTag', 'first bit of the wrap\'s tag', 75, 7],
    ['WrapTag', 'last bit of the wrap\'s tag', 90, 0],
    ['BodyNonce', 'first bit of the body\'s nonce', 123, 7],
    ['BodyNonce', 'last bit of the body\'s nonce', 134, 0],
    ['BodyCiphertext', 'first bit of the ciphertext', 135, 7],
    ['BodyCiphertext', 'last bit of the ciphertext', -17, 0],
    ['BodyTag', 'first bit of the body\'s tag', -16, 7],
    ['BodyTag', 'last bit of the body\'s tag', -1, 0],
  ].map(([fault, name, at, bit]) => invalid(fault, AUTH, `${name} changed`, flip(envelope, at, bit)));
  const shortTag = box(dek, payloadNonce, TEXT, base.payloadAad, 12);
  const longNonce = box(dek, seeded('nonce of 16 bytes', 16), TEXT, base.payloadAad);
  const tagFirst = Buffer.concat([payloadNonce, body.subarray(-16), body.subarray(12, -16)]);
  return [
    ...bits,
    invalid('BodyTag', AUTH, 'body\'s tag of zeros', Buffer.concat([envelope.subarray(0, -16), Buffer.alloc(16)])),
    keyed('BodyTag', AUTH, 'body with a right tag of 12 bytes', { dek, payloadNonce, body: shortTag }),
    keyed('BodyTag', AUTH, 'body with its tag before the ciphertext', { dek, payloadNonce, body: tagFirst }),
    keyed('BodyNonce', AUTH, 'body with a nonce of 16 bytes', { dek, body: longNonce }),
    keyed('WrapAad', AUTH, 'wrap under no associated data', { dekAad: Buffer.alloc(0) }),
    keyed('WrapAad', AUTH, 'wrap under the payloadAAD', { dekAad: payloadAadOf(BASE) }),
    keyed('WrapAad', AUTH, 'wrap under the CTX', { dekAad: encodeCtx(BASE) }),
    keyed('WrapAad', AUTH, 'wrap under no associated data, raw data given', { dekAad: Buffer.alloc(0) }, { aad: AAD }),
    keyed('BodyAad', AUTH, 'body under no associated data', { payloadAad: Buffer.alloc(0) }),
    keyed('BodyAad', AUTH, 'body under the dekAAD', { payloadAad: dekAadOf(BASE) }),
    keyed('BodyAad', AUTH, 'body under another user\'s payloadAAD', { payloadAad: payloadAadOf(record({ userId: 'user-2' })) }),
    keyed('BodyAad', AUTH, 'body under no associated data, raw data given', { payloadAad: Buffer.alloc(0) }, { aad: AAD }),
    keyed('BodyKey', AUTH, 'body under another DEK', { bodyKey: seeded('another dek', 32) }),
    keyed('BodyKey', AUTH, 'body under the UMK', { bodyKey: RAW.umk }),
    keyed('WrappedDek', AUTH, 'another DEK wrapped than committed to and used', { wrappedDek: seeded('another dek', 32) }),
    keyed('WrapKey', AUTH, 'another UMK under the right key id', { wrapUmk: OTHER_RAW.umk }),
  ];
}

/** Tests for an opener with one raw UMK. */
function rawTests() {
  const other = seal('invalid/other UMK', OTHER_RAW, BASE, TEXT).envelope;
  const custody = seal('invalid/custody UMK', CUSTODY, BASE, TEXT).envelope;
  const half = rawKey('half a UMK');
  return [
    ...headerFields(),
    ...wrapLengths(),
    ...lengths(),
    ...flagMismatches(),
    ...contexts(),
    ...swaps(),
    ...commitments(),
    ...boxes(),
    invalid('OtherKey', 'wrong-key', 'sealed under another raw UMK', other),
    invalid('OtherKey', 'wrong-key', 'sealed under a UMK in custody', custody),
    invalid('OtherKey', 'wrong-key', 'key id of one UMK, wrap under the given one', seal('invalid/half', RAW, BASE, TEXT, { keyId: half.keyId }).envelope),
  ];
}

function custodyTests() {
  const twin = { ...custodyKey('another UMK with the same id', 1), keyId: CUSTODY.keyId };
  const derived = rawKey('custody UMK');
  return [
    invalid('WrapKey', AUTH, 'another UMK with the same id and generation', seal('invalid/twin', twin, BASE, TEXT).envelope),
    invalid('KeyId', 'wrong-key', 'the same UMK under the id of a raw one', seal('invalid/derived', derived, BASE, TEXT).envelope),
    invalid('Generation', 'wrong-key', 'the next generation of the right id', seal('invalid/next', { ...CUSTODY, generation: 2 }, BASE, TEXT).envelope),
  ];
}

function generationTests() {
  const [third, second, first] = GENERATIONS;
  const sealed = (label, key, fault) => seal(`invalid/generations/${label}`, key, BASE, TEXT, fault).envelope;
  return [
    invalid('Generation', 'wrong-key', 'id of generation 1, number 2', sealed('1 as 2', first, { generation: 2 })),
    invalid('Generation', 'wrong-key', 'id of generation 1, number 3', sealed('1 as 3', first, { generation: 3 })),
    invalid('KeyId', 'wrong-key', 'number 2, id of generation 3', sealed('2 as id 3', second, { keyId: third.keyId })),
    invalid('KeyId', 'wrong-key', 'number 3, id of no generation', sealed('no id', third, { keyId: seeded('no id', 16) })),
    invalid('WrapKey', AUTH, 'id and number of generation 2, wrap under generation 3', sealed('2 under 3', second, { wrapUmk: third.umk })),
    invalid('Generation', 'wrong-key', 'generation 4, not yet there', sealed('4', custodyKey('rotated UMK, generation 4', 4))),
    invalid('MinimumGeneration', 'wrong-key', 'generation 1 under a minimum of 2', sealed('min 2', first), BASE, { minGeneration: 2 }),
    invalid('MinimumGeneration', 'wrong-key', 'generation 3 under a minimum of 4', sealed('min 4', third), BASE, { minGeneration: 4 }),
  ];
}

/** One list of tests for each group of keys. */
export function invalidTests() {
  return { raw: rawTests(), custody: custodyTests(), generations: generationTests() };
}
