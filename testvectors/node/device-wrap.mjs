// The UMK wrapped for one device: ../spec/device.md, section 3.
import { Reader, join, labelled, lp, malformed, notAuthentic, same, u32, u8, utf8 } from './bytes.mjs';
import { deviceContext, userContext } from './context.mjs';
import { CURVES } from './curves.mjs';
import { AGREEMENT, SIGNING, numberOf } from './device-keys.mjs';
import { openMessage, sealMessage, setupRecipient, setupSender } from './hpke.mjs';
import { isSignature, signMessage } from './signatures.mjs';
import { expandSha256 } from './symmetric.mjs';

const MAGIC = utf8('E2DW');
const HEAD = 28;
const SEALED = 48;
const COMMITMENT = 32;
const SIGNATURE = 64;
const MAX_GENERATION = 0x7fffffff;

/** Tells one UMK of this user from all others, and nothing of it. */
export const umkCommitment = (umk, userId) => expandSha256(umk, labelled('e2ee-umk-commit-v1', lp(userContext(userId))), COMMITMENT);

const infoOf = (userId, target, approver) =>
  labelled('e2ee-device-wrap-v1', lp(deviceContext(userId, target.deviceId)), lp(approver.encoded));
const aadOf = (target, umkCommit, head) => labelled(`pia-umk-wrap-v1:${target.deviceId}`, umkCommit, head);
const signedOf = (userId, target, approver, unsigned) =>
  labelled('e2ee-device-wrap-sign-v1', lp(deviceContext(userId, target.deviceId)), lp(approver.encoded), lp(target.encoded), lp(unsigned));

/** All fields, without a key. [device-6] */
export function parseDeviceWrap(bytes) {
  const reader = new Reader(bytes, () => malformed('the device wrap is cut'));
  if (!reader.take(4).equals(MAGIC)) throw malformed('no magic');
  if (reader.number(1) !== 1) throw malformed('another version of device wraps');
  const agreement = AGREEMENT[reader.number(1)];
  const signing = SIGNING[reader.number(1)];
  if (!agreement || !signing) throw malformed('an algorithm that is not listed');
  if (reader.number(1) !== 0) throw malformed('flags');
  const generation = reader.number(4);
  if (generation < 1 || generation > MAX_GENERATION) throw malformed('generation out of bounds');
  const wrap = {
    agreement,
    signing,
    generation,
    keyId: reader.take(16),
    head: bytes.subarray(0, HEAD),
    enc: reader.take(CURVES[agreement].publicLength),
    sealed: reader.take(SEALED),
    umkCommit: reader.take(COMMITMENT),
    unsigned: bytes.subarray(0, bytes.length - SIGNATURE),
    signature: reader.take(SIGNATURE),
  };
  if (reader.left > 0) throw malformed('bytes behind the signature');
  return wrap;
}

function recipient(target, enc, info) {
  try {
    return setupRecipient(target.keys.agreement, target.agreementPrivate, enc, info);
  } catch {
    throw notAuthentic(); // enc is no public key, or one whose shared secret is zero
  }
}

/**
 * The UMK: {umk, keyId, generation}. Whatever is wrong behind the parser has one error. [device-11]
 *
 * @param target {keys: decoded DPK, agreementPrivate}
 * @param approver the decoded DPK of the approver, which was pinned [device-8]
 */
export function openDeviceWrap(bytes, userId, target, approver) {
  const wrap = parseDeviceWrap(bytes);
  const { keys } = target;
  if (wrap.agreement !== keys.agreement || wrap.signing !== approver.signing) throw notAuthentic(); // [device-7]
  const signed = signedOf(userId, keys, approver, wrap.unsigned);
  if (!isSignature(approver.signing, approver.signingKey, signed, wrap.signature)) throw notAuthentic(); // [device-9]
  const context = recipient(target, wrap.enc, infoOf(userId, keys, approver));
  const umk = openMessage(context, 0, wrap.sealed, aadOf(keys, wrap.umkCommit, wrap.head));
  if (!same(umkCommitment(umk, userId), wrap.umkCommit)) throw notAuthentic(); // [device-10]
  return { umk, keyId: wrap.keyId, generation: wrap.generation };
}

/**
 * Wraps; gives all values on the way, the wrap as `bytes`. The ephemeral key is fresh for each wrap [device-12]; here it is
 * given, so that vectors can be made again.
 *
 * @param key {umk, keyId, generation}
 * @param target the decoded DPK of the target
 * @param approver {keys: decoded DPK, signingPrivate}
 */
export function sealDeviceWrap(key, userId, target, approver, ephemeral) {
  const { keys, signingPrivate } = approver;
  const algorithms = [u8(numberOf(AGREEMENT, target.agreement)), u8(numberOf(SIGNING, keys.signing))];
  const head = join(MAGIC, u8(1), ...algorithms, u8(0), u32(key.generation), key.keyId);
  const umkCommit = umkCommitment(key.umk, userId);
  const info = infoOf(userId, target, keys);
  const aad = aadOf(target, umkCommit, head);
  const context = setupSender(target.agreement, ephemeral, target.agreementKey, info);
  const unsigned = join(head, context.enc, sealMessage(context, 0, key.umk, aad), umkCommit);
  const signed = signedOf(userId, target, keys, unsigned);
  const bytes = join(unsigned, signMessage(keys.signing, signingPrivate, signed));
  const { dh, sharedSecret, key: hpkeKey, baseNonce } = context;
  return { ephemeral, umkCommit, info, aad, dh, sharedSecret, hpkeKey, baseNonce, signed, bytes };
}
