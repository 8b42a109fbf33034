// Writes envelopes, right ones and ones with one chosen fault. For vectors only: its "random" bytes are known to all.
import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { kwWrap } from './token-kw.mjs';
import { pairs, rsaWrap } from './token-rsa.mjs';

const SEED = 'e2ee envelope vectors, version 1';

/** Bytes that look random and are the same in every run: SHA-256 over seed, label and a counter. */
export function seeded(label, length) {
  const blocks = [];
  for (let counter = 0; counter * 32 < length; counter++) {
    blocks.push(createHash('sha256').update(`${SEED}\n${label}\n${counter}`).digest());
  }
  return Buffer.concat(blocks).subarray(0, length);
}

export const u16 = (n) => Buffer.from([n >> 8, n & 0xff]);
export const u32 = (n) => Buffer.from([n >>> 24, (n >>> 16) & 0xff, (n >>> 8) & 0xff, n & 0xff]);
export const u64 = (n) => Buffer.from(BigInt(n).toString(16).padStart(16, '0'), 'hex');
export const utf8 = (text) => Buffer.from(text, 'utf8');
export const lp = (bytes) => Buffer.concat([u32(bytes.length), bytes]);

/** The same bytes with one bit changed; a negative index counts from the end. */
export function flip(bytes, index, bit = 0) {
  const copy = Buffer.from(bytes);
  const at = index < 0 ? copy.length + index : index;
  copy[at] ^= 1 << bit;
  return copy;
}

export function hkdfExpand(key, info, length) {
  return createHmac('sha256', key).update(Buffer.concat([info, Buffer.from([1])])).digest().subarray(0, length);
}

/** nonce || ciphertext || tag. */
export function box(key, nonce, plaintext, aad, tagLength = 16) {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
  cipher.setAAD(aad);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]);
}

export function rawKey(name) {
  const umk = seeded(name, 32);
  return { kind: 'raw', umk, keyId: hkdfExpand(umk, utf8('e2ee-key-id-v1'), 16), generation: 1 };
}

export function custodyKey(name, generation) {
  return { kind: 'custody', umk: seeded(name, 32), keyId: seeded(`${name} id`, 16), generation };
}

/** A UMK that a token uses for HMAC only: wrapAlg 2. */
export const tokenKey = (name, generation) => ({ ...custodyKey(name, generation), kind: 'token' });
/** A UMK that a token uses for AES-KW, and its MAC key: wrapAlg 3. */
export const kwKey = (name, generation) => {
  const { umk, keyId } = custodyKey(name, generation);
  return { kind: 'kw', umk, mac: seeded(`${name} mac`, 32), keyId, generation };
};
/** A UMK in a token that has RSA only: wrapAlg 4. */
export const rsaKey = (name, bits, generation) => ({ kind: `oaep-${bits}`, ...pairs(bits), keyId: seeded(`${name} id`, 16), generation });
const WRAP_ALGS = { raw: 1, custody: 1, token: 2, kw: 3, 'oaep-2048': 4, 'oaep-3072': 4 };
const wrapAlgOf = ({ kind }) => WRAP_ALGS[kind];
/** The same key as the opener in ../node takes it. */
export const held = (key) => ({ ...key, wrapAlg: wrapAlgOf(key), use: key.kind });

export const ctxField = (id, value) => Buffer.concat([u16(id), lp(value)]);
export const ctxOf = (fields, version = 1, count = fields.length) =>
  Buffer.concat([Buffer.from([version]), u16(count), ...fields]);

/** A binding is {context}, {aad} or {}: what a test names. */
export function encodeCtx({ context, aad }) {
  const fields = [];
  if (context) {
    if (context.tenant !== undefined) fields.push(ctxField(1, utf8(context.tenant)));
    fields.push(ctxField(2, utf8(context.userId)));
    fields.push(ctxField(3, utf8(context.entityType)));
    fields.push(ctxField(4, utf8(context.entityId)));
    if (context.revision !== undefined) fields.push(ctxField(7, u64(context.revision)));
  } else if (aad && aad.length > 0) {
    fields.push(ctxField(6, aad));
  }
  return ctxOf(fields);
}

export function payloadAadOf({ context, aad }) {
  if (context) return utf8(['pia-e2ee-v1', context.userId, context.entityType, context.entityId].join(':'));
  return aad ?? Buffer.alloc(0);
}

export function dekAadOf({ context, aad }) {
  if (context) return utf8(['pia-dek-wrap-v1', context.entityType, context.entityId].join(':'));
  return aad ?? Buffer.alloc(0);
}

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
export const hmacSha256 = (key, bytes) => createHmac('sha256', key).update(bytes).digest();

/** What the KEK of one wrap is the MAC of. */
export function kekBlock({ keyId, generation }, kekSalt, dekAad) {
  return Buffer.concat([u32(1), utf8('e2ee-token-kek-v1\0'), kekSalt, keyId, u32(generation), sha256(dekAad), u32(256)]);
}

/** The wrap by wrapAlg 4; `fault.rsa` is that of `rsaWrap`, and `wrapUmk` other pairs. */
function oaepWrapOf(label, key, dek, dekAad, dekNonce, fault) {
  const kek = seeded(`${label}/kek`, 32);
  const sealed = box(kek, dekNonce, dek, fault.boxAad ?? dekAad);
  const random = { kek, seed: seeded(`${label}/oaep seed`, 32), sealed, aad: dekAad };
  const { block: oaepBlock, signed, signature, wrap } = rsaWrap({ ...key, ...fault.wrapUmk }, random, fault.rsa);
  return { dekNonce, kek, oaepBlock, sealedDek: sealed, signed, signature, wrap };
}

/** The wrap of a key of that kind, and what is computed on the way; `fault.kw` is that of `kwWrap`, whose `wrapUmk` has other keys. */
export function wrapOf(label, key, dek, dekAad, fault = {}) {
  if (key.kind === 'kw') return kwWrap({ ...key, ...fault.wrapUmk }, { dek, aad: dekAad }, fault.kw);
  const dekNonce = fault.dekNonce ?? seeded(`${label}/dek nonce`, 12);
  if (wrapAlgOf(key) === 4) return oaepWrapOf(label, key, dek, dekAad, dekNonce, fault);
  const umk = fault.wrapUmk ?? key.umk;
  const boxAad = fault.boxAad ?? dekAad;
  if (key.kind !== 'token') return { dekNonce, wrap: box(umk, dekNonce, dek, boxAad) };
  const kekSalt = fault.kekSalt ?? seeded(`${label}/kek salt`, 32);
  const block = fault.block ?? kekBlock(key, kekSalt, dekAad);
  const kek = fault.kek ?? hmacSha256(umk, block);
  return { dekNonce, kekSalt, block, kek, wrap: Buffer.concat([kekSalt, box(kek, dekNonce, dek, boxAad)]) };
}

/** What a data key is wrapped with. */
export const DATA_KEY_AAD = utf8('e2ee-data-key-v1');

/** What a DEK that is derived is the HKDF of. */
export const recordInfo = (recordSalt, ctx, label = 'e2ee-record-key-v1\0') => Buffer.concat([utf8(label), recordSalt, lp(ctx)]);

/** A DEK that is derived, the wrap of its data key with the salt behind it, and what is computed on the way. */
function derivedOf(label, key, ctx, fault) {
  const dataLabel = fault.dataKeyOf ?? label;
  const dataKey = fault.dataKey ?? seeded(`${dataLabel}/data key`, 32);
  const recordSalt = fault.recordSalt ?? seeded(`${label}/record salt`, 32);
  const info = fault.recordInfo ?? recordInfo(recordSalt, ctx);
  const { wrap: dataKeyWrap, ...wrapped } = wrapOf(dataLabel, key, fault.wrappedDataKey ?? dataKey, fault.dataKeyAad ?? DATA_KEY_AAD, fault);
  const dek = fault.dek ?? hkdfExpand(dataKey, info, 32);
  return { dek, dataKey, recordSalt, recordInfo: info, dataKeyWrap, ...wrapped, wrap: Buffer.concat([dataKeyWrap, recordSalt]) };
}

/** The header without its commitment. */
function headOf(key, contextFree, wrap, fault) {
  return Buffer.concat([
    utf8(fault.magic ?? 'E2EE'),
    Buffer.from([fault.version ?? 1, fault.suite ?? 1]),
    u16(fault.flags ?? (contextFree ? 1 : 0)),
    u32(fault.generation ?? key.generation),
    fault.keyId ?? key.keyId,
    Buffer.from([fault.wrapAlg ?? wrapAlgOf(key) + (fault.fromDataKey ? 128 : 0)]),
    u16(fault.wrapLen ?? wrap.length),
    wrap,
  ]);
}

export function commitInfo(head, ctx) {
  return Buffer.concat([utf8('e2ee-commit-v1\0'), lp(head), lp(ctx)]);
}

/**
 * Everything before the body. All the values that a real sealer draws at random are derived from `label`. Whatever stands
 * in `fault` replaces the right value of that name, and everything after it follows the replaced value: a wrong flag gets
 * a right commitment. `fromDataKey` is no fault but says that the DEK is derived, `dataKeyOf` by which label's data key.
 */
export function sealHeader(label, key, binding, fault = {}) {
  const ownDek = fault.dek ?? seeded(`${label}/dek`, 32);
  const ctx = fault.ctx ?? encodeCtx(binding);
  const dekAad = fault.dekAad ?? dekAadOf(binding);
  const contextFree = !binding.context && !(binding.aad?.length > 0);
  const wrapped = fault.fromDataKey ? derivedOf(label, key, ctx, fault) : wrapOf(label, key, fault.wrappedDek ?? ownDek, dekAad, fault);
  const dek = wrapped.dek ?? ownDek;
  const wrap = fault.wrap ?? wrapped.wrap;
  const head = headOf(key, contextFree, wrap, fault);
  const info = fault.commitInfo ?? commitInfo(fault.committedHead ?? head, ctx);
  const commitment = fault.commitment ?? hkdfExpand(fault.commitKey ?? dek, info, 32);
  return { ...wrapped, dek, ctx, dekAad, wrap, head, info, commitment };
}

/** An envelope of suite 1; `label` and `fault` as in `sealHeader`. */
export function seal(label, key, binding, plaintext, fault = {}) {
  const header = sealHeader(label, key, binding, fault);
  const payloadNonce = fault.payloadNonce ?? seeded(`${label}/payload nonce`, 12);
  const payloadAad = fault.payloadAad ?? payloadAadOf(binding);
  const body = fault.body ?? box(fault.bodyKey ?? header.dek, payloadNonce, plaintext, payloadAad);
  return { ...header, payloadNonce, payloadAad, body, envelope: Buffer.concat([header.head, header.commitment, body]) };
}
