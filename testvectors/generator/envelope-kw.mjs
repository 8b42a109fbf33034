// Envelopes and DEK wraps of a UMK that a token uses for AES-KW, and its MAC key: wrapAlg 3, and 131 where the DEK is derived.
import { custodyKey, dekAadOf, flip, kwKey, seal, seeded, tokenKey, wrapOf } from './envelope-writer.mjs';
import { FULL, ofAKind, RAW, RECORD, rewrapped, TEXT, valid } from './envelope-valid.mjs';
import { invalid } from './envelope-invalid.mjs';
import { TOKEN } from './envelope-token.mjs';

export const KW = kwKey('KW UMK', 5);
/** A key whose token was exchanged twice: each generation wraps in its own way. */
export const MIXED = [kwKey('mixed KW UMK, generation 3', 3), tokenKey('mixed KW UMK, generation 2', 2), custodyKey('mixed KW UMK, generation 1', 1)];

const AUTH = 'not-authentic';
const BASE = { context: RECORD };
const OTHER = { context: { ...RECORD, entityId: 'x' } };
const FROM_DATA_KEY = { fromDataKey: true };
const NONE = Buffer.alloc(0);
/** Where a header of wrapAlg 3 has its parts. */
const W_AT = 31;
const TAG_AT = W_AT + 40;
const COMMITMENT_AT = TAG_AT + 32;
const HEADER = COMMITMENT_AT + 32;

const sealed = (label, change, key = KW, binding = BASE) => seal(`kw/${label}`, key, binding, TEXT, change);
const keyed = (fault, error, comment, change, key, binding) => invalid(fault, error, comment, sealed(comment, change, key, binding).envelope, binding);

export function validTests() {
  const one = (name, key) => (test, dataKeyOf) => valid(name, key, test, {}, dataKeyOf ? { ...FROM_DATA_KEY, dataKeyOf } : {});
  const kw = one('kw', KW);
  const derived = (test, name = `kw/${test[0]}`) => kw(test, name);
  const full = derived(['derived DEK, key by AES-KW, tenant and revision', ['Derived', 'KeyWrap', 'Tenant', 'Revision'], { context: FULL }, TEXT]);
  const tests = ofAKind('key by AES-KW', 'KeyWrap').map((test) => kw(test));
  return {
    kw: [
      ...tests,
      rewrapped('rewrap to AES-KW', KW, 'rewrapped into a token that wraps with AES-KW', ['KeyWrap']),
      derived(['derived DEK, key by AES-KW', ['Derived', 'KeyWrap'], BASE, TEXT]),
      full,
      derived(['derived DEK, key by AES-KW, nothing', ['Derived', 'KeyWrap', 'ContextFree'], {}, TEXT]),
      derived(['first envelope of a data key', ['Derived', 'KeyWrap', 'SharedDataKey'], BASE, TEXT], 'kw/shared'),
      derived(['second envelope of it', ['Derived', 'KeyWrap', 'SharedDataKey'], OTHER, TEXT], 'kw/shared'),
    ],
    mixed: [
      ...MIXED.map((key) => one('mixed kw', key)([`generation ${key.generation}, in its own way`, [key.mac ? 'KeyWrap' : key.kind === 'token' ? 'Token' : 'Custody', 'Generation'], BASE, TEXT])),
      rewrapped('rewrap a derived DEK to the mixed key', MIXED[0], 'rewrapped, so that it is wrapped itself', ['KeyWrap'], 'AES-KW', full),
    ],
  };
}

/** What is changed on the way: the tag is over all of it. */
function changes() {
  const { envelope, wrap, dek } = sealed('changes', {});
  const other = sealed('other', {});
  const bits = [
    ['WrapCiphertext', 'first bit of W', W_AT, 7],
    ['WrapCiphertext', 'last bit of W', TAG_AT - 1, 0],
    ['WrapTag', 'first bit of the wrap\'s tag', TAG_AT, 7],
    ['WrapTag', 'last bit of the wrap\'s tag', COMMITMENT_AT - 1, 0],
    ['Commitment', 'first bit of the commitment', COMMITMENT_AT, 7],
    ['Commitment', 'last bit of the commitment', HEADER - 1, 0],
    ['BodyTag', 'last bit of the body\'s tag', -1, 0],
  ].map(([fault, name, at, bit]) => invalid(fault, AUTH, `${name} changed`, flip(envelope, at, bit)));
  const put = (fault, comment, ...parts) => keyed(fault, AUTH, comment, { dek, wrap: Buffer.concat(parts) });
  const [w, tag] = [wrap.subarray(0, 40), wrap.subarray(40)];
  return [
    ...bits,
    put('SwappedWrap', 'W of another envelope', other.wrap.subarray(0, 40), tag),
    put('SwappedWrap', 'tag of another envelope', w, other.wrap.subarray(40)),
    put('SwappedWrap', 'tag of the same DEK\'s wrap for another record', w, sealed('same dek', { dek }, KW, OTHER).wrap.subarray(40)),
    put('WrapTag', 'tag before W', tag, w),
    put('WrapTag', 'tag of zeros', w, Buffer.alloc(32)),
    put('WrapTag', 'tag right in its first 16 bytes only', w, tag.subarray(0, 16), Buffer.alloc(16)),
    invalid('SwappedBody', AUTH, 'body of another envelope', Buffer.concat([envelope.subarray(0, HEADER), other.body])),
    invalid('Context', AUTH, 'opened with another user id', envelope, { context: { ...RECORD, userId: 'user-2' } }),
    invalid('Context', AUTH, 'opened with another entity id', envelope, OTHER),
    invalid('Context', AUTH, 'opened with nothing', envelope, {}),
  ];
}

/** What whoever has not the MAC key can tag, or the owner for something else. */
function tags() {
  const one = (comment, kw) => keyed('OtherTagged', AUTH, comment, { kw });
  const aad = dekAadOf(BASE);
  return [
    one('tagged for another generation', { names: { ...KW, generation: 6 } }),
    one('tagged for another key id', { names: { ...KW, keyId: flip(KW.keyId, 15) } }),
    one('tagged for another record', { taggedAad: dekAadOf(OTHER) }),
    one('tagged for no associated data', { taggedAad: NONE }),
    one('tagged with the title of version 2', { title: 'e2ee-token-kw-v2\0' }),
    one('tagged without the zero byte of the title', { title: 'e2ee-token-kw-v1' }),
    one('tagged with the dekAAD itself', { order: (head, hash, w) => [head, aad, w] }),
    one('tagged without the dekAAD', { order: (head, hash, w) => [head, w] }),
    one('tagged without W', { order: (head, hash) => [head, hash] }),
    one('tagged with W before the dekAAD', { order: (head, hash, w) => [head, w, hash] }),
    one('tagged by the AES key', { mac: KW.umk }),
    one('tagged with SHA-384', { hash: 'sha384' }),
    keyed('WrapKey', AUTH, 'another UMK under the right key id', { wrapUmk: kwKey('another KW UMK', 5) }),
    keyed('WrapKey', AUTH, 'the MAC key of another UMK', { wrapUmk: { mac: seeded('another KW UMK mac', 32) } }),
    keyed('WrapAad', AUTH, 'wrap of another record of the same type', { dekAad: dekAadOf(OTHER) }),
    keyed('WrappedDek', AUTH, 'another DEK wrapped than committed to and used', { wrappedDek: seeded('another dek', 32) }),
  ];
}

/** wrapAlg, wrapLen, and what a key's are. */
function headers() {
  const { envelope, wrap } = sealed('headers', {});
  const lengths = [0, 40, 60, 71, 73, 92, 104, 4033, 65535].map((wrapLen) =>
    keyed('WrapLength', 'malformed', `wrapLen ${wrapLen} before a wrap of 72 bytes`, { wrapLen }),
  );
  const cuts = [31, TAG_AT, COMMITMENT_AT, 123, HEADER - 1, HEADER, HEADER + 27].map((length) =>
    invalid('Truncated', 'malformed', `cut to ${length} bytes`, envelope.subarray(0, length)),
  );
  const deks = [16, 24, 40].map((length) =>
    keyed('DekLength', 'malformed', `a DEK of ${length} bytes, tagged`, { wrappedDek: seeded('short dek', length), commitKey: seeded('short dek', length) }),
  );
  const kinds = { 1: custodyKey('as AES', 5), 2: tokenKey('as HMAC', 5) };
  const others = Object.entries(kinds).map(([wrapAlg, key]) =>
    keyed('WrapAlg', 'wrong-key', `wrapAlg ${wrapAlg} under the UMK by AES-KW`, {}, { ...key, keyId: KW.keyId }),
  );
  return [
    ...lengths,
    ...cuts,
    invalid('Truncated', AUTH, 'body cut to its least', envelope.subarray(0, HEADER + 28)),
    ...deks,
    keyed('WrapLength', 'malformed', 'W without its tag', { wrap: wrap.subarray(0, 40) }),
    keyed('WrapAlg', 'unsupported', 'wrapAlg 5 with a wrap of 72 bytes', { wrapAlg: 5 }),
    ...others,
    keyed('KeyId', 'wrong-key', 'key id with its last bit changed', { keyId: flip(KW.keyId, 15) }),
    keyed('Generation', 'wrong-key', 'generation 6 of generation 5', { generation: 6 }),
  ];
}

/** Where the DEK is derived. */
function derivedTests() {
  const base = sealed('derived', FROM_DATA_KEY);
  const other = sealed('derived, other', { ...FROM_DATA_KEY, dataKeyOf: 'kw/derived' });
  const one = (fault, error, comment, change) => keyed(fault, error, comment, { ...FROM_DATA_KEY, ...change });
  const bits = [
    ['WrapCiphertext', 'first bit of W', W_AT, 7],
    ['WrapTag', 'last bit of the tag of W', COMMITMENT_AT - 1, 0],
    ['RecordSalt', 'first bit of the record\'s salt', COMMITMENT_AT, 7],
    ['RecordSalt', 'last bit of the record\'s salt', COMMITMENT_AT + 31, 0],
    ['Commitment', 'first bit of the commitment', COMMITMENT_AT + 32, 7],
  ].map(([fault, name, at, bit]) => invalid(fault, AUTH, `derived DEK, ${name} changed`, flip(base.envelope, at, bit)));
  return [
    ...bits,
    ...[72, 92, 103, 105, 124].map((wrapLen) => one('WrapLength', 'malformed', `wrapLen ${wrapLen} of a data key and a salt of 104 bytes`, { wrapLen })),
    one('WrapAlg', 'unsupported', 'wrapAlg 133 with a wrap of 104 bytes', { wrapAlg: 133 }),
    one('DataKeyAad', AUTH, 'data key wrapped with the dekAAD', { dataKeyAad: dekAadOf(BASE) }),
    one('DataKeyAad', AUTH, 'data key wrapped with no associated data', { dataKeyAad: NONE }),
    keyed('DataKeyAad', AUTH, 'W as the wrap of a DEK', { wrap: base.dataKeyWrap, dek: base.dek }),
    one('DataKeyAad', AUTH, 'the wrap of a DEK as W', { dataKey: seeded('kw/plain/dek', 32), dataKeyAad: dekAadOf(BASE) }),
    one('SwappedBody', AUTH, 'body of another envelope of the data key', { body: other.body }),
    one('RecordKey', AUTH, 'DEK that is the data key itself', { dek: seeded('kw/DEK that is the data key itself/data key', 32) }),
    invalid('WrapLength', 'malformed', 'bit 7 of wrapAlg taken off on the way', flip(base.envelope, 28, 7)),
    invalid('Truncated', 'malformed', 'derived DEK, cut in its header', base.envelope.subarray(0, HEADER + 31)),
  ];
}

export function invalidTests() {
  const [third, second, first] = MIXED;
  const by = (comment, key, named, change = {}) => keyed('WrapAlg', 'wrong-key', comment, change, { ...key, keyId: named.keyId, generation: named.generation });
  return {
    kw: [...headers(), ...changes(), ...tags(), ...derivedTests()],
    mixed: [
      by('wrapAlg 3 by the generation that wraps with 2', third, second),
      by('wrapAlg 3 by the generation that wraps with 1', third, first),
      by('wrapAlg 131 by the generation that wraps with 2', third, second, FROM_DATA_KEY),
      by('wrapAlg 2 by the generation that wraps with 3', second, third),
      keyed('WrapKey', AUTH, 'id and number of generation 3, keys of another one', { wrapUmk: KW }, third),
    ],
    raw: [
      by('wrapAlg 3 under a raw UMK', KW, RAW),
      keyed('WrapLength', 'malformed', 'a wrap of 60 bytes with wrapAlg 3', { wrapAlg: 3 }, RAW),
      keyed('WrapLength', 'malformed', 'a wrap of 92 bytes with wrapAlg 131', { ...FROM_DATA_KEY, wrapAlg: 131 }, RAW),
    ],
    token: [
      by('wrapAlg 3 under the UMK of a token that computes HMAC', KW, TOKEN),
      keyed('WrapLength', 'malformed', 'a wrap of 92 bytes with wrapAlg 3', { wrapAlg: 3 }, TOKEN),
    ],
  };
}

export function dekWraps() {
  const made = (label, context, fault, dek = seeded(`kw/${label}/dek`, 32)) => {
    const dekAad = dekAadOf({ context });
    return { dek, dekAad, wrap: wrapOf(`kw/${label}`, KW, dek, dekAad, fault).wrap };
  };
  const right = [RECORD, { userId: 'a', entityType: 'b', entityId: 'c' }].map((context, i) => {
    const { dek, dekAad, wrap } = made(`DEK wrap ${i + 1}`, context);
    return { comment: `DEK wrap ${i + 1} by AES-KW`, flags: ['DekWrap', 'KeyWrap'], context, wrap, intermediate: { dek, dekAad }, result: 'valid' };
  });
  const { wrap } = made('DEK wrap', RECORD);
  const refused = (fault, error, comment, bytes) => ({ comment, flags: [fault], context: RECORD, wrap: bytes, result: 'invalid', fault, error });
  return [
    ...right,
    refused('Truncated', 'malformed', 'no bytes', NONE),
    refused('Truncated', 'malformed', 'the last byte cut', wrap.subarray(0, 71)),
    refused('Truncated', 'malformed', 'the tag cut', wrap.subarray(0, 40)),
    refused('Trailing', 'malformed', 'followed by a zero byte', Buffer.concat([wrap, Buffer.alloc(1)])),
    refused('DekLength', 'malformed', 'a DEK of 16 bytes, tagged', made('short', RECORD, {}, seeded('dek', 16)).wrap),
    refused('WrapCiphertext', AUTH, 'a bit of W changed', flip(wrap, 0)),
    refused('WrapTag', AUTH, 'a bit of the tag changed', flip(wrap, 71)),
    refused('Context', AUTH, 'of another id', made('id', OTHER.context).wrap),
    refused('OtherTagged', AUTH, 'tagged for another generation', made('generation', RECORD, { kw: { names: { ...KW, generation: 6 } } }).wrap),
    refused('OtherTagged', AUTH, 'tagged by the AES key', made('AES key', RECORD, { kw: { mac: KW.umk } }).wrap),
    refused('WrapKey', AUTH, 'under another UMK', made('umk', RECORD, { wrapUmk: kwKey('another KW UMK', 5) }).wrap),
  ];
}
