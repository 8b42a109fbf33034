// How a DEK is wrapped under a UMK, by the UMK's wrapAlg: ../spec/envelope.md, section 5, and ../spec/token.md, section 4.
import { join, labelled, u32, unsupported } from './bytes.mjs';
import { BOX_OVERHEAD, hmac, openBox, sealBox, sha256 } from './symmetric.mjs';

const DEK = 32;
const KEK_SALT = 32;
const BOX = BOX_OVERHEAD + DEK;

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

/** The length of a wrap. [envelope-6] */
export function wrapLength(wrapAlg) {
  if (!(wrapAlg in WAYS)) throw unsupported(`wrapAlg ${wrapAlg}`);
  return WAYS[wrapAlg].length;
}

/** @param key {umk, keyId, generation, wrapAlg} */
export const openWrap = (key, wrap, dekAad) => WAYS[key.wrapAlg].open(key, wrap, dekAad);

/** @param random {dek, dekNonce}, and with wrapAlg 2 {kekSalt} */
export const sealWrap = (key, random, dekAad) => WAYS[key.wrapAlg].seal(key, random, dekAad);
