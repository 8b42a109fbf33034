// HPKE (RFC 9180) in base mode: DHKEM with HKDF-SHA256 on P-256 or X25519, HKDF-SHA256, AES-256-GCM.
import { join, u16, u64, utf8 } from './bytes.mjs';
import { agree, publicKeyOf } from './curves.mjs';
import { expandSha256, hmac, openGcm, sealGcm } from './symmetric.mjs';

const KEM = { p256: 0x0010, x25519: 0x0020 };
const KDF = 0x0001;
const AEAD = 0x0002;
const BASE = Buffer.from([0]);
const EMPTY = Buffer.alloc(0);
const VERSION = utf8('HPKE-v1');

const extract = (suite, salt, label, ikm) => hmac('sha256', salt, VERSION, suite, utf8(label), ikm);
const expand = (suite, key, label, info, length) => expandSha256(key, join(u16(length), VERSION, suite, utf8(label), info), length);

/** Section 4.1: ExtractAndExpand over the shared secret of the curve. */
function sharedSecretOf(curve, dh, enc, recipient) {
  const suite = join(utf8('KEM'), u16(KEM[curve]));
  return expand(suite, extract(suite, EMPTY, 'eae_prk', dh), 'shared_secret', join(enc, recipient), 32);
}

/** Section 5.1: {key, baseNonce}. */
function schedule(curve, sharedSecret, info) {
  const suite = join(utf8('HPKE'), u16(KEM[curve]), u16(KDF), u16(AEAD));
  const context = join(BASE, extract(suite, EMPTY, 'psk_id_hash', EMPTY), extract(suite, EMPTY, 'info_hash', info));
  const secret = extract(suite, sharedSecret, 'secret', EMPTY);
  return { key: expand(suite, secret, 'key', context, 32), baseNonce: expand(suite, secret, 'base_nonce', context, 12) };
}

/** The sender's side with the ephemeral key given: {enc, dh, sharedSecret, key, baseNonce}. */
export function setupSender(curve, ephemeral, recipient, info) {
  const enc = publicKeyOf(curve, ephemeral);
  const dh = agree(curve, ephemeral, recipient);
  const sharedSecret = sharedSecretOf(curve, dh, enc, recipient);
  return { enc, dh, sharedSecret, ...schedule(curve, sharedSecret, info) };
}

/** The recipient's side; throws when enc is no public key. */
export function setupRecipient(curve, privateKey, enc, info) {
  const dh = agree(curve, privateKey, enc);
  const sharedSecret = sharedSecretOf(curve, dh, enc, publicKeyOf(curve, privateKey));
  return { enc, dh, sharedSecret, ...schedule(curve, sharedSecret, info) };
}

/** Section 5.2: the base nonce XOR the message's number. */
function nonceOf({ baseNonce }, sequence) {
  const number = join(Buffer.alloc(4), u64(sequence));
  return Buffer.from(baseNonce.map((byte, i) => byte ^ number[i]));
}

export const sealMessage = (context, sequence, plaintext, aad) => sealGcm(context.key, nonceOf(context, sequence), plaintext, aad);
export const openMessage = (context, sequence, sealed, aad) => openGcm(context.key, nonceOf(context, sequence), sealed, aad);
