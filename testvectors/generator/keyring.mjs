#!/usr/bin/env node
// Writes ../vectors/keyring.json and the worked examples of ../spec/keyring.md; with --check it compares instead.
import { readFileSync } from 'node:fs';
import { DAMAGED, authoredTests, blobTests, blobsWithoutFirstEpoch, documentTests, withoutFirstEpoch } from './keyring-data.mjs';
import { jsonTests } from './keyring-json.mjs';
import { malformedTests } from './keyring-malformed.mjs';
import { refusedTests } from './keyring-refused.mjs';
import { HISTORY, NOTES, headTests, headlessTests, keyOf } from './keyring-valid.mjs';
import { PEOPLE, canonical, headDigest, jsonOf, textOf } from './keyring-writer.mjs';
import { exampleBlock, vectorFile, withExamples, writeOrCheck } from './vector-file.mjs';

const people = Object.fromEntries(Object.entries(PEOPLE).map(([name, { name: own, ...keys }]) => [name, keys]));
const opens = (keyring, reader, more = {}) => ({ people, keyring, collection: NOTES, reader, signers: ['alice'], expectsHead: true, ...more });
const K = HISTORY.withDave;
const bobs = opens(textOf(K), 'bob');
const daves = opens(textOf(K), 'dave');
const damaged = opens(DAMAGED, 'bob', { expectsHead: false });

const groups = [
  { type: 'CanonicalJson', keys: {}, tests: jsonTests() },
  { type: 'Keyring', keys: { people }, tests: [...headTests(), ...headlessTests(), ...malformedTests(), ...refusedTests()] },
  { type: 'KeyringDocument', keys: bobs, tests: documentTests() },
  { type: 'KeyringDocument', keys: daves, tests: withoutFirstEpoch('joined-later') },
  { type: 'KeyringDocument', keys: damaged, tests: withoutFirstEpoch('damaged') },
  { type: 'KeyringAuthoredDocument', keys: bobs, tests: authoredTests() },
  { type: 'KeyringBlob', keys: bobs, tests: blobTests() },
  { type: 'KeyringBlob', keys: daves, tests: blobsWithoutFirstEpoch('joined-later') },
  { type: 'KeyringBlob', keys: damaged, tests: blobsWithoutFirstEpoch('damaged') },
];
const notes = {
  Valid: 'what a reader must accept',
  Json: 'canonical JSON and the reader of JSON: [keyring-1], [keyring-2]',
  Form: 'what is refused whoever made it; the parts that are signed are signed as they are',
  Refused: 'a head that is missing, or not by a pinned signer, or of another keyring: [keyring-8] to [keyring-10]',
  History: 'authentic, and not what follows the keyring that is remembered: [keyring-11]',
  Keys: 'a head by its signer over an entry or a commitment that is not right: [keyring-6], [keyring-12]',
  Membership: 'a reader without an entry, or without one in the current epoch',
  Headless: 'without a head: [keyring-13] to [keyring-15], [keyring-26]',
  OtherCollection: 'something of a collection that is remembered, in the keyring of another one: [keyring-25]',
  Damaged: 'without a head, an old epoch whose entry for the reader is not authentic: [keyring-14]',
  Sealed: 'a document that opens, and what was sealed is no document',
  NotAuthentic: 'a document or blob that does not open',
  NoKey: 'a document or blob of an epoch of which the reader has no key',
  Author: 'a document that is not by an accepted author for that path: [keyring-22]',
};

function example() {
  const k = HISTORY.withBob;
  const { drawn } = k;
  const bob = drawn[1][1];
  const key = keyOf(k, 1);
  const { head } = jsonOf(k);
  const { signature, ...unsigned } = head;
  return exampleBlock('11.1 Alice has made a keyring and added Bob', [
    ["Alice's X25519 key, private", PEOPLE.alice.agreementPrivate], ["Alice's Ed25519 key, private", PEOPLE.alice.signingPrivate],
    ["Bob's X25519 key, private", PEOPLE.bob.agreementPrivate], ['collection', JSON.stringify(NOTES)], ['CEK', key.cek],
    ['ephemeral private key', bob.ephemeral], ['nonce', bob.nonce], ['shared', bob.shared], ['wrapKey', bob.wrapKey],
    ['signed text of the entry', bob.signed],
    ['entries', head.epochs[1].entries], ['commitment', key.commitment], ['fingerprint', key.fingerprint], ['previous', head.previous[0]],
    ['signed text of the head, after the label', canonical(unsigned)],
    ['digest of the head', headDigest(k)], ['UMK', key.umk], ['keyId', key.keyId], ['keyring', textOf(k)],
  ]);
}

const SPECIFICATION = new URL('../spec/keyring.md', import.meta.url);
const text = vectorFile('keyring', notes, groups, { algorithm: 'E2EE-Keyring', specification: 'testvectors/spec/keyring.md' });
writeOrCheck([
  [new URL('../vectors/keyring.json', import.meta.url), text],
  [SPECIFICATION, withExamples(readFileSync(SPECIFICATION, 'utf8'), 'examples', [example()])],
]);
