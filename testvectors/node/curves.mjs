// Raw keys of P-256, X25519 and Ed25519 over Node's crypto, checked as strictly as ../spec/device.md, section 2, asks.
import { createECDH, createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import { join } from './bytes.mjs';

const P256 = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const P256_B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const P25519 = 2n ** 255n - 19n;
const SIGN_OF_X = 2n ** 255n;
/** RFC 8410: what stands before the 32 bytes of a key. */
const DER = {
  x25519: { private: '302e020100300506032b656e04220420', public: '302a300506032b656e032100' },
  ed25519: { private: '302e020100300506032b657004220420', public: '302a300506032b6570032100' },
};

export const bigEndian = (bytes) => BigInt(`0x${bytes.toString('hex') || '0'}`);
const littleEndian = (bytes) => bigEndian(Buffer.from(bytes).reverse());
export const bytes32 = (number) => Buffer.from(number.toString(16).padStart(64, '0'), 'hex');
const hexNumber = (hex) => littleEndian(Buffer.from(hex, 'hex'));

const mod = (value, modulus) => ((value % modulus) + modulus) % modulus;

export function power(base, exponent, modulus) {
  let result = 1n;
  for (let b = mod(base, modulus), e = exponent; e > 0n; e >>= 1n, b = (b * b) % modulus) {
    if (e & 1n) result = (result * b) % modulus;
  }
  return result;
}

const LOW_ORDER_X25519 = new Set([
  0n, 1n, P25519 - 1n,
  hexNumber('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'),
  hexNumber('5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'),
]);
const LOW_ORDER_ED25519 = new Set([
  0n, 1n, P25519 - 1n,
  hexNumber('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'),
  hexNumber('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'),
]);

/** [device-3] */
function isP256Point(bytes) {
  if (bytes[0] !== 4) return false;
  const x = bigEndian(bytes.subarray(1, 33));
  const y = bigEndian(bytes.subarray(33));
  return x < P256 && y < P256 && mod(y * y - (x * x * x - 3n * x + P256_B), P256) === 0n;
}

/** [device-4] */
function isX25519Key(bytes) {
  const u = littleEndian(bytes);
  return u < P25519 && !LOW_ORDER_X25519.has(u);
}

/** -x² + y² = 1 + d x² y² has a solution for x exactly when (y² - 1) / (d y² + 1) is a square. [device-4] */
function isEd25519Point(bytes) {
  const y = littleEndian(bytes) % SIGN_OF_X;
  if (y >= P25519 || LOW_ORDER_ED25519.has(y)) return false;
  const d = mod(-121665n * power(121666n, P25519 - 2n, P25519), P25519);
  const product = (y * y - 1n) * (d * y * y + 1n);
  return power(product, (P25519 - 1n) / 2n, P25519) === 1n;
}

/** Each with the length of its encoded public key, and whether such bytes are one. */
export const CURVES = {
  p256: { publicLength: 65, isPublicKey: isP256Point },
  x25519: { publicLength: 32, isPublicKey: isX25519Key },
  ed25519: { publicLength: 32, isPublicKey: isEd25519Point },
};

const isP256 = (curve) => curve === 'p256';

function p256(privateKey) {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(privateKey);
  return ecdh;
}

/** Node's object for 32 private bytes of X25519 or Ed25519. */
export const privateKeyObject = (curve, key) =>
  createPrivateKey({ key: join(Buffer.from(DER[curve].private, 'hex'), key), format: 'der', type: 'pkcs8' });

/** Node's object for an encoded public key. */
export function publicKeyObject(curve, key) {
  if (!isP256(curve)) return createPublicKey({ key: join(Buffer.from(DER[curve].public, 'hex'), key), format: 'der', type: 'spki' });
  const [x, y] = [key.subarray(1, 33), key.subarray(33)].map((number) => number.toString('base64url'));
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
}

/** The encoded public key of 32 private bytes. */
export function publicKeyOf(curve, privateKey) {
  if (isP256(curve)) return p256(privateKey).getPublicKey();
  return createPublicKey(privateKeyObject(curve, privateKey)).export({ format: 'der', type: 'spki' }).subarray(-32);
}

/** The shared secret of RFC 7748, or the x coordinate of ECDH; throws for a peer's key that is none. */
export function agree(curve, privateKey, peer) {
  if (!CURVES[curve].isPublicKey(peer)) throw new Error('not a public key');
  if (isP256(curve)) return p256(privateKey).computeSecret(peer);
  return diffieHellman({ privateKey: privateKeyObject(curve, privateKey), publicKey: publicKeyObject(curve, peer) });
}
