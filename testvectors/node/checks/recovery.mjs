// Groups of recovery.json.
import { decodeRecoveryParameters, encodeRecoveryParameters } from '../parameters.mjs';
import { openRecoveryWrap, parseRecoveryWrap, readCode, sealRecoveryWrap, writeCode } from '../recovery.mjs';
import { NONCE } from '../symmetric.mjs';
import { ACCEPTED, SEALED, derive, equal, hex, noDerivation, refuses } from './outcome.mjs';

function recoveryCode(group, test) {
  if (test.result === 'invalid') return refuses(test, () => readCode(test.typed));
  const entropy = hex(test.entropy);
  equal('entropy', readCode(test.typed), entropy);
  const text = writeCode(entropy);
  equal('entropy of the code as it is written', readCode(text), entropy);
  return text === test.typed ? SEALED : ACCEPTED;
}

function recoveryWrap(group, test) {
  const bytes = hex(test.wrap);
  const entropy = hex(test.code);
  const derivation = test.error === 'malformed' ? noDerivation : derive; // [recovery-4] [recovery-5]
  const attempt = () => openRecoveryWrap(bytes, test.userId, entropy, test.minimumIssue, derivation);
  if (test.result === 'invalid') return refuses(test, attempt);
  const key = attempt();
  for (const name of ['umk', 'keyId']) equal(name, key[name], hex(test[name]));
  for (const name of ['generation', 'issue']) equal(name, key[name], test[name]);
  const { issue, cost, salt, box } = parseRecoveryWrap(bytes);
  const made = sealRecoveryWrap(key, test.userId, entropy, { issue, cost, salt, nonce: box.subarray(0, NONCE) }, derive);
  for (const [name, value] of Object.entries(test.intermediate)) equal(name, made[name], hex(value));
  equal('wrap', made.bytes, bytes);
  return SEALED;
}

function recoveryWrapParameters(group, test) {
  const encoded = hex(test.encoded);
  if (test.result === 'invalid') return refuses(test, () => decodeRecoveryParameters(encoded));
  const parameters = decodeRecoveryParameters(encoded);
  for (const name of ['userId', 'issue', 'memory', 'passes', 'lanes']) equal(name, parameters[name], test[name]);
  equal('encoded', encodeRecoveryParameters(parameters), encoded);
  return SEALED;
}

export const recoveryChecks = { RecoveryCode: recoveryCode, RecoveryWrap: recoveryWrap, RecoveryWrapParameters: recoveryWrapParameters };
