// Noise_NNpsk0_25519_AESGCM_SHA256 of the Noise Protocol Framework, revision 34; the names are the framework's.
import { join, utf8 } from './bytes.mjs';
import { agree } from './curves.mjs';
import { hmac, openGcm, sealGcm, sha256 } from './symmetric.mjs';

const NAME = utf8('Noise_NNpsk0_25519_AESGCM_SHA256'); // as long as a hash
const NOTHING = Buffer.alloc(0);

/** Section 4.3: so many outputs. */
function hkdf(ck, ikm, outputs) {
  const temp = hmac('sha256', ck, ikm);
  const out = [];
  for (let i = 1; i <= outputs; i++) out.push(hmac('sha256', temp, out.at(-1) ?? NOTHING, Buffer.of(i)));
  return out;
}

/** Section 5.1: a key, and how many messages it has had. */
export class CipherState {
  constructor(k) {
    this.k = k;
    this.n = 0n;
  }

  nonce() {
    const nonce = Buffer.alloc(12);
    nonce.writeBigUInt64BE(this.n, 4);
    return nonce;
  }

  encryptWithAd(ad, plaintext) {
    const sealed = sealGcm(this.k, this.nonce(), plaintext, ad);
    this.n++;
    return sealed;
  }

  decryptWithAd(ad, sealed) {
    const plaintext = openGcm(this.k, this.nonce(), sealed, ad);
    this.n++;
    return plaintext;
  }
}

/** Sections 5.2 and 5.3 for the one pattern: -> psk, e; <- e, ee. Writer and reader do the same: tokens, then payload. [invite-6] */
export class Handshake {
  constructor(prologue) {
    this.h = NAME;
    this.ck = NAME;
    this.mixHash(prologue);
  }

  mixHash(data) {
    this.h = sha256(this.h, data);
  }

  mixKey(ikm) {
    const [ck, k] = hkdf(this.ck, ikm, 2);
    Object.assign(this, { ck, cipher: new CipherState(k) });
  }

  mixKeyAndHash(ikm) {
    const [ck, tempHash, k] = hkdf(this.ck, ikm, 3);
    this.mixHash(tempHash);
    Object.assign(this, { ck, cipher: new CipherState(k) });
  }

  /** Section 9.2: with a psk an ephemeral key goes into both. */
  ephemeral(e) {
    this.mixHash(e);
    this.mixKey(e);
  }

  first(psk, e) {
    this.mixKeyAndHash(psk);
    this.ephemeral(e);
  }

  second(e, ownPrivate, peer) {
    this.ephemeral(e);
    this.mixKey(agree('x25519', ownPrivate, peer));
  }

  seal(payload) {
    const sealed = this.cipher.encryptWithAd(this.h, payload);
    this.mixHash(sealed);
    return sealed;
  }

  open(sealed) {
    const payload = this.cipher.decryptWithAd(this.h, sealed);
    this.mixHash(sealed);
    return payload;
  }

  /** Split, with a third output. */
  split() {
    const [one, two, exported] = hkdf(this.ck, NOTHING, 3);
    return { fromInitiator: new CipherState(one), fromResponder: new CipherState(two), exported, h: join(this.h) };
  }
}
