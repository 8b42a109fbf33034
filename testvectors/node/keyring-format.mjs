// The form of a keyring, of its entries and of its head: ../spec/keyring.md, sections 1 to 5. No secret is needed here.
import { canonical, readJson } from './canonical-json.mjs';
import { malformed, utf8 } from './bytes.mjs';
import { CURVES } from './curves.mjs';
import { sha256 } from './symmetric.mjs';

export const MOST_EPOCHS = 4096;
const MOST_ENTRIES = 10000;
const MOST_HEADS = 4096;
const MOST_NAME = 1024;
const CT = 60;
const SIGNATURE = 64;
const HEAD_MEMBERS = ['v', 'collection', 'epoch', 'epochs', 'previous', 'signer', 'signature'];

export function object(value, what) {
  if (!(value instanceof Map)) throw malformed(`${what} is no object`);
  return value;
}

function list(value, what, least, most) {
  if (!Array.isArray(value) || value.length < least || value.length > most) throw malformed(`${what} is no list of ${least} to ${most}`);
  return value;
}

/** An integer, however it is written. [keyring-4] */
export function integer(value, what, least, most) {
  if (!Number.isInteger(value) || value < least || value > most) throw malformed(`${what} is no integer from ${least} to ${most}`);
  return value;
}

const seconds = (value, what) => integer(value, what, 0, Number.MAX_SAFE_INTEGER);
const epochNumber = (value, what) => integer(value, what, 1, MOST_EPOCHS);

function digest(value, what) {
  if (typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value)) throw malformed(`${what} is not 64 lower-case hex digits`);
  return value;
}

/** A public key, as text. [keyring-3] */
export function publicKey(value, what, curve) {
  if (!CURVES[curve].isPublicKey(Buffer.from(digest(value, what), 'hex'))) throw malformed(`${what} is no public key of ${curve}`);
  return value;
}

/** Bytes whose one text this is. [keyring-3] */
export function base64(value, what, least, most = least) {
  const bytes = Buffer.from(typeof value === 'string' ? value : '', 'base64');
  if (bytes.toString('base64') !== value) throw malformed(`${what} is no base64`);
  if (bytes.length < least || bytes.length > most) throw malformed(`${what} has a wrong length`);
  return bytes;
}

/** The name of a collection or a path in bytes. */
export function nameBytes(text, least = 1) {
  const bytes = typeof text === 'string' && text.isWellFormed() ? utf8(text) : undefined;
  if (!bytes || bytes.length < least || bytes.length > MOST_NAME) throw malformed(`a name is no text of ${least} to ${MOST_NAME} bytes`);
  return bytes;
}

function onlyMembers(map, names, what) {
  if (map.size !== names.length || names.some((name) => !map.has(name))) throw malformed(`${what} has a member too few or too many`);
}

/** An object whose names are the numbers from 1 on, as a list. */
function numbered(value, what, read) {
  const map = object(value, what);
  if (map.size < 1 || map.size > MOST_EPOCHS) throw malformed(`${what} has too few or too many`);
  return Array.from(map, (_, i) => {
    const name = String(i + 1);
    if (!map.has(name)) throw malformed(`${what} has no ${name}`);
    return read(map.get(name), `${what} ${name}`);
  });
}

function readEntry(value) {
  const map = object(value, 'an entry');
  return {
    subKem: publicKey(map.get('subKem'), 'subKem', 'x25519'),
    ephKem: publicKey(map.get('ephKem'), 'ephKem', 'x25519'),
    ct: base64(map.get('ct'), 'ct', CT), // [keyring-7]
    addedBy: publicKey(map.get('addedBy'), 'addedBy', 'ed25519'),
    addedSig: base64(map.get('addedSig'), 'addedSig', SIGNATURE),
    addedAt: seconds(map.get('addedAt'), 'addedAt'),
  };
}

const digestOf = (value) => sha256(canonical(value)).toString('hex');

function readEpoch(value, what) {
  const map = object(value, what);
  seconds(map.get('createdAt'), 'createdAt');
  const entries = list(map.get('wrappedKeys'), 'wrappedKeys', 1, MOST_ENTRIES).map(readEntry);
  return { entries, digest: digestOf(value) };
}

function readHeadEpoch(value, what) {
  const map = object(value, what);
  onlyMembers(map, ['commitment', 'entries'], what);
  return { commitment: digest(map.get('commitment'), 'commitment'), entries: digest(map.get('entries'), 'entries') };
}

/** By name; whether they are those of the keyring is no matter of form. */
function readHeadEpochs(value) {
  const rows = [...object(value, 'epochs of the head')].map(([name, row]) => {
    if (!/^[1-9][0-9]{0,3}$/.test(name) || Number(name) > MOST_EPOCHS) throw malformed(`${name} is no number of an epoch`);
    return [name, readHeadEpoch(row, `epoch ${name} of the head`)];
  });
  return Object.fromEntries(rows);
}

/** [keyring-8] */
function readHead(value) {
  const map = object(value, 'the head');
  onlyMembers(map, HEAD_MEMBERS, 'the head');
  integer(map.get('v'), 'v of the head', 1, 1);
  nameBytes(map.get('collection'));
  const signed = new Map(map);
  signed.delete('signature');
  const previous = list(map.get('previous'), 'previous', 0, MOST_HEADS - 1).map((text) => digest(text, 'an earlier head'));
  return {
    collection: map.get('collection'),
    epoch: epochNumber(map.get('epoch'), 'epoch of the head'),
    epochs: readHeadEpochs(map.get('epochs')),
    previous,
    signer: publicKey(map.get('signer'), 'signer', 'ed25519'),
    signature: base64(map.get('signature'), 'signature of the head', SIGNATURE),
    signed,
    revision: 1 + previous.length,
    digest: digestOf(value),
  };
}

/** {currentEpoch, epochs, head}: epochs are a list, epoch 1 first; head is undefined where there is none. */
export function readKeyring(bytes) {
  const map = object(readJson(bytes), 'a keyring');
  integer(map.get('v'), 'v', 1, 1);
  const currentEpoch = epochNumber(map.get('currentEpoch'), 'currentEpoch');
  const epochs = numbered(map.get('epochs'), 'epochs', readEpoch);
  if (epochs.length !== currentEpoch) throw malformed('the epochs are not those up to currentEpoch'); // [keyring-4]
  return { currentEpoch, epochs, head: map.has('head') ? readHead(map.get('head')) : undefined };
}
