// The export of a store's keys, under a passphrase or for a device: ../spec/store.md, section 5.
import { argon2id } from './argon2id.mjs';
import { checkCost } from './argon2-cost.mjs';
import { Reader, join, labelled, lp, malformed, notAuthentic, same, u16, u32, u8, usage, utf8 } from './bytes.mjs';
import { CURVES } from './curves.mjs';
import { AGREEMENT, SIGNING, numberOf } from './device-keys.mjs';
import { openMessage, sealMessage, setupRecipient, setupSender } from './hpke.mjs';
import { isSignature, signMessage } from './signatures.mjs';
import { MOST, ascending, currentKey, derive, isPath, putBack, storeOf } from './store.mjs';
import { BOX_OVERHEAD, TAG, openBox, sealBox } from './symmetric.mjs';

const EXPORT = utf8('E2SK');
const MAX_KEYS = 256;
const SIGNATURE = 64;
const PASSPHRASE = 1;
const DEVICE = 2;

const keysLength = (count) => 32 + 36 * count;

export const encodeKeys = ({ nameKey, keys }) => join(nameKey, ...[...keys].sort(ascending).flatMap(({ generation, key }) => [u32(generation), key]));

/** [store-20] */
function decodeKeys(bytes, { generation, count, storeId }) {
  const reader = new Reader(bytes, notAuthentic);
  const nameKey = reader.take(32);
  const keys = Array.from({ length: count }, () => ({ generation: reader.number(4), key: reader.take(32) }));
  const store = storeOf({ nameKey, keys });
  const isRising = store.keys.every((key, i) => i === 0 || ascending(store.keys[i - 1], key) < 0);
  const isInBounds = keys.every((key) => key.generation >= 1 && key.generation <= MOST);
  if (!same(store.storeId, storeId) || !isRising || !isInBounds || keys.at(-1).generation !== generation) throw notAuthentic();
  return store;
}

/** The fields of every export. [store-14] */
function exportReader(bytes, protection) {
  const reader = new Reader(bytes, () => malformed('the export is cut'));
  if (!reader.take(4).equals(EXPORT)) throw malformed('no magic');
  if (reader.number(1) !== 1) throw malformed('another version of exports');
  if (reader.number(1) !== protection) throw malformed('another protection');
  if (reader.number(2) !== 0) throw malformed('flags');
  const generation = reader.number(4);
  const count = reader.number(2);
  if (generation < 1 || generation > MOST || count < 1 || count > MAX_KEYS) throw malformed('generation or count out of bounds');
  return { reader, generation, count, storeId: reader.take(16) };
}

const exportHead = (store, protection) =>
  join(EXPORT, u8(1), u8(protection), u16(0), u32(currentKey(store).generation), u16(store.keys.length), store.storeId);

/** All fields of an export under a passphrase. [store-14] [store-15] */
export function parsePassphraseExport(bytes) {
  const { reader, ...named } = exportReader(bytes, PASSPHRASE);
  const cost = { memory: reader.number(4), passes: reader.number(4), lanes: reader.number(4) };
  checkCost(cost, malformed);
  const salt = reader.take(32);
  const fields = { ...named, cost, salt, head: bytes.subarray(0, 74), commitment: reader.take(32), box: reader.rest() };
  if (fields.box.length !== BOX_OVERHEAD + keysLength(named.count)) throw malformed('another length');
  return fields;
}

/** [store-24] */
function storeNameOf(name) {
  const bytes = utf8(name);
  if (!name.isWellFormed() || !isPath(bytes)) throw usage('a store name has 1 to 1024 bytes of UTF-8');
  return lp(bytes);
}

/** [store-16] */
function passphraseKeys(storeName, passphrase, salt, cost, head, run) {
  const bound = [storeNameOf(storeName), lp(head)];
  const root = run({ password: utf8(passphrase.normalize('NFC')), salt, ...cost });
  return {
    root,
    commitment: derive(root, 'e2ee-store-export-commit-v1', 32, ...bound),
    wrapKey: derive(root, 'e2ee-store-export-key-v1', 32, ...bound),
  };
}

const exportAad = (head, commitment) => labelled('e2ee-store-export-v1', head, commitment);

/** A store. `run` is Argon2id, replaced by who wants to see whether it runs. */
export function openPassphraseExport(bytes, storeName, passphrase, minimumGeneration = 1, run = argon2id) {
  const fields = parsePassphraseExport(bytes);
  const { head, salt, cost, box } = fields;
  const { commitment, wrapKey } = passphraseKeys(storeName, passphrase, salt, cost, head, run);
  if (!same(commitment, fields.commitment)) throw notAuthentic(); // [store-18] [store-21]
  const store = decodeKeys(openBox(wrapKey, box, exportAad(head, commitment)), fields);
  if (fields.generation < minimumGeneration) throw putBack('export'); // [store-22]
  return store;
}

/** Salt and nonce are fresh for each export [store-17]; here they are given. */
export function sealPassphraseExport(store, storeName, passphrase, { cost, salt, nonce }, run = argon2id) {
  const head = join(exportHead(store, PASSPHRASE), u32(cost.memory), u32(cost.passes), u32(cost.lanes), salt);
  const keys = passphraseKeys(storeName, passphrase, salt, cost, head, run);
  return { ...keys, bytes: join(head, keys.commitment, sealBox(keys.wrapKey, nonce, encodeKeys(store), exportAad(head, keys.commitment))) };
}

/** All fields of an export for a device. [store-14] */
export function parseDeviceExport(bytes) {
  const { reader, ...named } = exportReader(bytes, DEVICE);
  const agreement = AGREEMENT[reader.number(1)];
  const signing = SIGNING[reader.number(1)];
  if (!agreement || !signing) throw malformed('an algorithm that is not listed');
  const enc = reader.take(CURVES[agreement].publicLength);
  const sealed = reader.take(keysLength(named.count) + TAG);
  const signature = reader.take(SIGNATURE);
  if (reader.left > 0) throw malformed('bytes behind the signature');
  return { ...named, agreement, signing, enc, sealed, signature, head: bytes.subarray(0, 32), unsigned: bytes.subarray(0, -SIGNATURE) };
}

const devices = (storeName, sender, recipient) => [storeNameOf(storeName), lp(sender.encoded), lp(recipient.encoded)];
const infoOf = (storeName, sender, recipient) => labelled('e2ee-store-export-hpke-v1', ...devices(storeName, sender, recipient));
const signedOf = (storeName, sender, recipient, unsigned) => labelled('e2ee-store-export-sign-v1', ...devices(storeName, sender, recipient), lp(unsigned));

function recipientContext(recipient, enc, info) {
  try {
    return setupRecipient(recipient.keys.agreement, recipient.agreementPrivate, enc, info);
  } catch {
    throw notAuthentic(); // enc is no public key
  }
}

/**
 * A store.
 *
 * @param recipient {keys: decoded DPK, agreementPrivate}
 * @param storeName what the reader asks for [store-24]
 * @param sender decoded DPK, from a pin [store-19]
 */
export function openDeviceExport(bytes, storeName, recipient, sender, minimumGeneration = 1) {
  const fields = parseDeviceExport(bytes);
  const { keys } = recipient;
  if (fields.agreement !== keys.agreement || fields.signing !== sender.signing) throw notAuthentic();
  const signed = signedOf(storeName, sender, keys, fields.unsigned);
  if (!isSignature(sender.signing, sender.signingKey, signed, fields.signature)) throw notAuthentic();
  const context = recipientContext(recipient, fields.enc, infoOf(storeName, sender, keys));
  const store = decodeKeys(openMessage(context, 0, fields.sealed, fields.head), fields);
  if (fields.generation < minimumGeneration) throw putBack('export'); // [store-22]
  return store;
}

/** The ephemeral key is fresh for each export [store-17]; here it is given. A sender is {keys, signingPrivate}. */
export function sealDeviceExport(store, storeName, recipient, sender, ephemeral) {
  const algorithms = [u8(numberOf(AGREEMENT, recipient.agreement)), u8(numberOf(SIGNING, sender.keys.signing))];
  const head = join(exportHead(store, DEVICE), ...algorithms);
  const info = infoOf(storeName, sender.keys, recipient);
  const context = setupSender(recipient.agreement, ephemeral, recipient.agreementKey, info);
  const unsigned = join(head, context.enc, sealMessage(context, 0, encodeKeys(store), head));
  const signed = signedOf(storeName, sender.keys, recipient, unsigned);
  return { ephemeral, info, signed, bytes: join(unsigned, signMessage(sender.keys.signing, sender.signingPrivate, signed)) };
}
