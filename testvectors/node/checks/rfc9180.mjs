// RFC 9180's vectors of HPKE, those of the two suites of the device wrap.
import { openMessage, sealMessage, setupRecipient, setupSender } from '../hpke.mjs';
import { publicKeyOf } from '../curves.mjs';
import { SEALED, equal, hex } from './outcome.mjs';

const CURVE_OF_KEM = { 0x0010: 'p256', 0x0020: 'x25519' };

/** Base mode, HKDF-SHA256, AES-256-GCM. */
export const isOurs = ({ mode, kem_id: kem, kdf_id: kdf, aead_id: aead }) => mode === 0 && kem in CURVE_OF_KEM && kdf === 1 && aead === 2;

/** One vector of the RFC as a test: all its messages. */
export function checkRfc9180(group, vector) {
  const curve = CURVE_OF_KEM[vector.kem_id];
  const info = hex(vector.info);
  equal('public key', publicKeyOf(curve, hex(vector.skRm)), hex(vector.pkRm));
  const sender = setupSender(curve, hex(vector.skEm), hex(vector.pkRm), info);
  const recipient = setupRecipient(curve, hex(vector.skRm), hex(vector.enc), info);
  equal('enc', sender.enc, hex(vector.enc));
  for (const side of [sender, recipient]) {
    equal('shared_secret', side.sharedSecret, hex(vector.shared_secret));
    equal('key', side.key, hex(vector.key));
    equal('base_nonce', side.baseNonce, hex(vector.base_nonce));
  }
  for (const { aad, pt, ct, nonce } of vector.encryptions) {
    const sequence = hex(nonce).readBigUInt64BE(4) ^ sender.baseNonce.readBigUInt64BE(4);
    equal(`ciphertext ${sequence}`, sealMessage(sender, sequence, hex(pt), hex(aad)), hex(ct));
    equal(`plaintext ${sequence}`, openMessage(recipient, sequence, hex(ct), hex(aad)), hex(pt));
  }
  return SEALED;
}
