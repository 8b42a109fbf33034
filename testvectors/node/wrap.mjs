// How a DEK is wrapped under a UMK, by the UMK's wrapAlg, or derived: ../spec/envelope.md, section 5, and ../spec/token.md, section 4.
import { join, labelled, lp, malformed, unsupported } from './bytes.mjs';
import { DATA_KEY_AAD } from './context.mjs';
import { BOX_OVERHEAD, expandSha256, openBox, sealBox } from './symmetric.mjs';
import { KDF_WRAP, KW_WRAP, OAEP_WRAPS, oaepWrapOf, unwrapKdf, unwrapKw, unwrapOaep, wrapKdf, wrapKw, wrapOaep } from './token-wrap.mjs';

const DEK = 32;
const BOX = BOX_OVERHEAD + DEK;
const RECORD_SALT = 32;
/** Bit 7 of a header's wrapAlg: the DEK is derived from what was wrapped. */
const DERIVED = 128;

const WAYS = {
  1: {
    lengths: [BOX],
    lengthOf: () => BOX,
    seal: (key, { dek, dekNonce }, dekAad) => sealBox(key.umk, dekNonce, dek, dekAad),
    open: (key, wrap, dekAad) => openBox(key.umk, wrap, dekAad),
  },
  2: { lengths: [KDF_WRAP], lengthOf: () => KDF_WRAP, seal: wrapKdf, open: unwrapKdf },
  3: { lengths: [KW_WRAP], lengthOf: () => KW_WRAP, seal: wrapKw, open: unwrapKw },
  4: { lengths: OAEP_WRAPS, lengthOf: oaepWrapOf, seal: wrapOaep, open: unwrapOaep },
};

function way(wrapAlg) {
  if (!(wrapAlg in WAYS)) throw unsupported(`wrapAlg ${wrapAlg}`); // [envelope-6]
  return WAYS[wrapAlg];
}

/** The length of a wrap under this UMK. */
export const wrapLength = (key) => way(key.wrapAlg).lengthOf(key);

/** @param key {umk, keyId, generation, wrapAlg}; with wrapAlg 3 {mac} besides, with 4 {use, decrypts, signs} in place of umk */
export const openWrap = (key, wrap, dekAad) => WAYS[key.wrapAlg].open(key, wrap, dekAad);

/** @param random {dek, dekNonce}, with wrapAlg 2 {kekSalt}, with 4 {kek, oaepBlock}; with 3 {dek} alone */
export const sealWrap = (key, random, dekAad) => WAYS[key.wrapAlg].seal(key, random, dekAad);

const isDerived = (wrapAlg) => (wrapAlg & DERIVED) !== 0;
const umkWrapAlg = (wrapAlg) => wrapAlg & ~DERIVED;
const wrappedLength = (wrapAlg, wrapLen) => wrapLen - (isDerived(wrapAlg) ? RECORD_SALT : 0);

/** [envelope-6] [envelope-7] */
export function checkField(wrapAlg, wrapLen) {
  if (!way(umkWrapAlg(wrapAlg)).lengths.includes(wrappedLength(wrapAlg, wrapLen))) throw malformed('another wrapLen than its wrapAlg has');
}

/** Whether a key wraps as a header says. [envelope-56] */
export const isWrapOf = (key, { wrapAlg, wrap }) => key.wrapAlg === umkWrapAlg(wrapAlg) && wrapLength(key) === wrappedLength(wrapAlg, wrap.length);

/** [envelope-58] */
const deriveDek = (dataKey, recordSalt, ctx) => expandSha256(dataKey, labelled('e2ee-record-key-v1', recordSalt, lp(ctx)), DEK);

/** The DEK of an envelope. [envelope-62] */
export function openDek(key, { wrapAlg, wrap }, { dekAad, ctx }) {
  if (!isDerived(wrapAlg)) return openWrap(key, wrap, dekAad);
  const saltAt = wrap.length - RECORD_SALT;
  return deriveDek(openWrap(key, wrap.subarray(0, saltAt), DATA_KEY_AAD), wrap.subarray(saltAt), ctx);
}

/**
 * The DEK of an envelope that is sealed, and what its header says of it.
 *
 * @param random {dek} or, to derive it, {dataKey, recordSalt}; and what `sealWrap` takes
 */
export function sealDek(key, { dek, dataKey, recordSalt, ...random }, { dekAad, ctx }) {
  if (!dataKey?.length) return { dek, wrapAlg: key.wrapAlg, wrap: sealWrap(key, { dek, ...random }, dekAad) };
  const wrap = join(sealWrap(key, { dek: dataKey, ...random }, DATA_KEY_AAD), recordSalt);
  return { dek: deriveDek(dataKey, recordSalt, ctx), wrapAlg: key.wrapAlg | DERIVED, wrap };
}
