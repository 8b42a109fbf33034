// The public keys of a device: ../spec/device.md, section 2.
import { Reader, join, malformed, textOf, u16, u8, usage, utf8 } from './bytes.mjs';
import { CURVES } from './curves.mjs';

export const AGREEMENT = { 1: 'p256', 2: 'x25519' };
export const SIGNING = { 1: 'p256', 2: 'ed25519' };
const MAX_ID = 1024;

export const numberOf = (algorithms, name) => Number(Object.keys(algorithms).find((number) => algorithms[number] === name));

function publicKey(reader, curve) {
  const bytes = reader.take(CURVES[curve].publicLength);
  if (!CURVES[curve].isPublicKey(bytes)) throw malformed(`not a public key of ${curve}`);
  return bytes;
}

/** {deviceId, agreement, agreementKey, signing, signingKey, encoded} */
export function decodeDeviceKeys(encoded) {
  // [device-1]
  const reader = new Reader(encoded, () => malformed('public keys are cut'));
  if (reader.number(1) !== 1) throw malformed('another version of public keys');
  const agreement = AGREEMENT[reader.number(1)];
  const signing = SIGNING[reader.number(1)];
  if (!agreement || !signing) throw malformed('an algorithm that is not listed');
  const id = reader.take(reader.number(2));
  const deviceId = textOf(id);
  // [device-2]
  if (deviceId === undefined || id.length < 1 || id.length > MAX_ID) throw malformed('the device id is no text of 1 to 1024 bytes');
  const agreementKey = publicKey(reader, agreement);
  const signingKey = publicKey(reader, signing);
  if (reader.left > 0) throw malformed('bytes behind the signing key');
  return { deviceId, agreement, agreementKey, signing, signingKey, encoded };
}

/** DPK. */
export function encodeDeviceKeys({ deviceId, agreement, agreementKey, signing, signingKey }) {
  const id = utf8(deviceId);
  if (!deviceId.isWellFormed() || id.length < 1 || id.length > MAX_ID) throw usage('the device id is no text of 1 to 1024 bytes');
  return join(u8(1), u8(numberOf(AGREEMENT, agreement)), u8(numberOf(SIGNING, signing)), u16(id.length), id, agreementKey, signingKey);
}
