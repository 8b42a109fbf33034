// Wraps under keys in a token: ../spec/token.md, section 4. What the token does is done here, with its private keys.
import { constants, createPrivateKey, createPublicKey, privateDecrypt, sign, verify } from 'node:crypto';
import { Refused, join, labelled, notAuthentic, same, u32, u64, u8, usage, utf8 } from './bytes.mjs';
import { hmac, openBox, sealBox, sha256, unwrapAesKw, wrapAesKw } from './symmetric.mjs';

const BOX = 60;
const SALT = 32;
/** The length of a wrap by wrapAlg 2. */
export const KDF_WRAP = SALT + BOX;
const WRAPPED_DEK = 40;
/** The length of a wrap by wrapAlg 3. */
export const KW_WRAP = WRAPPED_DEK + 32;
const MODULI = { 'oaep-2048': 256, 'oaep-3072': 384 };
const oaepWrap = (modulus) => modulus + BOX + modulus;
/** The lengths of wraps by wrapAlg 4. */
export const OAEP_WRAPS = Object.values(MODULI).map(oaepWrap);
/** The one of a key. */
export const oaepWrapOf = ({ use }) => oaepWrap(MODULI[use]);

/** The one block of the KDF of wrapAlg 2. */
export const kdfBlock = ({ keyId, generation }, salt, aad) =>
  join(u32(1), labelled('e2ee-token-kek-v1', salt, keyId, u32(generation), sha256(aad)), u32(256));

/** The key of one wrap; a real UMK computes this MAC where it is kept. [token-8] */
const kdfKek = (key, salt, aad) => hmac('sha256', key.umk, kdfBlock(key, salt, aad));

/** wrapAlg 2: the DEK. */
export function unwrapKdf(key, wrap, aad) {
  if (wrap.length !== KDF_WRAP) throw notAuthentic();
  return openBox(kdfKek(key, wrap.subarray(0, SALT), aad), wrap.subarray(SALT), aad);
}

/** @param random {dek, kekSalt, dekNonce} */
export const wrapKdf = (key, { dek, kekSalt, dekNonce }, aad) => join(kekSalt, sealBox(kdfKek(key, kekSalt, aad), dekNonce, dek, aad));

/** What is tagged by wrapAlg 3. */
export const taggedOf = ({ keyId, generation }, aad, wrappedDek) => labelled('e2ee-token-kw-v1', keyId, u32(generation), sha256(aad), wrappedDek);

const kwTag = (key, aad, wrappedDek) => hmac('sha256', key.mac, taggedOf(key, aad, wrappedDek));

const fault = () => new Refused('fault', 'the tag fits and nothing unwraps: a fault of the token or of the store, and not of the wrap');

/** wrapAlg 3: the DEK. The tag first. [token-26] */
export function unwrapKw(key, wrap, aad) {
  if (wrap.length !== KW_WRAP) throw notAuthentic();
  const [wrappedDek, tag] = [wrap.subarray(0, WRAPPED_DEK), wrap.subarray(WRAPPED_DEK)];
  if (!same(kwTag(key, aad, wrappedDek), tag)) throw notAuthentic();
  return unwrapAesKw(key.umk, wrappedDek, fault);
}

/** @param random {dek}; nothing else is drawn */
export function wrapKw(key, { dek }, aad) {
  const wrappedDek = wrapAesKw(key.umk, dek);
  return join(wrappedDek, kwTag(key, aad, wrappedDek));
}

/** The id of a key's MAC key. [token-24] */
export const macKeyId = (keyId) => sha256(labelled('e2ee-token-mac-v1', keyId)).subarray(0, 16);

/** What a key's check is over. [token-5] */
export const identityOf = (use, { keyId, generation }, created, name) =>
  labelled('e2ee-token-key-v1', u8(use), keyId, u32(generation), u64(created), utf8(name));

/** By which a key of wrapAlg 3 is known again. [token-25] */
export const kwCheck = (key, identity) => hmac('sha256', key.mac, identity, wrapAesKw(key.umk, Buffer.alloc(32))).subarray(0, 16);

const privateKey = (pkcs8) => createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });

/** What is signed by wrapAlg 4. */
export const signedOf = ({ keyId, generation }, aad, block, box) =>
  labelled('e2ee-token-wrap-v1', keyId, u32(generation), sha256(aad), block, box);

function decrypted(pkcs8, block) {
  try {
    return privateDecrypt({ key: privateKey(pkcs8), padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, block);
  } catch {
    throw notAuthentic();
  }
}

/** wrapAlg 4: the DEK. The signature first. [token-22] */
export function unwrapOaep(key, wrap, aad) {
  const k = MODULI[key.use];
  if (wrap.length !== oaepWrap(k)) throw notAuthentic();
  const [block, box, signature] = [wrap.subarray(0, k), wrap.subarray(k, k + BOX), wrap.subarray(k + BOX)];
  const signer = createPublicKey(privateKey(key.signs));
  if (!verify('sha256', signedOf(key, aad, block, box), signer, signature)) throw notAuthentic();
  const kek = decrypted(key.decrypts, block);
  if (kek.length !== 32) throw notAuthentic();
  return openBox(kek, box, aad);
}

/**
 * The bytes that wrapAlg 4 makes. No library takes OAEP's seed, so that the block is given, and has to hold the KEK.
 *
 * @param random {dek, kek, oaepBlock, dekNonce}
 */
export function wrapOaep(key, { dek, kek, oaepBlock, dekNonce }, aad) {
  if (!same(decrypted(key.decrypts, oaepBlock), kek)) throw usage('the block is not of this KEK');
  const box = sealBox(kek, dekNonce, dek, aad);
  return join(oaepBlock, box, sign('sha256', signedOf(key, aad, oaepBlock, box), privateKey(key.signs))); // [token-19]
}
