#!/usr/bin/env node
// Writes ../vectors/store.json and the examples of ../spec/store.md from that specification; with --check it compares instead.
// Needs Node 20 and the command argon2 (Debian's package of that name), since Node 20 has no Argon2.
import { readFileSync } from 'node:fs';
import { signature } from './curves.mjs';
import { device } from './device-writer.mjs';
import { seal, sender } from './hpke.mjs';
import { argon2id, box, expand, lp, u16, u32, u8 } from './keyfile-writer.mjs';
import { OTHER_STORE, STORE, encodeKeys, flip, label, nameOf, random, recordOf, storeOf, storedKeys, text32, utf8 } from './store-writer.mjs';
import { exampleBlock, vectorFile, withExamples, writeOrCheck } from './vector-file.mjs';

const EMPTY = Buffer.alloc(0);
const PATH = 'notes/2026/première.json';

// Section 3.
const validRecord = (comment, r, more) => ({
  comment, path: r.path, minimumRevision: '0', minimumGeneration: 1, record: r.bytes, content: r.content, revision: String(r.revision), generation: r.generation, padded: r.padded === true,
  intermediate: { ...(r.random ? { random: r.random } : {}), salt: r.salt, info: r.info, key: r.key, nonce: r.nonce, commitment: r.commitment }, flags: ['Valid'], result: 'valid', ...more,
});
const faultyRecords = (faults, error, flag) => Object.entries(faults).map(([fault, record]) =>
  ({ comment: fault, path: PATH, minimumRevision: '0', minimumGeneration: 1, record, flags: [flag], result: 'invalid', fault, error }));
const record = (name, more = {}) => recordOf({ name, path: PATH, content: utf8('a note'), revision: 7, ...more });

function validRecords() {
  const lengths = [0, 1, 15, 16, 17, 251, 252, 253, 1000];
  const many = (padded) => lengths.map((n) => {
    const r = record(`length ${n}`, { content: random(`content ${n}`, n), padded });
    return validRecord(`${n} bytes${padded ? ', padded' : ''}`, r, padded ? { flags: ['Valid', 'Padded'] } : {});
  });
  const paths = {
    'one byte': 'a', 'the longest path': 'é'.repeat(512), composed: '\u00e9', 'not composed': 'e\u0301', 'beyond the basic plane': '\u{1f336}', 'with a zero byte': 'a\0b',
    'empty segments': '//', 'dots': '../a',
  };
  return [
    validRecord('a record', record('valid')), validRecord('the same once more, another write', record('again')),
    ...many(false), ...many(true), ...Object.entries(paths).map(([name, path]) => validRecord(`path: ${name}`, record(name, { path }))),
    validRecord('revision 0', record('revision 0', { revision: 0 })), validRecord('the last revision', record('last', { revision: 2n ** 63n - 1n })),
    validRecord('the remembered revision', record('remembered', { revision: 7 }), { minimumRevision: '7' }),
    validRecord('an older generation', record('generation 1', { key: STORE.keys[0] })),
    validRecord('the lowest generation', record('lowest'), { minimumGeneration: 2 }),
    validRecord('a salt that is not made as a writer does', record('zero salt', { salt: Buffer.alloc(32) })),
    validRecord('the other key of the generation', record('twin', { key: STORE.keys[2] })),
  ];
}

function malformedRecords(good) {
  const padded = record('padded', { padded: true });
  return {
    Empty: EMPTY, MagicOnly: utf8('E2SR'), HeadOnly: good.bytes.subarray(0, 68), NoTag: good.bytes.subarray(0, 115), Magic: record('magic', { magic: 'E2SX' }).bytes,
    MagicOfAnEnvelope: record('envelope', { magic: 'E2EE' }).bytes, MagicOfAnExport: record('export', { magic: 'E2SK' }).bytes, Version0: record('v0', { version: 0 }).bytes,
    Version2: record('v2', { version: 2 }).bytes, Suite0: record('s0', { suite: 0 }).bytes, Suite2: record('s2', { suite: 2 }).bytes, Flag2: record('f2', { flags: 2 }).bytes,
    Flag3: record('f3', { flags: 3 }).bytes, FlagHighBit: record('fh', { flags: 0x8000 }).bytes, FlagInTheHighByte: record('f1', { flags: 0x100 }).bytes,
    Generation0: record('g0', { generation: 0 }).bytes, GenerationTooLarge: record('gl', { generation: 0x80000000 }).bytes,
    RevisionTooLarge: record('rl', { revision: 2n ** 63n }).bytes, RevisionOfOnes: record('ro', { revision: 2n ** 64n - 1n }).bytes,
    PaddedCut: padded.bytes.subarray(0, -1), PaddedAppended: Buffer.concat([padded.bytes, u8(0)]),
    PaddedTooShort: record('short', { flags: 1, plaintext: Buffer.concat([u32(6), utf8('a note')]) }).bytes,
    PaddedNoLengthOfPadding: record('odd', { flags: 1, plaintext: Buffer.concat([u32(253), Buffer.alloc(254)]) }).bytes,
  };
}

/** What somebody changes who has no key, then what somebody writes who has it. */
function notAuthenticRecords(good) {
  const of = (name, more) => record(name, more).bytes;
  const plain = (name, plaintext) => of(name, { flags: 1, plaintext });
  const padTo = (length, ...parts) => Buffer.concat([...parts, Buffer.alloc(length)]).subarray(0, length);
  const parts = (name, [a, b, c]) => of(name, { info: (r) => label('e2ee-store-record-v1', a(r), b(r), c(r)) });
  const [store, path, head] = [(r) => r.storeId, (r) => lp(utf8(r.path)), (r) => lp(r.head)];
  return {
    KeyIdOfTheTwin: of('id of the twin', { keyId: STORE.keys[2].id, boundHead: good.head }), FlagSet: flip(record('set', { content: Buffer.alloc(256), revision: 7 }).bytes, 7),
    RevisionRaised: flip(good.bytes, 34), RevisionLowered: flip(good.bytes, 35), SaltChanged: flip(good.bytes, 36), SaltOfAnotherWrite: Buffer.concat([
      good.bytes.subarray(0, 36), record('again').salt, good.bytes.subarray(68)]),
    CommitmentChanged: flip(good.bytes, 68), CommitmentLastBit: flip(good.bytes, 99, 128), CiphertextChanged: flip(good.bytes, 100), TagChanged: flip(good.bytes, good.bytes.length - 1),
    CiphertextCut: good.bytes.subarray(0, -1), CiphertextAppended: Buffer.concat([good.bytes, u8(0)]), TagOnly: Buffer.concat([good.bytes.subarray(0, 100), good.bytes.subarray(-16)]),
    BodyOfAnotherWrite: Buffer.concat([good.bytes.subarray(0, 100), record('again').bytes.subarray(100)]),
    AnotherPath: of('path', { path: 'notes/2026/deuxième.json' }), PathNotComposed: of('nfd', { path: PATH.normalize('NFD') }), PathInUpperCase: of('case', { path: PATH.toUpperCase() }),
    PathWithoutItsEnd: of('cut path', { path: PATH.slice(0, -1) }),
    AnotherStore: of('other store', { store: OTHER_STORE, key: { ...OTHER_STORE.keys[0], generation: 2, id: STORE.keys[1].id } }),
    SameKeyInAnotherStore: of('other id', { storeId: OTHER_STORE.storeId }), AnotherKeyUnderThisId: of('posing', { storeKey: STORE.keys[0].key }),
    CommitmentZero: of('zero', { commitment: Buffer.alloc(32) }), CommittedToAnotherHead: of('bound', { boundHead: Buffer.alloc(68) }),
    PathWithoutLength: parts('no length', [store, (r) => utf8(r.path), head]), HeadBeforePath: parts('order', [store, head, path]), NoStoreId: parts('no store', [() => EMPTY, path, head]),
    AnotherLabel: of('label', { info: (r) => label('e2ee-store-record-v2', r.storeId, lp(utf8(r.path)), lp(r.head)) }),
    KeyOfHkdfSha256: of('sha-256', { okm: (r) => Buffer.concat([expand(r.storeKey, r.infoBytes), expand(r.storeKey, Buffer.concat([r.infoBytes, u8(0)])), Buffer.alloc(12)]) }),
    AnotherNonce: of('nonce', { nonce: Buffer.alloc(12) }), KeyIsTheStoreKey: of('store key', { gcmKey: STORE.keys[1].key }),
    SealedWithoutCommitment: of('aad', { aad: (r) => r.head }), SealedWithoutAad: of('no aad', { aad: () => EMPTY }),
    PaddingNotZero: plain('not zero', Buffer.concat([padTo(255, u32(6), utf8('a note')), u8(1)])), PaddingFirstByte: plain('first', padTo(256, u32(6), utf8('a note'), u8(0x80))),
    LengthBeyondTheEnd: plain('beyond', padTo(256, u32(253))), LengthOfOnes: plain('ones', padTo(256, u32(0xffffffff))), LengthNegative: plain('negative', padTo(256, u32(0x80000000))),
    PaddedTooFar: plain('too far', padTo(288, u32(6), utf8('a note'))), PaddedToTheNextStep: plain('next', padTo(304, u32(284), random('284', 284))),
  };
}

const unknownKeys = {
  AnotherGeneration: record('no 9', { generation: 9 }).bytes, AnotherKeyId: record('no id', { keyId: random('unknown', 16) }).bytes,
  GenerationOfAnotherKeyId: record('crossed', { key: { ...STORE.keys[1], generation: 1 } }).bytes,
  KeyIdOfTheOtherStore: record('other', { keyId: OTHER_STORE.keys[0].id }).bytes, IdOfTheKeyWithoutItsStore: record('bare id', { keyId: expand(STORE.keys[1].key, label('e2ee-store-key-id-v1'), 16) }).bytes,
};

function recordTests() {
  const good = record('valid');
  return [
    ...validRecords(), ...faultyRecords(malformedRecords(good), 'malformed', 'Malformed'), ...faultyRecords(unknownKeys, 'no-key', 'NoKey'),
    ...faultyRecords(notAuthenticRecords(good), 'not-authentic', 'NotAuthentic'),
    { ...faultyRecords({ OlderRevision: good.bytes }, 'not-authentic', 'PutBack')[0], minimumRevision: '8' },
    { ...faultyRecords({ GenerationThatIsNotAllowed: record('by a removed one', { key: STORE.keys[0], revision: 1000 }).bytes }, 'not-authentic', 'PutBack')[0], minimumGeneration: 2 },
    { ...faultyRecords({ RevisionZeroWhereOneIsRemembered: record('zero', { revision: 0 }).bytes }, 'not-authentic', 'PutBack')[0], minimumRevision: '1' },
  ];
}

// Section 4.
function nameTests() {
  const paths = {
    'a path': PATH, 'one byte': 'a', 'another byte': 'b', '15 bytes': 'a'.repeat(15), '16 bytes': 'a'.repeat(16), '31 bytes': 'a'.repeat(31), composed: '\u00e9', 'not composed': 'e\u0301',
    'beyond the basic plane': '\u{1f336}', 'ends in a zero byte': 'a\0', 'ends in the mark': 'a\u0080', 'a slash': '/', 'the longest': 'é'.repeat(512),
  };
  const valid = Object.entries(paths).map(([comment, path]) => {
    const { name, siv, key, padded } = nameOf(path);
    return { comment, path, name, intermediate: { siv, key, padded }, flags: ['Valid'], result: 'valid' };
  });
  const faulty = (faults, error, flag) => Object.entries(faults).map(([fault, name]) => ({ comment: fault, name, flags: [flag], result: 'invalid', fault, error }));
  const { name, bytes, siv } = nameOf(PATH);
  const at = (i, c) => name.slice(0, i) + c + name.slice(i + 1);
  const last = '0123456789abcdefghjkmnpqrstvwxyz'.indexOf(nameOf('a').name.at(-1));
  const malformed = {
    Empty: '', Cut: name.slice(0, -1), Appended: `${name}0`, SivOnly: text32(siv), OneBlockTooLong: text32(random('long', 1072)), NoWholeBlock: text32(random('odd', 40)),
    UpperCase: name.toUpperCase(), OneInUpperCase: name.replace(/[a-z]/, (c) => c.toUpperCase()), LetterI: at(3, 'i'), LetterL: at(3, 'l'), LetterO: at(3, 'o'), LetterU: at(3, 'u'),
    Dash: at(3, '-'), Blank: at(3, ' '), LeadingBlank: ` ${name}`, LineBreak: `${name}\n`, Padding: `${name}====`, Nul: at(3, '\0'), FullWidth: at(3, '１'), Slash: at(3, '/'),
    LastBitsNotZero: nameOf('a').name.slice(0, -1) + '0123456789abcdefghjkmnpqrstvwxyz'[last | 1],
  };
  const made = (path, more) => nameOf(path, more).name;
  const notAuthentic = {
    SivBit: text32(flip(bytes, 0)), SivLastBit: text32(flip(bytes, 15)), CiphertextBit: text32(flip(bytes, 16)), CiphertextLastBit: text32(flip(bytes, bytes.length - 1)),
    OneBlockCut: text32(bytes.subarray(0, -16)), OneBlockAppended: text32(Buffer.concat([bytes, Buffer.alloc(16)])), SivOfAnotherPath: text32(Buffer.concat([nameOf('b').bytes.subarray(0, 16), bytes.subarray(16)])),
    AnotherStore: made(PATH, { store: OTHER_STORE }), StoreKeyInItsPlace: made(PATH, { store: { nameKey: STORE.keys[1].key } }),
    PaddingTooLong: made('a', { padded: Buffer.concat([utf8('a'), u8(0x80), Buffer.alloc(30)]) }), NoMark: made('a', { padded: Buffer.concat([utf8('a'), Buffer.alloc(15)]) }),
    AnotherMark: made('a', { padded: Buffer.concat([utf8('a'), u8(0x01), Buffer.alloc(14)]) }), Zeros: made('a', { padded: Buffer.alloc(16) }),
    SivOfThePadded: made('a', { sivOf: (p) => p }), EmptyPath: made(''), NotUtf8: made(Buffer.from('ff61', 'hex')), Surrogate: made(Buffer.from('eda080', 'hex')), Overlong: made(Buffer.from('c0af', 'hex')),
    PathTooLong: made('a'.repeat(1025)), SivWithoutLength: made('a', { sivInfo: (p) => label('e2ee-store-name-siv-v1', p) }),
    CounterFromOne: made('a', { counter: 1 }), CounterOfTheSiv: made('a', { counter: 'siv' }),
  };
  return [...valid, ...faulty(malformed, 'malformed', 'Malformed'), ...faulty(notAuthentic, 'not-authentic', 'NotAuthentic')];
}

// Section 5.
const COST = { memory: 19456, passes: 2, lanes: 1 };
const PASSPHRASE = 'correct horse battery staple';
const NAME = 'work';
const exportHead = (e, protection) => Buffer.concat([
  utf8(e.magic ?? 'E2SK'), u8(e.version ?? 1), u8(e.protection ?? protection), u16(e.flags ?? 0), u32(e.generation ?? e.store.keys.at(-1).generation), u16(e.count ?? e.store.keys.length),
  e.storeId ?? e.store.storeId,
]);

function passphraseExport(name, given = {}) {
  const e = { name, storeName: NAME, store: STORE, passphrase: PASSPHRASE, cost: COST, ...given };
  e.salt ??= Buffer.from(random(`${e.saltName ?? 'salt'}`, 16).toString('hex'), 'ascii');
  e.head = Buffer.concat([exportHead(e, 1), u32(e.cost.memory), u32(e.cost.passes), u32(e.cost.lanes), e.salt]);
  e.root = e.derived ?? argon2id(e.passphraseBytes ?? e.passphrase.normalize('NFC'), e.salt, e.deriveCost ?? e.cost);
  const bound = Buffer.concat([e.boundName ?? lp(utf8(e.storeName)), lp(e.boundHead ?? e.head)]);
  e.commitment ??= expand(e.root, label(e.commitLabel ?? 'e2ee-store-export-commit-v1', bound));
  e.wrapKey ??= expand(e.root, label('e2ee-store-export-key-v1', bound));
  e.keys ??= encodeKeys(e.store);
  e.aad ??= label(e.aadLabel ?? 'e2ee-store-export-v1', e.head, e.commitment);
  e.box = box(e.wrapKey, random(`${name} export nonce`, 12), e.keys, e.aad);
  e.bytes = Buffer.concat([e.head, e.commitment, e.box]);
  return e;
}

const shownStore = (store) => ({ storeId: store.storeId, nameKey: store.nameKey, keys: storedKeys(store) });
const exportRow = (comment, e, more) => ({ comment, storeName: e.storeName, passphrase: e.passphrase, minimumGeneration: 1, export: e.bytes, ...more });
const validPassphrase = (comment, e, more) => exportRow(comment, e, {
  store: shownStore(e.store), intermediate: { root: e.root, commitment: e.commitment, wrapKey: e.wrapKey }, flags: ['Valid'], result: 'valid', ...more });

/** K that is wrong in itself, made by who has the keys. */
function wrongKeys(make) {
  const [one, two, twin] = STORE.keys;
  const keysOf = (...keys) => ({ keys: encodeKeys({ ...STORE, keys }) });
  return {
    StoreIdOfAnother: make('id', { storeId: OTHER_STORE.storeId }), GenerationTooHigh: make('high', { generation: 3 }), GenerationTooLow: make('low', { generation: 1 }),
    KeysNotInOrder: make('order', keysOf(two, one, twin)), TwinsNotInOrder: make('twins', keysOf(one, twin, two)), OneKeyTwice: make('twice', keysOf(one, two, two)),
    KeyOfGeneration0: make('zero', keysOf({ ...one, generation: 0 }, two, twin)), KeyOfAGenerationTooLarge: make('large', keysOf(one, two, { ...twin, generation: 0x80000000 })),
    AnotherNameKey: make('name key', { keys: encodeKeys({ ...STORE, nameKey: OTHER_STORE.nameKey }) }),
  };
}

function passphraseTests() {
  const good = passphraseExport('good');
  const { root } = good;
  const made = (name, more) => passphraseExport(name, { derived: root, ...more }).bytes;
  const cost = (more) => made('cost', { cost: { ...COST, ...more } });
  const malformed = {
    Empty: EMPTY, HeadOnly: good.head, Cut: good.bytes.subarray(0, -1), Appended: Buffer.concat([good.bytes, u8(0)]), Magic: made('magic', { magic: 'E2SX' }), MagicOfARecord: made('sr', { magic: 'E2SR' }),
    MagicOfARecoveryWrap: made('rw', { magic: 'E2RW' }), Version0: made('v0', { version: 0 }), Version2: made('v2', { version: 2 }), Protection0: made('p0', { protection: 0 }),
    Protection2: made('p2', { protection: 2 }), Protection3: made('p3', { protection: 3 }), Flags: made('flags', { flags: 1 }), Generation0: made('g0', { generation: 0 }),
    GenerationTooLarge: made('gl', { generation: 0x80000000 }), Count0: made('c0', { count: 0 }), CountTooLow: made('c2', { count: 2 }), CountTooHigh: made('c4', { count: 4 }),
    CountOfOnes: made('c1', { count: 0xffff }), TooManyKeys: made('257', { store: storeOf('many', Array(257).fill(1)) }),
    MemoryTooLow: cost({ memory: 19455 }), MemoryTooHigh: cost({ memory: 1048577 }), Memory0: cost({ memory: 0 }), MemoryNegative: cost({ memory: 0xffffffff }), PassesTooLow: cost({ passes: 1 }),
    PassesTooHigh: cost({ passes: 17 }), Lanes0: cost({ lanes: 0 }), LanesTooHigh: cost({ lanes: 17 }), NoCost: cost({ memory: 0, passes: 0, lanes: 0 }),
  };
  const notAuthentic = {
    ...wrongKeys(made), StoreIdChanged: flip(good.bytes, 14), GenerationChanged: flip(good.bytes, 11), SaltChanged: flip(good.bytes, 42), CommitmentChanged: flip(good.bytes, 74),
    NonceChanged: flip(good.bytes, 106), CiphertextChanged: flip(good.bytes, 118), TagChanged: flip(good.bytes, good.bytes.length - 1), CostChanged: flip(good.bytes, 37),
    CommitmentZero: made('cz', { commitment: Buffer.alloc(32) }), CommitmentOfTheKey: made('ck', { commitLabel: 'e2ee-store-export-key-v1' }), CommittedToAnotherHead: made('ch', { boundHead: Buffer.alloc(74) }),
    KeyIsTheRoot: made('kr', { wrapKey: root }), SealedUnderAnotherLabel: made('al', { aadLabel: 'e2ee-store-export-v2' }), SealedWithoutAad: made('na', { aad: EMPTY }),
    ExportOfAnotherStoreName: made('private', { storeName: 'private' }), StoreNameInUpperCase: made('upper', { storeName: 'Work' }), StoreNameLonger: made('longer', { storeName: 'work ' }),
    StoreNameNotBound: made('unbound', { boundName: EMPTY }), StoreNameWithoutLength: made('no length', { boundName: utf8(NAME) }),
  };
  const faulty = (faults, error, flag) => Object.entries(faults).map(([fault, bytes]) =>
    exportRow(fault, { storeName: NAME, passphrase: PASSPHRASE, bytes }, { flags: [flag], result: 'invalid', fault, error }));
  const one = storeOf('one', [1]);
  const wrong = (fault, passphrase, e = good) => ({ ...faulty({ [fault]: e.bytes }, 'not-authentic', 'WrongPassphrase')[0], passphrase });
  return [
    validPassphrase('an export', good), validPassphrase('one key', passphraseExport('one', { store: one })),
    validPassphrase('the remembered generation', good, { minimumGeneration: 2 }),
    validPassphrase('a passphrase that is not composed', passphraseExport('nfd', { passphrase: 'cafe\u0301' })),
    validPassphrase('the same, composed', passphraseExport('nfc', { passphrase: 'caf\u00e9' })),
    validPassphrase('another store name', passphraseExport('named', { storeName: 'priv\u00e9' })), validPassphrase('the longest store name', passphraseExport('long name', { storeName: '\u00e9'.repeat(512) })),
    validPassphrase('another cost', passphraseExport('cost', { cost: { memory: 20000, passes: 3, lanes: 2 } })),
    ...faulty(malformed, 'malformed', 'Malformed'), ...faulty(notAuthentic, 'not-authentic', 'NotAuthentic'),
    wrong('WrongPassphrase', 'correct horse battery stable'), wrong('PassphraseInUpperCase', PASSPHRASE.toUpperCase()), wrong('PassphraseWithABlank', `${PASSPHRASE} `),
    wrong('PassphraseWasNotNormalised', 'cafe\u0301', passphraseExport('raw', { passphraseBytes: 'cafe\u0301' })),
    { ...faulty({ OlderGeneration: good.bytes }, 'not-authentic', 'PutBack')[0], minimumGeneration: 3 },
  ];
}

function deviceExport(name, devices, given = {}) {
  const e = { name, storeName: NAME, store: STORE, ...devices, ...given };
  e.agreementNumber ??= { p256: 1, x25519: 2 }[e.recipient.agreement];
  e.signingNumber ??= { p256: 1, ed25519: 2 }[e.sender.signing];
  e.head = Buffer.concat([exportHead(e, 2), u8(e.agreementNumber), u8(e.signingNumber)]);
  const storeName = e.boundName ?? lp(utf8(e.storeName));
  const named = [storeName, lp((e.boundSender ?? e.sender).encoded), lp((e.boundRecipient ?? e.recipient).encoded)];
  e.info = label(e.infoLabel ?? 'e2ee-store-export-hpke-v1', ...named);
  e.ephemeral = random(`${name} ephemeral`);
  e.hpke = sender(e.recipient.agreement, e.ephemeral, e.recipient.agreementKey, e.info);
  e.keys ??= encodeKeys(e.store);
  e.sealed = seal(e.hpke, e.aad ?? e.head, e.keys);
  e.unsigned = Buffer.concat([e.head, e.enc ?? e.hpke.enc, e.sealed]);
  e.signed = label(e.signLabel ?? 'e2ee-store-export-sign-v1', e.signedName ?? storeName, lp((e.signedSender ?? e.sender).encoded), lp((e.signedRecipient ?? e.recipient).encoded), lp(e.unsigned));
  e.signature ??= signature(e.sender.signing, (e.signer ?? e.sender).signingPrivate, e.signed);
  e.bytes = Buffer.concat([e.unsigned, e.signature]);
  return e;
}

function deviceGroup(agreement, signing) {
  const recipient = device('phone', agreement, signing, 'store phone');
  const other = device('tablet', agreement, signing, 'store tablet');
  const approver = device('laptop', agreement, signing, 'store laptop');
  const devices = { recipient, sender: approver };
  const row = (comment, bytes, more) => ({ comment, storeName: NAME, minimumGeneration: 1, export: bytes, ...more });
  const valid = (comment, e, more) => row(comment, e.bytes, {
    storeName: e.storeName, store: shownStore(e.store), intermediate: { ephemeral: e.ephemeral, info: e.info, signed: e.signed }, flags: ['Valid'], result: 'valid', ...more });
  const faulty = (faults, error, flag) => Object.entries(faults).map(([fault, bytes]) => row(fault, bytes, { flags: [flag], result: 'invalid', fault, error }));
  const made = (name, more) => deviceExport(name, devices, more).bytes;
  const good = deviceExport('good', devices);
  const encEnd = 32 + good.hpke.enc.length;
  const malformed = {
    Empty: EMPTY, HeadOnly: good.head, Cut: good.bytes.subarray(0, -1), Appended: Buffer.concat([good.bytes, u8(0)]), Magic: made('magic', { magic: 'E2SX' }), MagicOfADeviceWrap: made('dw', { magic: 'E2DW' }),
    Version2: made('v2', { version: 2 }), Protection1: made('p1', { protection: 1 }), Protection3: made('p3', { protection: 3 }), Flags: made('flags', { flags: 1 }),
    Generation0: made('g0', { generation: 0 }), Count0: made('c0', { count: 0 }), CountTooHigh: made('c4', { count: 4 }), Agreement0: made('a0', { agreementNumber: 0 }),
    Agreement3: made('a3', { agreementNumber: 3 }), Signing0: made('s0', { signingNumber: 0 }), Signing3: made('s3', { signingNumber: 3 }),
  };
  const notAuthentic = {
    ...wrongKeys(made), OtherSigningAlgorithm: made('os', { signingNumber: { p256: 2, ed25519: 1 }[signing] }), StoreIdChanged: flip(good.bytes, 14), EncChanged: flip(good.bytes, encEnd - 1),
    CiphertextChanged: flip(good.bytes, encEnd), SignatureChanged: flip(good.bytes, good.bytes.length - 1), SignatureZero: Buffer.concat([good.unsigned, Buffer.alloc(64)]),
    ForAnotherDevice: made('tablet', { recipient: other }), ByAnotherDevice: made('by tablet', { sender: other }), SignedByAnother: made('signer', { signer: other }),
    SignedForAnother: made('sf', { signedRecipient: other }), SignedInAnothersName: made('sn', { signedSender: other }), SealedInAnothersName: made('in', { boundSender: other }),
    SealedForAnotherName: made('ifo', { boundRecipient: other }), SignedAsADeviceWrap: made('dl', { signLabel: 'e2ee-device-wrap-sign-v1' }), SealedAsADeviceWrap: made('il', { infoLabel: 'e2ee-device-wrap-v1' }),
    ExportOfAnotherStoreName: made('private', { storeName: 'private' }), SignedForAnotherStoreName: made('sp', { signedName: lp(utf8('private')) }),
    SealedForAnotherStoreName: made('hp', { boundName: lp(utf8('private')), signedName: lp(utf8(NAME)) }), StoreNameNotBound: made('un', { boundName: EMPTY }),
    SealedWithoutAad: made('aad', { aad: EMPTY }), EncOfZeros: made('zeros', { enc: Buffer.alloc(good.hpke.enc.length) }),
  };
  const shown = (d) => ({ deviceId: d.deviceId, agreement: d.agreement, signing: d.signing, publicKeys: d.encoded, agreementPrivate: d.agreementPrivate, signingPrivate: d.signingPrivate });
  return {
    type: 'StoreExportDevice', keys: { recipient: shown(recipient), sender: shown(approver) },
    tests: [
      valid('an export', good), valid('one key', deviceExport('one', { ...devices, store: storeOf('one', [1]) })), valid('the remembered generation', deviceExport('min', devices), { minimumGeneration: 2 }),
      valid('another store name', deviceExport('named', { ...devices, storeName: 'priv\u00e9' })),
      ...faulty(malformed, 'malformed', 'Malformed'), ...faulty(notAuthentic, 'not-authentic', 'NotAuthentic'),
      { ...faulty({ OlderGeneration: good.bytes }, 'not-authentic', 'PutBack')[0], minimumGeneration: 3 },
    ],
  };
}

function examples() {
  const r = record('valid');
  const n = nameOf(PATH);
  const e = passphraseExport('good');
  const [, current] = STORE.keys;
  return [
    exampleBlock('A store', [['nameKey', STORE.nameKey], ['storeId', STORE.storeId], ['storeKey, generation 2', current.key], ['keyId', current.id]]),
    exampleBlock('A record', [
      ['path', PATH], ['content', r.content], ['revision', String(r.revision)], ['random', r.random], ['salt', r.salt], ['H', r.head], ['info', r.infoBytes], ['key', r.key], ['nonce', r.nonce], ['commitment', r.commitment],
      ['record', r.bytes],
    ]),
    exampleBlock('The same padded', [['P', record('valid', { padded: true }).plaintext]]),
    exampleBlock('Its name', [['S', n.padded], ['siv', n.siv], ['key', n.key], ['name', n.name]]),
    exampleBlock('An export under a passphrase', [
      ['store name', NAME], ['passphrase', PASSPHRASE], ['K', e.keys], ['H', e.head], ['root', e.root], ['commitment', e.commitment], ['wrapKey', e.wrapKey], ['aad', e.aad], ['box', e.box],
    ]),
  ];
}

const notes = {
  Valid: 'what a reader must accept',
  Padded: 'a record whose content is padded',
  Malformed: 'refused before anything is derived or verified: [store-5], [store-11], [store-14], [store-15]',
  NoKey: 'a record whose key this reader has not: [store-6]',
  NotAuthentic: 'refused with the one error of [store-8], [store-12], [store-21]; some were made by somebody who has the keys',
  WrongPassphrase: 'another passphrase, or one that was not normalised: [store-16], [store-21]',
  PutBack: 'older than what the reader remembers or allows: [store-10], [store-22], [store-25]',
};
const keys = { store: shownStore(STORE) };
const groups = [
  { type: 'StoreRecord', keys, tests: recordTests() },
  { type: 'StoreName', keys: { nameKey: STORE.nameKey }, tests: nameTests() },
  { type: 'StoreExportPassphrase', keys: {}, tests: passphraseTests() },
  deviceGroup('p256', 'p256'),
  deviceGroup('x25519', 'ed25519'),
];
const SPEC = new URL('../spec/store.md', import.meta.url);
writeOrCheck([
  [new URL('../vectors/store.json', import.meta.url), vectorFile('store', notes, groups, { algorithm: 'E2EE-Store', specification: 'testvectors/spec/store.md' })],
  [SPEC, withExamples(readFileSync(SPEC, 'utf8'), 'examples', examples())],
]);
