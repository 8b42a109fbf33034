// Unlocks key files, takes keys out, writes: ../spec/keyfile.md, sections 4 to 6. Permissions, locks and the atomic replacement
// of section 7 are not here: this works on bytes.
import { argon2id } from './argon2id.mjs';
import { Refused, join, labelled, lp, same, u16, u32, u64, u8, usage, utf8 } from './bytes.mjs';
import { crc32c } from './crc32c.mjs';
import {
  HEAD, KEYCHAIN, MAC, MAGIC, PASSPHRASE, SLOT_KEY, SLOT_KEY_MAGIC, STATES, UMK_KIND, altered, isOpened, parseItem, parseKeyFile, parseSlotKey,
} from './keyfile-format.mjs';
import { expandSha256, hmac, openBox, sealBox } from './symmetric.mjs';

const MAX_PASSPHRASE = 1024;

/** L(tag, about) of section 4. */
const label = (tag, fileId, about) => labelled(tag, fileId, lp(about));
const expandLabel = (key, tag, fileId, about) => expandSha256(key, label(tag, fileId, about), 32);
const NOTHING = Buffer.alloc(0);

// [keyfile-17]
const slotCommitment = (kek, fileId, committed) => expandLabel(kek, 'e2ee-keyfile-slot-commit-v1', fileId, committed);
const slotAad = (fileId, committed, commitment) => label('e2ee-keyfile-slot-v1', fileId, join(committed, commitment));
const rowAad = (fileId, identity) => label('e2ee-keyfile-key-v1', fileId, identity);
const rowCommitment = (umk, fileId, identity) => expandLabel(umk, 'e2ee-keyfile-key-commit-v1', fileId, identity);

const authFailed = (message) => new Refused('AUTH_FAILED', message);

/** The UTF-8 of normalisation form C. [keyfile-19] */
function passphraseBytes(text) {
  const bytes = utf8(text.normalize('NFC'));
  const isRight = text.isWellFormed() && bytes.length >= 1 && bytes.length <= MAX_PASSPHRASE;
  if (!isRight) throw usage(`a passphrase has 1 to ${MAX_PASSPHRASE} bytes of UTF-8`);
  return bytes;
}

/** [keyfile-21] */
const openSlot = (kek, fileId, { box, committed, commitment }) =>
  openBox(kek, box, slotAad(fileId, committed, commitment), () => altered('the box of a slot'));

const blocks = ({ cost }) => cost.memory * cost.passes;

function fileKeyByPassphrase({ fileId, slots }, passphrase, derive) {
  const password = passphraseBytes(passphrase);
  const own = slots.filter(({ type }) => type === PASSPHRASE).sort((a, b) => blocks(a) - blocks(b)); // [keyfile-45]
  for (const slot of own) {
    const kek = derive({ password, salt: slot.salt, ...slot.cost });
    if (same(slotCommitment(kek, fileId, slot.committed), slot.commitment)) return openSlot(kek, fileId, slot); // [keyfile-20]
  }
  throw authFailed('no slot has this passphrase');
}

function fileKeyByKek({ fileId, slots }, wanted, { slotId, kek }) {
  const slot = slots.find(({ type, id }) => type === wanted && id.equals(slotId));
  if (!slot) throw authFailed('no slot has the id of this slot key or item');
  if (!same(slotCommitment(kek, fileId, slot.committed), slot.commitment)) throw altered('the commitment of a slot'); // [keyfile-20]
  return openSlot(kek, fileId, slot);
}

function fileKeyOf(file, { passphrase, slotKey, item }, derive) {
  if (passphrase !== undefined) return fileKeyByPassphrase(file, passphrase, derive);
  return slotKey === undefined ? fileKeyByKek(file, KEYCHAIN, parseItem(item)) : fileKeyByKek(file, SLOT_KEY, parseSlotKey(slotKey));
}

/** {fileKey, macKey, wrapKey} */
function keysOf(fileKey, fileId) {
  const derived = (tag) => expandLabel(fileKey, tag, fileId, NOTHING);
  return { fileKey, macKey: derived('e2ee-keyfile-mac-v1'), wrapKey: derived('e2ee-keyfile-wrap-v1') };
}

/**
 * The file and its keys, after its mac was checked.
 *
 * @param file of parseKeyFile
 * @param secret {passphrase} as it was typed, {slotKey}: the bytes of a slot-key file, or {item}: the text of a keychain's item
 * @param derive Argon2id, replaced by who wants to see whether it runs
 */
export function unlock(file, secret, derive = argon2id) {
  const keys = keysOf(fileKeyOf(file, secret, derive), file.fileId);
  if (!same(hmac('sha256', keys.macKey, file.authenticated), file.mac)) throw altered('the mac'); // [keyfile-22]
  return { ...file, ...keys };
}

/** The UMK of a row, checked before its first use. Which states wrap and unwrap is section 5's. [keyfile-23] */
export function openRow({ fileId, wrapKey }, { identity, box, commitment }) {
  const umk = openBox(wrapKey, box, rowAad(fileId, identity), () => altered('the box of a key'));
  if (!same(rowCommitment(umk, fileId, identity), commitment)) throw altered('the commitment of a key');
  return umk;
}

/** A slot of {type, id, created, label} with {kek, nonce} and, for a passphrase, {cost, salt}; another's {body} stays. [keyfile-38] */
function writeSlot(fileId, fileKey, slot) {
  const { type, id, created, cost, salt, kek, nonce } = slot;
  const text = utf8(slot.label);
  const parameters = type === PASSPHRASE ? join(u32(cost.memory), u32(cost.passes), u32(cost.lanes), salt) : NOTHING;
  const isOwn = isOpened(type);
  const bodyLength = isOwn ? parameters.length + 92 : slot.body.length;
  const head = join(u8(type), id, u64(created), u8(text.length), text, u16(bodyLength));
  if (!isOwn) return join(head, slot.body);
  const committed = join(head, parameters);
  const commitment = slotCommitment(kek, fileId, committed);
  return join(committed, commitment, sealBox(kek, nonce, fileKey, slotAad(fileId, committed, commitment)));
}

/** A row of {name, generation, id, created, state, uses, umk, nonce}. */
function writeRow(fileId, wrapKey, { name, generation, id, created, state, uses, umk, nonce }) {
  const text = utf8(name);
  const identity = join(u8(text.length), text, u32(generation), id, u8(UMK_KIND), u64(created));
  const number = Number(Object.keys(STATES).find((key) => STATES[key] === state));
  const box = sealBox(wrapKey, nonce, umk, rowAad(fileId, identity));
  return join(identity, u8(number), u64(uses), box, rowCommitment(umk, fileId, identity));
}

/** A whole file. Ids, salts, keys and nonces are random and new [keyfile-40]; here they are given. */
export function writeKeyFile({ revision, fileId, fileKey, slots, rows }) {
  const { macKey, wrapKey } = keysOf(fileKey, fileId);
  const rest = join(
    u64(revision), fileId,
    u16(slots.length), ...slots.map((slot) => writeSlot(fileId, fileKey, slot)),
    u16(rows.length), ...rows.map((row) => writeRow(fileId, wrapKey, row)),
  );
  const authenticated = join(MAGIC, u16(1), u16(0), u32(HEAD + rest.length + MAC + 4), rest);
  const content = join(authenticated, hmac('sha256', macKey, authenticated));
  const bytes = join(content, u32(crc32c(content)));
  parseKeyFile(bytes); // a writer keeps to what every reader checks
  return bytes;
}

/** A slot-key file. */
export function writeSlotKey(slotId, kek) {
  const content = join(SLOT_KEY_MAGIC, u16(1), slotId, kek);
  return join(content, u32(crc32c(content)));
}

/** The text of a keychain's item, for the key file at an absolute URI. [keyfile-47] */
export function writeItem(slotId, kek, uri) {
  return `e2ee-slot-1 ${writeSlotKey(slotId, kek).toString('hex')} ${uri}`;
}
