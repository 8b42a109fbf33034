// What a check says: how a test went, or what is wrong with it.
import { createHash } from 'node:crypto';
import { argon2id } from '../argon2id.mjs';
import { Refused } from '../bytes.mjs';

/** How a test went that passed. A test that was sealed was accepted too. */
export const ACCEPTED = 'accepted';
export const SEALED = 'sealed';
export const REFUSED = 'refused';

/** A test that failed. */
export class Wrong extends Error {
  constructor(expected, seen) {
    super(`expected ${expected}, seen ${seen}`);
    Object.assign(this, { expected, seen });
  }
}

/** Strict: Node's own stops silently at what is not hex. */
export function hex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Wrong('lower-case hex', text);
  return Buffer.from(text, 'hex');
}

const shown = (value) => {
  const text = Buffer.isBuffer(value) ? value.toString('hex') : String(value);
  return text.length > 80 ? `${text.slice(0, 80)}… (${text.length} characters)` : text;
};

/** Buffers or plain values. */
export function equal(what, seen, expected) {
  const areEqual = Buffer.isBuffer(expected) ? Buffer.isBuffer(seen) && seen.equals(expected) : seen === expected;
  if (!areEqual) throw new Wrong(`${what} ${shown(expected)}`, shown(seen));
}

/** The refusal of an attempt; a test that is accepted is wrong. */
export function refusalOf(expected, attempt) {
  try {
    attempt();
  } catch (e) {
    if (e instanceof Refused) return e;
    throw e;
  }
  throw new Wrong(expected, 'accepted');
}

/** An attempt that has to end with the error class of the test. */
export function refuses(test, attempt) {
  equal('error', refusalOf(test.error, attempt).kind, test.error);
  return REFUSED;
}

/** A copy of an object that counts how often some members are read: was a key touched before it should be? */
export function watched(object, ...members) {
  const copy = { ...object, reads: 0 };
  for (const member of members) Object.defineProperty(copy, member, { get() { copy.reads++; return object[member]; } });
  return copy;
}

/** Bytes as the files write them: hex, a byte repeated, words that count, or a list of these. ../../vectors/README.md */
export function bytesOf(value) {
  if (typeof value === 'string') return hex(value);
  if (Array.isArray(value)) return Buffer.concat(value.map(bytesOf));
  if (value.repeat !== undefined) return Buffer.alloc(value.length, hex(value.repeat));
  const words = Buffer.alloc(Math.ceil(value.length / 4) * 4);
  for (let i = 0; i < words.length; i += 4) words.writeUInt32BE(value.counter + i / 4, i);
  return words.subarray(0, value.length);
}

/** Plaintext against bytes, or against its length and hash. */
export function equalContents(what, seen, expected) {
  if (expected.sha256 === undefined) return equal(what, seen, bytesOf(expected));
  equal(`length of ${what}`, seen.length, expected.length);
  equal(`SHA-256 of ${what}`, createHash('sha256').update(seen).digest('hex'), expected.sha256);
}

const derived = new Map();
/** Argon2id that remembers, since many tests have one secret, salt and cost. */
export function derive(inputs) {
  const { password, salt, memory, passes, lanes } = inputs;
  const name = [password.toString('hex'), salt.toString('hex'), memory, passes, lanes].join(' ');
  if (!derived.has(name)) derived.set(name, argon2id(inputs));
  return derived.get(name);
}

/** In its place where nothing may be derived. */
export function noDerivation() {
  throw new Wrong('a refusal before a key is derived', 'a derivation');
}
