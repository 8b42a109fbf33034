// The valid key files. Each is opened by every secret that is named with it.
import { item, keyFile, label, random, slotKey, textSalt } from './keyfile-writer.mjs';

export const FLOOR = { memory: 19456, passes: 2, lanes: 1 };
export const PASSPHRASE = 'correct horse battery staple';

/** A passphrase slot; the floor's cost unless said otherwise. */
export const byPassphrase = (name, more = {}) => ({
  name, type: 1, passphrase: PASSPHRASE, cost: FLOOR, salt: textSalt(`salt ${name}`), label: 'passphrase', ...more,
});
/** A slot for a slot-key file. */
export const bySlotKey = (name, more = {}) => ({ name, type: 2, kek: random(`kek ${name}`, 32), label: 'slot key', ...more });
/** A slot for the item of a keychain. */
export const byItem = (name, more = {}) => ({ name, type: 3, kek: random(`kek ${name}`, 32), label: 'keychain', ...more });
/** A slot of a type that version 1 readers keep without opening it. */
export const opaque = (name, type, length) => ({ name, type, body: random(`body ${name}`, length), label: `type ${type}` });

const [PENDING, PRIMARY, OLD, RETIRED] = [1, 2, 3, 4];
const MAX_TIME = 253402300799n;
const key = (name, generation, state, more = {}) => ({ name, generation, state, ...more });

const GENERATIONS = [key('main', 1, RETIRED), key('main', 2, OLD), key('main', 3, PRIMARY)];

const FILES = {
  'one passphrase, no keys': { slots: [byPassphrase('a')] },
  'one slot key, no keys': { slots: [bySlotKey('a')] },
  'passphrase and slot key, one key': { slots: [byPassphrase('a'), bySlotKey('b')], keys: [key('main', 1, PRIMARY)] },
  'two passphrases': {
    slots: [byPassphrase('a'), byPassphrase('b', { passphrase: 'another one' })], keys: [key('main', 1, PRIMARY)],
  },
  'three generations': { revision: 9, slots: [bySlotKey('a')], keys: GENERATIONS },
  'a rotation cut off after its first write': { revision: 10, slots: [bySlotKey('a')], keys: [...GENERATIONS, key('main', 4, PENDING)] },
  'names in the order of their bytes': {
    slots: [bySlotKey('a')],
    keys: ['-', '.', '0', 'A', 'Z', '_', 'a', 'a-', 'aa', 'b'].map((name) => key(name, 1, PRIMARY)),
  },
  'longest name, last generation, latest time, highest revision': {
    revision: (1n << 63n) - 1n, slots: [bySlotKey('a', { created: MAX_TIME })],
    keys: [key('x'.repeat(64), 2147483646, OLD, { created: 0 }), key('x'.repeat(64), 2147483647, PRIMARY, { created: MAX_TIME })],
  },
  'slots that this version keeps without opening': {
    slots: [opaque('k', 5, 1), bySlotKey('a'), opaque('p', 4, 4096), opaque('n', 255, 77)], keys: [key('main', 1, PRIMARY)],
  },
  'sixteen slots': {
    slots: [...Array.from({ length: 15 }, (_, i) => opaque(`o${i}`, 4 + i, 2)), bySlotKey('a')], keys: [key('main', 1, PRIMARY)],
  },
  'passphrase with a composed letter, given decomposed': {
    slots: [byPassphrase('a', { passphrase: 'Zu\u0308rich \u212b\u{1f511}' })], keys: [key('main', 1, PRIMARY)],
  },
  'empty label and longest label': {
    slots: [bySlotKey('a', { label: '' }), bySlotKey('b', { label: '\u{1f5dd}'.repeat(16) })],
  },
  'default cost': { slots: [byPassphrase('a', { cost: { memory: 65536, passes: 3, lanes: 4 } })], keys: [key('main', 1, PRIMARY)] },
  'most passes and lanes': { slots: [byPassphrase('a', { cost: { memory: 19456, passes: 16, lanes: 16 } })] },
  'no wraps reserved, and all of them': {
    slots: [bySlotKey('a')], keys: [key('fresh', 1, PRIMARY, { uses: 0 }), key('spent', 1, PRIMARY, { uses: 1n << 32n })],
  },
  'one item of a keychain, no keys': { slots: [byItem('a')] },
  'keychain and passphrase, one key': { slots: [byItem('a'), byPassphrase('b')], keys: [key('main', 1, PRIMARY)] },
  'sixty-four keys': { slots: [bySlotKey('a')], keys: Array.from({ length: 64 }, (_, i) => key(`k${String(i).padStart(2, '0')}`, 1, PRIMARY)) },
};

const STATES = ['', 'PENDING', 'PRIMARY', 'OLD', 'RETIRED'];
const TYPES = ['', 'PASSPHRASE', 'RAW', 'KEYCHAIN', 'PKCS11'];

export const ITEM_OF = 'file:/home/ann/keys%20%C3%A9.e2ee';

/** How a slot is opened: a passphrase as text, the bytes of a slot-key file, or the text of a keychain's item. */
export function secretOf(slot) {
  if (slot.type === 1) return { passphrase: slot.passphrase };
  return slot.type === 2 ? { slotKey: slotKey(slot.id, slot.kek) } : { item: item(slot.id, slot.kek, ITEM_OF) };
}

function described(comment, file) {
  return {
    comment,
    file: file.bytes,
    secrets: file.slots.filter((s) => s.type <= 3).map(secretOf),
    revision: String(file.revision),
    fileId: file.fileId,
    slots: file.slots.map((s) => ({ id: s.id, type: TYPES[s.type] ?? 'UNKNOWN', label: s.label, created: String(s.created) })),
    keys: file.keys.map((k) => ({
      name: k.name, generation: k.generation, id: k.rowId, state: STATES[k.state],
      created: String(k.created), uses: String(k.uses), key: k.key,
    })),
    intermediate: {
      fileKey: file.fileKey, macKey: file.macKey, wrapKey: file.wrapKey,
      keks: file.slots.filter((s) => s.kek).map((s) => s.kek), mac: file.mac,
    },
  };
}

export const validTests = () => Object.entries(FILES).map(([comment, given]) => described(comment, keyFile(comment, given)));

/** The worked example of the specification: one passphrase slot, one key. */
export function example() {
  const file = keyFile('example', { slots: [byPassphrase('example')], keys: [key('main', 1, PRIMARY)] });
  const [slot] = file.slots;
  const [row] = file.keys;
  return {
    passphrase: Buffer.from(PASSPHRASE), salt: slot.salt, KEK: slot.kek, 'slot head || parameters': slot.committed,
    'slot commitment info': slot.commitInfo, 'slot commitment': slot.commitment, 'slot box aad': slot.boxAad,
    'file key': file.fileKey, 'slot box': slot.box,
    'MAC key info': label('e2ee-keyfile-mac-v1', file.fileId), 'MAC key': file.macKey, 'wrap key': file.wrapKey,
    'key (UMK)': row.key, 'row identity': row.identity, 'row box aad': row.boxAad, 'row box': row.box,
    'row commitment': row.commitment, MAC: file.mac, 'the whole file': file.bytes,
  };
}
