// How a DEK is wrapped under a UMK, by the UMK's wrapAlg, or derived: ../spec/envelope.md, section 5, and ../spec/token.md, section 4.
import { join, labelled, lp, u32, unsupported } from './bytes.mjs';
import { DATA_KEY_AAD } from './context.mjs';
import { BOX_OVERHEAD, expandSha256, hmac, openBox, sealBox, sha256 } from './symmetric.mjs';

const DEK = 32;
const KEK_SALT = 32;
const BOX = BOX_OVERHEAD + DEK;
const RECORD_SALT = 32;
/** Bit 7 of a header's wrapAlg: the DEK is derived from what was wrapped. */
const DERIVED = 128;

/** The key of one wrap; a real UMK computes this MAC where it is kept. [token-8] */
function kekOf({ umk, keyId, generation }, kekSalt, dekAad) {
  return hmac('sha256', umk, u32(1), labelled('e2ee-token-kek-v1', kekSalt, keyId, u32(generation), sha256(dekAad)), u32(256));
}

const WAYS = {
  1: {
    length: BOX,
    seal: (key, { dek, dekNonce }, dekAad) => sealBox(key.umk, dekNonce, dek, dekAad),
    open: (key, wrap, dekAad) => openBox(key.umk, wrap, dekAad),
  },
  2: {
    length: KEK_SALT + BOX,
    seal: (key, { dek, dekNonce, kekSalt }, dekAad) => join(kekSalt, sealBox(kekOf(key, kekSalt, dekAad), dekNonce, dek, dekAad)),
    open: (key, wrap, dekAad) => openBox(kekOf(key, wrap.subarray(0, KEK_SALT), dekAad), wrap.subarray(KEK_SALT), dekAad),
  },
};

/** The length of a wrap under a UMK of this wrapAlg. [envelope-6] */
export function wrapLength(wrapAlg) {
  if (!(wrapAlg in WAYS)) throw unsupported(`wrapAlg ${wrapAlg}`);
  return WAYS[wrapAlg].length;
}

/** @param key {umk, keyId, generation, wrapAlg} */
export const openWrap = (key, wrap, dekAad) => WAYS[key.wrapAlg].open(key, wrap, dekAad);

/** @param random {dek, dekNonce}, and with wrapAlg 2 {kekSalt} */
export const sealWrap = (key, random, dekAad) => WAYS[key.wrapAlg].seal(key, random, dekAad);

const isDerived = (wrapAlg) => (wrapAlg & DERIVED) !== 0;
/** The UMK's part of a header's wrapAlg. */
export const umkWrapAlg = (wrapAlg) => wrapAlg & ~DERIVED;

/** The length of the wrap of a header with this wrapAlg. [envelope-7] */
export const fieldLength = (wrapAlg) => wrapLength(umkWrapAlg(wrapAlg)) + (isDerived(wrapAlg) ? RECORD_SALT : 0);

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
