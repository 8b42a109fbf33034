// Envelopes and DEK wraps of a UMK in a token that computes HMAC and no AES-GCM: wrapAlg 2.
import { custodyKey, dekAadOf, encodeCtx, flip, hkdfExpand, hmacSha256, kekBlock, seal, seeded, sha256, tokenKey, u32, utf8, wrapOf } from './envelope-writer.mjs';
import { ofAKind, RAW, RECORD, rewrapped, TEXT, valid } from './envelope-valid.mjs';
import { invalid } from './envelope-invalid.mjs';

export const TOKEN = tokenKey('token UMK', 7);
/** A key that was rotated when its token had learnt HMAC only, or had forgotten AES-GCM: each generation wraps in its own way. */
export const MIXED = [tokenKey('mixed UMK, generation 2', 2), custodyKey('mixed UMK, generation 1', 1)];

const AUTH = 'not-authentic';
const BASE = { context: RECORD };
const HEADER = 155;
const SALT_AT = 31;
const NONCE_AT = SALT_AT + 32;
const DEK_AT = NONCE_AT + 12;
const TAG_AT = DEK_AT + 32;

const keyed = (fault, error, comment, change, binding = BASE) =>
  invalid(fault, error, comment, seal(`token/${comment}`, TOKEN, binding, TEXT, change).envelope, binding);

export function validTests() {
  const tests = ofAKind('key in a token', 'Token').map((test) => valid('token', TOKEN, test));
  const mixed = MIXED.map((key) => valid('mixed', key, [`generation ${key.generation}, in its own way`, [key.kind === 'token' ? 'Token' : 'Custody', 'Generation'], BASE, TEXT]));
  return { token: [...tests, rewrapped('rewrap into a token', TOKEN, 'rewrapped into a token', ['Token'])], mixed };
}

/** KEKs that were derived otherwise; everything else is right and fits. */
function derivations() {
  const salt = seeded('token/derivation/kek salt', 32);
  const aad = dekAadOf(BASE);
  const right = kekBlock(TOKEN, salt, aad);
  const tail = right.subarray(22);
  const end = right.length - 4;
  const blocks = {
    'without a counter': right.subarray(4),
    'with the counter 0': Buffer.concat([u32(0), right.subarray(4)]),
    'with the counter 2': Buffer.concat([u32(2), right.subarray(4)]),
    'with a little-endian counter': Buffer.concat([Buffer.from('01000000', 'hex'), right.subarray(4)]),
    'with the label of version 2': Buffer.concat([u32(1), utf8('e2ee-token-kek-v2\0'), tail]),
    'without the zero byte of the label': Buffer.concat([u32(1), utf8('e2ee-token-kek-v1'), tail]),
    'with another salt': kekBlock(TOKEN, flip(salt, 31), aad),
    'without a salt': kekBlock(TOKEN, Buffer.alloc(0), aad),
    'with another key id': kekBlock({ ...TOKEN, keyId: flip(TOKEN.keyId, 15) }, salt, aad),
    'with generation 1': kekBlock({ ...TOKEN, generation: 1 }, salt, aad),
    'with the dekAAD itself': Buffer.concat([right.subarray(0, end - 32), aad, u32(256)]),
    'with the hash of nothing': kekBlock(TOKEN, salt, Buffer.alloc(0)),
    'with the hash of the CTX': kekBlock(TOKEN, salt, encodeCtx(BASE)),
    'with the length in bytes': Buffer.concat([right.subarray(0, end), u32(32)]),
    'with a little-endian length': Buffer.concat([right.subarray(0, end), Buffer.from('00010000', 'hex')]),
    'without a length': right.subarray(0, end),
  };
  const keks = {
    'by HKDF-Expand': hkdfExpand(TOKEN.umk, right, 32),
    'by a bare hash': sha256(Buffer.concat([TOKEN.umk, right])),
    'under its salt as the key': hmacSha256(salt, Buffer.concat([TOKEN.umk, right])),
    'for the UMK itself': TOKEN.umk,
  };
  const fault = (comment, change) => keyed('KekDerivation', AUTH, comment, { kekSalt: salt, ...change });
  return [
    ...Object.entries(blocks).map(([name, block]) => fault(`KEK ${name}`, { block })),
    ...Object.entries(keks).map(([name, kek]) => fault(`KEK ${name}`, { kek })),
  ];
}

function wraps() {
  const { envelope, wrap, dekNonce, dek, dekAad } = seal('token/bits', TOKEN, BASE, TEXT);
  const bits = [
    ['WrapSalt', 'first bit of the salt', SALT_AT, 7],
    ['WrapSalt', 'last bit of the salt', NONCE_AT - 1, 0],
    ['WrapNonce', 'first bit of the wrap\'s nonce', NONCE_AT, 7],
    ['WrapNonce', 'last bit of the wrap\'s nonce', DEK_AT - 1, 0],
    ['WrapCiphertext', 'first bit of the wrapped DEK', DEK_AT, 7],
    ['WrapCiphertext', 'last bit of the wrapped DEK', TAG_AT - 1, 0],
    ['WrapTag', 'first bit of the wrap\'s tag', TAG_AT, 7],
    ['WrapTag', 'last bit of the wrap\'s tag', HEADER - 33, 0],
    ['Commitment', 'first bit of the commitment', HEADER - 32, 7],
    ['Commitment', 'last bit of the commitment', HEADER - 1, 0],
  ].map(([fault, name, at, bit]) => invalid(fault, AUTH, `${name} changed`, flip(envelope, at, bit)));
  const declared = [0, 32, 60, 91, 93, 124, 4096, 65535].map((wrapLen) =>
    keyed('WrapLength', 'malformed', `wrapLen ${wrapLen} before a wrap of 92 bytes`, { wrapLen }),
  );
  const deks = [16, 31, 33].map((length) =>
    keyed('DekLength', 'malformed', `wrap of a DEK of ${length} bytes with a right tag`, { wrappedDek: seeded('short dek', length), commitKey: seeded('short dek', length) }),
  );
  return [
    ...bits,
    ...declared,
    ...deks,
    keyed('WrapLength', 'malformed', 'the box of the wrap without its salt', { wrap: wrap.subarray(32) }),
    keyed('WrapAlg', 'unsupported', 'wrapAlg 5', { wrapAlg: 5 }),
    keyed('WrapAad', AUTH, 'box of the wrap under no associated data', { boxAad: Buffer.alloc(0) }),
    keyed('WrapAad', AUTH, 'box of the wrap under the hash of the dekAAD', { boxAad: sha256(dekAad) }),
    keyed('WrapAad', AUTH, 'wrap of the same record\'s other type', { dekAad: dekAadOf({ context: { ...RECORD, entityType: 'todo' } }) }),
    keyed('WrapKey', AUTH, 'another UMK under the right key id', { wrapUmk: seeded('another token UMK', 32) }),
    keyed('SwappedWrap', AUTH, 'box of another wrap behind this one\'s salt', {
      wrap: Buffer.concat([wrap.subarray(0, 32), seal('token/other', TOKEN, BASE, TEXT, { dek }).wrap.subarray(32)]),
    }),
    keyed('WrappedDek', AUTH, 'another DEK wrapped than committed to and used', { wrappedDek: seeded('another dek', 32) }),
    keyed('WrapTag', AUTH, 'tag of the wrap before its ciphertext', {
      wrap: Buffer.concat([wrap.subarray(0, 44), wrap.subarray(-16), wrap.subarray(44, -16)]),
      dek,
      dekNonce,
    }),
  ];
}

function headers() {
  const { envelope } = seal('token/lengths', TOKEN, BASE, TEXT);
  const inCustody = { ...TOKEN, kind: 'custody' };
  const cuts = [31, 62, 63, 91, 122, 123, 151, HEADER - 1, HEADER, 182].map((length) =>
    invalid('Truncated', 'malformed', `cut to ${length} bytes`, envelope.subarray(0, length)),
  );
  return [
    ...cuts,
    invalid('Truncated', AUTH, 'body cut to its least', envelope.subarray(0, HEADER + 28)),
    invalid('WrapAlg', 'wrong-key', 'wrapAlg 1 under the UMK of a token', seal('token/as AES', inCustody, BASE, TEXT).envelope),
    keyed('KeyId', 'wrong-key', 'key id with its last bit changed', { keyId: flip(TOKEN.keyId, 15) }),
    keyed('Generation', 'wrong-key', 'generation 8 of generation 7', { generation: 8 }),
    invalid('OtherKey', 'wrong-key', 'sealed under a raw UMK', seal('token/raw', RAW, BASE, TEXT).envelope),
    invalid('Context', AUTH, 'opened with another entity id', envelope, { context: { ...RECORD, entityId: 'x' } }),
    invalid('Context', AUTH, 'opened with another user id', envelope, { context: { ...RECORD, userId: 'user-2' } }),
    invalid('Context', AUTH, 'opened with nothing', envelope, {}),
  ];
}

export function invalidTests() {
  const [second, first] = MIXED;
  const as = (key, kind) => seal(`token/mixed/${kind}`, { ...key, kind }, BASE, TEXT).envelope;
  return {
    raw: [invalid('WrapAlg', 'wrong-key', 'wrapAlg 2 under a raw UMK', seal('token/raw UMK', { ...RAW, kind: 'token' }, BASE, TEXT).envelope)],
    token: [...headers(), ...wraps(), ...derivations()],
    mixed: [
      invalid('WrapAlg', 'wrong-key', 'wrapAlg 1 by the generation that wraps with 2', as(second, 'custody')),
      invalid('WrapAlg', 'wrong-key', 'wrapAlg 2 by the generation that wraps with 1', as(first, 'token')),
    ],
  };
}

export function dekWraps() {
  const sealed = (label, context, fault, dek = seeded(`token/${label}/dek`, 32)) => {
    const dekAad = fault?.dekAad ?? dekAadOf({ context });
    return { dek, dekAad, ...wrapOf(`token/${label}`, TOKEN, dek, dekAad, fault) };
  };
  const right = [RECORD, { userId: 'a', entityType: 'b', entityId: 'c' }].map((context, i) => {
    const { dek, dekNonce, kekSalt, kek, dekAad, wrap } = sealed(`DEK wrap ${i + 1}`, context);
    return { comment: `DEK wrap ${i + 1} by a token`, flags: ['DekWrap', 'Token'], context, wrap, intermediate: { dek, kekSalt, kek, dekNonce, dekAad }, result: 'valid' };
  });
  const { wrap } = sealed('DEK wrap', RECORD);
  const refused = (fault, error, comment, bytes) => ({ comment, flags: [fault], context: RECORD, wrap: bytes, result: 'invalid', fault, error });
  const bits = { salt: 0, nonce: 32, 'wrapped DEK': 44, tag: 91 };
  return [
    ...right,
    refused('Truncated', 'malformed', 'no bytes', Buffer.alloc(0)),
    refused('Truncated', 'malformed', 'the last byte cut', wrap.subarray(0, 91)),
    refused('Truncated', 'malformed', 'the salt cut', wrap.subarray(32)),
    refused('Trailing', 'malformed', 'followed by a zero byte', Buffer.concat([wrap, Buffer.alloc(1)])),
    refused('DekLength', 'malformed', 'a DEK of 16 bytes with a right tag', sealed('short', RECORD, {}, seeded('dek', 16)).wrap),
    ...Object.entries(bits).map(([name, at]) => refused('WrapTag', AUTH, `a bit of the ${name} changed`, flip(wrap, at))),
    refused('Context', AUTH, 'of another id', sealed('id', { ...RECORD, entityId: 'x' }).wrap),
    refused('WrapAad', AUTH, 'box under no associated data', sealed('none', RECORD, { boxAad: Buffer.alloc(0) }).wrap),
    refused('WrapKey', AUTH, 'under another UMK', sealed('umk', RECORD, { wrapUmk: RAW.umk }).wrap),
  ];
}
