// The envelopes that every opener must open.
import { custodyKey, rawKey, seal, seeded, utf8 } from './envelope-writer.mjs';

export const RAW = rawKey('raw UMK');
export const OTHER_RAW = rawKey('another raw UMK');
export const CUSTODY = custodyKey('custody UMK', 1);
export const LAST_GENERATION = custodyKey('custody UMK, last generation', 0xffffffff);
/** The generations of one key; the first one is in use, the others are kept for opening. */
export const GENERATIONS = [3, 2, 1].map((n) => custodyKey(`rotated UMK, generation ${n}`, n));

export const RECORD = { userId: 'user-1', entityType: 'memory', entityId: '0f0e0d0c-0b0a-4908-8706-050403020101' };
export const FULL = { ...RECORD, tenant: 'tenant-1', revision: '4' };
export const TEXT = utf8('{"Title":"Buy milk","Priority":1}');
export const AAD = utf8('table=notes;row=17');

const record = (changes) => ({ context: { ...RECORD, ...changes } });
const filled = (byte, length) => ({ repeat: byte, length });

/** The bytes of a test's value: a Buffer, or {repeat, length} for long ones. */
export function expandBytes(value) {
  if (Buffer.isBuffer(value)) return value;
  const unit = Buffer.from(value.repeat, 'hex');
  return Buffer.alloc(value.length, unit);
}

const SIZES = [1, 15, 16, 17, 31, 32, 33, 255, 256, 1023, 1024, 1025, 4096];
const LONG_SIZES = [
  [16384, ['LongPlaintext']],
  [65536, ['LongPlaintext']],
  [65537, ['LongPlaintext', 'Forced']],
];

function sizes() {
  const cases = [['empty plaintext', ['EmptyPlaintext'], record(), Buffer.alloc(0)]];
  for (const size of SIZES) {
    cases.push([`plaintext of ${size} bytes`, ['Size'], record(), seeded(`plaintext ${size}`, size)]);
  }
  for (const [size, flags] of LONG_SIZES) {
    cases.push([`plaintext of ${size} bytes`, flags, record(), filled('5a', size)]);
  }
  return cases;
}

function contexts() {
  const longest = 'a'.repeat(1024);
  const longestWide = '\u{1f511}'.repeat(256);
  return [
    ['record context', ['Record'], record(), TEXT],
    ['with a tenant', ['Tenant'], record({ tenant: 'tenant-1' }), TEXT],
    ['revision 0', ['Revision'], record({ revision: '0' }), TEXT],
    ['revision 1', ['Revision'], record({ revision: '1' }), TEXT],
    ['revision 2^63', ['Revision'], record({ revision: '9223372036854775808' }), TEXT],
    ['revision 2^64 - 1', ['Revision'], record({ revision: '18446744073709551615' }), TEXT],
    ['tenant and revision', ['Tenant', 'Revision'], { context: FULL }, TEXT],
    ['one character each', ['Record'], { context: { userId: 'a', entityType: 'b', entityId: 'c' } }, TEXT],
    ['colon at the end of the type', ['Colon'], record({ entityType: 'a:b', entityId: 'c' }), TEXT],
    ['colon at the start of the id', ['Colon'], record({ entityType: 'a', entityId: 'b:c' }), TEXT],
    ['colon in the user id', ['Colon'], record({ userId: 'a:b', entityType: 'c' }), TEXT],
    ['colons only', ['Colon'], { context: { userId: ':', entityType: '::', entityId: ':' } }, TEXT],
    ['U+0000 in every field', ['Control'], { context: { userId: '\0', entityType: 'a\0b', entityId: '\0\0', tenant: '\0' } }, TEXT],
    ['line feed, escape, delete, U+0085', ['Control'], record({ userId: 'a\nb', entityType: '\u001b[0m', entityId: '\u007f\u0085' }), TEXT],
    ['two-byte letters', ['Unicode'], record({ userId: 'Jürgen', entityId: 'größe' }), TEXT],
    ['composed letter', ['Unicode'], record({ entityId: 'caf\u00e9' }), TEXT],
    ['decomposed letter: another context', ['Unicode'], record({ entityId: 'cafe\u0301' }), TEXT],
    ['four-byte character', ['Unicode'], record({ userId: '\u{1f511}', tenant: '\u{10ffff}' }), TEXT],
    ['right-to-left and joiners', ['Unicode'], record({ userId: 'שלום', entityId: 'a\u200db' }), TEXT],
    ['byte order mark, U+FFFD and U+FFFF', ['Unicode'], record({ userId: '\ufeffx', entityType: '\ufffd', entityId: '\uffff' }), TEXT],
    ['spaces are kept', ['Record'], record({ userId: ' user-1', entityId: 'x ' }), TEXT],
    ['every field of 1024 bytes', ['Longest'], { context: { userId: longest, entityType: longest, entityId: longest, tenant: longest, revision: '7' } }, TEXT],
    ['user id of 256 characters, 1024 bytes', ['Longest', 'Unicode'], record({ userId: longestWide }), TEXT],
    ['raw associated data', ['RawAad'], { aad: AAD }, TEXT],
    ['raw associated data of 1 byte, zero', ['RawAad'], { aad: Buffer.from([0]) }, TEXT],
    ['raw associated data that is not UTF-8', ['RawAad'], { aad: Buffer.from('fffe80c0', 'hex') }, TEXT],
    ['raw associated data that looks like a CTX', ['RawAad'], { aad: Buffer.from('010000', 'hex') }, TEXT],
    ['raw associated data that is a record\'s payloadAAD', ['RawAad'], { aad: utf8('pia-e2ee-v1:user-1:memory:x') }, TEXT],
    ['raw associated data of 4096 bytes', ['RawAad'], { aad: filled('a5', 4096) }, TEXT],
    ['raw associated data of 8183 bytes, the most', ['RawAad', 'Longest'], { aad: filled('c3', 8183) }, TEXT],
    ['raw associated data, empty plaintext', ['RawAad', 'EmptyPlaintext'], { aad: AAD }, Buffer.alloc(0)],
    ['nothing', ['ContextFree'], {}, TEXT],
    ['nothing, empty plaintext', ['ContextFree', 'EmptyPlaintext'], {}, Buffer.alloc(0)],
    ['associated data of no bytes is nothing', ['ContextFree'], { aad: Buffer.alloc(0) }, TEXT],
  ];
}

function contents() {
  return [
    ['plaintext of zeros', ['Content'], record(), filled('00', 64)],
    ['plaintext of ones', ['Content'], record(), filled('ff', 64)],
    ['plaintext that is itself an envelope', ['Content'], record(), seal('inner', RAW, record(), TEXT).envelope],
  ];
}

/** What every kind of UMK in a token is tried with; the flag names the kind. */
export const ofAKind = (text, flag) => [
  [text, [flag], record(), TEXT],
  [`${text}, tenant and revision`, [flag, 'Tenant', 'Revision'], { context: FULL }, TEXT],
  [`${text}, empty plaintext`, [flag, 'EmptyPlaintext'], record(), Buffer.alloc(0)],
  [`${text}, raw associated data`, [flag, 'RawAad'], { aad: AAD }, TEXT],
  [`${text}, the longest raw associated data`, [flag, 'RawAad', 'Longest'], { aad: filled('61', 8183) }, TEXT],
  [`${text}, nothing`, [flag, 'ContextFree'], {}, TEXT],
  [`${text}, wide characters`, [flag, 'Unicode'], { context: { userId: 'J\u00fcrgen', entityType: 'gr\u00f6\u00dfe', entityId: '\u{1f511}' } }, TEXT],
  [`${text}, 65536 bytes`, [flag, 'LongPlaintext'], record(), filled('5a', 65536)],
];

export function valid(keyName, key, [comment, flags, binding, plaintext], extra = {}, change = {}) {
  const bytes = expandBytes(plaintext);
  const expanded = binding.aad ? { aad: expandBytes(binding.aad) } : binding;
  const sealed = seal(`valid/${keyName}/${comment}`, key, expanded, bytes, change);
  return { comment, flags, ...binding, plaintext, ...extra, sealed, envelope: sealed.envelope, result: 'valid' };
}

const tenantAndRevision = () => valid('raw', RAW, ['tenant and revision', ['Tenant', 'Revision'], { context: FULL }, TEXT]);

/** A test of a record with tenant and revision, by default the raw group's, under another key. */
export function rewrapped(label, key, comment, flags, from = 'raw', source = tenantAndRevision()) {
  const { dek, body, payloadNonce } = source.sealed;
  const sealed = { ...seal(label, key, { context: FULL }, TEXT, { dek, body }), payloadNonce };
  const named = `the ${from} group's "${source.comment}", ${comment}`;
  return { ...source, comment: named, flags: [...flags, 'Rewrapped'], sealed, envelope: sealed.envelope };
}

/** One list of tests for each group of keys. */
export function validTests() {
  const raw = [...sizes(), ...contexts(), ...contents()].map((test) => valid('raw', RAW, test));
  const custody = [
    valid('custody', CUSTODY, ['key in custody', ['Custody'], record(), TEXT]),
    valid('custody', CUSTODY, ['key in custody, nothing', ['Custody', 'ContextFree'], {}, TEXT]),
    rewrapped('rewrap', CUSTODY, 'rewrapped into custody', ['Custody']),
  ];
  const last = [valid('last', LAST_GENERATION, ['generation 2^32 - 1', ['Custody', 'Generation'], record(), TEXT])];
  const generations = [
    ...GENERATIONS.map((key) =>
      valid('generations', key, [`generation ${key.generation}`, ['Custody', 'Generation'], record(), TEXT]),
    ),
    valid('generations', GENERATIONS[1], ['at the minimum generation', ['Custody', 'Generation'], record(), TEXT], { minGeneration: 2 }),
    valid('generations', GENERATIONS[0], ['over the minimum generation', ['Custody', 'Generation'], record(), TEXT], { minGeneration: 2 }),
  ];
  return { raw, custody, last, generations };
}
