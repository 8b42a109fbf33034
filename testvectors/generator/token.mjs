#!/usr/bin/env node
// Writes ../vectors/token.json from ../spec/token.md, section 4; with --check it compares instead. Needs Node 20.
import { createHash } from 'node:crypto';
import { box, hmac, u32, u64, u8 } from './keyfile-writer.mjs';
import { aesKw, kwpValue, kwWrap } from './token-kw.mjs';
import { pairs, rsaWrap } from './token-rsa.mjs';
import { vectorFile, writeOrCheck } from './vector-file.mjs';

const sha = (name, ...parts) => parts.reduce((hash, part) => hash.update(part), createHash(name)).digest();
const random = (name, length = 32) => sha('sha256', `e2ee token vectors 1\0${name}`).subarray(0, length);
const titled = (text, ...parts) => Buffer.concat([Buffer.from(`${text}\0`, 'ascii'), ...parts]);
const flip = (bytes, at) => Buffer.concat([bytes.subarray(0, at), u8(bytes[at] ^ 1), bytes.subarray(at + 1)]);
const EMPTY = Buffer.alloc(0);
const invalid = (comment, flags, fault, test) => ({ comment, flags, ...test, result: 'invalid', fault, error: 'not-authentic' });

// wrapAlg 2.
const UMK = { use: 'hmac', umk: random('umk'), keyId: random('hmac id', 16), generation: 7 };

function kdfBlock(key, salt, aad, { label = 'e2ee-token-kek-v1', counter = 1, bits = 256 } = {}) {
  const context = Buffer.concat([salt, key.keyId, u32(key.generation), sha('sha256', aad)]);
  return Buffer.concat([u32(counter), titled(label), context, u32(bits)]);
}

function kdfWrap(name, aad, { key = UMK, ...other } = {}) {
  const [dek, salt, nonce] = ['dek', 'salt', 'nonce'].map((what) => random(`${name} ${what}`, what === 'nonce' ? 12 : 32));
  const block = kdfBlock(key, salt, aad, other);
  const kek = hmac(key.umk, block);
  return { aad, wrap: Buffer.concat([salt, box(kek, nonce, dek, aad)]), dek, intermediate: { block, kek, nonce } };
}

function kdfTests() {
  const valid = (comment, flags, aad) => ({ comment, flags, ...kdfWrap(comment, aad), result: 'valid' });
  const { dek, intermediate, ...base } = kdfWrap('base', random('aad', 20));
  const faulty = (comment, fault, test) => invalid(comment, ['Altered'], fault, { ...base, ...test });
  const otherBlock = (comment, fault, other) => {
    const { aad, wrap } = kdfWrap('base', base.aad, other);
    return invalid(comment, ['OtherBlock'], fault, { aad, wrap });
  };
  return [
    valid('an AAD of 20 bytes', ['Wrap'], random('aad', 20)),
    valid('no AAD', ['Wrap'], EMPTY),
    valid('an AAD of 200 bytes', ['Wrap'], Buffer.alloc(200, 0x5a)),
    ...[['salt', 0], ['nonce', 32], ['ciphertext', 44], ['tag', 91]].map(([part, at]) =>
      faulty(`a bit of the ${part}`, `${part} altered`, { wrap: flip(base.wrap, at) })),
    faulty('another AAD', 'AAD altered', { aad: flip(base.aad, 0) }),
    faulty('one byte less', 'length 91', { wrap: base.wrap.subarray(0, 91) }),
    faulty('one byte more', 'length 93', { wrap: Buffer.concat([base.wrap, u8(0)]) }),
    faulty('nothing', 'length 0', { wrap: EMPTY }),
    otherBlock('of another generation', 'generation in the block', { key: { ...UMK, generation: 8 } }),
    otherBlock('of another key id', 'key id in the block', { key: { ...UMK, keyId: random('other id', 16) } }),
    otherBlock('another label', 'label of the block', { label: 'e2ee-token-kek-v2' }),
    otherBlock('the counter 0', 'counter of the block', { counter: 0 }),
    otherBlock('another length in bits', 'length in the block', { bits: 512 }),
  ];
}

// wrapAlg 4.
const oaepKey = (bits) => ({ use: `oaep-${bits}`, keyId: random(`oaep ${bits} id`, 16), generation: 3, ...pairs(bits) });

function oaepWrap(key, name, aad, { boxAad = aad, ...other } = {}) {
  const [dek, kek] = ['dek', 'kek'].map((what) => random(`${name} ${what}`));
  const sealed = box(kek, random(`${name} nonce`, 12), dek, boxAad);
  const { block, signed, signature, wrap } = rsaWrap(key, { kek, seed: random(`${name} seed`), sealed, aad }, other);
  return { aad, wrap, dek, intermediate: { kek, block, sealed, signed, signature } };
}

function oaepTests(key, k) {
  const valid = (comment, aad) => ({ comment, flags: ['Wrap'], ...oaepWrap(key, comment, aad), result: 'valid' });
  const aad = random('aad', 20);
  const { wrap } = oaepWrap(key, 'base', aad);
  const altered = (comment, fault, test) => invalid(comment, ['Altered'], fault, { aad, wrap, ...test });
  const made = (comment, flag, fault, other) => invalid(comment, [flag], fault, { aad, wrap: oaepWrap(key, 'base', aad, other).wrap });
  return [
    valid('an AAD of 20 bytes', aad),
    valid('no AAD', EMPTY),
    ...[['block', 0], ['nonce', k], ['ciphertext', k + 12], ['tag', k + 59], ['signature', k + 60], ['signature, its end', 2 * k + 59]].map(([part, at]) =>
      altered(`a bit of the ${part}`, `${part} altered`, { wrap: flip(wrap, at) })),
    altered('another AAD', 'AAD altered', { aad: flip(aad, 0) }),
    altered('one byte less', 'length', { wrap: wrap.subarray(0, wrap.length - 1) }),
    altered('one byte more', 'length', { wrap: Buffer.concat([wrap, u8(0)]) }),
    altered('no signature', 'length', { wrap: wrap.subarray(0, k + 60) }),
    made('of another generation', 'OtherSigned', 'generation in what is signed', { names: { ...key, generation: 4 } }),
    made('of another key id', 'OtherSigned', 'key id in what is signed', { names: { ...key, keyId: random('other id', 16) } }),
    made('the title of a probe', 'OtherSigned', 'title of what is signed', { title: 'e2ee-token-probe-v1' }),
    made('signed by the pair that decrypts', 'OtherSigned', 'signer', { signer: key.decrypts }),
    made('signed with SHA-384', 'OtherSigned', 'hash of the signature', { hash: 'sha384' }),
    made('a KEK of 31 bytes, signed', 'SignedByItsOwner', 'length of the KEK', { kekLength: 31 }),
    made('OAEP with a label, signed', 'SignedByItsOwner', 'label of OAEP', { hides: { label: Buffer.from('e2ee') } }),
    made('OAEP with SHA-1, signed', 'SignedByItsOwner', 'hash of OAEP', { hides: { hash: 'sha1' } }),
    made('a box of another AAD, signed', 'SignedByItsOwner', 'AAD of the box', { boxAad: flip(aad, 0) }),
  ];
}

// wrapAlg 3.
const kwKey = (generation) => {
  const [umk, mac, keyId] = ['umk', 'mac', 'id'].map((what) => random(`kw ${generation} ${what}`, what === 'id' ? 16 : 32));
  return { use: 'kw', umk, mac, keyId, generation };
};

function kwTests(key) {
  const made = (name, aad, fault) => ({ aad, dek: random(`${name} dek`), ...kwWrap(key, { dek: random(`${name} dek`), aad }, fault) });
  const valid = (comment, aad, name = comment) => {
    const { wrap, dek, tagged } = made(name, aad);
    return { comment, flags: ['Wrap'], aad, wrap, dek, intermediate: { tagged }, result: 'valid' };
  };
  const aad = random('aad', 20);
  const { wrap, wrappedDek, tag } = made('base', aad);
  const altered = (comment, fault, test) => invalid(comment, ['Altered'], fault, { aad, wrap, ...test });
  const other = (comment, fault, change) => invalid(comment, ['OtherTagged'], fault, { aad, wrap: made('base', aad, change).wrap });
  const owner = (comment, fault, change) => ({ ...invalid(comment, ['TaggedByItsOwner'], fault, { aad, wrap: made('base', aad, change).wrap }), error: 'fault' });
  return [
    valid('an AAD of 20 bytes', aad),
    valid('no AAD', EMPTY),
    valid('an AAD of 200 bytes', Buffer.alloc(200, 0x5a)),
    valid('an AAD of 8183 bytes', Buffer.alloc(8183, 0x61)),
    valid('the AAD of data keys', Buffer.from('e2ee-data-key-v1')),
    valid('the first DEK with another AAD: the same W', flip(aad, 19), 'an AAD of 20 bytes'),
    ...[['W, its beginning', 0], ['W, its end', 39], ['tag, its beginning', 40], ['tag, its end', 71]].map(([part, at]) =>
      altered(`a bit of the ${part}`, `${part} altered`, { wrap: flip(wrap, at) })),
    altered('another AAD', 'AAD altered', { aad: flip(aad, 0) }),
    altered('one byte of the AAD less', 'AAD altered', { aad: aad.subarray(0, 19) }),
    altered('one byte less', 'length 71', { wrap: wrap.subarray(0, 71) }),
    altered('one byte more', 'length 73', { wrap: Buffer.concat([wrap, u8(0)]) }),
    altered('a tag of 16 bytes', 'length 56', { wrap: wrap.subarray(0, 56) }),
    altered('no tag', 'length 40', { wrap: wrappedDek }),
    altered('nothing', 'length 0', { wrap: EMPTY }),
    altered('a tag of zeros', 'tag altered', { wrap: Buffer.concat([wrappedDek, Buffer.alloc(32)]) }),
    altered('the tag of another wrap', 'tag of another wrap', { wrap: Buffer.concat([made('another', aad).wrappedDek, tag]) }),
    altered('the tag before W', 'order of the parts', { wrap: Buffer.concat([tag, wrappedDek]) }),
    other('of another generation', 'generation in what is tagged', { names: { ...key, generation: 2 } }),
    other('of another key id', 'key id in what is tagged', { names: { ...key, keyId: random('other id', 16) } }),
    other('another title', 'title of what is tagged', { title: 'e2ee-token-kw-v2\0' }),
    other('no zero byte behind the title', 'title of what is tagged', { title: 'e2ee-token-kw-v1' }),
    other('the title of a CHECK', 'title of what is tagged', { title: 'e2ee-token-key-v1\0' }),
    other('of another AAD', 'AAD in what is tagged', { taggedAad: flip(aad, 0) }),
    other('the AAD itself', 'AAD in what is tagged', { order: (head, hash, w) => [head, aad, w] }),
    other('without the AAD', 'AAD in what is tagged', { order: (head, hash, w) => [head, w] }),
    other('without W', 'W in what is tagged', { order: (head, hash) => [head, hash] }),
    other('W before the AAD', 'order of what is tagged', { order: (head, hash, w) => [head, w, hash] }),
    other('tagged by the AES key', 'key of the tag', { mac: key.umk }),
    other('tagged with SHA-384', 'hash of the tag', { hash: 'sha384' }),
    owner('W by another AES key, tagged', 'AES key of W', { umk: random('other umk') }),
    owner('W by the MAC key, tagged', 'AES key of W', { umk: key.mac }),
    owner('W by AES-KWP, tagged', 'initial value of W', { initialValue: kwpValue(32) }),
    owner('a bit of W changed, then tagged', 'W altered', { wrappedDek: flip(wrappedDek, 20) }),
    owner('W of zeros, tagged', 'W altered', { wrappedDek: Buffer.alloc(40) }),
  ];
}

function kwKeyTests(key) {
  return [['default', '1764270000'], ['a', '0'], [`${'Z'.repeat(60)}.-_9`, '999999999999']].map(([name, created]) => {
    const identity = titled('e2ee-token-key-v1', u8(7), key.keyId, u32(key.generation), u64(created), Buffer.from(name, 'ascii'));
    const wrappedZeros = aesKw(key.umk, Buffer.alloc(32));
    const check = hmac(key.mac, identity, wrappedZeros).subarray(0, 16);
    const macId = sha('sha256', titled('e2ee-token-mac-v1', key.keyId)).subarray(0, 16);
    return { comment: `a name of ${name.length} characters`, flags: ['Check'], name, created, check, macId, intermediate: { identity, wrappedZeros }, result: 'valid' };
  });
}

const NOTES = {
  Wrap: 'a wrap of the specification',
  Altered: 'a wrap that was changed after it was made',
  Check: 'the CHECK of a key, and the CKA_ID of its MAC key',
  OtherBlock: 'made with the UMK over another block for the KDF',
  OtherSigned: 'signed by another key, or over something else: refused before anything is decrypted',
  OtherTagged: 'tagged by another key, or over something else: refused before anything is unwrapped',
  SignedByItsOwner: 'the signature verifies, and what it is over is wrong',
  TaggedByItsOwner: 'the tag fits, and W does not unwrap: told as a fault of the token or of the store',
};

const GROUPS = [
  { type: 'TokenKdfUnwrap', keys: UMK, tests: kdfTests() },
  ...[2048, 3072].map((bits) => ({ type: 'TokenOaepUnwrap', keys: oaepKey(bits), tests: oaepTests(oaepKey(bits), bits / 8) })),
  ...[1, 2147483647].flatMap((generation) => [
    { type: 'TokenKwUnwrap', keys: kwKey(generation), tests: kwTests(kwKey(generation)) },
    { type: 'TokenKwKey', keys: kwKey(generation), tests: kwKeyTests(kwKey(generation)) },
  ]),
];
const INFO = { algorithm: 'E2EE token wraps', specification: 'testvectors/spec/token.md' };
writeOrCheck([[new URL('../vectors/token.json', import.meta.url), vectorFile('token', NOTES, GROUPS, INFO)]]);
