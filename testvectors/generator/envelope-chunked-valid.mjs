// The envelopes of suite 2 that every opener must open, and the lengths that sealers and parsers must agree on.
import { custodyKey, rawKey, seeded, utf8 } from './envelope-writer.mjs';
import { CHUNK, counted, sealChunked } from './envelope-chunked-writer.mjs';

export const RAW = rawKey('chunked: raw UMK');
export const OTHER_RAW = rawKey('chunked: another raw UMK');
export const CUSTODY = custodyKey('chunked: custody UMK', 1);
/** The generations of one key; the first one is in use, the others are kept for opening. */
export const GENERATIONS = [2, 1].map((n) => custodyKey(`chunked: rotated UMK, generation ${n}`, n));

export const RECORD = { userId: 'user-1', entityType: 'file', entityId: 'holiday.mp4' };
export const FULL = { ...RECORD, tenant: 'tenant-1', revision: '4' };
export const TEXT = utf8('a short text, chunked because the caller forced it');
export const AAD = utf8('table=files;row=17');
const LONGEST_AUTOMATIC_SUITE_1 = 65536;
const MIB = 1024 * 1024;

export const record = (changes) => ({ context: { ...RECORD, ...changes } });
export const of = (length) => ({ length });

const choice = (length) => (length > LONGEST_AUTOMATIC_SUITE_1 ? 'Automatic' : 'Forced');

function sizes() {
  const few = [0, 1, 15, 16, 17, 255, 4096].map((length) => [length, length > 200 ? of(length) : seeded(`chunked: plaintext ${length}`, length)]);
  const borders = [1, 2, 3, 4, 5].flatMap((chunks) => [-1, 0, 1].map((more) => chunks * CHUNK + more));
  const many = [...borders, 100000, MIB - 1, MIB, MIB + 1].map((length) => [length, of(length)]);
  const last = [256 * CHUNK, of(256 * CHUNK)];
  return [...few, ...many, last].map(([length, plaintext]) => {
    const chunks = Math.floor(length / CHUNK) + 1;
    const more = [length === 0 && 'EmptyPlaintext', length > 0 && length % CHUNK === 0 && 'EmptyLastChunk', chunks > 256 && 'ChunkNumber'].filter(Boolean);
    const comment = `plaintext of ${length} bytes, ${chunks === 1 ? '1 chunk' : `${chunks} chunks`}`;
    return [comment, ['Size', choice(length), ...more], record(), plaintext];
  });
}

function contexts() {
  const longest = 'a'.repeat(1024);
  return [
    ['record context', ['Forced', 'Record'], record(), TEXT],
    ['tenant and revision', ['Forced', 'Record'], { context: FULL }, TEXT],
    ['tenant and revision, several chunks', ['Automatic', 'Record'], { context: FULL }, of(5 * CHUNK + 77)],
    ['every field of 1024 bytes', ['Forced', 'Longest'], { context: { userId: longest, entityType: longest, entityId: longest, tenant: longest, revision: '18446744073709551615' } }, TEXT],
    ['characters of several bytes, colons, U+0000', ['Forced', 'Unicode'], record({ userId: 'Jürgen:\u{1f511}', entityId: 'a\0b' }), TEXT],
    ['raw associated data', ['Forced', 'RawAad'], { aad: AAD }, TEXT],
    ['raw associated data, several chunks', ['Automatic', 'RawAad'], { aad: AAD }, of(4 * CHUNK + 1)],
    ['raw associated data of 8183 bytes, the most', ['Forced', 'RawAad', 'Longest'], { aad: counted(1, 8183) }, TEXT],
    ['raw associated data, empty plaintext', ['Forced', 'RawAad', 'EmptyPlaintext'], { aad: AAD }, Buffer.alloc(0)],
    ['nothing', ['Forced', 'ContextFree'], {}, TEXT],
    ['nothing, several chunks', ['Automatic', 'ContextFree'], {}, of(4 * CHUNK + 1000)],
    ['nothing, empty plaintext', ['Forced', 'ContextFree', 'EmptyPlaintext'], {}, Buffer.alloc(0)],
    ['associated data of no bytes is nothing', ['Forced', 'ContextFree'], { aad: Buffer.alloc(0) }, TEXT],
  ];
}

/** What a UMK in a token is tried with; the flag names its kind. */
export const ofAKind = (text, flag) => [
  [text, [flag, 'Forced'], record(), TEXT],
  [`${text}, empty plaintext`, [flag, 'Forced', 'EmptyPlaintext'], record(), Buffer.alloc(0)],
  [`${text}, several chunks`, [flag, 'Automatic'], { context: FULL }, of(4 * CHUNK + 9)],
  [`${text}, a full chunk and an empty one`, [flag, 'Forced', 'EmptyLastChunk'], { context: FULL }, of(CHUNK)],
  [`${text}, raw associated data`, [flag, 'Forced', 'RawAad'], { aad: AAD }, TEXT],
  [`${text}, nothing`, [flag, 'Forced', 'ContextFree'], {}, TEXT],
];

export function valid(keyName, key, [comment, flags, binding, plaintext], extra = {}, change = {}) {
  const sealed = sealChunked(`chunked/valid/${keyName}/${comment}`, key, binding, plaintext, change);
  return { comment, flags, ...binding, ...extra, sealed, plaintext: sealed.plaintext, envelope: sealed.envelope, result: 'valid' };
}

/** The envelope with a new header under another key; nothing of the body changes. */
export function rewrapped(test, key, from, more) {
  const { sealed, context, plaintext } = test;
  const { dek } = sealed;
  const moved = sealChunked(`chunked/rewrap/${from}/${test.comment}`, key, { context }, plaintext, { dek, salt: sealed.salt });
  return {
    comment: `the ${from} group's "${test.comment}", rewrapped`,
    flags: ['Rewrapped', ...more, choice(plaintext.length)],
    context,
    sealed: moved,
    plaintext,
    envelope: moved.envelope,
    result: 'valid',
  };
}

/** One list of tests for each group of keys. */
export function validTests() {
  const raw = [...sizes(), ...contexts()].map((test) => valid('raw', RAW, test));
  const named = (name) => raw.find(({ comment }) => comment === name);
  const moved = ['tenant and revision', 'tenant and revision, several chunks'].map((name) => rewrapped(named(name), CUSTODY, 'raw', ['Custody']));
  const custody = [
    ['key in custody', ['Custody', 'Forced'], record(), TEXT],
    ['key in custody, empty plaintext', ['Custody', 'Forced', 'EmptyPlaintext'], record(), Buffer.alloc(0)],
    ['key in custody, several chunks', ['Custody', 'Automatic'], record(), of(4 * CHUNK + 9)],
    ['key in custody, nothing', ['Custody', 'Forced', 'ContextFree'], {}, TEXT],
  ].map((test) => valid('custody', CUSTODY, test));
  const [second, first] = GENERATIONS;
  const old = valid('generations', first, ['generation 1', ['Custody', 'Generation', 'Forced'], record(), of(CHUNK + 3)]);
  const generations = [
    old,
    valid('generations', second, ['generation 2, at the minimum', ['Custody', 'Generation', 'Forced'], record(), TEXT], { minGeneration: 2 }),
    { ...rewrapped(old, second, 'same', ['Custody', 'Generation']), minGeneration: 2 },
  ];
  return { raw, custody: [...custody, ...moved], generations };
}
