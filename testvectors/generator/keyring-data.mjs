// The tests of documents, blobs and authors for keyring.mjs.
import { plusEd25519Order, signature } from './curves.mjs';
import { authorText, blobOf, documentOf, entryOf, random, signAuthor, utf8 } from './keyring-writer.mjs';
import { HISTORY, alice, bob, mallory, withBobs } from './keyring-valid.mjs';

const K = HISTORY.withDave;
const CEKS = K.ceks;
const PATH = 'notes/2026/a';

const flip = (bytes, at) => Buffer.concat([bytes.subarray(0, at), Buffer.from([bytes[at] ^ 1]), bytes.subarray(at + 1)]);
const invalid = (flag, error) => (fault, test) => ({ comment: fault, ...test, flags: [flag], result: 'invalid', fault, error });
const each = (make, tests) => Object.entries(tests).map(([fault, test]) => make(fault, test));

const sealed = (name, text, epoch = 2, more = {}) => documentOf({ cek: CEKS[epoch], epoch, name: `document ${name}`, text, ...more });
const as = (json) => ({ document: typeof json === 'string' ? json : JSON.stringify(json) });

function validDocument(comment, text, epoch) {
  const { nonce, json } = sealed(comment, text, epoch);
  return { comment, ...as(json), flags: ['Valid'], result: 'valid', epoch, plaintext: text, intermediate: { nonce } };
}

function malformedDocuments() {
  const { json } = sealed('form', '{}');
  const text = JSON.stringify(json);
  const box = Buffer.from(json._encrypted, 'base64');
  const swap = (from, to) => as(text.replace(from, () => to));
  const epoch = (to) => swap('"_epoch":2', `"_epoch":${to}`);
  const encrypted = (value) => as({ ...json, _encrypted: value });
  return {
    NotJson: as(''), JustNull: as('null'), List: as([json]), Empty: as({}), NotEncrypted: as({ title: 'in the clear' }), OnlyEpoch: as({ _epoch: 2 }),
    OnlyEncrypted: as({ _encrypted: json._encrypted }),
    UnknownMember: as({ ...json, title: 'in the clear' }), EpochTwice: swap('"_epoch":2', '"_epoch":2,"_epoch":2'), TextBehind: as(`${text}x`),
    Nested33: as({ ...json, more: JSON.parse('['.repeat(32) + ']'.repeat(32)) }),
    EpochHalf: epoch('2.5'), EpochText: epoch('"2"'), EpochNull: epoch('null'), EpochTrue: epoch('true'), Epoch0: epoch('0'), EpochMinus: epoch('-2'),
    Epoch4097: epoch('4097'), EpochWraps: epoch('4294967298'),
    EncryptedNull: encrypted(null), EncryptedNumber: encrypted(1), EncryptedObject: encrypted({}), EncryptedEmpty: encrypted(''),
    EncryptedNotBase64: encrypted(`*${json._encrypted.slice(1)}`), EncryptedTooShort: encrypted(box.subarray(0, 27).toString('base64')),
    EncryptedWithoutPadding: encrypted(sealed('padding', '{"a":1}').json._encrypted.replace(/=+$/, '')),
    EncryptedUrlAlphabet: encrypted(`-_${json._encrypted.slice(2)}`), EncryptedBlank: encrypted(`${json._encrypted} `),
    EncryptedTrailingBits: encrypted(trailingBits(sealed('bits', '[1]').json._encrypted)),
  };
}

/** Of 31 bytes two bits are not used. */
function trailingBits(text) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const at = text.indexOf('=') - 1;
  return `${text.slice(0, at)}${alphabet[alphabet.indexOf(text[at]) | 1]}${text.slice(at + 1)}`;
}

/** Authentic, and what is in it is no document. */
function sealedFaults() {
  const of = (text) => as(sealed(`sealed ${text}`, text).json);
  return {
    SealsNothing: of(''), SealsText: of('plain'), SealsString: of('"a"'), SealsNumber: of('1'), SealsNull: of('null'), SealsTwo: of('{}{}'),
    SealsNameTwice: of('{"a":1,"a":2}'),
    SealsNested33: of('['.repeat(33) + ']'.repeat(33)), SealsByteOrderMark: of('\ufeff{}'),
  };
}

function notAuthenticDocuments() {
  const { json } = sealed('changed', '{"a":1}');
  const box = Buffer.from(json._encrypted, 'base64');
  const made = (name, more) => as(sealed(name, '{}', 2, more).json);
  const changed = (at) => as({ ...json, _encrypted: flip(box, at).toString('base64') });
  return {
    NonceChanged: changed(0), CiphertextChanged: changed(12), TagChanged: changed(box.length - 1),
    TagOnly: as({ ...json, _encrypted: box.subarray(7).toString('base64') }),
    EpochChanged: as({ ...json, _epoch: 1 }), SealedForAnotherEpoch: made('for 1', { aad: '1' }), SealedWithoutEpoch: made('no aad', { aad: '' }),
    SealedForEpoch02: made('02', { aad: '02' }), SealedAsABlob: made('blob', { aad: 'starfish-blob:2:' }),
    SealedUnderAnotherCek: made('cek', { cek: random('another cek') }), SealedUnderTheCekBefore: made('before', { cek: CEKS[1] }),
    SealedUnderTheUmk: made('umk', { cek: random('umk in its place') }),
  };
}

/** [keyring-20] [keyring-21] */
export function documentTests() {
  return [
    validDocument('an empty object', '{}', 2), validDocument('an empty list', '[]', 2), validDocument('of an old epoch', '{"a":1}', 1),
    validDocument('not canonical', ' {"b" : 1.0, "a": "\\u00e9" }\n', 2),
    validDocument('many characters', JSON.stringify({ text: '\u00e9\u{1f600}"\\\n'.repeat(100) }), 2),
    { ...validDocument('members in another order', '{}', 2), document: reordered(sealed('members in another order', '{}').json) },
    { ...validDocument('an epoch with a fraction of zero', '{}', 2), document: fraction(sealed('an epoch with a fraction of zero', '{}').json) },
    ...each(invalid('Form', 'malformed'), malformedDocuments()), ...each(invalid('Sealed', 'malformed'), sealedFaults()),
    ...each(invalid('NotAuthentic', 'not-authentic'), notAuthenticDocuments()),
    invalid('NoKey', 'unknown-epoch')('UnknownEpoch', as(sealed('3', '{}', 2, { epoch: 3 }).json)),
    invalid('NoKey', 'unknown-epoch')('LastEpochOfAll', as(sealed('4096', '{}', 2, { epoch: 4096 }).json)),
  ];
}

const fraction = (json) => JSON.stringify(json).replace('"_epoch":2', '"_epoch":2.0');
const reordered = (json) => JSON.stringify({ _epoch: json._epoch, _encrypted: json._encrypted }, null, 1);

export const withoutFirstEpoch = (error) => [
  validDocument('of the current epoch', '{}', 2), invalid('NoKey', error)('OldEpoch', as(sealed('old', '{}', 1).json)),
];

const damagedEntry = entryOf({ name: 'damaged', cek: CEKS[1], epoch: 1, recipient: bob, adder: mallory }).json;
/** Bob's entry of epoch 1 is by Mallory. */
export const DAMAGED = JSON.stringify(withBobs(K, damagedEntry));

const author = (document, path, signed, more = {}) =>
  ({ ...as(document), path, author: alice.signing, signature: signed, authors: [alice.signing], ...more });

function validAuthored(comment, path, more = {}) {
  const text = '{"a":1}';
  const { json } = sealed(`author ${comment}`, text);
  return {
    comment, ...author(json, path, signAuthor(json, path, alice), more), flags: ['Valid'], result: 'valid', epoch: 2, plaintext: text,
    intermediate: { signed: utf8(authorText(json, path)) },
  };
}

/** [keyring-22] */
export function authoredTests() {
  const { json } = sealed('authored', '{"a":1}');
  const other = sealed('another', '{"a":2}').json;
  const right = signAuthor(json, PATH, alice);
  const made = (signed, more) => author(json, PATH, signed, more);
  const faults = {
    AnotherPath: author(json, `${PATH}b`, right), PathInCapitals: author(json, PATH.toUpperCase(), right),
    PathNotNormalised: author(json, 'e\u0301', signAuthor(json, '\u00e9', alice)), AnotherDocument: author(other, PATH, right),
    AnotherEpoch: author({ ...json, _epoch: 1 }, PATH, right), AuthorNotAccepted: made(signAuthor(json, PATH, bob), { author: bob.signing }),
    AuthorChanged: made(right, { author: bob.signing, authors: [alice.signing, bob.signing] }),
    AuthorInTheNameOfAnother: made(signAuthor(json, PATH, mallory)),
    NobodyAccepted: made(right, { authors: [] }), SignatureFlipped: made(flip(right, 63)), SignatureZero: made(Buffer.alloc(64)),
    SignatureNotReduced: made(Buffer.concat([right.subarray(0, 32), plusEd25519Order(right.subarray(32))])),
    SignedWithoutLabel: made(signAuthor(json, PATH, alice, '')),
    SignedUnderAnotherLabel: made(signAuthor(json, PATH, alice, 'starfish-append-author-v1\n')),
    SignedOverTheTextOnly: made(signature('ed25519', alice.signingPrivate, utf8(JSON.stringify(json)))),
    SignedWithExchangedNames: made(signature('ed25519', alice.signingPrivate, utf8(`starfish-doc-author-v1\n${JSON.stringify({ d: PATH, k: json })}`))),
  };
  const cek = random('another cek');
  const foreign = documentOf({ cek, epoch: 2, name: 'foreign', text: '{}' }).json;
  return [
    validAuthored('by its author', PATH), validAuthored('one of several authors', PATH, { authors: [bob.signing, alice.signing] }),
    validAuthored('a path that JSON escapes', 'a"\\\n\u{1f600}'),
    ...each(invalid('Author', 'not-authentic'), faults),
    invalid('NotAuthentic', 'not-authentic')('SignedButUnderAnotherCek', author(foreign, PATH, signAuthor(foreign, PATH, alice))),
    invalid('Form', 'malformed')('UnknownMemberBesidesWhatWasSigned', author({ ...json, later: [1.5] }, PATH, right)),
    invalid('Form', 'malformed')('SignedButInTheClear', author({ a: 1 }, PATH, signAuthor({ a: 1 }, PATH, alice))),
  ];
}

function validBlob(comment, bytes, path, epoch = 2) {
  const { nonce, bytes: blob } = blobOf({ cek: CEKS[epoch], epoch, name: `blob ${comment}`, bytes, path });
  return { comment, blob, path, flags: ['Valid'], result: 'valid', epoch, plaintext: bytes, intermediate: { nonce } };
}

/** [keyring-20] and section 8. */
export function blobTests() {
  const bytes = Buffer.from('00ff10', 'hex');
  const of = (name, more = {}) => blobOf({ cek: CEKS[2], epoch: 2, name: `blob ${name}`, bytes, path: PATH, ...more }).bytes;
  const good = of('good');
  const at = (blob, path = PATH) => ({ blob, path });
  return [
    validBlob('three bytes', bytes, PATH), validBlob('no bytes', Buffer.alloc(0), PATH), validBlob('no path', bytes, ''),
    validBlob('of an old epoch', bytes, PATH, 1), validBlob('a path with colons', bytes, '2:a:\u00e9'),
    validBlob('a kibibyte', Buffer.alloc(1024, 0x5a), PATH),
    ...each(invalid('Form', 'malformed'), {
      Empty: at(Buffer.alloc(0)), EpochOnly: at(good.subarray(0, 4)), TooShort: at(good.subarray(0, 31)), Epoch0: at(of('0', { shownEpoch: 0 })),
      Epoch4097: at(of('4097', { shownEpoch: 4097 })), EpochHighBit: at(of('high', { shownEpoch: 0x80000002 })),
    }),
    ...each(invalid('NotAuthentic', 'not-authentic'), {
      NonceChanged: at(flip(good, 4)), CiphertextChanged: at(flip(good, 16)), TagChanged: at(flip(good, good.length - 1)),
      Cut: at(good.subarray(0, -1)), EpochChanged: at(Buffer.concat([Buffer.from('00000001', 'hex'), good.subarray(4)])),
      AnotherPath: at(good, `${PATH}b`), NoPath: at(good, ''), PathAtTheEnd: at(of('no path', { path: '' })),
      ColonMoved: at(of('colon', { aad: 'starfish-blob:2a:b' }), 'a:b'), SealedForAnotherEpoch: at(of('for 1', { aad: `starfish-blob:1:${PATH}` })),
      SealedWithoutLabel: at(of('no label', { aad: `2:${PATH}` })), SealedAsADocument: at(of('document', { aad: '2' })),
      SealedUnderAnotherCek: at(of('cek', { cek: random('another cek') })), SealedUnderTheCekBefore: at(of('before', { cek: CEKS[1] })),
    }),
    invalid('NoKey', 'unknown-epoch')('UnknownEpoch', at(of('3', { epoch: 3 }))),
  ];
}

export const blobsWithoutFirstEpoch = (error) =>
  [invalid('NoKey', error)('OldEpoch', { blob: validBlob('old', Buffer.alloc(1), '', 1).blob, path: '' })];
