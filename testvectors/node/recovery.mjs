// The recovery code and the recovery wrap: ../spec/recovery.md.
import { argon2id } from './argon2id.mjs';
import { checkCost, hasNoCost } from './argon2-cost.mjs';
import { Reader, Refused, join, labelled, lp, malformed, notAuthentic, same, u16, u32, u8, usage, utf8 } from './bytes.mjs';
import { bech32mChecksum, fromSymbols, isBech32m, toSymbols, typedSymbols, written } from './codes.mjs';
import { userContext } from './context.mjs';
import { expandSha256, hmac, openBox, sealBox } from './symmetric.mjs';

const PREFIX = 'e2ee-recovery-v1';
const CODE_SYMBOLS = 32;
const DATA_SYMBOLS = 26;
const MAGIC = utf8('E2RW');
const LENGTH = 168;
const PARAMETERS = 76;
const MOST = 0x7fffffff;
const ARGON2ID = 1;
const HKDF = 2;

const invalidCode = (message) => new Refused('invalid-code', message);

/** 16 random bytes as a person writes them down. */
export function writeCode(entropy) {
  if (entropy.length !== 16) throw usage('a code has 16 bytes');
  const data = toSymbols(entropy);
  return written([...data, ...bech32mChecksum(PREFIX, data)]);
}

/** The 16 bytes of a typed code. */
export function readCode(typed) {
  const symbols = typedSymbols(typed);
  if (!symbols) throw invalidCode('a character that is in no code'); // [recovery-3]
  if (symbols.length !== CODE_SYMBOLS) throw invalidCode(`${symbols.length} symbols, not ${CODE_SYMBOLS}`); // [recovery-2]
  const entropy = fromSymbols(symbols.slice(0, DATA_SYMBOLS));
  if (!isBech32m(PREFIX, symbols) || !entropy) throw invalidCode('mistyped: the checksum is wrong'); // [recovery-1]
  return entropy;
}

function checkDerivation(derivation, cost) {
  if (derivation === ARGON2ID) return checkCost(cost, malformed); // [recovery-5]
  if (derivation !== HKDF) throw malformed('another derivation'); // [recovery-4]
  if (!hasNoCost(cost)) throw malformed('a cost, with a derivation that has none'); // [recovery-11]
}

/** All fields, before anything is derived. [recovery-4] [recovery-5] [recovery-11] */
export function parseRecoveryWrap(bytes) {
  if (bytes.length !== LENGTH) throw malformed(`a recovery wrap has ${LENGTH} bytes`);
  const reader = new Reader(bytes, () => malformed('cut'));
  if (!reader.take(4).equals(MAGIC)) throw malformed('no magic');
  if (reader.number(1) !== 1) throw malformed('another version of recovery wraps');
  const derivation = reader.number(1);
  if (reader.number(2) !== 0) throw malformed('flags');
  const generation = reader.number(4);
  const keyId = reader.take(16);
  const issue = reader.number(4);
  if ([generation, issue].some((number) => number < 1 || number > MOST)) throw malformed('generation or issue out of bounds');
  const cost = { memory: reader.number(4), passes: reader.number(4), lanes: reader.number(4) };
  checkDerivation(derivation, cost);
  const salt = reader.take(32);
  const parameters = bytes.subarray(0, PARAMETERS);
  return { derivation, generation, keyId, issue, cost, salt, parameters, commitment: reader.take(32), box: reader.take(60) };
}

/** [recovery-12] `derive` is Argon2id, or stands in its place. */
function rootOf({ derivation, cost, salt }, userId, entropy, derive) {
  if (derivation === ARGON2ID) return derive({ password: entropy, salt, ...cost });
  const prk = hmac('sha256', salt, entropy);
  return expandSha256(prk, labelled('e2ee-recovery-root-v1', lp(userContext(userId))), 32);
}

const expandRoot = (root, label, userId, parameters) => expandSha256(root, labelled(label, lp(userContext(userId)), lp(parameters)), 32);
const commitmentOf = (root, userId, parameters) => expandRoot(root, 'e2ee-recovery-commit-v1', userId, parameters);
const wrapKeyOf = (root, userId, parameters) => expandRoot(root, 'e2ee-recovery-key-v1', userId, parameters);
const aadOf = (parameters, commitment) => labelled('pia-recovery-wrap-v1', parameters, commitment);

/**
 * The UMK: {umk, keyId, generation, issue}.
 *
 * @param entropy the 16 bytes of the code
 * @param minimumIssue what the reader remembers, 1 for nothing
 * @param derive Argon2id, replaced by who wants to see whether it runs
 */
export function openRecoveryWrap(bytes, userId, entropy, minimumIssue = 1, derive = argon2id) {
  const wrap = parseRecoveryWrap(bytes);
  const { generation, keyId, issue, parameters, commitment, box } = wrap;
  const root = rootOf(wrap, userId, entropy, derive);
  if (!same(commitmentOf(root, userId, parameters), commitment)) throw notAuthentic(); // [recovery-7] [recovery-8]
  const umk = openBox(wrapKeyOf(root, userId, parameters), box, aadOf(parameters, commitment));
  if (issue < minimumIssue) throw new Refused('not-authentic', 'an older wrap, which was put back'); // [recovery-9]
  return { umk, keyId, generation, issue };
}

/**
 * Wraps; gives all values on the way, the wrap as `bytes`. Salt and nonce are fresh for each wrap [recovery-6]; here they are
 * given, so that vectors can be made again. A cost of zeros asks for derivation 2.
 *
 * @param key {umk, keyId, generation}
 */
export function sealRecoveryWrap(key, userId, entropy, { issue, cost, salt, nonce }, derive = argon2id) {
  const named = [u32(key.generation), key.keyId, u32(issue)];
  const derivation = hasNoCost(cost) ? HKDF : ARGON2ID;
  const parameters = join(MAGIC, u8(1), u8(derivation), u16(0), ...named, u32(cost.memory), u32(cost.passes), u32(cost.lanes), salt);
  const root = rootOf({ derivation, cost, salt }, userId, entropy, derive);
  const commitment = commitmentOf(root, userId, parameters);
  const wrapKey = wrapKeyOf(root, userId, parameters);
  const aad = aadOf(parameters, commitment);
  return { root, commitment, wrapKey, aad, bytes: join(parameters, commitment, sealBox(wrapKey, nonce, key.umk, aad)) };
}
