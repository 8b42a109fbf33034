// Keys, agreement and signatures of the device formats, with Node's crypto. Deterministic: ECDSA takes its nonce from RFC 6979.
import { createECDH, createHash, createHmac, createPrivateKey, createPublicKey, diffieHellman, sign } from 'node:crypto';

const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const PKCS8 = { x25519: '302e020100300506032b656e04220420', ed25519: '302e020100300506032b657004220420' };
const SPKI = { x25519: '302a300506032b656e032100' };

const ED25519_ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const number = (bytes) => BigInt(`0x${bytes.toString('hex')}`);
const bytes32 = (value) => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');

function power(base, exponent, modulus) {
  let result = 1n;
  for (let b = base % modulus, e = exponent; e > 0n; e >>= 1n, b = (b * b) % modulus) {
    if (e & 1n) result = (result * b) % modulus;
  }
  return result;
}

const privateKey = (curve, key) =>
  createPrivateKey({ key: Buffer.concat([Buffer.from(PKCS8[curve], 'hex'), key]), format: 'der', type: 'pkcs8' });

function p256Public(key) {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(key);
  return ecdh.getPublicKey();
}

export const P256_ORDER = bytes32(N);
const reversed = (bytes) => Buffer.from(bytes).reverse();
/** The same number modulo the order, not reduced; little-endian. */
export const plusEd25519Order = (bytes) => reversed(bytes32(number(reversed(bytes)) + ED25519_ORDER));

/** The public key of 32 private bytes. */
export function publicKey(curve, key) {
  if (curve === 'p256') return p256Public(key);
  return createPublicKey(privateKey(curve, key)).export({ format: 'der', type: 'spki' }).subarray(-32);
}

/** The shared secret of RFC 7748, or the X coordinate of ECDH. */
export function agree(curve, key, peer) {
  if (curve === 'p256') {
    const ecdh = createECDH('prime256v1');
    ecdh.setPrivateKey(key);
    return ecdh.computeSecret(peer);
  }
  const spki = Buffer.concat([Buffer.from(SPKI[curve], 'hex'), peer]);
  return diffieHellman({
    privateKey: privateKey(curve, key), publicKey: createPublicKey({ key: spki, format: 'der', type: 'spki' }),
  });
}

const hmac = (key, ...parts) => parts.reduce((mac, part) => mac.update(part), createHmac('sha256', key)).digest();

/** RFC 6979, section 3.2, for P-256 and SHA-256. */
function* nonces(key, digest) {
  const seed = Buffer.concat([key, bytes32(number(digest) % N)]);
  let v = Buffer.alloc(32, 1);
  let k = Buffer.alloc(32);
  for (const round of [0, 1]) {
    k = hmac(k, v, Buffer.from([round]), seed);
    v = hmac(k, v);
  }
  for (;;) {
    v = hmac(k, v);
    yield v;
    k = hmac(k, v, Buffer.alloc(1));
    v = hmac(k, v);
  }
}

function ecdsa(key, message) {
  const digest = createHash('sha256').update(message).digest();
  for (const nonce of nonces(key, digest)) {
    const k = number(nonce);
    if (k === 0n || k >= N) continue;
    const r = number(p256Public(nonce).subarray(1, 33)) % N;
    const s = (power(k, N - 2n, N) * (number(digest) + r * number(key))) % N;
    if (r !== 0n && s !== 0n) return Buffer.concat([bytes32(r), bytes32(s)]);
  }
  throw new Error('no nonce');
}

/** 64 bytes: r || s of ECDSA with SHA-256, or an Ed25519 signature. */
export const signature = (curve, key, message) =>
  curve === 'p256' ? ecdsa(key, message) : sign(null, message, privateKey('ed25519', key));
