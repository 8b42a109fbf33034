// Groups of keyfile.json.
import { isOpened, parseItem, parseKeyFile, parseSlotKey } from '../keyfile-format.mjs';
import { openRow, unlock, writeItem, writeKeyFile, writeSlotKey } from '../keyfile.mjs';
import { NONCE } from '../symmetric.mjs';
import { REFUSED, SEALED, Wrong, derive, equal, hex, refusalOf } from './outcome.mjs';

const TYPES = { 1: 'PASSPHRASE', 2: 'RAW', 3: 'KEYCHAIN', 4: 'PKCS11' };

const secretOf = (json) => (json.slotKey === undefined ? json : { slotKey: hex(json.slotKey) });

function checkShown(file, test) {
  equal('revision', file.revision.toString(), test.revision);
  equal('fileId', file.fileId, hex(test.fileId));
  const slots = file.slots.map(({ id, type, label, created }) =>
    ({ id: id.toString('hex'), type: TYPES[type] ?? 'UNKNOWN', label, created: created.toString() }));
  equal('slots', JSON.stringify(slots), JSON.stringify(test.slots));
  const rows = file.rows.map(({ name, generation, id, state, created, uses }, i) =>
    ({ name, generation, id: id.toString('hex'), state, created: created.toString(), uses: uses.toString(), key: test.keys[i]?.key }));
  equal('keys', JSON.stringify(rows), JSON.stringify(test.keys));
}

function checkUnlocked(file, test, secret) {
  const unlocked = unlock(file, secret, derive);
  for (const name of ['fileKey', 'macKey', 'wrapKey', 'mac']) equal(name, unlocked[name], hex(test.intermediate[name]));
  file.rows.forEach((row, i) => equal(`key ${i}`, openRow(unlocked, row), hex(test.keys[i].key)));
}

/** Written again with the salts, nonces and strange slots of the file. */
function checkWritten(file, test, bytes) {
  const keks = test.intermediate.keks.map(hex);
  const nonceOf = ({ box }) => box?.subarray(0, NONCE);
  const slots = file.slots.map((slot) => ({ ...slot, kek: isOpened(slot.type) ? keks.shift() : undefined, nonce: nonceOf(slot) }));
  const rows = file.rows.map((row, i) => ({ ...row, umk: hex(test.keys[i].key), nonce: nonceOf(row) }));
  const fileKey = hex(test.intermediate.fileKey);
  equal('written file', writeKeyFile({ revision: file.revision, fileId: file.fileId, fileKey, slots, rows }), bytes);
}

function keyFileValid(group, test) {
  const bytes = hex(test.file);
  const file = parseKeyFile(bytes);
  checkShown(file, test);
  if (test.secrets.length === 0) throw new Wrong('a secret', 'none');
  for (const secret of test.secrets.map(secretOf)) {
    checkUnlocked(file, test, secret);
    if (secret.slotKey) {
      const { slotId, kek } = parseSlotKey(secret.slotKey);
      equal('slot-key file', writeSlotKey(slotId, kek), secret.slotKey);
    } else if (secret.item) {
      const { slotId, kek } = parseItem(secret.item);
      equal('item', writeItem(slotId, kek, secret.item.split(' ')[2]), secret.item);
    }
  }
  checkWritten(file, test, bytes);
  return SEALED;
}

/** The three stages of a reader, one after the other; `reached` says how far it came. */
function read(test, reached) {
  const file = parseKeyFile(Buffer.concat([hex(test.file), Buffer.alloc(test.zeros ?? 0)]));
  if (test.stage === 'open') return;
  reached.stage = 'unlock';
  const unlocked = unlock(file, secretOf(test.secret), derive);
  if (test.stage === 'unlock') return;
  reached.stage = 'use';
  const row = file.rows.find(({ id }) => id.equals(hex(test.key)));
  if (!row) throw new Wrong(`a key ${test.key}`, 'none');
  openRow(unlocked, row);
}

const described = ({ error, damage, stage }) => `${error}${damage ? ` (${damage})` : ''} at ${stage}`;

function keyFileInvalid(group, test) {
  const reached = { stage: 'open' };
  const { kind, damage } = refusalOf(described(test), () => read(test, reached));
  equal('refusal', described({ error: kind, damage, stage: reached.stage }), described(test));
  return REFUSED;
}

export const keyFileChecks = { KeyFileValid: keyFileValid, KeyFileInvalid: keyFileInvalid };
