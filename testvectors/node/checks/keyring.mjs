// Groups of keyring.json.
import { canonical, readJson } from '../canonical-json.mjs';
import { publicKeyOf } from '../curves.mjs';
import { openAuthored, openBlob, openDocument, sealBlob, sealDocument, signDocument } from '../keyring-data.mjs';
import { openKeyring, openWithoutHead, sealEntry, sealHead } from '../keyring.mjs';
import { sha256 } from '../symmetric.mjs';
import { utf8 } from '../bytes.mjs';
import { ACCEPTED, REFUSED, SEALED, equal, hex, refusalOf, refuses, watched } from './outcome.mjs';

function canonicalJson(group, test) {
  const json = hex(test.json);
  if (test.result === 'invalid') return refuses(test, () => readJson(json));
  const written = canonical(readJson(json));
  equal('canonical', written, hex(test.canonical));
  equal('canonical of it', canonical(readJson(written)), written);
  equal('sha256', sha256(written), hex(test.sha256));
  return SEALED;
}

const signersOf = ({ people }, names) => names.map((name) => people[name].signing);

/** A person of a group, whose keys have to fit. */
function personOf(people, name) {
  const person = people[name];
  for (const [curve, purpose] of [['x25519', 'agreement'], ['ed25519', 'signing']]) {
    equal(`${purpose} of ${name}`, publicKeyOf(curve, hex(person[`${purpose}Private`])), hex(person[purpose]));
  }
  return { agreement: person.agreement, agreementPrivate: hex(person.agreementPrivate), signingPrivate: hex(person.signingPrivate) };
}

/** What is to be opened, by the reader of a test or group. */
function attempt(keys, { keyring, collection, reader, signers, expectsHead, remembered, others }, person = personOf(keys.people, reader)) {
  const open = expectsHead ? openKeyring : openWithoutHead;
  return open(utf8(keyring), collection, person, { signers: signersOf(keys, signers), remembered, others });
}

const plain = (value) => canonical(value).toString();

/** Members that are undefined vanish. */
const memory = (value) => value && plain(JSON.parse(JSON.stringify(value)));

function checkOpened(test, opened) {
  for (const name of ['currentEpoch', 'revision', 'head']) equal(name, opened[name], test[name]);
  equal('epochs', Object.keys(opened.keys).join(), Object.keys(test.epochs).join());
  for (const [epoch, key] of Object.entries(test.epochs)) {
    for (const [name, value] of Object.entries(key)) equal(`${name} of epoch ${epoch}`, opened.keys[epoch][name], hex(value));
  }
  equal('missing', plain(opened.missing), plain(test.missing));
  equal('remembers', memory(opened.remembers), memory(test.remembers));
}

/** The keyring that a writer makes of what it drew. */
function written({ people }, { collection, keyring, intermediate }) {
  const given = JSON.parse(keyring);
  const ceks = Object.fromEntries(Object.entries(intermediate.ceks).map(([n, cek]) => [n, hex(cek)]));
  const epochs = Object.fromEntries(Object.entries(intermediate.entries).map(([n, drawn]) => {
    const wrappedKeys = drawn.map((d, i) => {
      const { addedAt } = given.epochs[n].wrappedKeys[i];
      const adder = personOf(people, d.adder);
      const drew = { ephemeral: hex(d.ephemeral), nonce: hex(d.nonce) };
      const made = sealEntry(ceks[n], Number(n), people[d.recipient].agreement, adder.signingPrivate, addedAt, drew);
      for (const name of ['shared', 'wrapKey']) equal(name, made[name], hex(d[name]));
      return made.entry;
    });
    return [n, { wrappedKeys, createdAt: given.epochs[n].createdAt }];
  }));
  const made = { v: 1, currentEpoch: Object.keys(epochs).length, epochs };
  if (!intermediate.signer) return made;
  const { head } = sealHead({ collection, epochs, ceks, previous: given.head.previous }, personOf(people, intermediate.signer).signingPrivate);
  return { ...made, head };
}

function keyring(group, test) {
  const reader = watched(personOf(group.keys.people, test.reader), 'agreementPrivate');
  if (test.result === 'invalid') {
    const refusal = refusalOf(test.error, () => attempt(group.keys, test, reader));
    equal('error', refusal.kind, test.error);
    equal('reason', refusal.reason, test.reason);
    equal('remembers', memory(refusal.remembers), memory(test.remembers));
    // [keyring-7] What needs no key is told before one is touched.
    if (!['Keys', 'Headless', 'Membership', 'OtherCollection'].some((flag) => test.flags.includes(flag))) equal('reads of the private key', reader.reads, 0);
    return REFUSED;
  }
  checkOpened(test, attempt(group.keys, test, reader));
  if (!test.intermediate) return ACCEPTED;
  equal('keyring', canonical(written(group.keys, test)), canonical(readJson(utf8(test.keyring))));
  return SEALED;
}

/** The keys of a group, and a test that seals again where it is valid. */
function ofEpochs(open, seal, plaintextOf) {
  return (group, test) => {
    const opened = attempt(group.keys, group.keys);
    if (test.result === 'invalid') return refuses(test, () => open(opened, test));
    equal('plaintext', open(opened, test), plaintextOf(test));
    seal(opened.cek(test.epoch), test, group.keys);
    return SEALED;
  };
}

const textOf = ({ plaintext }) => utf8(plaintext);

const keyringDocument = ofEpochs(
  (opened, test) => openDocument(opened, utf8(test.document)),
  (cek, test) => {
    const made = sealDocument(cek, test.epoch, textOf(test), hex(test.intermediate.nonce));
    equal('document', canonical(made), canonical(readJson(utf8(test.document))));
  },
  textOf,
);

const keyringAuthoredDocument = ofEpochs(
  (opened, { document, path, author, signature, authors }) =>
    openAuthored(opened, utf8(document), path, { author, signature: hex(signature) }, authors),
  (cek, test, { people }) => {
    const author = Object.keys(people).find((name) => people[name].signing === test.author);
    const made = signDocument(personOf(people, author).signingPrivate, readJson(utf8(test.document)), test.path);
    equal('signature', made, hex(test.signature));
  },
  textOf,
);

const keyringBlob = ofEpochs(
  (opened, { blob, path }) => openBlob(opened, hex(blob), path),
  (cek, { epoch, plaintext, path, intermediate, blob }) =>
    equal('blob', sealBlob(cek, epoch, hex(plaintext), path, hex(intermediate.nonce)), hex(blob)),
  ({ plaintext }) => hex(plaintext),
);

export const keyringChecks = {
  CanonicalJson: canonicalJson, Keyring: keyring, KeyringDocument: keyringDocument,
  KeyringAuthoredDocument: keyringAuthoredDocument, KeyringBlob: keyringBlob,
};
