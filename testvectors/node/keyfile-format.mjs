// The bytes of key files and slot-key files, read without a secret: ../spec/keyfile.md, sections 2 to 5.
import { checkCost } from './argon2-cost.mjs';
import { Reader, Refused, hasControl, textOf, utf8 } from './bytes.mjs';
import { crc32c } from './crc32c.mjs';

export const MAGIC = utf8('E2EEKEYS');
export const SLOT_KEY_MAGIC = utf8('E2EESLOT');
export const PASSPHRASE = 1;
export const SLOT_KEY = 2;
export const KEYCHAIN = 3;
export const STATES = { 1: 'PENDING', 2: 'PRIMARY', 3: 'OLD', 4: 'RETIRED' };
export const UMK_KIND = 1;
/** magic, version, flags, fileLength */
export const HEAD = 16;
export const MAC = 32;
const CRC = 4;
const LEAST = 84;
const MOST = 1048576;
const SLOT_KEY_FILE = 62;
const BODIES = { [PASSPHRASE]: 136, [SLOT_KEY]: 92, [KEYCHAIN]: 92 };
/** Whether this version opens slots of a type; it keeps the others as they are. */
export const isOpened = (type) => BODIES[type] !== undefined;
const ITEM = /^e2ee-slot-1 ([0-9a-f]{124}) file:[!-~]+$/;
const MOST_OF_ITEM = 1280;
const MAX_OPAQUE_BODY = 4096;
const MAX_SLOTS = 16;
const MAX_LABEL = 64;
const MAX_ROWS = 1024;
const MAX_GENERATION = 0x7fffffff;
const MAX_TIME = 253402300799n;
const MAX_USES = 2n ** 32n;
const NAME = /^[A-Za-z0-9._-]{1,64}$/;

export const torn = (message) => new Refused('CORRUPT', message, { damage: 'torn' });
export const altered = (message) => new Refused('CORRUPT', message, { damage: 'altered' });
const policy = (message) => new Refused('POLICY', message);

function check(isRight, message) {
  if (!isRight) throw altered(message);
}

const areUnique = (ids) => new Set(ids.map((id) => id.toString('hex'))).size === ids.length;

function checkWhole(bytes) {
  if (bytes.length > MOST) throw new Refused('TOO_LARGE', `more than ${MOST} bytes`); // [keyfile-1]
  if (bytes.length < LEAST || !bytes.subarray(0, 8).equals(MAGIC)) throw torn('no key file, or only its beginning'); // [keyfile-2]
  if (bytes.readUInt32BE(12) !== bytes.length) throw torn('another length than it names'); // [keyfile-3]
  if (bytes.readUInt32BE(bytes.length - CRC) !== crc32c(bytes.subarray(0, -CRC))) throw torn('the checksum is wrong'); // [keyfile-4]
  if (bytes.readUInt16BE(8) !== 1) throw new Refused('UNSUPPORTED', 'another version of key files'); // [keyfile-5]
}

/** [keyfile-11] */
function readLabel(reader) {
  const length = reader.number(1);
  check(length <= MAX_LABEL, 'a label is too long');
  const label = textOf(reader.take(length));
  check(label !== undefined && !hasControl(label), 'a label is no text for a terminal');
  return label;
}

/** C is the slot from its type on, up to its commitment. */
function readBody(type, body) {
  const reader = new Reader(body, () => altered('a slot is cut'));
  const slot = {};
  if (type === PASSPHRASE) {
    slot.cost = { memory: reader.number(4), passes: reader.number(4), lanes: reader.number(4) };
    checkCost(slot.cost, policy); // [keyfile-18]
    slot.salt = reader.take(32);
  }
  if (BODIES[type]) Object.assign(slot, { parametersLength: reader.at, commitment: reader.take(32), box: reader.take(60) });
  return slot;
}

function readSlot(reader) {
  const start = reader.at;
  const type = reader.number(1);
  const id = reader.take(16);
  const created = reader.big();
  const label = readLabel(reader);
  const bodyLength = reader.number(2);
  const headLength = reader.at - start;
  const isRight = BODIES[type] ? bodyLength === BODIES[type] : bodyLength >= 1 && bodyLength <= MAX_OPAQUE_BODY;
  check(type !== 0 && isRight, 'type or body of a slot'); // [keyfile-10]
  check(created <= MAX_TIME, 'a time behind the year 9999');
  const body = reader.take(bodyLength);
  const { parametersLength = 0, ...fields } = readBody(type, body);
  return { type, id, created, label, body, ...fields, committed: reader.bytes.subarray(start, start + headLength + parametersLength) };
}

function readRow(reader) {
  const start = reader.at;
  const name = reader.take(reader.number(1)).toString('latin1');
  const generation = reader.number(4);
  const id = reader.take(16);
  const kind = reader.number(1);
  const created = reader.big();
  const identity = reader.bytes.subarray(start, reader.at);
  const state = STATES[reader.number(1)];
  const uses = reader.big();
  // [keyfile-14]
  check(NAME.test(name), 'the name of a key');
  check(generation >= 1 && generation <= MAX_GENERATION, 'a generation');
  check(kind === UMK_KIND && state !== undefined, 'kind or state of a key');
  check(created <= MAX_TIME && uses <= MAX_USES, 'time or count of a key');
  return { name, generation, id, created, state, uses, identity, box: reader.take(60), commitment: reader.take(32) };
}

const follows = (a, b) => a.name < b.name || (a.name === b.name && a.generation < b.generation);

/** [keyfile-15] [keyfile-16] */
function checkRows(rows) {
  rows.forEach((row, i) => check(i === 0 || follows(rows[i - 1], row), 'the order of the keys'));
  check(areUnique(rows.map(({ id }) => id)), 'two keys with one id');
  for (const name of new Set(rows.map((row) => row.name))) {
    const states = rows.filter((row) => row.name === name).map(({ state }) => state);
    check(/^((OLD|RETIRED) )*PRIMARY( PENDING)?$/.test(states.join(' ')), 'the states of the generations of a key');
  }
}

/** Everything that a key file says while it is locked. Nothing of it is authenticated. [keyfile-41] */
export function parseKeyFile(bytes) {
  checkWhole(bytes);
  const authenticated = bytes.subarray(0, bytes.length - MAC - CRC);
  const reader = new Reader(authenticated, () => altered('slots or keys run into the mac'));
  reader.take(10);
  check(reader.number(2) === 0, 'flags'); // [keyfile-7]
  reader.take(4);
  const revision = reader.big();
  check(revision >= 1n && revision < 2n ** 63n, 'revision'); // [keyfile-8]
  const fileId = reader.take(16);
  const slotCount = reader.number(2);
  check(slotCount >= 1 && slotCount <= MAX_SLOTS, 'the number of slots'); // [keyfile-9]
  const slots = Array.from({ length: slotCount }, () => readSlot(reader));
  check(areUnique(slots.map(({ id }) => id)), 'two slots with one id'); // [keyfile-12]
  const keyCount = reader.number(2);
  check(keyCount <= MAX_ROWS, 'the number of keys'); // [keyfile-13]
  const rows = Array.from({ length: keyCount }, () => readRow(reader));
  check(reader.left === 0, 'bytes between the last key and the mac'); // [keyfile-6]
  checkRows(rows);
  return { revision, fileId, slots, rows, authenticated, mac: bytes.subarray(authenticated.length, authenticated.length + MAC) };
}

/** {slotId, kek} [keyfile-24] */
export function parseSlotKey(bytes) {
  if (bytes.length !== SLOT_KEY_FILE || !bytes.subarray(0, 8).equals(SLOT_KEY_MAGIC)) throw torn('no slot-key file');
  if (bytes.readUInt32BE(SLOT_KEY_FILE - CRC) !== crc32c(bytes.subarray(0, -CRC))) throw torn('the checksum of the slot-key file is wrong');
  check(bytes.readUInt16BE(8) === 1, 'another version of slot-key files');
  return { slotId: bytes.subarray(10, 26), kek: bytes.subarray(26, 58) };
}

/** The text of a keychain's item; the key file that it names may have been moved. [keyfile-47] */
export function parseItem(text) {
  const [, digits] = (text.length <= MOST_OF_ITEM && ITEM.exec(text)) || [];
  if (!digits) throw torn('no item of a slot');
  return parseSlotKey(Buffer.from(digits, 'hex'));
}
