#!/usr/bin/env node
// Writes ../vectors/token.json from ../spec/token.md, section 4; with --check it compares instead. Needs Node 20.
import { createHash } from 'node:crypto';
import { box, hmac, u32, u8 } from './keyfile-writer.mjs';
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

const NOTES = {
  Wrap: 'a wrap of the specification',
  Altered: 'a wrap that was changed after it was made',
  OtherBlock: 'made with the UMK over another block for the KDF',
  OtherSigned: 'signed by another key, or over something else: refused before anything is decrypted',
  SignedByItsOwner: 'the signature verifies, and what it is over is wrong',
};

const GROUPS = [
  { type: 'TokenKdfUnwrap', keys: UMK, tests: kdfTests() },
  ...[2048, 3072].map((bits) => ({ type: 'TokenOaepUnwrap', keys: oaepKey(bits), tests: oaepTests(oaepKey(bits), bits / 8) })),
];
const INFO = { algorithm: 'E2EE token wraps', specification: 'testvectors/spec/token.md' };
writeOrCheck([[new URL('../vectors/token.json', import.meta.url), vectorFile('token', NOTES, GROUPS, INFO)]]);
