// Device keys, wraps and handshakes, right ones and wrong ones, from ../spec/device.md.
import { createHash } from 'node:crypto';
import { publicKey, signature } from './curves.mjs';
import { seal, sender } from './hpke.mjs';
import { expand, lp, u16, u32, u8 } from './keyfile-writer.mjs';

/** "Random" bytes: SHA-256 over a fixed seed and the name of what they are for; 32 at the most. */
export const random = (name, length = 32) =>
  createHash('sha256').update(`e2ee device vectors 1\0${name}`).digest().subarray(0, length);

const AGREEMENT = { p256: 1, x25519: 2 };
const SIGNING = { p256: 1, ed25519: 2 };
const utf8 = (text) => Buffer.from(text, 'utf8');
const label = (text, ...parts) => Buffer.concat([utf8(text), u8(0), ...parts]);

/** CTX of fields in ascending order. */
const ctx = (...fields) =>
  Buffer.concat([u8(1), u16(fields.length), ...fields.flatMap(([id, text]) => [u16(id), lp(utf8(text))])]);
export const userCtx = (userId) => ctx([2, userId]);
export const deviceCtx = (userId, deviceId) => ctx([2, userId], [5, deviceId]);

/** Section 2. */
export const encodeKeys = ({ deviceId, agreement, signing, agreementKey, signingKey }) =>
  Buffer.concat([
    u8(1), u8(AGREEMENT[agreement]), u8(SIGNING[signing]), u16(utf8(deviceId).length), utf8(deviceId), agreementKey, signingKey,
  ]);

/** A device whose private keys come from its name. */
export function device(deviceId, agreement, signing, name = deviceId) {
  const agreementPrivate = random(`${name} ${agreement} agreement`);
  const signingPrivate = random(`${name} ${signing} signing`);
  const keys = {
    deviceId, agreement, signing,
    agreementKey: publicKey(agreement, agreementPrivate), signingKey: publicKey(signing, signingPrivate),
  };
  return { ...keys, agreementPrivate, signingPrivate, encoded: encodeKeys(keys) };
}

export const commitmentOf = (umk, userId) => expand(umk, label('e2ee-umk-commit-v1', lp(userCtx(userId))));

/** Section 3; what `given` names is not computed. */
export function deviceWrap(given) {
  const w = { generation: 1, magic: 'E2DW', version: 1, flags: 0, signedUser: given.userId, ...given };
  const { target, approver } = w;
  w.head = Buffer.concat([
    utf8(w.magic), u8(w.version), u8(w.agreementNumber ?? AGREEMENT[target.agreement]),
    u8(w.signingNumber ?? SIGNING[approver.signing]), u8(w.flags), u32(w.generation), w.keyId,
  ]);
  w.umkCommit ??= commitmentOf(w.committedUmk ?? w.umk, w.userId);
  w.info = label(
    w.infoLabel ?? 'e2ee-device-wrap-v1', lp(deviceCtx(w.userId, target.deviceId)), lp((w.infoApprover ?? approver).encoded));
  w.aad = Buffer.concat([label(`pia-umk-wrap-v1:${w.aadDevice ?? target.deviceId}`), w.umkCommit, w.boundHead ?? w.head]);
  w.ephemeral ??= random(`${w.name} ephemeral`);
  w.hpke = sender(target.agreement, w.ephemeral, target.agreementKey, w.info);
  w.sealedUmk = seal(w.hpke, w.aad, w.sealed ?? w.umk);
  w.unsigned = Buffer.concat([w.head, w.enc ?? w.hpke.enc, w.sealedUmk, w.umkCommit]);
  w.signedText = label(
    w.signLabel ?? 'e2ee-device-wrap-sign-v1', lp(deviceCtx(w.signedUser, target.deviceId)),
    lp((w.signedApprover ?? approver).encoded), lp((w.signedTarget ?? target).encoded), lp(w.signedPart ?? w.unsigned));
  w.signature ??= signature(approver.signing, (w.signer ?? approver).signingPrivate, w.signedText);
  w.bytes = Buffer.concat([w.unsigned, w.signature]);
  return w;
}

const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const sha512 = (...parts) => createHash('sha512').update(Buffer.concat(parts)).digest();
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const joinMessage = (type, ...parts) => Buffer.concat([utf8('E2DJ'), u8(1), u8(type), ...parts]);

/** The first 80 bits in Crockford's base32. */
function fingerprintOf(transcriptHash) {
  const bits = [...transcriptHash.subarray(0, 10)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.match(/.{5}/g).map((five) => ALPHABET[parseInt(five, 2)]).join('').match(/.{4}/g).join('-');
}

/** Section 4: a whole handshake; what `given` names is not computed. */
export function handshake(given) {
  const j = { ...given };
  const { name, userId, umk, keyId, generation, newDevice, approver } = j;
  j.nonceN ??= random(`${name} nonce of the new device`);
  j.nonceA ??= random(`${name} nonce of the approver`);
  j.request ??= joinMessage(1, sha256(label('e2ee-join-commit-v1', lp(userCtx(userId)), lp(newDevice.encoded), lp(j.nonceN))));
  j.offer ??= joinMessage(2, sha256(j.request), j.nonceA, commitmentOf(umk, userId), approver.encoded);
  j.transcript = label(
    'e2ee-fingerprint-v1', lp(userCtx(userId)), lp(j.request), lp(j.offer), lp(newDevice.encoded), lp(j.nonceN));
  j.transcriptHash = sha512(j.transcript);
  j.fingerprint = fingerprintOf(j.transcriptHash);
  const revealer = j.revealSigner ?? newDevice;
  j.reveal ??= joinMessage(
    3, sha256(j.offer), j.nonceN,
    signature(revealer.signing, revealer.signingPrivate, label('e2ee-join-reveal-v1', j.transcriptHash)), newDevice.encoded);
  j.wrap ??= deviceWrap({ name, userId, umk, keyId, generation, target: newDevice, approver });
  const signer = j.approvalSigner ?? approver;
  j.approval ??= joinMessage(
    4, j.transcriptHash,
    signature(signer.signing, signer.signingPrivate, label('e2ee-join-approve-v1', j.transcriptHash, lp(j.wrap.bytes))), j.wrap.bytes);
  return j;
}
