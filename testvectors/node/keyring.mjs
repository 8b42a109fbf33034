// Keyrings: entries, heads, what a reader remembers, and what it opens. ../spec/keyring.md, sections 4 to 7 and 9.
import { Refused, join, labelled, lp, same, u32, utf8 } from './bytes.mjs';
import { canonical } from './canonical-json.mjs';
import { agree, publicKeyOf } from './curves.mjs';
import { keyIdOf } from './envelope.mjs';
import { nameBytes, readKeyring } from './keyring-format.mjs';
import { isSignature, signMessage } from './signatures.mjs';
import { expandSha256, hmac, openBox, sealBox, sha256 } from './symmetric.mjs';

const WRAP = utf8('starfish-wrap');
const HEAD = utf8('e2ee-keyring-head-v1\n');
const NOTHING = Buffer.alloc(0);

const refused = (reason, message) => new Refused('refused', message, { reason });
const hexOf = (bytes) => bytes.toString('hex');
const bytesOf = (hex) => Buffer.from(hex, 'hex');

const wrapKeyOf = (shared) => expandSha256(hmac('sha256', WRAP, shared), WRAP, 32);
const ofEpoch = (label) => (cek, collection, epoch) => expandSha256(cek, labelled(label, lp(nameBytes(collection)), u32(epoch)), 32);
/** [keyring-12] */
export const commitmentOf = ofEpoch('e2ee-keyring-cek-v1');
/** [keyring-23] */
const umkOf = ofEpoch('e2ee-keyring-umk-v1');

/** [keyring-25] */
const fingerprintOf = (cek) => expandSha256(cek, labelled('e2ee-keyring-cek-fingerprint-v1'), 32);

/** A CEK with what is derived from it: {cek, commitment, fingerprint, umk, keyId}. */
export function epochKey(cek, collection, epoch) {
  const umk = umkOf(cek, collection, epoch);
  return { cek, commitment: commitmentOf(cek, collection, epoch), fingerprint: fingerprintOf(cek), umk, keyId: keyIdOf(umk) };
}

const signedText = ({ addedAt, addedBy, ct, ephKem, subKem }, epoch) =>
  canonical({ addedAt, addedBy, ct: Buffer.isBuffer(ct) ? ct.toString('base64') : ct, ephKem, epoch, subKem });

const isSigned = (entry, epoch) => isSignature('ed25519', bytesOf(entry.addedBy), signedText(entry, epoch), entry.addedSig);

/** The CEK, or undefined when the entry is not signed for that epoch or does not open. [keyring-6] */
export function openEntry(entry, epoch, agreementPrivate) {
  if (!isSigned(entry, epoch)) return undefined;
  try {
    return openBox(wrapKeyOf(agree('x25519', agreementPrivate, bytesOf(entry.ephKem))), entry.ct, NOTHING);
  } catch (e) {
    if (e instanceof Refused) return undefined;
    throw e;
  }
}

/** An entry as JSON, and what is computed on the way; ephemeral key and nonce are random where it counts. [keyring-5] */
export function sealEntry(cek, epoch, subKem, adderPrivate, addedAt, { ephemeral, nonce }) {
  const shared = agree('x25519', ephemeral, bytesOf(subKem));
  const wrapKey = wrapKeyOf(shared);
  const unsigned = {
    subKem, ephKem: hexOf(publicKeyOf('x25519', ephemeral)), ct: sealBox(wrapKey, nonce, cek, NOTHING).toString('base64'),
    addedBy: hexOf(publicKeyOf('ed25519', adderPrivate)), addedAt,
  };
  const signed = signedText(unsigned, epoch);
  return { entry: { ...unsigned, addedSig: signMessage('ed25519', adderPrivate, signed).toString('base64') }, shared, wrapKey, signed };
}

const headText = (unsigned) => join(HEAD, canonical(unsigned));

/** The head of a keyring with these epochs, as JSON. */
export function sealHead({ collection, epochs, ceks, previous }, signerPrivate) {
  const numbers = Object.keys(epochs).map(Number);
  const rows = numbers.map((n) => [n, {
    commitment: hexOf(commitmentOf(ceks[n], collection, n)), entries: hexOf(sha256(canonical(epochs[n]))),
  }]);
  const signer = hexOf(publicKeyOf('ed25519', signerPrivate));
  const unsigned = { v: 1, collection, epoch: numbers.length, epochs: Object.fromEntries(rows), previous, signer };
  const signed = headText(unsigned);
  return { head: { ...unsigned, signature: signMessage('ed25519', signerPrivate, signed).toString('base64') }, signed };
}

/** [keyring-9] */
function checkSigner(head, signers) {
  if (!signers.includes(head.signer)) throw refused('NOT_SIGNED', 'the head is by somebody who is not pinned');
  if (!isSignature('ed25519', bytesOf(head.signer), headText(head.signed), head.signature)) throw refused('NOT_SIGNED', 'the head is not signed');
}

/** [keyring-10] */
function checkContents({ currentEpoch, epochs, head }, collection) {
  if (head.collection !== collection) throw refused('OTHER_COLLECTION', 'the head is of another collection');
  const isRight = head.epoch === currentEpoch && Object.keys(head.epochs).length === epochs.length &&
    epochs.every(({ digest }, i) => head.epochs[i + 1]?.entries === digest);
  if (!isRight) throw refused('NOT_AS_SIGNED', 'the epochs are not those that were signed');
}

const lowerEpoch = () => refused('ROLLBACK', 'the epoch is lower than the one that is remembered');

/** Of a keyring that had no head when it was seen. [keyring-11] */
function checkBeginning({ commitment }, { entries }, before) {
  if ((before.commitment ?? commitment) !== commitment) throw refused('OTHER_KEY', 'the CEK is not the one that was seen without a head');
  const present = new Set(entries.map(({ subKem }) => subKem));
  if (!Object.keys(before.recipients).every((key) => present.has(key))) throw refused('DROPPED_ENTRY', 'a recipient is gone since there is a head');
}

/** What was seen of an epoch stays as it is. [keyring-11] */
function checkSeen(head, epochs, remembered) {
  for (const [n, before] of Object.entries(remembered.epochs ?? {})) {
    const now = head.epochs[n];
    const isSame = ['commitment', 'entries'].every((name) => (before[name] ?? now[name]) === now[name]);
    if (remembered.revision === undefined) checkBeginning(now, epochs[n - 1], before);
    else if (!isSame) throw refused('FORK', `epoch ${n} is another than the one that is remembered`);
  }
}

/** The fingerprint of a CEK, or the one that is remembered. */
const knownFingerprint = (opened, remembered, n) => (opened.keys[n] ? hexOf(opened.keys[n].fingerprint) : remembered.epochs?.[n]?.fingerprint);

const entryDigest = ({ ct, addedSig, ...texts }) =>
  hexOf(sha256(canonical({ ...texts, ct: ct.toString('base64'), addedSig: addedSig.toString('base64') })));

/** The first of each recipient's, signed or not: a head vouches for all. */
function digestsOf({ entries }, adders) {
  const found = {};
  for (const entry of entries) if (adders.includes(entry.addedBy)) found[entry.subKem] ??= entryDigest(entry);
  return found;
}

/** [keyring-11] */
const rememberHead = ({ head: { revision, digest, epoch, epochs }, epochs: own }, opened, remembered, signers) => ({
  epoch, revision, head: digest,
  epochs: Object.fromEntries(Object.entries(epochs).map(([n, { commitment, entries }]) => [n, {
    commitment, entries: Number(n) < epoch ? entries : undefined, fingerprint: knownFingerprint(opened, remembered, n), recipients: digestsOf(own[n - 1], signers),
  }])),
});

const keyMarksOf = ({ epochs = {} }) => Object.values(epochs).flatMap(({ fingerprint }) => fingerprint ?? []);
const entryMarksOf = ({ epochs = {} }) => Object.values(epochs).flatMap(({ recipients = {} }) => Object.values(recipients));
/** What belongs to one collection only. */
const marksOf = (memory) => [...keyMarksOf(memory), ...entryMarksOf(memory)];

/** [keyring-25] */
function checkOthers(remembers, others) {
  const marks = new Set(remembers.head ? keyMarksOf(remembers) : marksOf(remembers));
  if (Object.values(others).some((memory) => marksOf(memory).some((mark) => marks.has(mark)))) {
    throw refused('OTHER_COLLECTION', 'a key or an entry was seen in another collection');
  }
}

/** [keyring-11] */
function checkHistory({ head, epochs }, remembered) {
  if (head.epoch < remembered.epoch) throw lowerEpoch();
  if (remembered.revision !== undefined) {
    if (head.revision < remembered.revision) throw refused('ROLLBACK', 'the head is older than the one that is remembered');
    const seen = head.revision === remembered.revision ? head.digest : head.previous[remembered.revision - 1];
    if (seen !== remembered.head) throw refused('FORK', 'the head does not continue the one that is remembered');
  }
  checkSeen(head, epochs, remembered);
}

/** The entries for a reader in each epoch. */
const ownEntries = ({ epochs }, recipient) => epochs.map(({ entries }) => entries.filter(({ subKem }) => subKem === recipient));

/** A keyring that was checked is remembered, also when the reader is no member, or was removed. [keyring-11] */
function finish(opened, remembers, own, more = {}) {
  if (own.every((entries) => entries.length === 0)) throw new Refused('not-a-member', 'there is no entry for this key', { remembers });
  if (own.at(-1).length === 0) throw new Refused('removed', 'there is no entry for this key in the current epoch', { remembers });
  return Object.assign(opened, { remembers }, more);
}

/** The keys of a reader by epoch, and why it has none of the others. */
class Opened {
  constructor(currentEpoch, collection) {
    Object.assign(this, { currentEpoch, collection, keys: {}, missing: {} });
  }

  add(epoch, cek) {
    this.keys[epoch] = epochKey(cek, this.collection, epoch);
  }

  /** The CEK of an epoch, or the class of section 7. */
  cek(epoch) {
    if (epoch > this.currentEpoch) throw new Refused('unknown-epoch', `the keyring has no epoch ${epoch}`);
    if (!this.keys[epoch]) throw new Refused(this.missing[epoch], `there is no key for epoch ${epoch}`);
    return this.keys[epoch].cek;
  }
}

/** Of an epoch without an entry for the reader. */
const whyNone = (own, at) => (own.slice(0, at).some((entries) => entries.length > 0) ? 'removed' : 'joined-later');

/** Why the only entry of an epoch, or one of several, gives no CEK. */
const unusable = (entries, epoch) =>
  refused(entries.length === 1 && isSigned(entries[0], epoch) ? 'OTHER_KEY' : 'NOT_TRACEABLE', `the entry of epoch ${epoch} gives no CEK`);

function checkPins(signers) {
  if (signers.length === 0) throw refused('NOTHING_PINNED', 'no signer of the collection is pinned');
}

/**
 * Opens a keyring that has to have a head.
 *
 * @param reader {agreement, agreementPrivate}, the public key as text
 * @param trust {signers, remembered, others}: pinned keys as text; {epoch, epochs, revision, head} or nothing; the same of other collections
 * @return an `Opened` with `revision`, `head` and `remembers`
 */
export function openKeyring(bytes, collection, reader, { signers, remembered = { epoch: 0 }, others = {} }) {
  const keyring = readKeyring(bytes);
  const { currentEpoch, head } = keyring;
  checkPins(signers);
  if (!head) throw refused('NO_HEAD', 'the keyring has no head'); // [keyring-8]
  checkSigner(head, signers);
  checkContents(keyring, collection);
  checkHistory(keyring, remembered);
  const opened = new Opened(currentEpoch, collection);
  const own = ownEntries(keyring, reader.agreement);
  own.forEach((entries, i) => {
    if (entries.length === 0) return void (opened.missing[i + 1] = whyNone(own, i));
    const cek = entries.length === 1 ? openEntry(entries[0], i + 1, reader.agreementPrivate) : undefined;
    if (!cek) throw unusable(entries, i + 1);
    opened.add(i + 1, cek);
    // [keyring-12]
    if (!same(opened.keys[i + 1].commitment, bytesOf(head.epochs[i + 1].commitment))) throw refused('OTHER_KEY', 'another CEK was committed to');
  });
  const remembers = rememberHead(keyring, opened, remembered, signers);
  checkOthers(remembers, others);
  return finish(opened, remembers, own, { revision: head.revision, head: head.digest });
}

const MOST_FORGED = 16;

/** Whether an entry is by the pinned adder that it names; few may name one in vain. [keyring-26] */
const authenticity = (signers) => {
  let forged = 0;
  return (entry, epoch) => {
    if (!signers.includes(entry.addedBy)) return false;
    if (isSigned(entry, epoch)) return true;
    if (++forged > MOST_FORGED) throw refused('NOT_TRACEABLE', 'too many entries are not by the adder that they name');
    return false;
  };
};

/** The recipients of an epoch with the digests of their entries: those that are remembered and as they were, and authentic ones. [keyring-15] */
function recipientsOf(entries, epoch, isAuthentic, before = {}) {
  const found = {};
  const take = (isRight) => entries.forEach((entry) => {
    if (!(entry.subKem in found) && isRight(entry)) found[entry.subKem] = entryDigest(entry);
  });
  take((entry) => before[entry.subKem] === entryDigest(entry));
  take((entry) => isAuthentic(entry, epoch));
  if (!Object.keys(before).every((key) => key in found)) throw refused('DROPPED_ENTRY', `the entry of a recipient of epoch ${epoch} is gone or damaged`);
  return found;
}

/** The same of a keyring without a head; `remembers` has epochs in place of a head. */
export function openWithoutHead(bytes, collection, reader, { signers, remembered = { epoch: 0 }, others = {} }) {
  const keyring = readKeyring(bytes);
  const { currentEpoch, epochs } = keyring;
  checkPins(signers);
  if (keyring.head) throw refused('NO_HEAD', 'the keyring has a head'); // [keyring-13]
  if (remembered.revision !== undefined) throw refused('NO_HEAD', 'a head of this collection was seen');
  if (currentEpoch < remembered.epoch) throw lowerEpoch();
  const isAuthentic = authenticity(signers);
  const recipients = epochs.map(({ entries }, i) => recipientsOf(entries, i + 1, isAuthentic, remembered.epochs?.[i + 1]?.recipients));
  const opened = new Opened(currentEpoch, collection);
  const own = ownEntries(keyring, reader.agreement);
  own.forEach((entries, i) => {
    if (entries.length === 0) return void (opened.missing[i + 1] = whyNone(own, i));
    const isTraceable = entries.length === 1 && signers.includes(entries[0].addedBy); // [keyring-14]
    const cek = isTraceable ? openEntry(entries[0], i + 1, reader.agreementPrivate) : undefined;
    if (!isTraceable && i + 1 === currentEpoch) throw refused('NOT_TRACEABLE', 'the current entry is not by a pinned adder');
    if (!cek && i + 1 === currentEpoch) throw unusable(entries, i + 1);
    if (!cek) return void (opened.missing[i + 1] = 'damaged');
    opened.add(i + 1, cek);
    const known = remembered.epochs?.[i + 1]?.commitment;
    if (known && !same(opened.keys[i + 1].commitment, bytesOf(known))) throw refused('OTHER_KEY', 'the CEK is not the one that it was');
  });
  const rows = recipients.map((each, i) => {
    const key = opened.keys[i + 1];
    const commitment = remembered.epochs?.[i + 1]?.commitment ?? (key && hexOf(key.commitment));
    return { recipients: each, commitment, fingerprint: knownFingerprint(opened, remembered, i + 1) };
  });
  const highest = Math.max(remembered.epoch, 1 + recipients.findLastIndex((each) => Object.keys(each).length > 0));
  const seen = Object.fromEntries(rows.slice(0, highest).map((row, i) => [i + 1, row]));
  const remembers = { epoch: highest, epochs: seen };
  checkOthers(remembers, others);
  return finish(opened, remembers, own);
}
