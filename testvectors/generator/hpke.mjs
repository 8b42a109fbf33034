// HPKE (RFC 9180) in base mode with HKDF-SHA256 and AES-256-GCM, from the RFC.
import { createCipheriv } from 'node:crypto';
import { agree, publicKey } from './curves.mjs';
import { expand, hmac, u16 } from './keyfile-writer.mjs';

const KEM = { p256: 0x10, x25519: 0x20 };
const text = (value) => Buffer.from(value, 'ascii');
const NOTHING = Buffer.alloc(0);

const labeled = (suite) => ({
  extract: (salt, label, ikm) => hmac(salt.length ? salt : Buffer.alloc(32), text('HPKE-v1'), suite, text(label), ikm),
  expand: (prk, label, info, length) => expand(prk, Buffer.concat([u16(length), text('HPKE-v1'), suite, text(label), info]), length),
});

/** The sender's context under an ephemeral key, and all that leads to it. */
export function sender(curve, ephemeral, recipient, info) {
  const kem = labeled(Buffer.concat([text('KEM'), u16(KEM[curve])]));
  const hpke = labeled(Buffer.concat([text('HPKE'), u16(KEM[curve]), u16(1), u16(2)]));
  const enc = publicKey(curve, ephemeral);
  const dh = agree(curve, ephemeral, recipient);
  const sharedSecret = kem.expand(
    kem.extract(NOTHING, 'eae_prk', dh), 'shared_secret', Buffer.concat([enc, recipient]), 32);
  const context = Buffer.concat([
    Buffer.alloc(1), hpke.extract(NOTHING, 'psk_id_hash', NOTHING), hpke.extract(NOTHING, 'info_hash', info),
  ]);
  const secret = hpke.extract(sharedSecret, 'secret', NOTHING);
  return {
    enc, dh, sharedSecret,
    key: hpke.expand(secret, 'key', context, 32),
    baseNonce: hpke.expand(secret, 'base_nonce', context, 12),
  };
}

/** The first message of a context. */
export function seal({ key, baseNonce }, aad, plaintext) {
  const cipher = createCipheriv('aes-256-gcm', key, baseNonce);
  cipher.setAAD(aad);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}
