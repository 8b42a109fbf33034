// The keyrings of keyring.mjs, and the tests of those that open.
import {
  PEOPLE, add, bare, changed, commitmentOf, create, entryDigest, entryOf, fingerprintOf, forgedEntries, headDigest, jsonOf, keyIdOf, revisionOf, rotate, signAgain, signEntry, textOf, umkOf,
  withEpochs,
} from './keyring-writer.mjs';

export const { alice, bob, carol, dave, mallory } = PEOPLE;
export const NOTES = 'notes';

/** Alice makes it, adds Bob and Carol, removes Carol, adds Dave. */
const first = create('main', NOTES, alice);
const withBob = add(first, alice, bob);
const withCarol = add(withBob, alice, carol);
const rotated = rotate(withCarol, alice, [alice, bob]);
const withDave = add(rotated, alice, dave);
const carolAgain = rotate(withDave, alice, [alice, bob, dave, carol]);
export const HISTORY = { first, withBob, withCarol, rotated, withDave, carolAgain };

export const keyOf = (k, epoch) => {
  const cek = k.ceks[epoch];
  const umk = umkOf(cek, k.collection, epoch);
  return { cek, commitment: commitmentOf(cek, k.collection, epoch), fingerprint: fingerprintOf(cek), umk, keyId: keyIdOf(umk) };
};

/** Of an epoch, of each recipient the first entry's; of entries by `adders`, or by all. */
const digestsOf = ({ wrappedKeys }, adders) => Object.fromEntries([...wrappedKeys].reverse()
  .filter(({ addedBy }) => !adders || adders.some(({ signing }) => signing.toString('hex') === addedBy))
  .map((entry) => [entry.subKem, entryDigest(entry)]));

/**
 * What a reader remembers of a keyring with a head: of each epoch its commitment and recipients, of a closed one its entries; `opened` as below,
 * `pinned` where some adder is not.
 */
export function remembersHead(k, opened = [], pinned = undefined) {
  const epoch = Object.keys(k.epochs).length;
  const rows = Object.entries(k.head.epochs).map(([n, { commitment, entries }]) => [n, {
    commitment, fingerprint: opened.includes(Number(n)) ? fingerprintOf(k.ceks[n]) : undefined, entries: Number(n) < epoch ? entries : undefined,
    recipients: digestsOf(k.epochs[n], pinned),
  }]);
  return { epoch, revision: revisionOf(k), head: headDigest(k), epochs: Object.fromEntries(rows) };
}

/** What a reader remembers of a keyring without a head; `opened` are the epochs whose CEK it had. */
export function remembersEpochs(k, opened) {
  const epochs = Object.entries(k.epochs).map(([n, { wrappedKeys }]) => [n, {
    recipients: digestsOf({ wrappedKeys }),
    ...(opened.includes(Number(n)) ? { commitment: commitmentOf(k.ceks[n], k.collection, Number(n)), fingerprint: fingerprintOf(k.ceks[n]) } : {}),
  }]);
  return { epoch: epochs.length, epochs: Object.fromEntries(epochs) };
}

/** A test but for its result. `keyring` is text. */
export const row = (comment, keyring, more = {}) =>
  ({ comment, keyring, collection: NOTES, reader: 'bob', signers: ['alice'], expectsHead: true, ...more });

function intermediate(k) {
  const { ceks, drawn, head } = k;
  const entries = Object.fromEntries(Object.entries(drawn).map(([n, list]) => [n, list.map(({ signed, ...entry }) => entry)]));
  return { ceks, entries, signer: head ? k.signer.name : undefined };
}

/** A keyring that opens: `held` are the epochs whose keys the reader has, `missing` why it has none of the others. */
export function valid(comment, k, held, { missing = {}, remembers, text = textOf(k), made = true, flags = [], ...more } = {}) {
  const head = k.head && more.expectsHead !== false;
  return row(comment, text, {
    ...more, flags: ['Valid', ...flags], result: 'valid', currentEpoch: Object.keys(k.epochs).length,
    ...(head ? { revision: revisionOf(k), head: headDigest(k) } : {}),
    epochs: Object.fromEntries(held.map((n) => [n, keyOf(k, n)])), missing,
    remembers: remembers ?? (head ? remembersHead(k, held) : remembersEpochs(k, held)),
    ...(made ? { intermediate: intermediate(k) } : {}),
  });
}

/** As text, with white space and members in another order. */
const spread = (k) => {
  const { v, currentEpoch, epochs, head } = jsonOf(k);
  const reversed = Object.fromEntries(Object.entries(head).reverse());
  return JSON.stringify({ head: reversed, epochs, currentEpoch, v }, null, 2);
};

function manyEpochs() {
  let k = create('many', NOTES, alice);
  for (let i = 0; i < 10; i++) k = rotate(k, alice, [alice, bob]);
  return k;
}

/** An integer is a number, however it is written. */
const NUMBERS = {
  'an epoch with a fraction of zero': ['"currentEpoch":2', '"currentEpoch":2.0'],
  'an epoch with an exponent': ['"currentEpoch":2', '"currentEpoch":20E-1'],
  'versions with a fraction of zero': ['{"v":1', '{"v":1.00'], 'seconds with an exponent': ['"createdAt":1790000001', '"createdAt":1.790000001e9'],
  'the epoch of a head with a fraction of zero': ['"epoch":2', '"epoch":2.0'],
};

/** The text with its first `from` replaced. */
export function swapped(text, from, to) {
  if (!text.includes(from)) throw new Error(`no ${from}`);
  return text.replace(from, () => to);
}

export function headTests() {
  const joined = { missing: { 1: 'joined-later' }, reader: 'dave' };
  const byBob = add(withBob, bob, carol);
  const unsigned = withEpochs(withDave, (epochs) => {
    epochs[1].wrappedKeys[2] = signEntry(epochs[1].wrappedKeys[2], 1, mallory);
  });
  const unknown = withEpochs(withDave, (epochs) => Object.assign(epochs[2], { later: [1.5, null] }));
  const unknownInEntry = withEpochs(withDave, (epochs) => Object.assign(epochs[2].wrappedKeys[1], { later: {} }));
  const long = '\u00e9'.repeat(512);
  const remembered = (k) => ({ remembered: remembersHead(k) });
  const tasks = add(create('tasks', 'tasks', alice), alice, bob);
  const mail = rotate(create('mail', 'mail', alice), alice, [alice, carol]);
  const sharing = withEpochs(withDave, (epochs) => void epochs[2].wrappedKeys.push(mail.epochs[2].wrappedKeys[1]));
  const twice = withEpochs(withDave, (epochs) =>
    void epochs[2].wrappedKeys.push(entryOf({ name: 'dave twice', cek: withDave.ceks[2], epoch: 2, recipient: dave, adder: alice }).json));
  return [
    valid('the creator alone', first, [1], { reader: 'alice' }),
    valid('a member from the first epoch on', withDave, [1, 2]),
    valid('a member of the first epoch only', withCarol, [1], { reader: 'carol' }),
    valid('a member who joined later', withDave, [2], joined),
    valid('a member who was away for an epoch', carolAgain, [1, 3], { reader: 'carol', missing: { 2: 'removed' } }),
    valid('eleven epochs', manyEpochs(), Array.from({ length: 10 }, (_, i) => i + 2), { missing: { 1: 'joined-later' } }),
    valid('a head with nothing else changed', signAgain(withDave, alice), [1, 2], remembered(withDave)),
    valid('signed by another pinned member', byBob, [1], { signers: ['alice', 'bob'] }),
    valid('the adder of an entry is not pinned, the signer of the head is', signAgain(byBob, alice), [1], {
      reader: 'carol', remembers: remembersHead(signAgain(byBob, alice), [1], [alice]),
    }),
    valid('an entry of somebody else that is not authentic', unsigned, [1, 2], { made: false }),
    valid('the same head again', withDave, [1, 2], remembered(withDave)),
    valid('the head after the remembered one', withDave, [1, 2], remembered(rotated)),
    valid('four heads after the remembered one', withDave, [1, 2], remembered(first)),
    valid('other collections that have nothing in common with it', withDave, [1, 2], {
      others: { tasks: remembersHead(tasks, [1]), mail: remembersEpochs(bare(rotate(tasks, alice, [alice, bob])), [1, 2]) },
    }),
    valid('an entry of another collection, for which the head vouches', sharing, [1, 2], {
      made: false, others: { mail: remembersHead(mail, [1, 2]), old: remembersEpochs(bare(mail), [1, 2]) },
    }),
    valid('somebody else stands twice, of whom the first entry is remembered', twice, [1, 2], { made: false }),
    valid('members in another order and white space', withDave, [1, 2], { text: spread(withDave) }),
    ...Object.entries(NUMBERS).map(([comment, [from, to]]) => valid(comment, withDave, [1, 2], { text: swapped(textOf(withDave), from, to) })),
    valid('unknown members of the keyring', withDave, [1, 2], {
      text: JSON.stringify({ later: { v: 2 }, ...jsonOf(withDave) }), made: false,
    }),
    valid('unknown members of an epoch', unknown, [1, 2], { made: false }),
    valid('unknown members of an entry', unknownInEntry, [1, 2], { made: false }),
    valid('the longest name of a collection', create('long', long, alice), [1], { collection: long, reader: 'alice' }),
    valid('a name of a collection that JSON escapes', create('quote', 'a"\\\n\u{1f600}', alice), [1], { collection: 'a"\\\n\u{1f600}', reader: 'alice' }),
  ];
}

/** An entry that was put in the place of Bob's in the first of two epochs. */
export const withBobs = (k, entry, epoch = 1) =>
  changed(bare(k), (json) => void json.epochs[epoch].wrappedKeys.splice(1, 1, ...[entry].flat()));

/** In the first epoch and in the second one so many. */
export const forge = (...numbers) => (json) =>
  numbers.forEach((number, i) => json.epochs[i + 1].wrappedKeys.push(...forgedEntries(number, withDave.epochs[i + 1].wrappedKeys[0])));

export function headlessTests() {
  const plain = { expectsHead: false };
  const b = bare(withDave);
  const mine = withDave.epochs[1].wrappedKeys[1];
  const bobs = (more) => entryOf({ name: `damaged ${JSON.stringify(more)}`, cek: withDave.ceks[1], epoch: 1, recipient: bob, adder: alice, ...more }).json;
  const damaged = (comment, entry, remembers) => valid(`an old epoch whose entry ${comment}`, b, [2], {
    ...plain, missing: { 1: 'damaged' }, made: false, text: JSON.stringify(withBobs(withDave, entry)),
    remembers: remembers ?? remembersEpochs(bare(withDave), [2]), flags: ['Damaged'],
  });
  const notOpening = bobs({ aad: Buffer.from('1') });
  const otherEntry = (k, entry, opened = [2]) => {
    const kept = remembersEpochs(k, opened);
    kept.epochs[1].recipients[entry.subKem] = entryDigest(entry);
    return kept;
  };
  const withBobsAdder = bare(add(withBob, bob, carol));
  const again = bare(withEpochs(withDave, (epochs) => {
    const { cek } = keyOf(withDave, 2);
    epochs[2].wrappedKeys[2] = entryOf({ name: 'dave again', cek, epoch: 2, recipient: dave, adder: alice }).json;
  }));
  const gone = (k) => {
    const kept = remembersEpochs(k, [2]);
    delete kept.epochs[1].recipients[bob.agreement.toString('hex')];
    return kept;
  };
  const forgedDaves = (number) => Array(number).fill({ ...withDave.epochs[2].wrappedKeys.at(-1), addedSig: Buffer.alloc(64).toString('base64') });
  const byMallory = entryOf({ name: 'by mallory', cek: withDave.ceks[2], epoch: 2, recipient: mallory, adder: mallory }).json;
  return [
    valid('no head', b, [1, 2], plain),
    valid('no head, one epoch', bare(first), [1], { ...plain, reader: 'alice' }),
    valid('no head, a member who joined later', b, [2], { ...plain, reader: 'dave', missing: { 1: 'joined-later' } }),
    valid('no head, several pinned adders', bare(add(withBob, bob, carol)), [1], { ...plain, signers: ['bob', 'alice'], reader: 'carol' }),
    valid('no head, the same again', b, [1, 2], { ...plain, remembered: remembersEpochs(b, [1, 2]) }),
    valid('no head, one epoch more', b, [1, 2], { ...plain, remembered: remembersEpochs(bare(withCarol), [1]) }),
    valid('no head, a recipient more', b, [1, 2], { ...plain, remembered: remembersEpochs(bare(rotated), [1, 2]) }),
    valid('no head, an old epoch whose key is remembered and whose entry does not open any more', b, [2], {
      ...plain, made: false, remembered: remembersEpochs(b, [1, 2]), missing: { 1: 'damaged' }, text: JSON.stringify(withBobs(withDave, notOpening)),
      remembers: otherEntry(b, notOpening, [1, 2]), flags: ['Damaged'],
    }),
    valid('no head, sixteen entries that are not by the adder that they name', b, [1, 2], {
      ...plain, made: false, text: JSON.stringify(changed(b, forge(8, 8))), remembers: remembersEpochs(b, [1, 2]),
    }),
    valid('no head, seventeen forged entries behind the authentic one of their recipient', b, [1, 2], {
      ...plain, made: false, text: JSON.stringify(changed(b, (json) => void json.epochs[2].wrappedKeys.push(...forgedDaves(17)))),
    }),
    valid('no head, seventeen forged entries before the one of their recipient that is remembered', b, [1, 2], {
      ...plain, made: false, remembered: remembersEpochs(b, [1, 2]),
      text: JSON.stringify(changed(b, (json) => void json.epochs[2].wrappedKeys.unshift(...forgedDaves(17)))),
    }),
    valid('no head, many entries by somebody who is not pinned', b, [1, 2], {
      ...plain, made: false, remembers: remembersEpochs(b, [1, 2]),
      text: JSON.stringify(changed(b, (json) => void json.epochs[1].wrappedKeys.push(...forgedEntries(40, byMallory)))),
    }),
    valid('no head, an entry by somebody who is not pinned', b, [1, 2], {
      ...plain, made: false, text: JSON.stringify(changed(b, (json) => void json.epochs[2].wrappedKeys.push(byMallory))),
      remembers: remembersEpochs(b, [1, 2]),
    }),
    damaged('is by somebody who is not pinned', bobs({ adder: mallory }), gone(b)),
    damaged('is signed by another than it says', bobs({ adder: mallory, namedAdder: alice }), gone(b)),
    damaged('is signed for another epoch', bobs({ signedEpoch: 2 }), gone(b)),
    damaged('does not open', notOpening, otherEntry(b, notOpening)),
    damaged('stands twice', [mine, mine]),
    valid('no head, an entry of somebody else that is remembered, and its adder is not pinned any more', withBobsAdder, [1], {
      ...plain, signers: ['alice'], reader: 'alice', remembered: remembersEpochs(withBobsAdder, [1]),
    }),
    valid('no head, another authentic entry of a recipient that is remembered', again, [1, 2], {
      ...plain, made: false, remembered: remembersEpochs(b, [1, 2]),
    }),
    valid('no head, the remembered entry and one by somebody who is not pinned', b, [1, 2], {
      ...plain, made: false, reader: 'alice', text: JSON.stringify(withBobs(withDave, [mine, bobs({ adder: mallory })])),
      remembered: remembersEpochs(b, [1, 2]), remembers: remembersEpochs(b, [1, 2]),
    }),
  ];
}
