// Invites, right ones and wrong ones, from ../spec/invite.md.
import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { agree, publicKey, signature } from './curves.mjs';
import { lp, u16, u32, u8 } from './keyfile-writer.mjs';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const utf8 = (text) => Buffer.from(text, 'utf8');
const label = (text, ...parts) => Buffer.concat([utf8(text), u8(0), ...parts]);
const hmac = (key, ...parts) => createHmac('sha256', key).update(Buffer.concat(parts)).digest();
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const expand = (key, info, length = 32) => hmac(key, info, u8(1)).subarray(0, length);

/** "Random" bytes: SHA-256 over a fixed seed and the name of what they are for; 32 at the most. */
export const random = (name, length = 32) => sha256(utf8(`e2ee invite vectors 1\0${name}`)).subarray(0, length);

function polymod(values) {
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  let state = 1;
  for (const value of values) {
    const top = state >>> 25;
    state = ((state & 0x1ffffff) << 5) ^ value;
    generator.forEach((word, i) => { if ((top >>> i) & 1) state ^= word; });
  }
  return state;
}

/** Section 2: the text of a code. */
export function codeText(bytes, { version = 1, prefix = 'e2ee-invite', constant = 0x2bc830a3 } = {}) {
  const codes = [...utf8(prefix)];
  const bits = version.toString(2).padStart(10, '0') + [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const data = bits.match(/.{5}/g).map((five) => parseInt(five, 2));
  const value = polymod([...codes.map((c) => c >> 5), 0, ...codes.map((c) => c & 31), ...data, 0, 0, 0, 0, 0, 0]) ^ constant;
  const checksum = Array.from({ length: 6 }, (_, i) => (value >>> (5 * (5 - i))) & 31);
  return [...data, ...checksum].map((s) => ALPHABET[s]).join('').match(/.{4}/g).join('-');
}

/** GCM under the nonce of the n-th message of a key. */
function sealed(key, n, ad, plaintext) {
  const cipher = createCipheriv('aes-256-gcm', key, Buffer.concat([u32(0), u32(0), u32(n)]));
  cipher.setAAD(ad);
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function chain(ck, ikm, outputs) {
  const temp = hmac(ck, ikm);
  const out = [hmac(temp, u8(1))];
  while (out.length < outputs) out.push(hmac(temp, out[out.length - 1], u8(out.length + 1)));
  return out;
}

/** Section 3: a whole exchange; what `given` names is not computed. `accepter` and `inviter` are devices. */
export function exchange(given) {
  const x = { payload: Buffer.alloc(0), expiry: 29833334, version: 1, requestType: 1, answerType: 2, ...given };
  const { name, accepter, inviter } = x;
  x.secret ??= random('secret', 16);
  x.ephemeralA ??= random(`${name} ephemeral of the accepter`);
  x.ephemeralI ??= random(`${name} ephemeral of the inviter`);
  const head = Buffer.concat([u8(1), u32(x.expiry)]);
  const root = hmac(utf8('e2ee-invite-root-v1'), x.secret);
  x.inviteId = expand(root, label('e2ee-invite-id-v1', head), 16);
  x.psk ??= expand(root, label('e2ee-invite-psk-v1', head));
  x.prologue ??= label('e2ee-invite-v1', head, x.inviteId);
  x.eA = publicKey('x25519', x.ephemeralA);
  x.eI = publicKey('x25519', x.ephemeralI);
  const message = (type, ...parts) =>
    Buffer.concat([utf8(x.magic ?? 'E2IV'), u8(x.version), u8(type), x.namedId ?? x.inviteId, ...parts]);
  // -> psk, e
  const protocol = utf8(x.protocol ?? 'Noise_NNpsk0_25519_AESGCM_SHA256');
  let [ck, mixed, k] = chain(protocol, x.psk, 3);
  let h = sha256(sha256(sha256(protocol, x.prologue), mixed), x.eA);
  [ck, k] = chain(ck, x.eA, 2);
  const signer1 = x.requestSigner ?? accepter;
  x.signature1 ??= signature(signer1.signing, signer1.signingPrivate, label(x.requestLabel ?? 'e2ee-invite-request-v1', x.signedHash ?? h, lp(accepter.encoded)));
  const sealed1 = sealed(k, x.requestNonce ?? 0, x.requestAd ?? h, x.inside1 ?? Buffer.concat([x.signature1, accepter.encoded]));
  x.request ??= message(x.requestType, x.shownA ?? x.eA, sealed1);
  h = sha256(h, sealed1);
  // <- e, ee
  h = sha256(h, x.eI);
  [ck, k] = chain(ck, x.eI, 2);
  [ck, k] = chain(ck, agree('x25519', x.ephemeralI, x.agreedWith ?? x.eA), 2);
  const signer2 = x.answerSigner ?? inviter;
  x.signature2 ??= signature(signer2.signing, signer2.signingPrivate, label(x.answerLabel ?? 'e2ee-invite-answer-v1', x.signedHash ?? h, lp(inviter.encoded), lp(x.signedPayload ?? x.payload)));
  const sealed2 = sealed(k, 0, h, x.inside2 ?? Buffer.concat([x.signature2, u16(inviter.encoded.length), inviter.encoded, x.payload]));
  x.answer ??= message(x.answerType, x.shownI ?? x.eI, sealed2);
  x.handshakeHash = sha256(h, sealed2);
  const [one, two, three] = chain(ck, Buffer.alloc(0), 3);
  const none = Buffer.alloc(0);
  x.confirmation ??= message(3, sealed([one, two, three][x.confirmedUnder ?? 0], x.confirmedAs ?? 0, none, x.confirmed ?? none));
  x.exported = three;
  x.dataKey = expand(three, label('e2ee-invite-data-key-v1', x.handshakeHash));
  return x;
}
