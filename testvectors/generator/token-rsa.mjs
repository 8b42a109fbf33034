// Wraps by wrapAlg 4, ../spec/token.md, section 4: RSA-OAEP with a seed that is given, and the signature.
import { constants, createHash, createPrivateKey, createPublicKey, publicEncrypt, sign } from 'node:crypto';
import { u32, u8 } from './keyfile-writer.mjs';
import * as RSA from './token-keys.mjs';

const EMPTY = Buffer.alloc(0);
const digest = (hash, ...parts) => parts.reduce((all, part) => all.update(part), createHash(hash)).digest();
const privateKey = (pkcs8) => createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
const xor = (a, b) => Buffer.from(a.map((byte, i) => byte ^ b[i]));

/** The private keys of a UMK of that many bits, PKCS#8. */
export const pairs = (bits) => ({
  decrypts: Buffer.from(RSA[`rsa${bits}Hides`], 'base64'),
  signs: Buffer.from(RSA[`rsa${bits}Signs`], 'base64'),
});

/** The modulus of a private key. */
export const modulus = (pkcs8) => Buffer.from(createPublicKey(privateKey(pkcs8)).export({ format: 'jwk' }).n, 'base64url');

function mgf1(hash, seed, length) {
  const blocks = Array.from({ length: Math.ceil(length / digest(hash).length) }, (_, i) => digest(hash, seed, u32(i)));
  return Buffer.concat(blocks).subarray(0, length);
}

/** RFC 8017, section 7.1.1. Of the seed it takes as many bytes as the hash has. */
function oaep(key, message, seed, { hash = 'sha256', label = EMPTY } = {}) {
  const length = createPublicKey(key).asymmetricKeyDetails.modulusLength / 8;
  const lHash = digest(hash, label);
  const used = seed.subarray(0, lHash.length);
  const padding = Buffer.alloc(length - 2 * lHash.length - 2 - message.length);
  const masked = xor(Buffer.concat([lHash, padding, u8(1), message]), mgf1(hash, used, length - lHash.length - 1));
  const encoded = Buffer.concat([u8(0), xor(used, mgf1(hash, masked, lHash.length)), masked]);
  return publicEncrypt({ key: createPublicKey(key), padding: constants.RSA_NO_PADDING }, encoded);
}

/**
 * A wrap around a box that is given. Whatever stands in the last parameter replaces the right value of that name: the title and
 * the key that are named in what is signed, the AAD there, the signer, its hash and padding, how the KEK is hidden, and its length.
 */
export function rsaWrap(key, { kek, seed, sealed, aad }, fault = {}) {
  const { title = 'e2ee-token-wrap-v1', names = key, signedAad = aad, signer = key.signs, hash = 'sha256', padding, hides, kekLength = 32 } = fault;
  const block = oaep(privateKey(key.decrypts), kek.subarray(0, kekLength), seed, hides);
  const signed = Buffer.concat([Buffer.from(`${title}\0`, 'ascii'), names.keyId, u32(names.generation), digest('sha256', signedAad), block, sealed]);
  const signature = sign(hash, signed, padding ? { key: privateKey(signer), padding, saltLength: 0 } : privateKey(signer));
  return { block, signed, signature, wrap: Buffer.concat([block, sealed, signature]) };
}
