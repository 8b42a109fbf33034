// Wraps under keys in a token: ../spec/token.md, section 4. What the token does is done here, with its private keys.
import { constants, createPrivateKey, createPublicKey, privateDecrypt, verify } from 'node:crypto';
import { join, labelled, notAuthentic, u32 } from './bytes.mjs';
import { hmac, openBox, sha256 } from './symmetric.mjs';

const BOX = 60;
const SALT = 32;

/** The one block of the KDF of wrapAlg 2. */
export const kdfBlock = ({ keyId, generation }, salt, aad) =>
  join(u32(1), labelled('e2ee-token-kek-v1', salt, keyId, u32(generation), sha256(aad)), u32(256));

/** wrapAlg 2: the DEK. */
export function unwrapKdf(key, wrap, aad) {
  if (wrap.length !== SALT + BOX) throw notAuthentic();
  const kek = hmac('sha256', key.umk, kdfBlock(key, wrap.subarray(0, SALT), aad));
  return openBox(kek, wrap.subarray(SALT), aad);
}

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

/** wrapAlg 4: the DEK. The signature first. */
export function unwrapOaep(key, wrap, aad) {
  const k = key.use === 'oaep-3072' ? 384 : 256;
  if (wrap.length !== 2 * k + BOX) throw notAuthentic();
  const [block, box, signature] = [wrap.subarray(0, k), wrap.subarray(k, k + BOX), wrap.subarray(k + BOX)];
  const signer = createPublicKey(privateKey(key.signs));
  if (!verify('sha256', signedOf(key, aad, block, box), signer, signature)) throw notAuthentic();
  const kek = decrypted(key.decrypts, block);
  if (kek.length !== 32) throw notAuthentic();
  return openBox(kek, box, aad);
}
