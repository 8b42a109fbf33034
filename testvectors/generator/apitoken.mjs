#!/usr/bin/env node
// Writes ../vectors/apitoken.json and the examples of ../spec/apitoken.md from that specification; with --check it compares instead.
// Needs Node 20 and nothing else.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { box, expand, lp, u16, u32, u8 } from './keyfile-writer.mjs';
import { exampleBlock, vectorFile, withExamples, writeOrCheck } from './vector-file.mjs';

const random = (name, length = 32) =>
  createHash('sha256').update(`e2ee apitoken vectors 2\0${name}`).digest().subarray(0, length);
const utf8 = (text) => Buffer.from(text, 'utf8');
const label = (text, ...parts) => Buffer.concat([utf8(text), u8(0), ...parts]);
const userCtx = (userId) => Buffer.concat([u8(1), u16(1), u16(2), lp(utf8(userId))]);
const flip = (bytes, at, bit = 1) => Buffer.concat([bytes.subarray(0, at), u8(bytes[at] ^ bit), bytes.subarray(at + 1)]);

// Section 2.
const checkOf = (seed) => expand(seed, label('e2ee-apitoken-check-v2')).subarray(0, 3);
const idOf = (seed) => expand(seed, label('e2ee-apitoken-id-v2'), 16);
const text = (seed, { version = 2, check = checkOf(seed), prefix = 'e2ee_' } = {}) =>
  prefix + Buffer.concat([u8(version), seed, check]).toString('base64url');

/** A seed whose token has both characters that base64url has for itself. */
const SEED = Array.from({ length: 100 }, (_, i) => random(`seed ${i}`)).find((seed) => /^e2ee_.*-.*_|^e2ee_.*_.*-/.test(text(seed)));
const OTHER = random('another seed');

function tokenTests() {
  const good = text(SEED);
  const valid = (comment, seed) =>
    ({ comment, text: text(seed), seed, tokenId: idOf(seed), intermediate: { check: checkOf(seed) }, flags: ['Valid'], result: 'valid' });
  const at = (i, c) => good.slice(0, i) + c + good.slice(i + 1);
  const swapped = (i, j) => at(i, good[j]).slice(0, j) + good[i] + good.slice(j + 1);
  const differing = [...good].findIndex((c, i) => i > 8 && c !== good[i + 1]);
  const letter = [...good].findIndex((c, i) => i > 8 && /[a-z]/.test(c));
  const faults = {
    Empty: '', PrefixOnly: 'e2ee_', NoPrefix: good.slice(5), PrefixInUpperCase: good.replace('e2ee', 'E2EE'), PrefixWithADash: good.replace('e2ee_', 'e2ee-'),
    PrefixTwice: `e2ee_${good}`, AnotherPrefix: text(SEED, { prefix: 'e2ef_' }), Version0: text(SEED, { version: 0 }), Version1: text(SEED, { version: 1 }),
    Version3: text(SEED, { version: 3 }), OneWrongCharacter: at(20, good[20] === 'A' ? 'B' : 'A'), OneInTheOtherCase: at(letter, good[letter].toUpperCase()),
    TwoChangedPlaces: swapped(differing, differing + 1), LastCharacterWrong: at(52, good[52] === 'A' ? 'B' : 'A'),
    SeedBit: text(flip(SEED, 31), { check: checkOf(SEED) }), CheckOfAnotherSeed: text(SEED, { check: checkOf(OTHER) }), CheckZero: text(SEED, { check: Buffer.alloc(3) }),
    CheckOfAnotherLabel: text(SEED, { check: idOf(SEED).subarray(0, 3) }),
    CheckIsAHash: text(SEED, { check: createHash('sha256').update(label('e2ee-apitoken-check-v2', u8(2), SEED)).digest().subarray(0, 3) }),
    OneMissing: good.slice(0, -1), OneTooMuch: `${good}A`, FourMissing: good.slice(0, -4), FourTooMuch: `${good}AAAA`, ThreeBytesOfPadding: `${good.slice(0, -4)}====`,
    Padded: `${good}====`, LastIsPadding: at(52, '='), PlusForDash: good.replaceAll('-', '+'), SlashForUnderscore: `e2ee_${good.slice(5).replaceAll('_', '/')}`,
    LeadingBlank: ` ${good}`, TrailingBlank: `${good} `, LineBreak: `${good}\n`, BlankInside: at(30, ' '), NulInside: at(30, '\0'), FullWidthLetter: at(30, '\uff21'),
    CyrillicLetter: at(30, '\u0410'), Quoted: `"${good}"`,
  };
  // The token that Acontext ships.
  const acontext = 'sk-ac-AaGyw9Tl9qe4ydDh8qO0xdZNkrobQvwHWFRsnp5a3QtfbaDSDJQeRHxXPr4bGpc0g130EqBSjRNF';
  const row = (fault, refused, flag) => ({ comment: fault, text: refused, flags: [flag], result: 'invalid', fault, error: 'invalid-token' });
  return [
    valid('a token', SEED), valid('another token', OTHER), valid('a seed of zeros', Buffer.alloc(32)), valid('a seed of ones', Buffer.alloc(32, 255)),
    ...Object.entries(faults).map(([fault, refused]) => row(fault, refused, 'InvalidToken')),
    row('TokenOfAcontext', acontext, 'VersionOne'), row('LegacyTokenOfAcontext', 'sk-ac-some-plain-secret', 'VersionOne'),
  ];
}

// Section 3.
const authInfo = (audience) => label('e2ee-apitoken-auth-v2', lp(utf8(audience)));
const authOf = (seed, audience) => expand(seed, authInfo(audience));
const verifierInfo = label('e2ee-apitoken-verifier-v2');
const verifierOf = (auth) => expand(auth, verifierInfo);
const AUDIENCE = 'https://api.example.org';

function authTests() {
  const audiences = {
    'an origin': AUDIENCE, 'another port': `${AUDIENCE}:8443`, 'a slash at the end': `${AUDIENCE}/`, 'in upper case': AUDIENCE.toUpperCase(), 'one byte': 'a',
    'a zero byte': 'a\0b', 'composed': '\u00e9', 'not composed': 'e\u0301', 'beyond the basic plane': '\u{1f336}', 'the longest': '\u00e9'.repeat(512),
  };
  const row = (comment, seed, audience) => {
    const auth = authOf(seed, audience);
    return { comment, text: text(seed), audience, auth, verifier: verifierOf(auth), flags: ['Valid'], result: 'valid' };
  };
  return [...Object.entries(audiences).map(([comment, audience]) => row(comment, SEED, audience)), row('another token', OTHER, AUDIENCE)];
}

function verifyTests() {
  const auth = authOf(SEED, AUDIENCE);
  const verifier = verifierOf(auth);
  const faults = {
    AuthOfAnotherAudience: authOf(SEED, 'https://evil.example'), AuthOfAnotherToken: authOf(OTHER, AUDIENCE), AuthBit: flip(auth, 0), AuthLastBit: flip(auth, 31, 128),
    Empty: Buffer.alloc(0), Cut: auth.subarray(0, 31), Appended: Buffer.concat([auth, u8(0)]), Zeros: Buffer.alloc(32), VerifierInItsPlace: verifier,
    TokenIdInItsPlace: idOf(SEED), SeedInItsPlace: SEED, Twice: Buffer.concat([auth, auth]),
  };
  const row = (comment, shown, more) => ({ comment, verifier, auth: shown, ...more });
  return [
    row('the right one', auth, { flags: ['Valid'], result: 'valid' }),
    ...Object.entries(faults).map(([fault, shown]) => row(fault, shown, { flags: ['Refused'], result: 'invalid', fault, error: 'refused' })),
    { ...row('VerifierIsAuth', auth, { flags: ['Refused'], result: 'invalid', fault: 'VerifierIsAuth', error: 'refused' }), verifier: auth },
  ];
}

// Section 4.
const USER = 'b1d6b0b0-1111-4222-8333-444455556666';
const UMK = random('umk');
const KEY_ID = random('key id', 16);
const expandBound = (w, name, ctx = lp(userCtx(w.userId))) => expand(w.seed, label(name, ctx, lp(w.boundHead ?? w.head)));

function tokenWrap(given) {
  const w = { userId: USER, umk: UMK, keyId: KEY_ID, generation: 3, issue: 2, seed: SEED, ...given };
  w.head = Buffer.concat([
    utf8(w.magic ?? 'E2TW'), u8(w.version ?? 2), u8(w.suite ?? 1), u16(w.flags ?? 0), u32(w.generation), w.keyId, u32(w.issue), w.tokenId ?? idOf(w.seed),
  ]);
  w.commitment = w.makeCommitment ? w.makeCommitment(w) : expandBound(w, 'e2ee-apitoken-commit-v2');
  w.wrapKey = w.makeKey ? w.makeKey(w) : expandBound(w, 'e2ee-apitoken-key-v2');
  w.aad = w.makeAad ? w.makeAad(w) : label('e2ee-apitoken-wrap-v2', w.head, w.commitment);
  w.box = box(w.wrapKey, random(`${w.name} nonce`, 12), w.umk, w.aad);
  w.bytes = Buffer.concat([w.head, w.commitment, w.box]);
  return w;
}

const wrapOf = (name, more = {}) => tokenWrap({ name, ...more });
const wrapRow = (comment, wrap, more) => ({ comment, userId: USER, token: text(SEED), minimumIssue: 1, wrap, ...more });
const validWrap = (comment, w, more) => wrapRow(comment, w.bytes, {
  flags: ['Valid'], result: 'valid', userId: w.userId, token: text(w.seed), umk: w.umk, keyId: w.keyId, generation: w.generation, issue: w.issue,
  intermediate: { commitment: w.commitment, wrapKey: w.wrapKey, aad: w.aad }, ...more,
});
const faultyWraps = (faults, error, flag) => Object.entries(faults).map(([fault, bytes]) =>
  wrapRow(fault, bytes, { flags: [flag], result: 'invalid', fault, error }));

function malformedWraps(good) {
  return {
    Empty: Buffer.alloc(0), Cut: good.bytes.subarray(0, -1), Appended: Buffer.concat([good.bytes, u8(0)]), Magic: wrapOf('magic', { magic: 'E2TX' }).bytes,
    MagicOfARecoveryWrap: wrapOf('recovery', { magic: 'E2RW' }).bytes, Version1: wrapOf('v1', { version: 1 }).bytes, Version3: wrapOf('v3', { version: 3 }).bytes,
    Suite0: wrapOf('suite 0', { suite: 0 }).bytes, Suite2: wrapOf('suite 2', { suite: 2 }).bytes, Flags: wrapOf('flags', { flags: 1 }).bytes,
    FlagsHighBit: wrapOf('high', { flags: 0x8000 }).bytes, Generation0: wrapOf('generation', { generation: 0 }).bytes,
    GenerationTooLarge: wrapOf('large', { generation: 0x80000000 }).bytes, Issue0: wrapOf('issue', { issue: 0 }).bytes,
    IssueTooLarge: wrapOf('large issue', { issue: 0x80000000 }).bytes,
  };
}

/** What somebody changes who has no token, then what somebody writes who has it. */
function notAuthenticWraps(good) {
  const key = (name, makeKey) => wrapOf(name, { makeKey }).bytes;
  const ctx = (name, of) => wrapOf(name, {
    makeCommitment: (w) => expandBound(w, 'e2ee-apitoken-commit-v2', of(w)), makeKey: (w) => expandBound(w, 'e2ee-apitoken-key-v2', of(w)),
  }).bytes;
  const auth = authOf(SEED, AUDIENCE);
  return {
    GenerationChanged: flip(good.bytes, 11), KeyIdChanged: flip(good.bytes, 12), IssueChanged: flip(good.bytes, 31), TokenIdChanged: flip(good.bytes, 32),
    CommitmentChanged: flip(good.bytes, 48), NonceChanged: flip(good.bytes, 80), CiphertextChanged: flip(good.bytes, 92), TagChanged: flip(good.bytes, 139),
    AnotherToken: wrapOf('other', { seed: OTHER }).bytes, AnotherUser: wrapOf('user', { userId: 'bob' }).bytes,
    AnotherTokenUnderThisId: wrapOf('posing', { seed: OTHER, tokenId: idOf(SEED) }).bytes, IdOfAnotherToken: wrapOf('id', { tokenId: idOf(OTHER) }).bytes,
    CommitmentZero: wrapOf('zero', { makeCommitment: () => Buffer.alloc(32) }).bytes, CommittedToAnotherHead: wrapOf('head', { boundHead: Buffer.alloc(48) }).bytes,
    CommitmentOfTheKey: wrapOf('label', { makeCommitment: (w) => expandBound(w, 'e2ee-apitoken-key-v2') }).bytes,
    KeyOfAnotherPurpose: key('purpose', (w) => expandBound(w, 'e2ee-apitoken-commit-v2')), KeyIsTheSeed: key('seed', (w) => w.seed), KeyIsAuth: key('auth', () => auth),
    KeyIsTheVerifier: key('verifier', () => verifierOf(auth)), KeyIsTheCommitment: key('commitment', (w) => w.commitment),
    MadeOfAuth: wrapOf('of auth', { seed: auth, tokenId: idOf(SEED) }).bytes, MadeOfTheVerifier: wrapOf('of verifier', { seed: verifierOf(auth), tokenId: idOf(SEED) }).bytes,
    SealedUnderAnotherLabel: wrapOf('aad label', { makeAad: (w) => label('pia-recovery-wrap-v1', w.head, w.commitment) }).bytes,
    SealedWithoutCommitment: wrapOf('aad', { makeAad: (w) => label('e2ee-apitoken-wrap-v2', w.head) }).bytes,
    SealedWithoutAad: wrapOf('no aad', { makeAad: () => Buffer.alloc(0) }).bytes,
    UserWithoutContext: ctx('no context', (w) => lp(utf8(w.userId))), UserWithoutLength: ctx('no length', (w) => userCtx(w.userId)), NoUser: ctx('nobody', () => Buffer.alloc(0)),
  };
}

function wrapTests() {
  const good = wrapOf('valid');
  const first = wrapOf('first', { generation: 1, issue: 1 });
  return [
    validWrap('a wrap', good), validWrap('first issue and generation', first), validWrap('the remembered issue', wrapOf('remembered', { issue: 7 }), { minimumIssue: 7 }),
    validWrap('last generation and issue', wrapOf('last', { generation: 0x7fffffff, issue: 0x7fffffff })),
    validWrap('another user and token', wrapOf('ann', { userId: 'ann', seed: OTHER, umk: random('umk of ann'), keyId: random('key id of ann', 16) })),
    validWrap('the longest user id', wrapOf('long', { userId: '\u00e9'.repeat(512), seed: Buffer.alloc(32, 255) })),
    validWrap('after a rotation: the same UMK, another token, the next issue', wrapOf('rotated', { seed: OTHER, issue: 3 })),
    ...faultyWraps(malformedWraps(good), 'malformed', 'MalformedWrap'), ...faultyWraps(notAuthenticWraps(good), 'not-authentic', 'NotAuthentic'),
    wrapRow('RetiredIssue', good.bytes, { minimumIssue: 3, flags: ['Retired'], result: 'invalid', fault: 'RetiredIssue', error: 'not-authentic' }),
  ];
}

function examples() {
  const w = wrapOf('valid');
  const auth = authOf(SEED, AUDIENCE);
  return [
    exampleBlock('A token and what a server gets', [
      ['seed', SEED], ['check', checkOf(SEED)], ['token', text(SEED)], ['tokenId', idOf(SEED)], ['audience', AUDIENCE], ['info of auth', authInfo(AUDIENCE)], ['auth', auth],
      ['verifier', verifierOf(auth)],
    ]),
    exampleBlock('A wrap', [
      ['userId', USER], ['CTX(userId)', userCtx(USER)], ['UMK', UMK], ['keyId', KEY_ID], ['generation', String(w.generation)], ['issue', String(w.issue)], ['P', w.head],
      ['commitment', w.commitment], ['wrapKey', w.wrapKey], ['aad', w.aad], ['box', w.box],
    ]),
  ];
}

const notes = {
  Valid: 'what a reader must accept',
  InvalidToken: 'a text that is refused before anything is sent: [apitoken-2], [apitoken-3]',
  VersionOne: 'a token of Acontext, which is refused as such: [apitoken-4]',
  Refused: 'an auth that a server refuses: [apitoken-7]',
  MalformedWrap: 'a wrap that is refused before anything is derived: [apitoken-8]',
  NotAuthentic: 'a wrap that is refused with the one error of [apitoken-11]; some were made by somebody who has the token',
  Retired: 'a wrap of a token before the remembered one: [apitoken-13]',
};
const groups = [
  { type: 'ApiToken', keys: {}, tests: tokenTests() },
  { type: 'ApiTokenAuth', keys: {}, tests: authTests() },
  { type: 'ApiTokenVerify', keys: {}, tests: verifyTests() },
  { type: 'ApiTokenWrap', keys: {}, tests: wrapTests() },
];
const SPEC = new URL('../spec/apitoken.md', import.meta.url);
writeOrCheck([
  [new URL('../vectors/apitoken.json', import.meta.url), vectorFile('apitoken', notes, groups, { algorithm: 'E2EE-ApiToken', specification: 'testvectors/spec/apitoken.md' })],
  [SPEC, withExamples(readFileSync(SPEC, 'utf8'), 'examples', examples())],
]);
