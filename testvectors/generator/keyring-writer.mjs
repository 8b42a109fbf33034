// Keyrings, right ones and wrong ones, from ../spec/keyring.md. Shares no code with the implementations.
import { createHash } from 'node:crypto';
import { agree, publicKey, signature } from './curves.mjs';
import { box, expand, hmac, lp, u32, u8 } from './keyfile-writer.mjs';

/** "Random" bytes: SHA-256 over a fixed seed and the name of what they are for; 32 at the most. */
export const random = (name, length = 32) =>
  createHash('sha256').update(`e2ee keyring vectors 1\0${name}`).digest().subarray(0, length);

export const utf8 = (text) => Buffer.from(text, 'utf8');
const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const label = (text, ...parts) => Buffer.concat([utf8(text), u8(0), ...parts]);

/** Of plain values whose names are ASCII. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}
export const digest = (value) => sha256(utf8(canonical(value)));
const digestText = (value) => digest(value).toString('hex');

/** A person with two pairs of keys. */
export function person(name) {
  const agreementPrivate = random(`${name} agreement`);
  const signingPrivate = random(`${name} signing`);
  return {
    name, agreementPrivate, agreement: publicKey('x25519', agreementPrivate),
    signingPrivate, signing: publicKey('ed25519', signingPrivate),
  };
}
export const PEOPLE = Object.fromEntries(['alice', 'bob', 'carol', 'dave', 'mallory'].map((name) => [name, person(name)]));

const ofEpoch = (text) => (cek, collection, epoch) => expand(cek, label(text, lp(utf8(collection)), u32(epoch)));
export const commitmentOf = ofEpoch('e2ee-keyring-cek-v1');
export const fingerprintOf = (cek) => expand(cek, label('e2ee-keyring-cek-fingerprint-v1'));
export const umkOf = ofEpoch('e2ee-keyring-umk-v1');
export const keyIdOf = (umk) => expand(umk, utf8('e2ee-key-id-v1'), 16);

const WRAP = utf8('starfish-wrap');
const NO_AAD = Buffer.alloc(0);

/** Section 4; what `given` names is not computed. `drawn` is what a writer draws. */
export function entryOf(given) {
  const e = { addedAt: 1790000000, ...given };
  e.ephemeral ??= random(`${e.name} ephemeral`);
  e.nonce ??= random(`${e.name} nonce`, 12);
  e.shared = agree('x25519', e.ephemeral, e.recipient.agreement);
  e.wrapKey = expand(hmac(e.salt ?? WRAP, e.shared), e.info ?? WRAP);
  const unsigned = {
    subKem: e.recipient.agreement.toString('hex'), ephKem: publicKey('x25519', e.ephemeral).toString('hex'),
    ct: box(e.wrapKey, e.nonce, e.cek, e.aad ?? NO_AAD).toString('base64'),
    addedBy: (e.namedAdder ?? e.adder).signing.toString('hex'), addedAt: e.addedAt,
  };
  e.signed = canonical({ ...unsigned, epoch: e.signedEpoch ?? e.epoch });
  e.json = signEntry(unsigned, e.epoch, e.adder, e.signed);
  const { shared, wrapKey, signed, ephemeral, nonce } = e;
  e.drawn = { adder: e.adder.name, recipient: e.recipient.name, ephemeral, nonce, shared, wrapKey, signed };
  return e;
}

/** An entry with a signature over what it says. */
export function signEntry({ addedSig, ...unsigned }, epoch, adder, signed = canonical({ ...unsigned, epoch })) {
  return { ...unsigned, addedSig: signature('ed25519', adder.signingPrivate, utf8(signed)).toString('base64') };
}

/** Entries in the name of an adder that did not sign them, for recipients of their own. */
export const forgedEntries = (number, like) =>
  Array.from({ length: number }, (_, i) => ({ ...like, subKem: publicKey('x25519', random(`forged ${i}`)).toString('hex') }));

const HEAD_LABEL = 'e2ee-keyring-head-v1\n';

/** A head as it is, signed. */
export function signHead({ signature: old, ...unsigned }, signer, text = HEAD_LABEL) {
  return { ...unsigned, signature: signature('ed25519', signer.signingPrivate, utf8(text + canonical(unsigned))).toString('base64') };
}

/** Section 5, of the epochs of a keyring. */
export function headOf({ collection, epochs, ceks, previous }, signer) {
  const rows = Object.entries(epochs).map(([n, epoch]) =>
    [n, { commitment: commitmentOf(ceks[n], collection, Number(n)).toString('hex'), entries: digestText(epoch) }]);
  const unsigned = {
    v: 1, collection, epoch: rows.length, epochs: Object.fromEntries(rows), previous, signer: signer.signing.toString('hex'),
  };
  return signHead(unsigned, signer);
}

const clone = (value) => JSON.parse(JSON.stringify(value));

/** A keyring with its head: {name, collection, epochs, ceks, drawn, previous, head, signer}. Each change makes another. */
function next(k, signer, change) {
  const made = {
    ...k, epochs: clone(k.epochs), ceks: { ...k.ceks }, drawn: { ...k.drawn }, signer,
    previous: k.head ? [...k.previous, digestText(k.head)] : [],
  };
  change(made);
  return { ...made, head: headOf(made, signer) };
}

function newEpoch(k, adder, recipients) {
  const epoch = Object.keys(k.epochs).length + 1;
  k.ceks[epoch] = random(`${k.name} ${k.collection} cek ${epoch}`);
  k.epochs[epoch] = { wrappedKeys: [], createdAt: 1790000000 + epoch };
  k.drawn[epoch] = [];
  recipients.forEach((recipient) => append(k, adder, recipient));
}

function append(k, adder, recipient) {
  const epoch = Object.keys(k.epochs).length;
  const name = `${k.name} ${k.collection} ${epoch} ${recipient.name} ${k.drawn[epoch].length}`;
  const entry = entryOf({ name, cek: k.ceks[epoch], epoch, recipient, adder, addedAt: 1790000000 + 60 * k.drawn[epoch].length });
  k.epochs[epoch].wrappedKeys.push(entry.json);
  k.drawn[epoch] = [...k.drawn[epoch], entry.drawn];
}

/** Section 7. */
export const create = (name, collection, signer) =>
  next({ name, collection, epochs: {}, ceks: {}, drawn: {}, previous: [] }, signer, (k) => newEpoch(k, signer, [signer]));
export const add = (k, signer, recipient) => next(k, signer, (made) => append(made, signer, recipient));
export const rotate = (k, signer, recipients) => next(k, signer, (made) => newEpoch(made, signer, recipients));
/** A head with nothing else changed. */
export const signAgain = (k, signer) => next(k, signer, () => {});

/** A keyring whose epochs were changed, with a head that says so. */
export function withEpochs(k, change) {
  const made = { ...k, epochs: clone(k.epochs), ceks: { ...k.ceks } };
  change(made.epochs, made.ceks);
  return { ...made, head: headOf(made, k.signer) };
}

/** A keyring whose head was changed by its signer. */
export function withHead(k, change, signer = k.signer) {
  const head = clone(k.head);
  return { ...k, head: signHead(change(head) ?? head, signer) };
}

/** As a server can change it: nothing is signed. */
export function changed(k, change) {
  const json = jsonOf(k);
  return change(json) ?? json;
}

export const jsonOf = ({ epochs, head }) => clone({ v: 1, currentEpoch: Object.keys(epochs).length, epochs, head });
export const bare = (k) => ({ ...k, head: undefined });
export const textOf = (k) => JSON.stringify(jsonOf(k));
/** Of the six members of an entry. [keyring-15] */
export const entryDigest = ({ subKem, ephKem, ct, addedBy, addedSig, addedAt }) => digestText({ subKem, ephKem, ct, addedBy, addedSig, addedAt });
export const headDigest = ({ head }) => digestText(head);
export const revisionOf = ({ head }) => 1 + head.previous.length;

/** Section 8. */
export function documentOf({ cek, epoch, name, text, aad = String(epoch), shownEpoch = epoch }) {
  const nonce = random(`${name} nonce`, 12);
  return { nonce, json: { _encrypted: box(cek, nonce, utf8(text), utf8(aad)).toString('base64'), _epoch: shownEpoch } };
}

export const authorText = (document, path, tag = 'starfish-doc-author-v1\n') => tag + canonical({ d: document, k: path });
export const signAuthor = (document, path, author, tag) =>
  signature('ed25519', author.signingPrivate, utf8(authorText(document, path, tag)));

export function blobOf({ cek, epoch, name, bytes, path, aad = `starfish-blob:${epoch}:${path}`, shownEpoch = epoch }) {
  const nonce = random(`${name} nonce`, 12);
  return { nonce, bytes: Buffer.concat([u32(shownEpoch), box(cek, nonce, bytes, utf8(aad))]) };
}
