// Keyrings of a wrong form. One fault each.
import {
  bare, changed, entryOf, jsonOf, random, signEntry, textOf, withEpochs, withHead,
} from './keyring-writer.mjs';
import { HISTORY, alice, bob, row, swapped, withBobs } from './keyring-valid.mjs';

const { withDave: K } = HISTORY;

/** Makes tests of an error class; a keyring is text or JSON. */
export const invalid = (flag, error) => (fault, keyring, more = {}) =>
  row(fault, typeof keyring === 'string' ? keyring : JSON.stringify(keyring), { ...more, flags: [flag], result: 'invalid', fault, error });
export const each = (make, faults, more) => Object.entries(faults).map(([fault, keyring]) => make(fault, keyring, more));
const malformed = invalid('Form', 'malformed');

const LOW_ORDER = '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157';
const ED_LOW_ORDER = '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05';
const NOT_CANONICAL = `f0${'ff'.repeat(30)}7f`;
const NO_POINT = `02${'00'.repeat(31)}`;

/** What a server can do to the text. */
function textFaults() {
  const text = textOf(K);
  const as = (from, to) => swapped(text, from, to);
  const epoch = (to) => as('"currentEpoch":2', `"currentEpoch":${to}`);
  const version = (to) => as('{"v":1', `{"v":${to}`);
  const created = (to) => as('"createdAt":1790000001', `"createdAt":${to}`);
  return {
    EmptyText: '', NotAnObject: '[]', JustNull: 'null', TextIsCut: text.slice(0, -1), TextBehind: `${text}x`, ByteOrderMark: `\ufeff${text}`,
    NameTwice: as('{"v":1', '{"v":1,"v":1'), NameTwiceInEpoch: as('"createdAt":1790000001', '"createdAt":1790000001,"createdAt":1790000001'),
    NameTwiceEscaped: as('{"v":1', '{"v":1,"\\u0076":1'), EpochTwice: as('"epochs":{', '"epochs":{"1":{},'),
    HeadTwice: as('"head":', '"head":null,"head":'),
    Nested33: as('{"v":1', `{"later":${'['.repeat(32)}${']'.repeat(32)},"v":1`),
    Version0: version('0'), Version2: version('2'), VersionText: version('"1"'), VersionHalf: version('1.5'), VersionNull: version('null'),
    CurrentEpochHalf: epoch('2.5'), CurrentEpochText: epoch('"2"'),
    CurrentEpochNull: epoch('null'), CurrentEpochTrue: epoch('true'), CurrentEpoch0: epoch('0'), CurrentEpochMinus: epoch('-2'),
    CurrentEpochTooLow: epoch('1'), CurrentEpochTooHigh: epoch('3'), CurrentEpoch4097: epoch('4097'), CurrentEpochWraps: epoch('4294967298'),
    EpochName02: as('"2":{"wrappedKeys"', '"02":{"wrappedKeys"'), EpochNameBlank: as('"2":{"wrappedKeys"', '" 2":{"wrappedKeys"'),
    EpochNamePlus: as('"2":{"wrappedKeys"', '"+2":{"wrappedKeys"'),
    EpochNameFraction: as('"2":{"wrappedKeys"', '"2.0":{"wrappedKeys"'), EpochNameOtherDigit: as('"2":{"wrappedKeys"', '"\u0662":{"wrappedKeys"'),
    EpochName2abc: as('"2":{"wrappedKeys"', '"2abc":{"wrappedKeys"'), EpochNameSkips: as('"2":{"wrappedKeys"', '"3":{"wrappedKeys"'),
    EpochName0: as('"epochs":{"1"', '"epochs":{"0"'),
    CreatedAtHalf: created('1790000001.5'), CreatedAtInfinite: created('1e400'), CreatedAtText: created('"1790000001"'),
    CreatedAtMinus: created('-1'), CreatedAtTooLarge: created('9007199254740992'), CreatedAtNull: created('null'),
    AddedAtText: as('"addedAt":1790000000', '"addedAt":"1790000000"'), AddedAtTooLarge: as('"addedAt":1790000000', '"addedAt":9007199254740992'),
  };
}

function keyringFaults() {
  const made = (change) => changed(K, change);
  return {
    VersionMissing: made((json) => void delete json.v), CurrentEpochMissing: made((json) => void delete json.currentEpoch),
    EpochsMissing: made((json) => void delete json.epochs), EpochsList: made((json) => void (json.epochs = Object.values(json.epochs))),
    EpochsNull: made((json) => void (json.epochs = null)), EpochMissing: made((json) => void delete json.epochs[1]),
    EpochTooMany: made((json) => void (json.epochs[3] = json.epochs[2])),
    EpochIsList: made((json) => void (json.epochs[1] = json.epochs[1].wrappedKeys)), EpochIsNull: made((json) => void (json.epochs[1] = null)),
  };
}

/** Of an epoch, with a head that covers it: only a signer can make these. */
function epochFaults() {
  const made = (change) => withEpochs(K, (epochs) => change(epochs[1]));
  return {
    WrappedKeysMissing: made((e) => delete e.wrappedKeys), WrappedKeysObject: made((e) => (e.wrappedKeys = { ...e.wrappedKeys })),
    WrappedKeysNull: made((e) => (e.wrappedKeys = null)),
    NoEntries: made((e) => (e.wrappedKeys = [])), EntryNull: made((e) => e.wrappedKeys.push(null)), EntryText: made((e) => e.wrappedKeys.push('')),
    CreatedAtMissing: made((e) => delete e.createdAt),
  };
}

/** Of Carol's entry, which the reader does not open, or of the reader's own. */
function entryFaults() {
  const of = (at) => (member, value) => withEpochs(K, (epochs) => {
    const list = epochs[1].wrappedKeys;
    const unsigned = { ...list[at], [member]: value };
    if (value === undefined) delete unsigned[member];
    list[at] = member === 'addedSig' ? unsigned : signEntry(unsigned, 1, alice);
  });
  const [bobs, carols] = [of(1), of(2)];
  const [mine, hers] = K.epochs[1].wrappedKeys.slice(1);
  const wrapped = (length) => entryOf({
    name: `cek of ${length}`, cek: Buffer.concat([random('cek'), random('more')]).subarray(0, length), epoch: 1, recipient: bob, adder: alice,
  }).json.ct;
  const names = ['subKem', 'ephKem', 'ct', 'addedBy', 'addedSig', 'addedAt'];
  return {
    ...Object.fromEntries(names.map((name) => [`${name[0].toUpperCase()}${name.slice(1)}Missing`, carols(name, undefined)])),
    ...Object.fromEntries(names.slice(0, 5).map((name) => [`${name[0].toUpperCase()}${name.slice(1)}Null`, carols(name, null)])),
    SubKemUpperCase: carols('subKem', hers.subKem.toUpperCase()), SubKemShort: carols('subKem', hers.subKem.slice(2)),
    SubKemLong: carols('subKem', `${hers.subKem}00`),
    SubKemZero: carols('subKem', '00'.repeat(32)), SubKemLowOrder: carols('subKem', LOW_ORDER), SubKemNotCanonical: carols('subKem', NOT_CANONICAL),
    SubKemUnusedBit: carols('subKem', `${hers.subKem.slice(0, 62)}${(parseInt(hers.subKem.slice(62), 16) | 0x80).toString(16)}`),
    SubKemBlank: carols('subKem', `${hers.subKem} `), EphKemUpperCase: bobs('ephKem', mine.ephKem.toUpperCase()),
    EphKemZero: bobs('ephKem', '00'.repeat(32)),
    EphKemOne: bobs('ephKem', `01${'00'.repeat(31)}`), EphKemLowOrder: bobs('ephKem', LOW_ORDER), EphKemNotCanonical: bobs('ephKem', NOT_CANONICAL),
    EphKemShort: bobs('ephKem', mine.ephKem.slice(2)),
    AddedByUpperCase: carols('addedBy', hers.addedBy.toUpperCase()), AddedByLowOrder: carols('addedBy', ED_LOW_ORDER),
    AddedByIdentity: carols('addedBy', `01${'00'.repeat(31)}`),
    AddedByNotAPoint: carols('addedBy', NO_POINT), AddedByNotCanonical: carols('addedBy', NOT_CANONICAL),
    CtEmpty: bobs('ct', ''), CtNotBase64: bobs('ct', `*${mine.ct.slice(1)}`), CtUrlAlphabet: bobs('ct', `-_${mine.ct.slice(2)}`),
    CtBlank: bobs('ct', `${mine.ct}\n`), CtNewline: bobs('ct', `${mine.ct.slice(0, 64)}\n${mine.ct.slice(64)}`),
    CekOf0: bobs('ct', wrapped(0)), CekOf16: bobs('ct', wrapped(16)), CekOf24: bobs('ct', wrapped(24)), CekOf31: bobs('ct', wrapped(31)),
    CekOf33: bobs('ct', wrapped(33)), CekOf64: bobs('ct', wrapped(64)), CekOf16OfAnother: carols('ct', wrapped(16)),
    AddedSigWithoutPadding: bobs('addedSig', mine.addedSig.slice(0, 86)), AddedSigTrailingBits: bobs('addedSig', trailingBits(mine.addedSig)),
    AddedSigShort: bobs('addedSig', Buffer.alloc(63).toString('base64')), AddedSigLong: bobs('addedSig', Buffer.alloc(65).toString('base64')),
    AddedSigEmpty: bobs('addedSig', ''),
  };
}

/** The same bytes with bits set that base64 does not use; 64 bytes leave four. */
function trailingBits(text) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  return `${text.slice(0, 85)}${alphabet[alphabet.indexOf(text[85]) | 1]}==`;
}

/** A head that its signer made so. */
function headFaults() {
  const made = (change) => withHead(K, (head) => void change(head));
  const signed = (change) => changed(K, (json) => void change(json.head));
  const names = ['v', 'collection', 'epoch', 'epochs', 'previous', 'signer'];
  return {
    HeadNull: changed(K, (json) => void (json.head = null)), HeadList: changed(K, (json) => void (json.head = [])),
    HeadEmpty: changed(K, (json) => void (json.head = {})),
    ...Object.fromEntries(names.map((name) => [`Head${name[0].toUpperCase()}${name.slice(1)}Missing`, made((head) => delete head[name])])),
    HeadSignatureMissing: signed((head) => delete head.signature), HeadUnknownMember: made((head) => (head.later = 1)),
    HeadVersion2: made((head) => (head.v = 2)), HeadVersionText: made((head) => (head.v = '1')),
    HeadCollectionEmpty: made((head) => (head.collection = '')),
    HeadCollectionTooLong: made((head) => (head.collection = `${'\u00e9'.repeat(512)}a`)),
    HeadCollectionNull: made((head) => (head.collection = null)),
    HeadCollectionLoneSurrogate: made((head) => (head.collection = 'note\ud800')),
    HeadEpoch0: made((head) => (head.epoch = 0)), HeadEpochText: made((head) => (head.epoch = '2')),
    HeadEpochHalf: made((head) => (head.epoch = 1.5)), HeadEpoch4097: made((head) => (head.epoch = 4097)),
    HeadEpochsList: made((head) => (head.epochs = Object.values(head.epochs))), HeadEpochName02: made((head) => renamed(head.epochs, '2', '02')),
    HeadEpochName0: made((head) => renamed(head.epochs, '2', '0')), HeadEpochName4097: made((head) => renamed(head.epochs, '2', '4097')),
    HeadRowNull: made((head) => (head.epochs[1] = null)), HeadRowUnknownMember: made((head) => (head.epochs[1].later = 1)),
    CommitmentMissing: made((head) => delete head.epochs[1].commitment), EntriesMissing: made((head) => delete head.epochs[1].entries),
    CommitmentUpperCase: made((head) => upper(head.epochs[1], 'commitment')),
    CommitmentShort: made((head) => (head.epochs[1].commitment = head.epochs[1].commitment.slice(2))),
    EntriesUpperCase: made((head) => upper(head.epochs[1], 'entries')), EntriesNull: made((head) => (head.epochs[1].entries = null)),
    PreviousNull: made((head) => (head.previous = null)), PreviousText: made((head) => (head.previous = head.previous[0])),
    PreviousUpperCase: made((head) => upper(head.previous, 0)), PreviousNumber: made((head) => (head.previous[0] = 1)),
    SignerUpperCase: made((head) => upper(head, 'signer')), SignerLowOrder: made((head) => (head.signer = ED_LOW_ORDER)),
    SignerNotAPoint: made((head) => (head.signer = NO_POINT)), SignerNotCanonical: made((head) => (head.signer = NOT_CANONICAL)),
    HeadSignatureShort: signed((head) => (head.signature = Buffer.alloc(63).toString('base64'))),
    HeadSignatureTrailingBits: signed((head) => (head.signature = trailingBits(head.signature))),
    HeadSignatureWithoutPadding: signed((head) => (head.signature = head.signature.slice(0, 86))),
    HeadSignatureHex: signed((head) => (head.signature = Buffer.from(head.signature, 'base64').toString('hex'))),
    HeadNameTwice: swapped(textOf(K), '"head":{"v":1', '"head":{"v":1,"v":1'),
  };
}

const upper = (object, name) => (object[name] = object[name].toUpperCase());
/** Gives a member another name. */
export function renamed(object, from, to) {
  object[to] = object[from];
  delete object[from];
}

const textOr = (k) => (typeof k === 'string' || k.v !== undefined ? k : jsonOf(k));
/** Keyrings as JSON, where they are not. */
export const asJson = (faults) => Object.fromEntries(Object.entries(faults).map(([fault, k]) => [fault, textOr(k)]));

/** [keyring-2] to [keyring-4], [keyring-7], [keyring-8] */
export const malformedTests = () => [
  ...each(malformed, textFaults()), ...each(malformed, keyringFaults()), ...each(malformed, asJson(epochFaults())),
  ...each(malformed, asJson(entryFaults())), ...each(malformed, asJson(headFaults())),
  malformed(
    'CekOf16WithoutHead', withBobs(K, entryOf({ name: 'cek of 16', cek: random('cek', 16), epoch: 2, recipient: bob, adder: alice }).json, 2),
    { expectsHead: false }),
  malformed('NameTwiceWithoutHead', swapped(textOf(bare(K)), '{"v":1', '{"v":1,"v":1'), { expectsHead: false }),
];
