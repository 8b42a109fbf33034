// Groups of device.json.
import { CURVES, publicKeyOf } from '../curves.mjs';
import {
  fingerprintOf, readApproval, readOffer, readReveal, writeApproval, writeOffer, writeRequest, writeReveal,
} from '../device-join.mjs';
import { decodeDeviceKeys, encodeDeviceKeys } from '../device-keys.mjs';
import { openDeviceWrap, sealDeviceWrap } from '../device-wrap.mjs';
import { ACCEPTED, REFUSED, SEALED, Wrong, equal, hex, refuses, watched } from './outcome.mjs';

/** A device of a group, whose members have to fit. */
export function deviceOf(json) {
  const keys = decodeDeviceKeys(hex(json.publicKeys));
  for (const member of ['deviceId', 'agreement', 'signing']) equal(member, keys[member], json[member]);
  const device = { keys, agreementPrivate: hex(json.agreementPrivate), signingPrivate: hex(json.signingPrivate) };
  equal('agreement key', publicKeyOf(keys.agreement, device.agreementPrivate), keys.agreementKey);
  equal('signing key', publicKeyOf(keys.signing, device.signingPrivate), keys.signingKey);
  return device;
}

const keyOf = ({ umk, keyId, generation }) => ({ umk: hex(umk), keyId: hex(keyId), generation });

function checkKey(key, test) {
  equal('umk', key.umk, hex(test.umk));
  equal('keyId', key.keyId, hex(test.keyId));
  equal('generation', key.generation, test.generation);
}

function devicePublicKeys(group, test) {
  const encoded = hex(test.publicKeys);
  if (test.result === 'invalid') return refuses(test, () => decodeDeviceKeys(encoded));
  const keys = decodeDeviceKeys(encoded);
  equal('public keys', encodeDeviceKeys(keys), encoded);
  equal('agreement key', keys.agreementKey.length, CURVES[keys.agreement].publicLength);
  return SEALED;
}

function deviceWrap(group, test) {
  const target = watched(deviceOf(group.keys.target), 'agreementPrivate');
  const approver = deviceOf(group.keys.approver);
  const attempt = () => openDeviceWrap(hex(test.wrap), test.userId, target, approver.keys);
  if (test.result === 'invalid') {
    refuses(test, attempt);
    if (test.error === 'malformed') equal('reads of the private key', target.reads, 0); // [device-6]
    return REFUSED;
  }
  checkKey(attempt(), test);
  if (!test.intermediate) return ACCEPTED;
  const made = sealDeviceWrap(keyOf(test), test.userId, target.keys, approver, hex(test.intermediate.ephemeral));
  for (const [name, value] of Object.entries(test.intermediate)) equal(name, made[name], hex(value));
  equal('wrap', made.bytes, hex(test.wrap));
  return SEALED;
}

/** The side whose turn it is, up to the message that the test replaces, and that one. */
function refusesMessage(test, next, approver) {
  const [nonceN, request, message] = [test.nonceN, test.request, test.message].map(hex);
  if (test.step === 'offer') return refuses(test, () => readOffer(test.userId, next.keys, nonceN, request, message));
  const offer = hex(test.offer);
  if (test.step === 'reveal') return refuses(test, () => readReveal(test.userId, approver.keys, request, offer, message));
  if (test.step !== 'approval') throw new Wrong('a step', test.step);
  const taken = readOffer(test.userId, next.keys, nonceN, request, offer);
  readReveal(test.userId, approver.keys, request, offer, writeReveal(next, nonceN, offer, taken.transcript));
  return refuses(test, () => readApproval(test.userId, next, taken, message));
}

function deviceJoin(group, test) {
  const next = deviceOf(group.keys.newDevice);
  const approver = deviceOf(group.keys.approver);
  const { userId } = test;
  const key = keyOf(test);
  const nonceN = hex(test.nonceN);
  if (test.result === 'invalid') return refusesMessage(test, next, approver);
  const request = writeRequest(userId, next.keys, nonceN);
  equal('request', request, hex(test.request));
  const offer = writeOffer(userId, request, hex(test.nonceA), key.umk, approver.keys);
  equal('offer', offer, hex(test.offer));
  const taken = readOffer(userId, next.keys, nonceN, request, offer);
  const reveal = writeReveal(next, nonceN, offer, taken.transcript);
  equal('reveal', reveal, hex(test.reveal));
  const { device, transcript } = readReveal(userId, approver.keys, request, offer, reveal);
  equal('device', device.encoded, next.keys.encoded);
  for (const seen of [transcript, taken.transcript]) equal('transcriptHash', seen, hex(test.transcriptHash));
  equal('fingerprint', fingerprintOf(transcript), test.fingerprint);
  const approval = writeApproval(userId, approver, device, transcript, key, hex(test.ephemeral));
  equal('approval', approval, hex(test.approval));
  checkKey(readApproval(userId, next, taken, approval), test);
  return SEALED;
}

export const deviceChecks = { DevicePublicKeys: devicePublicKeys, DeviceWrap: deviceWrap, DeviceJoin: deviceJoin };
