// The handshake in which a device joins, and its fingerprint: ../spec/device.md, section 4. Each function is one step of one
// side. What a person does, and what a device remembers, is left to the caller.
import { Reader, Refused, join, labelled, lp, malformed, same, u8, utf8 } from './bytes.mjs';
import { toSymbols, written } from './codes.mjs';
import { userContext } from './context.mjs';
import { decodeDeviceKeys } from './device-keys.mjs';
import { openDeviceWrap, sealDeviceWrap, umkCommitment } from './device-wrap.mjs';
import { isSignature, signMessage } from './signatures.mjs';
import { sha256, sha512 } from './symmetric.mjs';

const MAGIC = utf8('E2DJ');
const REQUEST = 1;
const OFFER = 2;
const REVEAL = 3;
const APPROVAL = 4;
const FINGERPRINT_BYTES = 10;

const refused = (message) => new Refused('refused', message);
const message = (type, ...parts) => join(MAGIC, u8(1), u8(type), ...parts);

/** A reader behind the head of a message of that type. [device-14] */
function begin(bytes, type) {
  const reader = new Reader(bytes, () => malformed('the message is cut'));
  if (!reader.take(4).equals(MAGIC) || reader.number(1) !== 1 || reader.number(1) !== type) throw malformed('not the message that is due');
  return reader;
}

const commitmentOf = (userId, newKeys, nonceN) =>
  sha256(labelled('e2ee-join-commit-v1', lp(userContext(userId)), lp(newKeys.encoded), lp(nonceN)));

/** T. */
const transcriptOf = (userId, request, offer, newKeys, nonceN) =>
  sha512(labelled('e2ee-fingerprint-v1', lp(userContext(userId)), lp(request), lp(offer), lp(newKeys.encoded), lp(nonceN)));

const revealSigned = (transcript) => labelled('e2ee-join-reveal-v1', transcript);
const approvalSigned = (transcript, wrap) => labelled('e2ee-join-approve-v1', transcript, lp(wrap));

/** What people compare. */
export const fingerprintOf = (transcript) => written(toSymbols(transcript.subarray(0, FINGERPRINT_BYTES)));

/** [device-18] */
function checkPeer(own, peer) {
  const isOwn = peer.deviceId === own.deviceId || peer.agreementKey.equals(own.agreementKey) || peer.signingKey.equals(own.signingKey);
  if (isOwn) throw refused('the peer is this device: a message that was sent back');
}

function checkSignature({ signing, signingKey }, signed, signature) {
  if (!isSignature(signing, signingKey, signed, signature)) throw refused('the signature is wrong');
}

/** Message 1, by the new device: nonceN is 32 random bytes that stay with it. [device-15] */
export const writeRequest = (userId, newKeys, nonceN) => message(REQUEST, commitmentOf(userId, newKeys, nonceN));

function readRequest(bytes) {
  const reader = begin(bytes, REQUEST);
  const commitment = reader.take(32);
  if (reader.left > 0) throw malformed('bytes behind the request');
  return { commitment };
}

/** Message 2, by the approver. */
export function writeOffer(userId, request, nonceA, umk, approverKeys) {
  readRequest(request);
  return message(OFFER, sha256(request), nonceA, umkCommitment(umk, userId), approverKeys.encoded);
}

/** The new device's look at message 2: {approver, umkCommit, transcript}. */
export function readOffer(userId, own, nonceN, request, bytes) {
  const reader = begin(bytes, OFFER);
  const answers = reader.take(32);
  reader.take(32);
  const umkCommit = reader.take(32);
  const approver = decodeDeviceKeys(reader.rest());
  if (!answers.equals(sha256(request))) throw refused('an offer to another request'); // [device-18]
  checkPeer(own, approver);
  return { approver, umkCommit, transcript: transcriptOf(userId, request, bytes, own, nonceN) };
}

/** Message 3, by the new device: {keys, signingPrivate}. */
export function writeReveal(device, nonceN, offer, transcript) {
  const signature = signMessage(device.keys.signing, device.signingPrivate, revealSigned(transcript));
  return message(REVEAL, sha256(offer), nonceN, signature, device.keys.encoded);
}

/** The approver's look at message 3, before a fingerprint is shown: {device, transcript}. [device-17] */
export function readReveal(userId, own, request, offer, bytes) {
  const reader = begin(bytes, REVEAL);
  const answers = reader.take(32);
  const nonceN = reader.take(32);
  const signature = reader.take(64);
  const device = decodeDeviceKeys(reader.rest());
  if (!answers.equals(sha256(offer))) throw refused('a reveal to another offer'); // [device-18]
  checkPeer(own, device);
  if (!same(commitmentOf(userId, device, nonceN), readRequest(request).commitment)) throw refused('not what the request committed to');
  const transcript = transcriptOf(userId, request, offer, device, nonceN);
  checkSignature(device, revealSigned(transcript), signature);
  return { device, transcript };
}

/** Message 4, by the approver, after its person has confirmed. [device-19] */
export function writeApproval(userId, approver, device, transcript, key, ephemeral) {
  const wrap = sealDeviceWrap(key, userId, device, approver, ephemeral).bytes;
  const signature = signMessage(approver.keys.signing, approver.signingPrivate, approvalSigned(transcript, wrap));
  return message(APPROVAL, transcript, signature, wrap);
}

/**
 * The new device's look at message 4, after its own person has confirmed [device-20]: {umk, keyId, generation}. The device
 * wrap is all that follows the signature; it is looked at once that signature was verified. [device-21]
 */
export function readApproval(userId, device, { approver, umkCommit, transcript }, bytes) {
  const reader = begin(bytes, APPROVAL);
  const named = reader.take(64);
  const signature = reader.take(64);
  const wrap = reader.rest();
  if (!named.equals(transcript)) throw refused('an approval of another handshake');
  checkSignature(approver, approvalSigned(transcript, wrap), signature);
  let key;
  try {
    key = openDeviceWrap(wrap, userId, device, approver);
  } catch (e) {
    throw e instanceof Refused ? refused(`the device wrap: ${e.message}`) : e;
  }
  if (!same(umkCommitment(key.umk, userId), umkCommit)) throw refused('not the UMK that was offered');
  return key;
}
