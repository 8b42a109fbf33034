// Key files with one fault each. A fault inside is under the right MAC and checksum, so that nothing else refuses it.
import { box, crc32, crc32c, item, keyFile, label, random, sealed, slot, slotKey, u8, u32 } from './keyfile-writer.mjs';
import { byItem, byPassphrase, bySlotKey, FLOOR, ITEM_OF, opaque, PASSPHRASE } from './keyfile-valid.mjs';
import { twoKeyBlock } from './keyfile-two-keys.mjs';

const key = (name, generation, state, more = {}) => ({ name, generation, state, ...more });
const [PENDING, PRIMARY, OLD, RETIRED] = [1, 2, 3, 4];
const base = (name, more = {}) => keyFile(name, { slots: [bySlotKey('a')], keys: [key('main', 1, PRIMARY)], ...more });
const flip = (bytes, at) => Buffer.concat([bytes.subarray(0, at), u8(bytes[at] ^ 1), bytes.subarray(at + 1)]);
const recrc = (bytes) => sealed(bytes.subarray(0, -36), bytes.subarray(-36, -4));
const little = (bytes) => crc32c(bytes).reverse();

const torn = { error: 'CORRUPT', damage: 'torn', stage: 'open' };
const altered = { error: 'CORRUPT', damage: 'altered', stage: 'open' };
const policy = { error: 'POLICY', stage: 'open' };
const atUnlock = { error: 'CORRUPT', damage: 'altered', stage: 'unlock' };
const wrong = { error: 'AUTH_FAILED', stage: 'unlock' };
const atUse = { error: 'CORRUPT', damage: 'altered', stage: 'use' };

/** Whole-file faults: what a disk, a copy or another program does. */
function frame() {
  const good = base('frame').bytes;
  return [
    ['Empty', torn, Buffer.alloc(0)],
    ['TooLong', { error: 'TOO_LARGE', stage: 'open' }, good, { zeros: (1 << 20) + 1 - good.length }],
    ['Zeros', torn, Buffer.alloc(good.length)],
    ['Text', torn, Buffer.from('this is a letter, and not a key file\n'.repeat(9))],
    ['Magic', torn, recrc(Buffer.concat([Buffer.from('e2eekeys'), good.subarray(8)]))],
    ['MagicOnly', torn, good.subarray(0, 8)],
    ['CutHeader', torn, good.subarray(0, 15)],
    ['CutByOne', torn, good.subarray(0, -1)],
    ['CutHalf', torn, good.subarray(0, good.length / 2)],
    ['Appended', torn, Buffer.concat([good, u8(0)])],
    ['Twice', torn, Buffer.concat([good, good])],
    ['LengthHigh', torn, base('length', { lengthError: 1 }).bytes],
    ['LengthLow', torn, base('length', { lengthError: -1 }).bytes],
    ['LengthHuge', torn, base('length', { lengthError: 0x7fffff00 }).bytes],
    ['FlippedBit', torn, flip(good, 200)],
    ['ZeroedBlock', torn, Buffer.concat([good.subarray(0, 100), Buffer.alloc(64), good.subarray(164)])],
    ['Crc', torn, flip(good, good.length - 1)],
    ['CrcOtherPolynomial', torn, base('crc', { crc: crc32 }).bytes],
    ['CrcLittleEndian', torn, base('crc', { crc: little }).bytes],
    ['Version0', { error: 'UNSUPPORTED', stage: 'open' }, base('version', { version: 0 }).bytes],
    ['Version2', { error: 'UNSUPPORTED', stage: 'open' }, base('version', { version: 2 }).bytes],
    ['Flags', altered, base('flags', { flags: 1 }).bytes],
    ['FlagsHighBit', altered, base('flags', { flags: 0x8000 }).bytes],
    ['TooShort', torn, keyFile('short', { slots: [] }).bytes.subarray(0, 70)],
  ];
}

/** Faults of the fields, under a right MAC and checksum. */
function fields() {
  const with1 = (more) => base('fields', more).bytes;
  const slots = (...list) => with1({ slots: list });
  const cost = (more) => slots(byPassphrase('a', { cost: { ...FLOOR, ...more }, kek: random('kek', 32) }));
  const keys = (...list) => with1({ keys: list });
  const main = (more) => keys(key('main', 1, PRIMARY, more));
  const sameId = random('same', 16);
  return [
    ['Revision0', altered, with1({ revision: 0 })],
    ['RevisionSignBit', altered, with1({ revision: 1n << 63n })],
    ['NoSlots', altered, slots()],
    ['SeventeenSlots', altered, slots(...Array.from({ length: 17 }, (_, i) => opaque(`o${i}`, 5, 1)))],
    ['SlotCountHigh', altered, with1({ slotCount: 2 })],
    ['SlotCountLow', altered, with1({ slots: [bySlotKey('a'), bySlotKey('b')], slotCount: 1 })],
    ['SlotType0', altered, slots({ ...opaque('o', 5, 5), type: 0 }, bySlotKey('a'))],
    ['SlotTime', altered, slots(bySlotKey('a', { created: 253402300800n }))],
    ['SlotTimeSignBit', altered, slots(bySlotKey('a', { created: 1n << 63n }))],
    ['LabelLong', altered, slots(bySlotKey('a', { label: 'x'.repeat(65) }))],
    ['LabelNotUtf8', altered, slots(bySlotKey('a', { label: Buffer.from('ff', 'hex') }))],
    ['LabelOverlong', altered, slots(bySlotKey('a', { label: Buffer.from('c1a1', 'hex') }))],
    ['LabelSurrogate', altered, slots(bySlotKey('a', { label: Buffer.from('eda080', 'hex') }))],
    ['LabelControl', altered, slots(bySlotKey('a', { label: '\u001b[2J' }))],
    ['LabelC1Control', altered, slots(bySlotKey('a', { label: '\u009b' }))],
    ['PassphraseBodyShort', altered, slots(byPassphrase('a', { kek: random('kek', 32), box: random('box', 59), bodyLength: 135 }))],
    ['PassphraseBodyLong', altered, slots(byPassphrase('a', { kek: random('kek', 32), more: u8(0), bodyLength: 137 }))],
    ['SlotKeyBodyShort', altered, slots(bySlotKey('a', { box: random('box', 59), bodyLength: 91 }))],
    ['SlotKeyBodyLong', altered, slots(bySlotKey('a', { more: u8(0), bodyLength: 93 }))],
    ['ItemBodyShort', altered, slots(byItem('a', { box: random('box', 59), bodyLength: 91 }))],
    ['ItemBodyLong', altered, slots(byItem('a', { more: u8(0), bodyLength: 93 }))],
    ['SlotBodyLies', altered, slots(bySlotKey('a', { bodyLength: 91 }))],
    ['OpaqueBodyEmpty', altered, slots(bySlotKey('a'), opaque('o', 5, 0))],
    ['OpaqueBodyLong', altered, slots(bySlotKey('a'), opaque('o', 5, 4097))],
    ['SlotIdTwice', altered, slots(bySlotKey('a', { id: sameId }), bySlotKey('b', { id: sameId }))],
    ['MemoryLow', policy, cost({ memory: 19455 })],
    ['MemoryZero', policy, cost({ memory: 0 })],
    ['MemoryHigh', policy, cost({ memory: 1048577 })],
    ['MemorySignBit', policy, cost({ memory: 0x80000000 })],
    ['MemoryMost', policy, cost({ memory: 0xffffffff })],
    ['PassesLow', policy, cost({ passes: 1 })],
    ['PassesHigh', policy, cost({ passes: 17 })],
    ['PassesMost', policy, cost({ passes: 0xffffffff })],
    ['LanesZero', policy, cost({ lanes: 0 })],
    ['LanesHigh', policy, cost({ lanes: 17 })],
    ['CostOfUnusedSlot', policy, slots(bySlotKey('a'), byPassphrase('b', { cost: { ...FLOOR, passes: 1 }, kek: random('kek', 32) }))],
    ['KeyCountMost', altered, with1({ keyCount: 1025 })],
    ['KeyCountHigh', altered, with1({ keyCount: 2 })],
    ['KeyCountLow', altered, with1({ keyCount: 0 })],
    ['Trailing', altered, with1({ trailing: u8(0) })],
    ['NameEmpty', altered, keys(key('', 1, PRIMARY))],
    ['NameLong', altered, keys(key('x'.repeat(65), 1, PRIMARY))],
    ['NameSpace', altered, keys(key('a b', 1, PRIMARY))],
    ['NameSlash', altered, keys(key('../a', 1, PRIMARY))],
    ['NameNotAscii', altered, keys(key('m\u00e4in', 1, PRIMARY))],
    ['NameNul', altered, keys(key('a\0', 1, PRIMARY))],
    ['NameLengthLies', altered, main({ nameLength: 200 })],
    ['Generation0', altered, keys(key('main', 0, PRIMARY))],
    ['GenerationSignBit', altered, keys(key('main', 0x80000000, PRIMARY))],
    ['Kind0', altered, main({ kind: 0 })],
    ['Kind2', altered, main({ kind: 2 })],
    ['State0', altered, keys(key('main', 1, 0))],
    ['State5', altered, keys(key('main', 1, PRIMARY), key('main', 2, 5))],
    ['UsesHigh', altered, main({ uses: (1n << 32n) + 1n })],
    ['UsesSignBit', altered, main({ uses: 1n << 63n })],
    ['KeyTime', altered, main({ created: 253402300800n })],
    ['KeyIdTwice', altered, keys(key('a', 1, PRIMARY, { rowId: sameId }), key('b', 1, PRIMARY, { rowId: sameId }))],
    ['OrderOfNames', altered, keys(key('b', 1, PRIMARY), key('a', 1, PRIMARY))],
    ['OrderOfCase', altered, keys(key('a', 1, PRIMARY), key('B', 1, PRIMARY))],
    ['OrderOfGenerations', altered, keys(key('main', 2, PRIMARY), key('main', 1, OLD))],
    ['GenerationTwice', altered, keys(key('main', 1, OLD), key('main', 1, PRIMARY, { rowId: sameId }))],
    ['NoPrimary', altered, keys(key('main', 1, OLD))],
    ['OnlyPending', altered, keys(key('main', 1, PENDING))],
    ['TwoPrimaries', altered, keys(key('main', 1, PRIMARY), key('main', 2, PRIMARY))],
    ['TwoPendings', altered, keys(key('main', 1, PRIMARY), key('main', 2, PENDING), key('main', 3, PENDING))],
    ['PendingBelowPrimary', altered, keys(key('main', 1, PENDING), key('main', 2, PRIMARY))],
    ['OldAbovePrimary', altered, keys(key('main', 1, PRIMARY), key('main', 2, OLD))],
    ['RetiredAbovePrimary', altered, keys(key('main', 1, PRIMARY), key('main', 2, RETIRED))],
  ];
}

/** Faults that the secret shows: slots, MAC, slot-key files. */
function unlocking() {
  const good = base('unlock');
  const [own] = good.slots;
  const right = { secret: { slotKey: slotKey(own.id, own.kek) } };
  const typed = (text) => ({ secret: { passphrase: text } });
  const given = (content) => ({ secret: { slotKey: content } });
  const pass = (more) => keyFile('pass', { slots: [byPassphrase('a', more)] }).bytes;
  const raw = (more) => keyFile('unlock', { slots: [bySlotKey('a', more)], keys: [key('main', 1, PRIMARY)] }).bytes;
  const macAt = good.bytes.length - 36;
  const stateAt = macAt - 32 - 60 - 9;
  const key1 = slotKey(own.id, own.kek);
  const [otherFile] = keyFile('other file', { slots: [byPassphrase('a')] }).slots;
  return [
    ['WrongPassphrase', wrong, pass({}), typed('Correct horse battery staple')],
    ['PassphraseWithSpace', wrong, pass({}), typed(`${PASSPHRASE} `)],
    ['NotNormalised', wrong, pass({ passphraseUtf8: Buffer.from('Zu\u0308rich') }), typed('Zu\u0308rich')],
    ['Mac', atUnlock, recrc(flip(good.bytes, macAt)), right],
    ['MacZero', atUnlock, sealed(good.authenticated, Buffer.alloc(32)), right],
    ['MacUnderFileKey', atUnlock, base('unlock', { macUnder: good.fileKey }).bytes, right],
    ['MacUnderWrapKey', atUnlock, base('unlock', { macUnder: good.wrapKey }).bytes, right],
    ['RevisionChanged', atUnlock, recrc(flip(good.bytes, 22)), right],
    ['StateChanged', atUnlock, sealed(base('unlock', { keys: [key('main', 1, PRIMARY), key('main', 2, PENDING)] }).authenticated, good.mac), right],
    ['UsesChanged', atUnlock, recrc(flip(good.bytes, stateAt + 8)), right],
    ['KeyRemoved', atUnlock, sealed(base('unlock', { keys: [] }).authenticated, good.mac), right],
    ['SlotAdded', atUnlock, sealed(base('unlock', { slots: [bySlotKey('a'), opaque('o', 5, 9)] }).authenticated, good.mac), right],
    ['CommitmentOfPassphrase', wrong, pass({ commitment: random('commitment', 32) }), typed(PASSPHRASE)],
    ['CommitmentTag', wrong, pass({ commitTag: 'e2ee-keyfile-slot-v1' }), typed(PASSPHRASE)],
    ['CommitmentFileId', wrong, pass({ fileId: random('other', 16) }), typed(PASSPHRASE)],
    ['SlotOfAnotherFile', wrong, keyFile('pass', { slots: [{ ...opaque('x', 5, 1), type: 1, id: otherFile.id, label: otherFile.label, body: otherFile.bytes.subarray(-136) }] }).bytes, typed(PASSPHRASE)],
    ['SaltChanged', wrong, pass({ shownParameters: Buffer.concat([u32(19456), u32(2), u32(1), random('salt', 32)]) }), typed(PASSPHRASE)],
    ['CostChanged', wrong, pass({ deriveCost: { ...FLOOR, passes: 3 } }), typed(PASSPHRASE)],
    ['BoxOfPassphrase', atUnlock, pass({ box: random('box', 60) }), typed(PASSPHRASE)],
    ['BoxWithoutCommitment', atUnlock, boxWithoutCommitment(), typed(PASSPHRASE)],
    ['BoxTag', atUnlock, pass({ boxTag: 'e2ee-keyfile-key-v1' }), typed(PASSPHRASE)],
    ['BoxOfAnotherFileKey', atUnlock, pass({ fileKey: random('another file key', 32) }), typed(PASSPHRASE)],
    ['TwoPassphrasesOneBox', wrong, twoPassphrases(), typed('the second passphrase')],
    ['CommitmentOfSlotKey', atUnlock, raw({ commitment: random('commitment', 32) }), right],
    ['BoxOfSlotKey', atUnlock, raw({ box: random('box', 60) }), right],
    ['SlotKeyWrong', atUnlock, good.bytes, given(slotKey(own.id, random('wrong', 32)))],
    ['SlotKeyOfAnotherSlot', wrong, good.bytes, given(slotKey(random('another', 16), own.kek))],
    ['SlotKeyEmpty', { ...torn, stage: 'unlock' }, good.bytes, given(Buffer.alloc(0))],
    ['SlotKeyCut', { ...torn, stage: 'unlock' }, good.bytes, given(key1.subarray(0, -1))],
    ['SlotKeyAppended', { ...torn, stage: 'unlock' }, good.bytes, given(Buffer.concat([key1, u8(10)]))],
    ['SlotKeyMagic', { ...torn, stage: 'unlock' }, good.bytes, given(slotKey(own.id, own.kek, { magic: 'E2EEKEYS' }))],
    ['SlotKeyCrc', { ...torn, stage: 'unlock' }, good.bytes, given(flip(key1, 40))],
    ['SlotKeyVersion', { ...atUnlock }, good.bytes, given(slotKey(own.id, own.kek, { version: 2 }))],
    ['SlotKeyForPassphraseSlot', wrong, pass({ id: own.id }), given(key1)],
    ['SlotKeyForItemSlot', wrong, kept().bytes, given(key1)],
    ...items(own),
  ];
}

/** A file whose one slot has the id and the key of the slot in `base`, and another type. */
const kept = (more) => keyFile('unlock', { slots: [byItem('a', more)], keys: [key('main', 1, PRIMARY)] });

/** Faults in the item of a keychain, or in its slot. */
function items(slotKeySlot) {
  const { bytes, slots: [own] } = kept();
  const right = item(own.id, own.kek, ITEM_OF);
  const given = (text) => ({ secret: { item: text } });
  const isTorn = { ...torn, stage: 'unlock' };
  return [
    ['ItemEmpty', isTorn, bytes, given('')],
    ['ItemWord', isTorn, bytes, given(right.replace('e2ee-slot-1', 'e2ee-slot-2'))],
    ['ItemUpperCase', isTorn, bytes, given(right.replace(/ [0-9a-f]+ /, (digits) => digits.toUpperCase()))],
    ['ItemDigit', isTorn, bytes, given(right.replace(/ [0-9a-f]/, ' g'))],
    ['ItemCut', isTorn, bytes, given(right.slice(0, 100))],
    ['ItemWithoutUri', isTorn, bytes, given(right.replace(ITEM_OF, ''))],
    ['ItemSpaces', isTorn, bytes, given(right.replace(' file:', '  file:'))],
    ['ItemLineBreak', isTorn, bytes, given(`${right}\n`)],
    ['ItemNotAscii', isTorn, bytes, given(`${right}\u00e9`)],
    ['ItemTooLong', isTorn, bytes, given(item(own.id, own.kek, `file:/${'x'.repeat(1138)}`))],
    ['ItemCrc', isTorn, bytes, given(item(own.id, own.kek, ITEM_OF, { crc: crc32 }))],
    ['ItemVersion', atUnlock, bytes, given(item(own.id, own.kek, ITEM_OF, { version: 2 }))],
    ['ItemOfAnotherSlot', wrong, bytes, given(item(random('another', 16), own.kek, ITEM_OF))],
    ['ItemWrong', atUnlock, bytes, given(item(own.id, random('wrong', 32), ITEM_OF))],
    ['ItemForSlotKeySlot', wrong, base('unlock').bytes, given(item(slotKeySlot.id, slotKeySlot.kek, ITEM_OF))],
    ['CommitmentOfItem', atUnlock, kept({ commitment: random('commitment', 32) }).bytes, given(right)],
    ['BoxOfItem', atUnlock, kept({ box: random('box', 60) }).bytes, given(right)],
  ];
}

/** The box is bound to the slot's head only: the commitment could be exchanged. */
function boxWithoutCommitment() {
  const file = { name: 'pass', fileId: random('pass file id', 16), fileKey: random('pass file key', 32) };
  const made = slot(file, byPassphrase('a'));
  const aad = label('e2ee-keyfile-slot-v1', file.fileId, made.committed);
  return keyFile('pass', { slots: [byPassphrase('a', { box: box(made.kek, random('nonce', 12), file.fileKey, aad) })] }).bytes;
}

/** A box that AES-GCM opens under the keys of two passphrases; the commitment is to the first. */
function twoPassphrases() {
  const fileId = random('two file id', 16);
  const probe = (passphrase) => slot({ name: 'two', fileId, fileKey: Buffer.alloc(32) }, byPassphrase('a', { passphrase }));
  const first = probe('the first passphrase');
  const second = probe('the second passphrase');
  const crafted = twoKeyBlock(first.kek, second.kek, random('two nonce', 12), random('two block', 16), first.boxAad);
  return keyFile('two', {
    fileId, fileKey: crafted.plaintext,
    slots: [byPassphrase('a', { passphrase: 'the first passphrase', box: crafted.box })], keys: [key('main', 1, PRIMARY)],
  }).bytes;
}

/** Faults that the use of a key shows. */
function using() {
  const right = (file) => ({ secret: { slotKey: slotKey(file.slots[0].id, file.slots[0].kek) }, key: file.keys[0].rowId });
  const used = (more) => {
    const file = base('use', { keys: [key('main', 1, PRIMARY, more)] });
    return [file.bytes, right(file)];
  };
  const two = base('use', { keys: [key('a', 1, PRIMARY), key('b', 1, PRIMARY)] });
  const swapped = base('use', {
    keys: [key('a', 1, PRIMARY, { box: two.keys[1].box, commitment: two.keys[1].commitment }), key('b', 1, PRIMARY)],
  });
  const good = base('use');
  const otherFile = base('use in another file', { fileKey: good.fileKey, keys: [key('main', 1, PRIMARY, { rowId: good.keys[0].rowId })] });
  return [
    ['KeyBox', atUse, ...used({ box: random('box', 60) })],
    ['KeyBoxTag', atUse, ...used({ boxTag: 'e2ee-keyfile-slot-v1' })],
    ['KeyBoxGeneration', atUse, ...used({ boundIdentity: Buffer.concat([u8(4), Buffer.from('main'), u32(2)]) })],
    ['KeyBoxUnderMacKey', atUse, ...used({ box: box(good.macKey, random('nonce', 12), good.keys[0].key, good.keys[0].boxAad) })],
    ['KeyBoxUnderFileKey', atUse, ...used({ box: box(good.fileKey, random('nonce', 12), good.keys[0].key, good.keys[0].boxAad) })],
    ['KeyBoxesSwapped', atUse, swapped.bytes, right(swapped)],
    ['KeyOfAnotherFile', atUse, ...used({ box: otherFile.keys[0].box, commitment: otherFile.keys[0].commitment })],
    ['KeyCommitment', atUse, ...used({ commitment: random('commitment', 32) })],
    ['KeyCommitmentTag', atUse, ...used({ commitTag: 'e2ee-keyfile-key-v1' })],
    ['KeyCommitmentOfAnotherKey', atUse, ...used({ committedKey: random('another', 32) })],
    ['KeyCommitmentName', atUse, ...used({ committedIdentity: Buffer.from('other') })],
    ['KeyExchanged', atUse, ...used({ boxedKey: random('another', 32) })],
  ];
}

export function invalidTests() {
  return [...frame(), ...fields(), ...unlocking(), ...using()].map(([fault, expected, file, more = {}]) => ({
    fault, ...expected, file, ...more,
  }));
}
