// Envelopes and DEK wraps of a UMK in a token that has RSA only: wrapAlg 4, and 132 where the DEK is derived.
import { constants } from 'node:crypto';
import { custodyKey, dekAadOf, flip, rsaKey, seal, seeded, tokenKey, wrapOf } from './envelope-writer.mjs';
import { FULL, ofAKind, RAW, RECORD, rewrapped, TEXT, valid } from './envelope-valid.mjs';
import { invalid } from './envelope-invalid.mjs';
import { TOKEN } from './envelope-token.mjs';

export const RSA = rsaKey('RSA UMK', 2048, 3);
export const LONG = rsaKey('RSA UMK of 3,072 bits', 3072, 1);
/** A key whose token was exchanged twice: each generation wraps in its own way, two of them by wrapAlg 4. */
export const MIXED = [
  rsaKey('mixed RSA UMK, generation 4', 3072, 4),
  rsaKey('mixed RSA UMK, generation 3', 2048, 3),
  tokenKey('mixed RSA UMK, generation 2', 2),
  custodyKey('mixed RSA UMK, generation 1', 1),
];

const AUTH = 'not-authentic';
const BASE = { context: RECORD };
const OTHER = { context: { ...RECORD, entityId: 'x' } };
const FROM_DATA_KEY = { fromDataKey: true };
const NONE = Buffer.alloc(0);
/** Where a header of 2,048 bits has its parts. */
const BLOCK_AT = 31;
const BOX_AT = BLOCK_AT + 256;
const SIGNATURE_AT = BOX_AT + 60;
const COMMITMENT_AT = SIGNATURE_AT + 256;
const HEADER = COMMITMENT_AT + 32;
const W = HEADER - 63;

const sealed = (label, change, key = RSA, binding = BASE) => seal(`rsa/${label}`, key, binding, TEXT, change);
const keyed = (fault, error, comment, change, key, binding) => invalid(fault, error, comment, sealed(comment, change, key, binding).envelope, binding);

export function validTests() {
  const one = (name, key) => (test, dataKeyOf) => valid(name, key, test, {}, dataKeyOf ? { ...FROM_DATA_KEY, dataKeyOf } : {});
  const derived = (test, name = `rsa/${test[0]}`) => one('rsa', RSA)(test, name);
  const full = derived(['derived DEK, key by RSA, tenant and revision', ['Derived', 'Rsa', 'Tenant', 'Revision'], { context: FULL }, TEXT]);
  const tests = ofAKind('key by RSA', 'Rsa').map((test) => one('rsa', RSA)(test));
  return {
    rsa: [
      ...tests,
      rewrapped('rewrap to RSA', RSA, 'rewrapped into a token with RSA only', ['Rsa']),
      derived(['derived DEK, key by RSA', ['Derived', 'Rsa'], BASE, TEXT]),
      full,
      derived(['derived DEK, key by RSA, nothing', ['Derived', 'Rsa', 'ContextFree'], {}, TEXT]),
      derived(['first envelope of a data key', ['Derived', 'Rsa', 'SharedDataKey'], BASE, TEXT], 'rsa/shared'),
      derived(['second envelope of it', ['Derived', 'Rsa', 'SharedDataKey'], OTHER, TEXT], 'rsa/shared'),
    ],
    long: [
      one('long rsa', LONG)(['key of 3,072 bits', ['Rsa'], BASE, TEXT]),
      one('long rsa', LONG)(['key of 3,072 bits, nothing', ['Rsa', 'ContextFree'], {}, NONE]),
      one('long rsa', LONG)(['derived DEK, key of 3,072 bits: the longest header', ['Derived', 'Rsa', 'Longest'], BASE, TEXT], 'long rsa'),
      rewrapped('rewrap a derived DEK to longer keys', LONG, 'rewrapped to longer keys, where it is wrapped itself', ['Rsa'], 'RSA', full),
    ],
    mixed: MIXED.map((key) => one('mixed rsa', key)([`generation ${key.generation}, in its own way`, [key.umk ? 'Custody' : 'Rsa', 'Generation'], BASE, TEXT])),
  };
}

/** What is changed on the way: the signature is over all of it. */
function changes() {
  const { envelope, wrap, dek } = sealed('changes', {});
  const other = sealed('other', { dek });
  const bits = [
    ['WrapBlock', 'first bit of the block', BLOCK_AT, 7],
    ['WrapBlock', 'last bit of the block', BOX_AT - 1, 0],
    ['WrapNonce', 'first bit of the wrap\'s nonce', BOX_AT, 7],
    ['WrapCiphertext', 'first bit of the wrapped DEK', BOX_AT + 12, 7],
    ['WrapTag', 'last bit of the wrap\'s tag', SIGNATURE_AT - 1, 0],
    ['WrapSignature', 'first bit of the signature', SIGNATURE_AT, 7],
    ['WrapSignature', 'last bit of the signature', COMMITMENT_AT - 1, 0],
    ['Commitment', 'first bit of the commitment', COMMITMENT_AT, 7],
    ['Commitment', 'last bit of the commitment', HEADER - 1, 0],
    ['BodyTag', 'last bit of the body\'s tag', -1, 0],
  ].map(([fault, name, at, bit]) => invalid(fault, AUTH, `${name} changed`, flip(envelope, at, bit)));
  const mixed = (from, to) => Buffer.concat([wrap.subarray(0, from), other.wrap.subarray(from, to), wrap.subarray(to)]);
  const put = (fault, comment, bytes) => keyed(fault, AUTH, comment, { dek, wrap: bytes });
  return [
    ...bits,
    put('SwappedWrap', 'block of another wrap of the same DEK', mixed(0, 256)),
    put('SwappedWrap', 'box of another wrap of the same DEK', mixed(256, 316)),
    put('SwappedWrap', 'signature of another wrap of the same DEK', mixed(316, 572)),
    put('WrapSignature', 'signature before the block', Buffer.concat([wrap.subarray(316), wrap.subarray(0, 316)])),
    put('WrapSignature', 'signature of zeros', Buffer.concat([wrap.subarray(0, 316), Buffer.alloc(256)])),
    put('WrapSignature', 'signature of ones, more than the modulus', Buffer.concat([wrap.subarray(0, 316), Buffer.alloc(256, 0xff)])),
    invalid('SwappedBody', AUTH, 'body of another envelope', Buffer.concat([envelope.subarray(0, HEADER), sealed('other body', {}).body])),
    invalid('Context', AUTH, 'opened with another user id', envelope, { context: { ...RECORD, userId: 'user-2' } }),
    invalid('Context', AUTH, 'opened with another entity id', envelope, OTHER),
    invalid('Context', AUTH, 'opened with nothing', envelope, {}),
  ];
}

/** What whoever is not the UMK's owner can sign, or the owner for something else. */
function signatures() {
  const one = (comment, rsa) => keyed('OtherSigned', AUTH, comment, { rsa });
  return [
    one('signed for another generation', { names: { ...RSA, generation: 4 } }),
    one('signed for another key id', { names: { ...RSA, keyId: flip(RSA.keyId, 15) } }),
    one('signed for another record', { signedAad: dekAadOf(OTHER) }),
    one('signed for no associated data', { signedAad: NONE }),
    one('signed as a probe', { title: 'e2ee-token-probe-v1' }),
    one('signed by the pair that decrypts', { signer: RSA.decrypts }),
    one('signed with SHA-384', { hash: 'sha384' }),
    one('signed with PSS', { padding: constants.RSA_PKCS1_PSS_PADDING }),
    keyed('WrapKey', AUTH, 'another UMK under the right key id', { wrapUmk: { decrypts: RSA.signs, signs: RSA.decrypts } }),
    keyed('WrapKey', AUTH, 'hidden for another pair, signed by the right one', { wrapUmk: { decrypts: RSA.signs } }),
  ];
}

/** What only the owner of both pairs can make. */
function owners() {
  const one = (comment, change) => keyed('SignedByItsOwner', AUTH, comment, change);
  return [
    one('a KEK of 31 bytes, signed', { rsa: { kekLength: 31 } }),
    one('OAEP with a label, signed', { rsa: { hides: { label: Buffer.from('e2ee') } } }),
    one('OAEP with SHA-1, signed', { rsa: { hides: { hash: 'sha1' } } }),
    one('a box of another AAD, signed', { boxAad: dekAadOf(OTHER) }),
    keyed('WrapAad', AUTH, 'wrap of another record of the same type', { dekAad: dekAadOf(OTHER) }),
    keyed('WrappedDek', AUTH, 'another DEK wrapped than committed to and used', { wrappedDek: seeded('another dek', 32) }),
    keyed('DekLength', 'malformed', 'a DEK of 16 bytes, signed', { wrappedDek: seeded('short dek', 16), commitKey: seeded('short dek', 16) }),
  ];
}

/** wrapAlg, wrapLen, and what a key's are. */
function headers() {
  const { envelope, wrap } = sealed('headers', {});
  const lengths = [0, 60, 92, 124, 256, 571, 573, 604, 860, 4033, 65535].map((wrapLen) =>
    keyed('WrapLength', 'malformed', `wrapLen ${wrapLen} before a wrap of 572 bytes`, { wrapLen }),
  );
  const cuts = [31, 123, BOX_AT, SIGNATURE_AT, COMMITMENT_AT, HEADER - 1, HEADER, HEADER + 27].map((length) =>
    invalid('Truncated', 'malformed', `cut to ${length} bytes`, envelope.subarray(0, length)),
  );
  const as = (comment, wrapAlg, change) => keyed('WrapAlg', 'unsupported', comment, { wrapAlg, ...change });
  const kinds = { 1: custodyKey('as AES', 3), 2: tokenKey('as HMAC', 3) };
  const others = Object.entries(kinds).map(([wrapAlg, key]) =>
    keyed('WrapAlg', 'wrong-key', `wrapAlg ${wrapAlg} under the UMK by RSA`, {}, { ...key, keyId: RSA.keyId }),
  );
  return [
    ...lengths,
    ...cuts,
    invalid('Truncated', AUTH, 'body cut to its least', envelope.subarray(0, HEADER + 28)),
    as('wrapAlg 6 with a wrap of 572 bytes', 6),
    as('wrapAlg 133 with a wrap of 604 bytes', 133, { wrap: Buffer.concat([wrap, Buffer.alloc(32)]) }),
    as('wrapAlg 5 with a wrap of 572 bytes', 5),
    ...others,
    keyed('WrapLength', 'wrong-key', 'keys of 3,072 bits under the id of a UMK of 2,048', {}, { ...LONG, keyId: RSA.keyId, generation: RSA.generation }),
    keyed('WrapLength', 'wrong-key', 'a wrap of 572 bytes, and zeros up to 828', { wrap: Buffer.concat([wrap, Buffer.alloc(256)]) }),
    keyed('KeyId', 'wrong-key', 'key id with its last bit changed', { keyId: flip(RSA.keyId, 15) }),
    keyed('Generation', 'wrong-key', 'generation 4 of generation 3', { generation: 4 }),
  ];
}

/** Where the DEK is derived. */
function derivedTests() {
  const base = sealed('derived', FROM_DATA_KEY);
  const other = sealed('derived, other', { ...FROM_DATA_KEY, dataKeyOf: 'rsa/derived' });
  const one = (fault, error, comment, change) => keyed(fault, error, comment, { ...FROM_DATA_KEY, ...change });
  const bits = [
    ['WrapBlock', 'first bit of the block of W', BLOCK_AT, 7],
    ['WrapSignature', 'last bit of the signature of W', COMMITMENT_AT - 1, 0],
    ['RecordSalt', 'first bit of the record\'s salt', COMMITMENT_AT, 7],
    ['RecordSalt', 'last bit of the record\'s salt', COMMITMENT_AT + 31, 0],
    ['Commitment', 'first bit of the commitment', COMMITMENT_AT + 32, 7],
  ].map(([fault, name, at, bit]) => invalid(fault, AUTH, `derived DEK, ${name} changed`, flip(base.envelope, at, bit)));
  return [
    ...bits,
    ...[92, 571, 572, 605, 828].map((wrapLen) => one('WrapLength', 'malformed', `wrapLen ${wrapLen} of a data key and a salt of 604 bytes`, { wrapLen })),
    one('DataKeyAad', AUTH, 'data key wrapped with the dekAAD', { dataKeyAad: dekAadOf(BASE) }),
    one('DataKeyAad', AUTH, 'data key wrapped with no associated data', { dataKeyAad: NONE }),
    keyed('DataKeyAad', AUTH, 'W as the wrap of a DEK', { wrap: base.dataKeyWrap, dek: base.dek }),
    one('DataKeyAad', AUTH, 'the wrap of a DEK as W', { dataKey: seeded('rsa/plain/dek', 32), dataKeyAad: dekAadOf(BASE), dataKeyOf: 'rsa/plain' }),
    one('SwappedBody', AUTH, 'body of another envelope of the data key', { body: other.body }),
    one('RecordKey', AUTH, 'DEK that is the data key itself', { dek: seeded('rsa/DEK that is the data key itself/data key', 32) }),
    invalid('WrapLength', 'malformed', 'bit 7 of wrapAlg taken off on the way', flip(base.envelope, 28, 7)),
    invalid('Truncated', 'malformed', 'derived DEK, cut in its header', base.envelope.subarray(0, 31 + W + 63)),
  ];
}

export function invalidTests() {
  const [fourth, third, second, first] = MIXED;
  const by = (comment, key, named) => keyed('WrapAlg', 'wrong-key', comment, {}, { ...key, keyId: named.keyId, generation: named.generation });
  return {
    raw: [by('wrapAlg 4 under a raw UMK', RSA, RAW)],
    token: [by('wrapAlg 4 under the UMK of a token that computes HMAC', RSA, TOKEN)],
    rsa: [...headers(), ...changes(), ...signatures(), ...owners(), ...derivedTests()],
    long: [
      keyed('WrapLength', 'wrong-key', 'keys of 2,048 bits under the id of a UMK of 3,072', {}, { ...RSA, keyId: LONG.keyId, generation: LONG.generation }),
      keyed('OtherSigned', AUTH, 'signed by the pair that decrypts', { rsa: { signer: LONG.decrypts } }, LONG),
      invalid('WrapSignature', AUTH, 'last bit of the signature changed', flip(sealed('long', {}, LONG).envelope, 31 + 827)),
    ],
    mixed: [
      by('wrapAlg 4 by the generation that wraps with 2', third, second),
      by('wrapAlg 4 by the generation that wraps with 1', third, first),
      keyed('WrapLength', 'wrong-key', '2,048 bits by the generation that has 3,072', {}, { ...third, keyId: fourth.keyId, generation: 4 }),
      keyed('OtherSigned', AUTH, 'signed for the id and number of generation 3', { rsa: { names: third } }, fourth),
    ],
  };
}

export function dekWraps() {
  const made = (label, context, fault, dek = seeded(`rsa/${label}/dek`, 32)) => {
    const dekAad = fault?.dekAad ?? dekAadOf({ context });
    return { dek, dekAad, ...wrapOf(`rsa/${label}`, RSA, dek, dekAad, fault) };
  };
  const right = [RECORD, { userId: 'a', entityType: 'b', entityId: 'c' }].map((context, i) => {
    const { dek, dekNonce, kek, oaepBlock, dekAad, wrap } = made(`DEK wrap ${i + 1}`, context);
    return { comment: `DEK wrap ${i + 1} by RSA`, flags: ['DekWrap', 'Rsa'], context, wrap, intermediate: { dek, kek, oaepBlock, dekNonce, dekAad }, result: 'valid' };
  });
  const { wrap } = made('DEK wrap', RECORD);
  const refused = (fault, error, comment, bytes) => ({ comment, flags: [fault], context: RECORD, wrap: bytes, result: 'invalid', fault, error });
  const bits = { WrapBlock: 0, WrapNonce: 256, WrapCiphertext: 268, WrapTag: 315, WrapSignature: 571 };
  return [
    ...right,
    refused('Truncated', 'malformed', 'no bytes', NONE),
    refused('Truncated', 'malformed', 'the last byte cut', wrap.subarray(0, 571)),
    refused('Truncated', 'malformed', 'the signature cut', wrap.subarray(0, 316)),
    refused('Trailing', 'malformed', 'followed by a zero byte', Buffer.concat([wrap, Buffer.alloc(1)])),
    refused('DekLength', 'malformed', 'a DEK of 16 bytes, signed', made('short', RECORD, {}, seeded('dek', 16)).wrap),
    ...Object.entries(bits).map(([fault, at]) => refused(fault, AUTH, `${fault}, byte ${at} changed`, flip(wrap, at))),
    refused('Context', AUTH, 'of another id', made('id', OTHER.context).wrap),
    refused('OtherSigned', AUTH, 'signed for another generation', made('generation', RECORD, { rsa: { names: { ...RSA, generation: 4 } } }).wrap),
    refused('SignedByItsOwner', AUTH, 'box under no associated data, signed', made('none', RECORD, { boxAad: NONE }).wrap),
  ];
}
