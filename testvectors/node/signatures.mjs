// Signatures of 64 bytes: ECDSA on P-256 with SHA-256, r || s, and Ed25519. ../spec/device.md, section 2.
import { sign, verify } from 'node:crypto';
import { join, u8 } from './bytes.mjs';
import { bigEndian, bytes32, power, privateKeyObject, publicKeyObject, publicKeyOf } from './curves.mjs';
import { hmac, sha256 } from './symmetric.mjs';

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const LENGTH = 64;

/** RFC 6979, section 3.2: the nonces to try. Not asked for by the format; with it a vector can be made again. */
function* nonces(key, digest) {
  const seed = join(key, bytes32(bigEndian(digest) % P256_ORDER));
  let v = Buffer.alloc(32, 1);
  let k = Buffer.alloc(32);
  for (const round of [0, 1]) {
    k = hmac('sha256', k, v, u8(round), seed);
    v = hmac('sha256', k, v);
  }
  for (;;) {
    v = hmac('sha256', k, v);
    yield v;
    k = hmac('sha256', k, v, u8(0));
    v = hmac('sha256', k, v);
  }
}

function signEcdsa(key, message) {
  const digest = sha256(message);
  for (const nonce of nonces(key, digest)) {
    const k = bigEndian(nonce);
    if (k === 0n || k >= P256_ORDER) continue;
    const r = bigEndian(publicKeyOf('p256', nonce).subarray(1, 33)) % P256_ORDER;
    const s = (power(k, P256_ORDER - 2n, P256_ORDER) * (bigEndian(digest) + r * bigEndian(key))) % P256_ORDER;
    if (r !== 0n && s !== 0n) return join(bytes32(r), bytes32(s));
  }
  throw new Error('RFC 6979 never ends without a nonce');
}

/** The signature by 32 private bytes. */
export const signMessage = (curve, privateKey, message) =>
  curve === 'p256' ? signEcdsa(privateKey, message) : sign(null, message, privateKeyObject(curve, privateKey));

/** [device-5]: the numbers of a signature are in range before anything else is looked at. */
function isInRange(curve, signature) {
  if (signature.length !== LENGTH) return false;
  const second = signature.subarray(32);
  if (curve === 'ed25519') return bigEndian(Buffer.from(second).reverse()) < ED25519_ORDER;
  return [signature.subarray(0, 32), second].map(bigEndian).every((number) => number > 0n && number < P256_ORDER);
}

export function isSignature(curve, publicKey, message, signature) {
  if (!isInRange(curve, signature)) return false;
  const key = publicKeyObject(curve, publicKey);
  if (curve === 'ed25519') return verify(null, message, key, signature);
  return verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
}
