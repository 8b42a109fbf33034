// Envelopes whose DEK is derived from a data key that was wrapped once for many: wrapAlg 129 and 130; envelope-kw.mjs has 131, envelope-rsa.mjs 132.
import { createHmac } from 'node:crypto';
import { box, custodyKey, DATA_KEY_AAD, dekAadOf, encodeCtx, flip, hkdfExpand, lp, payloadAadOf, recordInfo, seal, seeded, u32, utf8, wrapOf } from './envelope-writer.mjs';
import { AAD, CUSTODY, FULL, GENERATIONS, RAW, RECORD, rewrapped, TEXT, valid } from './envelope-valid.mjs';
import { invalid } from './envelope-invalid.mjs';
import { MIXED, TOKEN } from './envelope-token.mjs';

const AUTH = 'not-authentic';
const BASE = { context: RECORD };
const FROM_DATA_KEY = { fromDataKey: true };
const OTHER = { context: { ...RECORD, userId: 'user-2' } };
const NONE = Buffer.alloc(0);
/** Where a header of wrapAlg 129 has its parts. */
const W_AT = 31;
const SALT_AT = W_AT + 60;
const COMMITMENT_AT = SALT_AT + 32;
const HEADER = COMMITMENT_AT + 32;

const derived = (label, change, key = CUSTODY, binding = BASE) => seal(`derived/${label}`, key, binding, TEXT, { ...FROM_DATA_KEY, ...change });
const keyed = (fault, error, comment, change, key, binding) => invalid(fault, error, comment, derived(comment, change, key, binding).envelope, binding);

export function validTests() {
  const one = (name, key) => (test, dataKeyOf) => valid(name, key, test, {}, { ...FROM_DATA_KEY, ...(dataKeyOf && { dataKeyOf }) });
  const custody = one('derived custody', CUSTODY);
  const token = one('derived token', TOKEN);
  const shared = 'derived/shared';
  const full = custody(['derived DEK, tenant and revision', ['Derived', 'Tenant', 'Revision'], { context: FULL }, TEXT]);
  return {
    raw: [valid('derived raw', RAW, ['derived DEK under a raw UMK', ['Derived'], BASE, TEXT], {}, FROM_DATA_KEY)],
    custody: [
      custody(['derived DEK', ['Derived'], BASE, TEXT]),
      full,
      custody(['derived DEK, empty plaintext', ['Derived', 'EmptyPlaintext'], BASE, NONE]),
      custody(['derived DEK, raw associated data', ['Derived', 'RawAad'], { aad: AAD }, TEXT]),
      custody(['derived DEK, raw associated data that goes on behind that of data keys', ['Derived', 'RawAad'], { aad: Buffer.concat([DATA_KEY_AAD, Buffer.alloc(1)]) }, TEXT]),
      custody(['derived DEK, the longest raw associated data', ['Derived', 'RawAad', 'Longest'], { aad: { repeat: '61', length: 8183 } }, TEXT]),
      custody(['derived DEK, nothing', ['Derived', 'ContextFree'], {}, TEXT]),
      custody(['derived DEK, colons and wide characters', ['Derived', 'Unicode'], { context: { userId: 'J\u00fcrgen:', entityType: 'a:b', entityId: '\u{1f511}' } }, TEXT]),
      custody(['derived DEK, 65536 bytes', ['Derived', 'LongPlaintext'], BASE, { repeat: '5a', length: 65536 }]),
      custody(['first envelope of a data key', ['Derived', 'SharedDataKey'], BASE, TEXT], shared),
      custody(['second envelope of it, same context', ['Derived', 'SharedDataKey'], BASE, TEXT], shared),
      custody(['third envelope of it, another context', ['Derived', 'SharedDataKey'], OTHER, TEXT], shared),
    ],
    generations: [valid('derived generations', GENERATIONS[2], ['derived DEK, generation 1', ['Derived', 'Generation'], BASE, TEXT], {}, FROM_DATA_KEY)],
    token: [
      token(['derived DEK, key in a token', ['Derived', 'Token'], BASE, TEXT]),
      token(['derived DEK, key in a token, tenant and revision', ['Derived', 'Token', 'Tenant', 'Revision'], { context: FULL }, TEXT]),
      token(['derived DEK, key in a token, nothing', ['Derived', 'Token', 'ContextFree'], {}, TEXT]),
      token(['first envelope of a data key', ['Derived', 'Token', 'SharedDataKey'], BASE, TEXT], `${shared}/token`),
      token(['second envelope of it', ['Derived', 'Token', 'SharedDataKey'], OTHER, TEXT], `${shared}/token`),
      rewrapped('rewrap a derived DEK', TOKEN, 'rewrapped into a token, where it is wrapped itself', ['Token'], 'custody', full),
    ],
  };
}

/** DEKs that were derived otherwise; commitment and body fit them. */
function derivations() {
  const salt = seeded('derived/derivation/record salt', 32);
  const dataKey = seeded('derived/derivation/data key', 32);
  const ctx = encodeCtx(BASE);
  const right = recordInfo(salt, ctx);
  const untilSalt = right.subarray(0, right.length - lp(ctx).length);
  const infos = {
    'with the label of version 2': recordInfo(salt, ctx, 'e2ee-record-key-v2\0'),
    'without the zero byte of the label': recordInfo(salt, ctx, 'e2ee-record-key-v1'),
    'with the label of commitments': recordInfo(salt, ctx, 'e2ee-commit-v1\0'),
    'without a label': Buffer.concat([salt, lp(ctx)]),
    'without a salt': recordInfo(NONE, ctx),
    'with another salt': recordInfo(flip(salt, 31), ctx),
    'with the length of the salt': recordInfo(lp(salt), ctx),
    'with the salt behind the CTX': Buffer.concat([utf8('e2ee-record-key-v1\0'), lp(ctx), salt]),
    'without the length of the CTX': Buffer.concat([untilSalt, ctx]),
    'with a little-endian length': Buffer.concat([untilSalt, Buffer.from(u32(ctx.length)).reverse(), ctx]),
    'without a CTX': recordInfo(salt, NONE),
    'with nothing behind the salt': untilSalt,
    'with the CTX of nothing': recordInfo(salt, encodeCtx({})),
    'with another user\'s CTX': recordInfo(salt, encodeCtx(OTHER)),
    'with the dekAAD in place of the CTX': recordInfo(salt, dekAadOf(BASE)),
    'with the payloadAAD in place of the CTX': recordInfo(salt, payloadAadOf(BASE)),
  };
  const mac = (key, bytes) => createHmac('sha256', key).update(bytes).digest();
  const deks = {
    'by HMAC without the counter byte': mac(dataKey, right),
    'with the counter byte 2': mac(dataKey, Buffer.concat([right, Buffer.from([2])])),
    'by HKDF with an extract step': hkdfExpand(mac(Buffer.alloc(32), dataKey), right, 32),
    'by HKDF with the salt in an extract step': hkdfExpand(mac(salt, dataKey), recordInfo(NONE, ctx), 32),
    'with SHA-512': createHmac('sha512', dataKey).update(Buffer.concat([right, Buffer.from([1])])).digest().subarray(0, 32),
    'from the UMK': hkdfExpand(CUSTODY.umk, right, 32),
    'that is the data key itself': dataKey,
  };
  const fault = (name, change) => keyed('RecordKey', AUTH, `DEK ${name}`, { dataKey, recordSalt: salt, ...change });
  return [
    ...Object.entries(infos).map(([name, info]) => fault(name, { recordInfo: info })),
    ...Object.entries(deks).map(([name, dek]) => fault(name, { dek })),
  ];
}

function dataKeyWraps() {
  const aads = {
    'no associated data': NONE,
    'the dekAAD': dekAadOf(BASE),
    'the payloadAAD': payloadAadOf(BASE),
    'the CTX': encodeCtx(BASE),
    'the label of version 2': utf8('e2ee-data-key-v2'),
    'the label and a zero byte': Buffer.concat([DATA_KEY_AAD, Buffer.alloc(1)]),
    'the label and the dekAAD': Buffer.concat([DATA_KEY_AAD, dekAadOf(BASE)]),
    'the label of the derivation': utf8('e2ee-record-key-v1'),
  };
  const plain = seal('derived/plain', CUSTODY, BASE, TEXT);
  return [
    ...Object.entries(aads).map(([name, dataKeyAad]) => keyed('DataKeyAad', AUTH, `data key wrapped with ${name}`, { dataKeyAad })),
    keyed('DataKeyAad', AUTH, 'the wrap of a DEK in place of that of a data key', { dataKey: plain.dek, dataKeyAad: plain.dekAad }),
    keyed('WrapKey', AUTH, 'data key wrapped under another UMK', { wrapUmk: seeded('another custody UMK', 32) }),
    keyed('WrappedDek', AUTH, 'another data key wrapped than used', { wrappedDataKey: seeded('another data key', 32) }),
    keyed('Commitment', AUTH, 'commitment under the data key', { commitKey: seeded('derived/commitment under the data key/data key', 32) }),
    keyed('BodyKey', AUTH, 'body under the data key', { bodyKey: seeded('derived/body under the data key/data key', 32) }),
    keyed('DekLength', AUTH, 'a data key of 16 bytes and a salt of 48', { dataKey: seeded('short data key', 16), recordSalt: seeded('long record salt', 48) }),
  ];
}

/** What is changed, cut or put together on the way. */
function changes() {
  const { envelope, dek, dataKeyWrap, recordSalt } = derived('bits', {});
  const other = derived('other', { dataKeyOf: 'derived/bits' });
  const strange = derived('strange', {});
  const bits = [
    ['WrapNonce', 'first bit of the nonce of W', W_AT, 7],
    ['WrapCiphertext', 'first bit of the wrapped data key', W_AT + 12, 7],
    ['WrapCiphertext', 'last bit of the wrapped data key', W_AT + 43, 0],
    ['WrapTag', 'first bit of the tag of W', W_AT + 44, 7],
    ['WrapTag', 'last bit of the tag of W', SALT_AT - 1, 0],
    ['RecordSalt', 'first bit of the record\'s salt', SALT_AT, 7],
    ['RecordSalt', 'last bit of the record\'s salt', COMMITMENT_AT - 1, 0],
    ['Commitment', 'first bit of the commitment', COMMITMENT_AT, 7],
    ['Commitment', 'last bit of the commitment', HEADER - 1, 0],
    ['BodyNonce', 'first bit of the body\'s nonce', HEADER, 7],
    ['BodyTag', 'last bit of the body\'s tag', -1, 0],
  ].map(([fault, name, at, bit]) => invalid(fault, AUTH, `derived DEK, ${name} changed`, flip(envelope, at, bit)));
  const cuts = [31, W_AT + 60, 122, COMMITMENT_AT, HEADER - 1, HEADER, HEADER + 27].map((length) =>
    invalid('Truncated', 'malformed', `derived DEK, cut to ${length} bytes`, envelope.subarray(0, length)),
  );
  const put = (fault, name, wrap) => keyed(fault, AUTH, name, { dek, wrap: Buffer.concat(wrap) });
  return [
    ...bits,
    ...cuts,
    invalid('Truncated', AUTH, 'derived DEK, body cut to its least', envelope.subarray(0, HEADER + 28)),
    put('SwappedWrap', 'salt of another envelope of the data key', [dataKeyWrap, other.recordSalt]),
    put('SwappedWrap', 'W of another data key', [strange.dataKeyWrap, recordSalt]),
    put('SwappedWrap', 'salt before W', [recordSalt, dataKeyWrap]),
    invalid('SwappedBody', AUTH, 'body of another envelope of the data key', Buffer.concat([envelope.subarray(0, HEADER), other.body])),
    invalid('SwappedWrap', AUTH, 'header of another envelope of the data key', Buffer.concat([other.envelope.subarray(0, HEADER), envelope.subarray(HEADER)])),
    invalid('Context', AUTH, 'derived DEK, opened with another user id', envelope, OTHER),
    invalid('Context', AUTH, 'derived DEK, opened with another entity id', envelope, { context: { ...RECORD, entityId: 'x' } }),
    invalid('Context', AUTH, 'derived DEK, opened with nothing', envelope, {}),
    keyed('FlagMismatch', AUTH, 'derived DEK, context-free by its writer, with a record context', { flags: 1 }),
  ];
}

/** wrapAlg and wrapLen. */
function headers() {
  const { envelope, dataKeyWrap, dek } = derived('headers', {});
  const plain = seal('derived/headers of a plain one', CUSTODY, BASE, TEXT);
  const lengths = [0, 32, 60, 91, 93, 124, 65535].map((wrapLen) =>
    keyed('WrapLength', 'malformed', `wrapLen ${wrapLen} of a data key and a salt of 92 bytes`, { wrapLen }),
  );
  const numbers = [128, 133, 134, 193, 255].map((wrapAlg) => keyed('WrapAlg', 'unsupported', `wrapAlg ${wrapAlg}`, { wrapAlg }));
  return [
    ...lengths,
    ...numbers,
    invalid('WrapLength', 'malformed', 'bit 7 of wrapAlg taken off on the way', flip(envelope, 28, 7)),
    invalid('WrapLength', 'malformed', 'bit 7 of wrapAlg set on the way', flip(plain.envelope, 28, 7)),
    keyed('WrapLength', 'malformed', 'bit 7 of wrapAlg taken off by its writer', { wrapAlg: 1 }),
    keyed('DataKeyAad', AUTH, 'W as the wrap of a DEK', { wrapAlg: 1, wrap: dataKeyWrap, dek }),
    invalid('DataKeyAad', AUTH, 'the data key as a DEK, in its own wrap', seal('derived/as a DEK', CUSTODY, BASE, TEXT, { dekAad: DATA_KEY_AAD }).envelope),
    keyed('WrapLength', 'malformed', 'W without a salt', { wrap: dataKeyWrap }),
    keyed('WrapLength', 'malformed', 'W and a salt of 92 bytes with wrapAlg 132', { wrapAlg: 132 }),
    keyed('WrapAlg', 'wrong-key', 'wrapAlg 2 in place of 129, whose wraps are as long', { wrapAlg: 2 }),
    keyed('WrapAlg', 'wrong-key', 'wrapAlg 130 under a UMK that wraps with 1', {}, { ...CUSTODY, kind: 'token' }),
    keyed('KeyId', 'wrong-key', 'derived DEK, key id with its last bit changed', { keyId: flip(CUSTODY.keyId, 15) }),
    keyed('Generation', 'wrong-key', 'derived DEK, generation 2 of generation 1', { generation: 2 }),
  ];
}

function tokenTests() {
  const base = derived('token', {}, TOKEN);
  const one = (fault, error, comment, change) => keyed(fault, error, `${comment}, key in a token`, change, TOKEN);
  const bits = [
    ['WrapSalt', 'last bit of the salt of W', 62, 0],
    ['WrapTag', 'last bit of the tag of W', 122, 0],
    ['RecordSalt', 'first bit of the record\'s salt', 123, 7],
    ['RecordSalt', 'last bit of the record\'s salt', 154, 0],
    ['Commitment', 'first bit of the commitment', 155, 7],
  ].map(([fault, name, at, bit]) => invalid(fault, AUTH, `derived DEK in a token, ${name} changed`, flip(base.envelope, at, bit)));
  return [
    ...bits,
    ...[60, 92, 123, 125].map((wrapLen) => one('WrapLength', 'malformed', `wrapLen ${wrapLen} of a data key and a salt of 124 bytes`, { wrapLen })),
    one('DataKeyAad', AUTH, 'data key wrapped with the dekAAD', { dataKeyAad: dekAadOf(BASE) }),
    one('DataKeyAad', AUTH, 'box of the data key under no associated data', { boxAad: NONE }),
    one('DataKeyAad', AUTH, 'W as the wrap of a DEK', { wrapAlg: 2, wrap: base.dataKeyWrap, dek: base.dek }),
    one('WrapAlg', 'wrong-key', 'wrapAlg 129 in place of 2, whose wraps are as long', { fromDataKey: false, wrapAlg: 129 }),
    invalid('WrapAlg', 'wrong-key', 'wrapAlg 129 under the UMK of a token', derived('as AES', {}, { ...TOKEN, kind: 'custody' }).envelope),
    invalid('Truncated', 'malformed', 'derived DEK in a token, cut in its header', base.envelope.subarray(0, 186)),
  ];
}

export function invalidTests() {
  const [, first] = MIXED;
  const [, second, oldest] = GENERATIONS;
  return {
    raw: [keyed('RecordKey', AUTH, 'derived DEK under a raw UMK, from another data key', { dek: seeded('derived/another dek', 32) }, RAW)],
    custody: [...headers(), ...dataKeyWraps(), ...derivations(), ...changes()],
    generations: [
      keyed('WrapKey', AUTH, 'derived DEK, id and number of generation 2, data key of generation 1', { wrapUmk: oldest.umk }, second),
      invalid('MinimumGeneration', 'wrong-key', 'derived DEK, generation 1 under a minimum of 2', derived('minimum', {}, oldest).envelope, BASE, { minGeneration: 2 }),
    ],
    token: tokenTests(),
    mixed: [invalid('WrapAlg', 'wrong-key', 'wrapAlg 130 by the generation that wraps with 1', derived('mixed', {}, { ...first, kind: 'token' }).envelope)],
  };
}

/** Wraps of data keys, which are no wraps of DEKs. */
export function dekWraps(key) {
  const { wrap } = wrapOf('derived/bare', key, seeded('derived/bare/data key', 32), DATA_KEY_AAD);
  const refused = (fault, error, comment, bytes) => ({ comment, flags: [fault], context: RECORD, wrap: bytes, result: 'invalid', fault, error });
  return [
    refused('DataKeyAad', AUTH, 'the wrap of a data key', wrap),
    refused('Trailing', 'malformed', 'the wrap of a data key and a salt', Buffer.concat([wrap, seeded('derived/bare/record salt', 32)])),
  ];
}
