#!/usr/bin/env node
// Writes ../vectors/recovery.json from ../spec/recovery.md; with --check it compares instead.
// Needs Node 20 and the command argon2 (Debian's package of that name), since Node 20 has no Argon2.
import { createHash } from 'node:crypto';
import { argon2id, box, expand, hmac, lp, u16, u32, u8 } from './keyfile-writer.mjs';
import { vectorFile, writeOrCheck } from './vector-file.mjs';

const random = (name, length = 32) =>
  createHash('sha256').update(`e2ee recovery vectors 1\0${name}`).digest().subarray(0, length);
const utf8 = (text) => Buffer.from(text, 'utf8');
const label = (text, ...parts) => Buffer.concat([utf8(text), u8(0), ...parts]);
const userCtx = (userId) => Buffer.concat([u8(1), u16(1), u16(2), lp(utf8(userId))]);
const flip = (bytes, at) => Buffer.concat([bytes.subarray(0, at), u8(bytes[at] ^ 1), bytes.subarray(at + 1)]);

// Section 2.
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const PREFIX = 'e2ee-recovery-v1';

function polymod(values) {
  const generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  let state = 1;
  for (const value of values) {
    const top = state >>> 25;
    state = ((state & 0x1ffffff) << 5) ^ value;
    generator.forEach((word, i) => { if ((top >>> i) & 1) state ^= word; });
  }
  return state;
}

const expanded = [...PREFIX].map((c) => c.charCodeAt(0) >> 5).concat(0, [...PREFIX].map((c) => c.charCodeAt(0) & 31));

function checksum(data, constant = 0x2bc830a3) {
  const value = polymod([...expanded, ...data, 0, 0, 0, 0, 0, 0]) ^ constant;
  return Array.from({ length: 6 }, (_, i) => (value >>> (5 * (5 - i))) & 31);
}

function dataSymbols(entropy, padding = '00') {
  const bits = [...entropy].map((byte) => byte.toString(2).padStart(8, '0')).join('') + padding;
  return bits.match(/.{5}/g).map((five) => parseInt(five, 2));
}

const written = (symbols) => symbols.map((s) => ALPHABET[s]).join('').match(/.{1,4}/g).join('-');
const codeText = (entropy, { padding, constant } = {}) => {
  const data = dataSymbols(entropy, padding);
  return written([...data, ...checksum(data, constant)]);
};

function codeTests() {
  const entropy = random('code', 16);
  const text = codeText(entropy);
  const valid = (comment, typed, e = entropy) => ({ comment, typed, entropy: e, flags: ['Valid'], result: 'valid' });
  const invalid = (fault, typed) => ({ comment: fault, typed, flags: ['TypingError'], result: 'invalid', fault, error: 'invalid-code' });
  const swapped = (i, j) => {
    const chars = [...text];
    [chars[i], chars[j]] = [chars[j], chars[i]];
    return chars.join('');
  };
  const at = (i, c) => text.slice(0, i) + c + text.slice(i + 1);
  const other = (i) => (text[i] === 'Z' ? 'Y' : 'Z');
  return [
    valid('as it is written', text), valid('lower case', text.toLowerCase()), valid('no dashes', text.replaceAll('-', '')),
    valid('blanks', ` ${text.replaceAll('-', ' ')}\n`), valid('O, I and L', text.replaceAll('0', 'O').replaceAll('1', 'l')),
    valid('o and I', text.replaceAll('0', 'o').replaceAll('1', 'I')), valid('blanks of every kind', text.replaceAll('-', '\t\n\v\f\r ')),
    valid('all zero', codeText(Buffer.alloc(16)), Buffer.alloc(16)), valid('all one', codeText(Buffer.alloc(16, 255)), Buffer.alloc(16, 255)),
    invalid('Empty', ''), invalid('OneWrongSymbol', at(0, other(0))), invalid('OneWrongSymbolOfTheChecksum', at(38, other(38))),
    invalid('TwoChangedPlaces', swapped(0, 1)), invalid('TwoFarApartChangedPlaces', swapped(2, 30)),
    invalid('OneMissing', text.slice(1)), invalid('OneTooMuch', `${text}0`), invalid('OneTwice', text[0] + text),
    invalid('LongS', text.replace('S', '\u017f')), invalid('KelvinSign', text.replace('K', '\u212a')), invalid('DotlessI', text.replace('1', '\u0131')),
    invalid('NoBreakSpace', text.replace('-', '\u00a0')), invalid('FullWidthDigit', text.replace('7', '\uff17')),
    invalid('LetterU', at(0, 'U')), invalid('OtherCharacter', at(0, '*')),
    invalid('Bech32NotBech32m', codeText(entropy, { constant: 1 })), invalid('PaddingBits', codeText(entropy, { padding: '01' })),
    invalid('ChecksumZero', written([...dataSymbols(entropy), ...[...'qqqqqq'].map(() => 0)])),
  ];
}

// Section 3.
const USER = 'b1d6b0b0-1111-4222-8333-444455556666';
const FLOOR = { memory: 19456, passes: 2, lanes: 1 };
const NO_COST = { memory: 0, passes: 0, lanes: 0 };
const UMK = random('umk');
const KEY_ID = random('key id', 16);
const CODE = random('code', 16);

// Derivation 2.
const rootInfo = (userId) => label('e2ee-recovery-root-v1', lp(userCtx(userId)));
const hkdfRoot = (entropy, salt, userId) => expand(hmac(salt, entropy), rootInfo(userId));

function rootOf(w) {
  if (w.makeRoot) return w.makeRoot(w);
  return w.derivation === 2 ? hkdfRoot(w.entropy, w.salt, w.userId) : argon2id(w.entropy, w.salt, w.deriveCost ?? w.cost);
}

function recoveryWrap(given) {
  const w = { userId: USER, umk: UMK, keyId: KEY_ID, generation: 3, issue: 2, cost: FLOOR, entropy: CODE, ...given };
  // Text, where the command argon2 derives: it takes the salt as an argument.
  w.salt ??= utf8(random(`${w.name} salt`, 16).toString('hex'));
  w.parameters = Buffer.concat([
    utf8(w.magic ?? 'E2RW'), u8(w.version ?? 1), u8(w.derivation ?? 1), u16(w.flags ?? 0), u32(w.generation), w.keyId, u32(w.issue),
    u32(w.cost.memory), u32(w.cost.passes), u32(w.cost.lanes), w.salt,
  ]);
  const bound = w.boundParameters ?? w.parameters;
  w.root = w.root ?? rootOf(w);
  w.commitment = w.givenCommitment ?? expand(w.root, label('e2ee-recovery-commit-v1', lp(userCtx(w.userId)), lp(bound)));
  w.wrapKey = expand(w.root, label(w.keyLabel ?? 'e2ee-recovery-key-v1', lp(userCtx(w.userId)), lp(bound)));
  w.aad = label(w.aadLabel ?? 'pia-recovery-wrap-v1', w.parameters, w.commitment);
  w.box = box(w.wrapKey, random(`${w.name} nonce`, 12), w.umk, w.aad);
  w.bytes = Buffer.concat([w.parameters, w.commitment, w.box]);
  return w;
}

const wrapOf = (name, more = {}) => recoveryWrap({ name, ...more });
const row = (comment, wrap, more) => ({ comment, userId: USER, code: CODE, minimumIssue: 1, wrap, ...more });
const valid = (comment, w, { flags = [], ...more } = {}) => row(comment, w.bytes, {
  flags: ['Valid', ...flags], result: 'valid', umk: w.umk, keyId: w.keyId, generation: w.generation, issue: w.issue,
  intermediate: { root: w.root, commitment: w.commitment, wrapKey: w.wrapKey, aad: w.aad }, ...more,
});
const faulty = (faults, error, ...flags) => Object.entries(faults).map(([fault, bytes]) =>
  row(fault, bytes, { flags, result: 'invalid', fault, error }));
const NEVER = random('a root that nobody derives');

/** What a holder of the code can get wrong, or somebody else change, whatever the derivation. */
const changed = (good) => ({
  GenerationChanged: flip(good.bytes, 11), KeyIdChanged: flip(good.bytes, 12), IssueChanged: flip(good.bytes, 31),
  SaltChanged: flip(good.bytes, 44), CommitmentChanged: flip(good.bytes, 76),
  NonceChanged: flip(good.bytes, 108), CiphertextChanged: flip(good.bytes, 120), TagChanged: flip(good.bytes, good.bytes.length - 1),
});

function wrapTests() {
  const good = wrapOf('valid');
  const cost = (more) => wrapOf(`cost ${JSON.stringify(more)}`, { cost: { ...FLOOR, ...more }, root: NEVER });
  const malformed = {
    Empty: Buffer.alloc(0), Cut: good.bytes.subarray(0, -1), Appended: Buffer.concat([good.bytes, u8(0)]),
    Magic: wrapOf('magic', { magic: 'E2RX' }).bytes, Version0: wrapOf('v0', { version: 0 }).bytes, Version2: wrapOf('v2', { version: 2 }).bytes,
    Derivation0: wrapOf('derivation 0', { derivation: 0 }).bytes, Derivation3: wrapOf('derivation 3', { derivation: 3 }).bytes, Flags: wrapOf('flags', { flags: 1 }).bytes,
    Generation0: wrapOf('generation', { generation: 0 }).bytes, GenerationTooLarge: wrapOf('large', { generation: 0x80000000 }).bytes,
    Issue0: wrapOf('issue', { issue: 0 }).bytes,
    MemoryBelowFloor: cost({ memory: 19455 }).bytes, MemoryAboveCeiling: cost({ memory: 1048577 }).bytes,
    MemoryTerabytes: cost({ memory: 0x7fffffff }).bytes, MemoryHighBit: cost({ memory: 0x80000000 }).bytes,
    PassesBelowFloor: cost({ passes: 1 }).bytes, PassesAboveCeiling: cost({ passes: 17 }).bytes, AMillionPasses: cost({ passes: 1000000 }).bytes,
    Memory0: cost({ memory: 0 }).bytes, Passes0: cost({ passes: 0 }).bytes, Lanes0: cost({ lanes: 0 }).bytes, CostZero: cost(NO_COST).bytes, LanesAboveCeiling: cost({ lanes: 17 }).bytes,
  };
  const notAuthentic = {
    ...changed(good), MemoryChanged: flip(good.bytes, 35), PassesChanged: flip(good.bytes, 39),
    AnotherCode: wrapOf('code', { entropy: random('another code', 16) }).bytes, AnotherUser: wrapOf('user', { userId: 'bob' }).bytes,
    DerivedWithoutCost: wrapOf('by hkdf', { makeRoot: (w) => hkdfRoot(w.entropy, w.salt, w.userId) }).bytes,
    DerivedAtAnotherCost: wrapOf('cost', { deriveCost: { ...FLOOR, passes: 3 } }).bytes,
    CommittedToOtherParameters: wrapOf('parameters', { boundParameters: Buffer.alloc(76) }).bytes,
    CommitmentZero: wrapOf('zero', { givenCommitment: Buffer.alloc(32) }).bytes,
    SealedUnderAnotherLabel: wrapOf('label', { aadLabel: 'pia-umk-wrap-v1' }).bytes,
    KeyOfAnotherPurpose: wrapOf('purpose', { keyLabel: 'e2ee-recovery-commit-v1' }).bytes,
  };
  return [
    valid('floor cost', good),
    valid('default cost', wrapOf('default', { cost: { memory: 65536, passes: 3, lanes: 4 } })),
    valid('first issue and generation', wrapOf('first', { generation: 1, issue: 1 })),
    valid('last generation', wrapOf('last', { generation: 0x7fffffff, issue: 0x7fffffff })),
    valid('the remembered issue', wrapOf('remembered'), { minimumIssue: 2 }),
    ...faulty(malformed, 'malformed', 'MalformedWrap'), ...faulty(notAuthentic, 'not-authentic', 'NotAuthentic'),
    row('RetiredIssue', good.bytes, { minimumIssue: 3, flags: ['Retired'], result: 'invalid', fault: 'RetiredIssue', error: 'not-authentic' }),
  ];
}

// Derivation 2. Its salts are any bytes.
const bareWrap = (name, more = {}) => wrapOf(`without cost ${name}`, { derivation: 2, cost: NO_COST, salt: random(`without cost ${name} salt`), ...more });

/** With the names of a group that is in the file already. */
const renamed = (faults) => Object.fromEntries(Object.entries(faults).map(([fault, bytes]) => [`${fault}WithoutCost`, bytes]));

function malformedWithoutCost(good) {
  const cost = (more, as = 2) => bareWrap(JSON.stringify([as, more]), { derivation: as, cost: { ...NO_COST, ...more } }).bytes;
  const changedTo = (bytes, derivation) => Buffer.concat([bytes.subarray(0, 5), u8(derivation), bytes.subarray(6)]);
  return {
    MemoryButNoCost: cost({ memory: 1 }), PassesButNoCost: cost({ passes: 1 }), LanesButNoCost: cost({ lanes: 1 }),
    MemoryAtTheFloorButNoCost: cost({ memory: 19456 }), MemoryHighBitButNoCost: cost({ memory: 0x80000000 }),
    PassesHighBitButNoCost: cost({ passes: 0x80000000 }), LanesHighBitButNoCost: cost({ lanes: 0x80000000 }),
    WholeCostButNoCost: cost(FLOOR), Derivation3WithoutCost: bareWrap('derivation 3', { derivation: 3, root: NEVER }).bytes,
    CostZeroDerivedWithoutCost: bareWrap('as 1', { derivation: 1, makeRoot: (w) => hkdfRoot(w.entropy, w.salt, w.userId) }).bytes,
    DerivationChangedTo1: changedTo(good.bytes, 1), DerivationChangedTo2: changedTo(wrapOf('valid').bytes, 2),
  };
}

/** A wrap with other values before its salt, as a server could write it. */
const shown = (w, derivation, { memory, passes, lanes }) =>
  Buffer.concat([w.bytes.subarray(0, 5), u8(derivation), w.bytes.subarray(6, 32), ...[memory, passes, lanes].map(u32), w.bytes.subarray(44)]);

function notAuthenticWithoutCost(good) {
  const root = (name, makeRoot) => bareWrap(name, { makeRoot }).bytes;
  const prk = (w) => hmac(w.salt, w.entropy);
  const textSalt = { salt: utf8(random('without cost, argon2 salt', 16).toString('hex')) };
  return {
    ...renamed(changed(good)), AnotherCodeWithoutCost: bareWrap('code', { entropy: random('another code', 16) }).bytes,
    AnotherUserWithoutCost: bareWrap('user', { userId: 'bob' }).bytes,
    CommitmentZeroWithoutCost: bareWrap('zero', { givenCommitment: Buffer.alloc(32) }).bytes,
    CostTakenAway: shown(wrapOf('valid'), 2, NO_COST), CostAdded: shown(good, 1, FLOOR),
    CommittedToACost: bareWrap('committed', { boundParameters: shown(good, 1, FLOOR).subarray(0, 76), salt: good.salt }).bytes,
    DerivedAtACost: bareWrap('by argon2', { ...textSalt, makeRoot: (w) => argon2id(w.entropy, w.salt, FLOOR) }).bytes,
    RootOfAnotherUser: root('root of bob', (w) => expand(prk(w), rootInfo('bob'))),
    RootWithoutUser: root('no user', (w) => expand(prk(w), label('e2ee-recovery-root-v1'))),
    RootOfUserWithoutContext: root('no context', (w) => expand(prk(w), label('e2ee-recovery-root-v1', lp(utf8(w.userId))))),
    RootOfUserWithoutLength: root('no length', (w) => expand(prk(w), label('e2ee-recovery-root-v1', userCtx(w.userId)))),
    RootOfAnotherLabel: root('label', (w) => expand(prk(w), label('e2ee-recovery-key-v1', lp(userCtx(w.userId))))),
    RootBoundToParameters: root('bound', (w) => expand(prk(w), Buffer.concat([rootInfo(w.userId), lp(w.parameters)]))),
    RootNotExpanded: root('not expanded', prk), RootNotExtracted: root('not extracted', (w) => expand(w.entropy, rootInfo(w.userId))),
    RootWithoutSalt: root('no salt', (w) => hkdfRoot(w.entropy, Buffer.alloc(0), w.userId)),
    SaltAndCodeExchanged: root('exchanged', (w) => hkdfRoot(w.salt, w.entropy, w.userId)),
  };
}

function withoutCostTests() {
  const other = { umk: random('umk of another user'), keyId: random('key id of another user', 16) };
  const theirs = (name, userId, entropy, more) => [bareWrap(name, { ...other, userId, entropy, ...more }), { userId, code: entropy }];
  const accepted = (comment, w, more) => valid(comment, w, { flags: ['WithoutCost'], ...more });
  const good = bareWrap('valid');
  return [
    accepted('without a cost', good), accepted('without a cost, first issue and generation', bareWrap('first', { generation: 1, issue: 1 })),
    accepted('without a cost, last generation', bareWrap('last', { generation: 0x7fffffff, issue: 0x7fffffff })),
    accepted('without a cost, the remembered issue', bareWrap('remembered', { issue: 7 }), { minimumIssue: 7 }),
    accepted('without a cost, another user', ...theirs('ann', 'ann', Buffer.alloc(16), { generation: 4, issue: 9 })),
    accepted('without a cost, the longest user id', ...theirs('long', '\u00e9'.repeat(512), Buffer.alloc(16, 255), { generation: 9, issue: 258 })),
    accepted('without a cost, a salt of zeros', bareWrap('zeros', { salt: Buffer.alloc(32) })),
    ...faulty(malformedWithoutCost(good), 'malformed', 'MalformedWrap', 'WithoutCost'),
    ...faulty(notAuthenticWithoutCost(good), 'not-authentic', 'NotAuthentic', 'WithoutCost'),
    row('RetiredIssueWithoutCost', good.bytes, {
      minimumIssue: 3, flags: ['Retired', 'WithoutCost'], result: 'invalid', fault: 'RetiredIssueWithoutCost', error: 'not-authentic',
    }),
  ];
}

// The parameters of the cipher.
function parameterTests() {
  const encode = ({ version = 1, issue, memory, passes, lanes, id }) =>
    Buffer.concat([u8(version), ...[issue, memory, passes, lanes].map(u32), id]);
  const usual = { issue: 2, ...FLOOR, id: utf8(USER) };
  const bare = { ...usual, ...NO_COST };
  const valid = (comment, more = {}, ...flags) => {
    const { id, ...given } = { ...usual, ...more };
    return { comment, userId: id.toString('utf8'), ...given, encoded: encode({ id, ...given }), flags: ['Valid', ...flags], result: 'valid' };
  };
  const good = encode(usual);
  const malformed = {
    Empty: Buffer.alloc(0), Cut: good.subarray(0, 16), Version0: encode({ ...usual, version: 0 }), Version2: encode({ ...usual, version: 2 }),
    Issue0: encode({ ...usual, issue: 0 }), IssueTooLarge: encode({ ...usual, issue: 0x80000000 }),
    MemoryBelowFloor: encode({ ...usual, memory: 19455 }), MemoryAboveCeiling: encode({ ...usual, memory: 1048577 }),
    PassesBelowFloor: encode({ ...usual, passes: 1 }), PassesAboveCeiling: encode({ ...usual, passes: 17 }),
    Lanes0: encode({ ...usual, lanes: 0 }), LanesAboveCeiling: encode({ ...usual, lanes: 17 }),
    NoUser: encode({ ...usual, id: Buffer.alloc(0) }), UserTooLong: encode({ ...usual, id: Buffer.alloc(1025, 'a') }),
    UserNotUtf8: encode({ ...usual, id: Buffer.from([0xc3]) }),
  };
  const mixed = {
    Memory0: encode({ ...usual, memory: 0 }), Passes0: encode({ ...usual, passes: 0 }), MemoryOnly: encode({ ...bare, memory: 19456 }),
    PassesOnly: encode({ ...bare, passes: 2 }), LanesOnly: encode({ ...bare, lanes: 1 }), MemoryHighBitOnly: encode({ ...bare, memory: 0x80000000 }),
    Issue0WithoutCost: encode({ ...bare, issue: 0 }), NoUserWithoutCost: encode({ ...bare, id: Buffer.alloc(0) }),
    CutWithoutCost: encode(bare).subarray(0, 16),
  };
  const refused = (faults, ...flags) => Object.entries(faults).map(([fault, encoded]) =>
    ({ comment: fault, encoded, flags: ['MalformedParameters', ...flags], result: 'invalid', fault, error: 'malformed' }));
  return [
    valid('a user at the floor of the cost'), valid('the default cost, first issue', { issue: 1, memory: 65536, passes: 3, lanes: 4 }),
    valid('the most of everything', { issue: 0x7fffffff, memory: 1048576, passes: 16, lanes: 16, id: utf8('é'.repeat(512)) }),
    ...refused(malformed),
    valid('without a cost', NO_COST, 'WithoutCost'),
    valid('without a cost, another user, last issue', { ...NO_COST, issue: 0x7fffffff, id: utf8('ann') }, 'WithoutCost'),
    ...refused(mixed, 'WithoutCost'),
  ];
}

const notes = {
  Valid: 'what a reader must accept',
  TypingError: 'a code that is refused before anything is derived: [recovery-1] to [recovery-3]',
  WithoutCost: 'about derivation 2, which has no cost',
  MalformedWrap: 'a wrap that is refused before anything is derived: [recovery-4], [recovery-5], [recovery-11]',
  MalformedParameters: 'encoded parameters that are refused: [recovery-10]',
  NotAuthentic: 'a wrap that is refused with the one error of [recovery-8]; some were made by somebody who has the code',
  Retired: 'a wrap of a code before the remembered one: [recovery-9]',
};
const groups = [
  { type: 'RecoveryCode', keys: {}, tests: codeTests() },
  { type: 'RecoveryWrap', keys: {}, tests: [...wrapTests(), ...withoutCostTests()] },
  { type: 'RecoveryWrapParameters', keys: {}, tests: parameterTests() },
];
const text = vectorFile('recovery', notes, groups, { algorithm: 'E2EE-Recovery', specification: 'testvectors/spec/recovery.md' });
writeOrCheck([[new URL('../vectors/recovery.json', import.meta.url), text]]);
