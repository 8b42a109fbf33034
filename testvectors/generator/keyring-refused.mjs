// Keyrings of the right form that are not to be trusted, or not for their reader. One fault each.
import { plusEd25519Order, signature } from './curves.mjs';
import { asJson, each, invalid, renamed } from './keyring-malformed.mjs';
import {
  add, bare, changed, commitmentOf, create, entryOf, headDigest, headOf, jsonOf, random, rotate, signAgain, signEntry, signHead, textOf, umkOf, withEpochs,
  withHead,
} from './keyring-writer.mjs';
import { HISTORY, NOTES, alice, bob, carol, dave, forge, mallory, remembersEpochs, remembersHead, withBobs } from './keyring-valid.mjs';

const { first, withBob, withCarol, rotated, withDave: K } = HISTORY;

const refused = (reason, flag = 'Refused') => (fault, keyring, more) => ({ ...invalid(flag, 'refused')(fault, keyring, more), reason });

/** [keyring-9] */
function signerFaults() {
  const head = (change) => changed(K, (json) => void (json.head = change(json.head) ?? json.head));
  const right = Buffer.from(K.head.signature, 'base64');
  const other = (bytes) => head((h) => void (h.signature = bytes.toString('base64')));
  const { signature: old, ...unsigned } = K.head;
  return {
    SignedByAnother: jsonOf({ ...K, head: headOf(K, mallory) }), SignedByAMember: jsonOf({ ...K, head: headOf(K, bob) }),
    SignedByAnotherInItsName: head((h) => signHead(h, mallory)), SignerChanged: head((h) => void (h.signer = mallory.signing.toString('hex'))),
    SignatureFlipped: other(Buffer.concat([right.subarray(0, 63), Buffer.from([right[63] ^ 1])])), SignatureZero: other(Buffer.alloc(64)),
    SignatureNotReduced: other(Buffer.concat([right.subarray(0, 32), plusEd25519Order(right.subarray(32))])),
    SignedWithoutLabel: head((h) => signHead(h, alice, '')), SignedUnderAnotherLabel: head((h) => signHead(h, alice, 'starfish-doc-author-v1\n')),
    SignedWithZeroLabel: head((h) => signHead(h, alice, 'e2ee-keyring-head-v1\0')),
    SignatureOfAnotherHead: head((h) => void (h.signature = rotated.head.signature)),
    SignedAsWritten: other(signature('ed25519', alice.signingPrivate, Buffer.from(`e2ee-keyring-head-v1\n${JSON.stringify(unsigned)}`))),
    CollectionChanged: head((h) => void (h.collection = 'other')), PreviousDropped: head((h) => void h.previous.pop()),
    PreviousAppended: head((h) => void h.previous.push(headDigest(K))),
    PreviousReversed: head((h) => void h.previous.reverse()), CommitmentChanged: head((h) => void (h.epochs[2].commitment = h.epochs[1].commitment)),
  };
}

/** What a server puts together from what it has, under a head that is authentic; or a head whose signer says something else. */
function notAsSigned() {
  const made = (change) => changed(K, (json) => void change(json.epochs, json));
  const other = rotate(add(create('other', 'other', alice), alice, bob), alice, [alice, bob]);
  const byMallory = entryOf({ name: 'spliced', cek: random('cek of mallory'), epoch: 2, recipient: bob, adder: mallory }).json;
  const byAlice = entryOf({ name: 'unused', cek: K.ceks[2], epoch: 2, recipient: carol, adder: alice }).json;
  const head = (change) => jsonOf(withHead(K, (h) => void change(h)));
  return {
    EntryAppended: made((epochs) => epochs[2].wrappedKeys.push(byAlice)), EntryGone: made((epochs) => epochs[2].wrappedKeys.pop()),
    EntriesReordered: made((epochs) => epochs[2].wrappedKeys.reverse()),
    EntryTwice: made((epochs) => epochs[2].wrappedKeys.push(epochs[2].wrappedKeys[0])),
    EntryOfAnotherCollection: made((epochs) => (epochs[2].wrappedKeys[1] = other.epochs[2].wrappedKeys[1])),
    EntryReplaced: made((epochs) => (epochs[2].wrappedKeys[1] = byMallory)), EntriesOfAnotherEpoch: made((epochs) => (epochs[2] = epochs[1])),
    EpochsExchanged: made((epochs) => ([epochs[1], epochs[2]] = [epochs[2], epochs[1]])),
    EntryOfACollectionWithItsEpoch: made((epochs) => (epochs[2] = other.epochs[2])), CreatedAtChanged: made((epochs) => epochs[2].createdAt++),
    AddedAtChanged: made((epochs) => epochs[2].wrappedKeys[2].addedAt++),
    UnknownMemberAdded: made((epochs) => (epochs[2].later = 1)), UnknownMemberAddedToEntry: made((epochs) => (epochs[2].wrappedKeys[2].later = null)),
    HeadOfTheEpochBefore: made((epochs, json) => (json.head = withCarol.head)),
    HeadOfTheRevisionBefore: made((epochs, json) => (json.head = rotated.head)),
    LastEpochTakenAway: made((epochs, json) => { delete epochs[2]; json.currentEpoch = 1; }),
    EpochAdded: made((epochs, json) => { epochs[3] = epochs[2]; json.currentEpoch = 3; }),
    HeadEpochLower: head((h) => (h.epoch = 1)), HeadEpochHigher: head((h) => (h.epoch = 3)), HeadEpochsTooFew: head((h) => delete h.epochs[2]),
    HeadEpochsTooMany: head((h) => (h.epochs[3] = h.epochs[2])), HeadEpochsEmpty: head((h) => (h.epochs = {})),
    HeadEpochsSkip: head((h) => renamed(h.epochs, '2', '3')),
    EntriesDigestWrong: head((h) => (h.epochs[1].entries = random('digest').toString('hex'))),
    EntriesDigestOfAnotherEpoch: head((h) => (h.epochs[1].entries = h.epochs[2].entries)),
    EntriesDigestOfTheListOnly: head((h) => (h.epochs[2].entries = digestOf(K.epochs[2].wrappedKeys))),
    EntriesDigestOfText: head((h) => (h.epochs[2].entries = digestOf(JSON.stringify(K.epochs[2])))),
  };
}

const digestOf = (value) => headDigest({ head: value });

function otherCollection() {
  const named = (name) => textOf(add(create('main', name, alice), alice, bob));
  return {
    KeyringOfAnotherCollection: named('other'), CollectionInCapitals: named('Notes'), CollectionWithBlank: named('notes '),
    CollectionIsAPrefix: named('note'), CollectionIsAPath: named('notes/'),
  };
}

/** A keyring of another collection, under a head of this one. */
const headed = (k) => withEpochs({ ...k, collection: NOTES, previous: [] }, () => {});

/** [keyring-11] */
function historyFaults() {
  const fork = add(rotated, alice, carol);
  const again = add(K, alice, mallory);
  const lower = withHead(add(withCarol, alice, dave), (head) => void (head.previous = [...again.head.previous, headDigest(again)]));
  const begun = rotate(add(create('fork', NOTES, alice), alice, bob), alice, [alice, bob]);
  const previous = (change) => textOf(withHead(again, (head) => void change(head.previous)));
  const exchanged = (i, j) => previous((list) => ([list[i], list[j]] = [list[j], list[i]]));
  const after = (k) => ({ remembered: remembersHead(k) });
  const unknown = random('commitment').toString('hex');
  const commitments = (change) => textOf(withHead(signAgain(K, alice), change));
  const next = signAgain(K, alice);
  const rekeyed = withEpochs(next, (epochs, ceks) => {
    ceks[1] = random('another first cek');
    epochs[1].wrappedKeys[1] = entryOf({ name: 'rekeyed', cek: ceks[1], epoch: 1, recipient: bob, adder: alice }).json;
  });
  const grown = withEpochs(next, (epochs) =>
    epochs[1].wrappedKeys.push(entryOf({ name: 'late', cek: K.ceks[1], epoch: 1, recipient: dave, adder: alice }).json));
  const shrunk = withEpochs(next, (epochs) => epochs[1].wrappedKeys.pop());
  const renamedTo = headed(rotate(add(add(create('other', 'other', alice), alice, bob), alice, carol), alice, [alice, bob, dave]));
  const rollback = refused('ROLLBACK', 'History');
  const forked = refused('FORK', 'History');
  return [
    rollback('RevisionBefore', textOf(rotated), after(K)), rollback('RevisionBeforeInTheFirstEpoch', textOf(withBob), after(withCarol)),
    rollback('EpochBefore', textOf(withCarol), after(rotated)), rollback('LowerEpochAtHigherRevision', textOf(lower), after(K)),
    rollback('LowerEpochThanWithoutHead', textOf(withCarol), { remembered: remembersEpochs(bare(K), [1, 2]) }),
    forked('ForkAtTheSameRevision', textOf(fork), after(K)), forked('ForkAtAHigherRevision', textOf(add(fork, alice, dave)), after(K)),
    forked('ForkFromTheBeginning', textOf(begun), after(withBob)),
    forked('PreviousWithAHole', previous((list) => list.splice(1, 1)), after(rotated)),
    forked('PreviousWithoutTheRemembered', previous((list) => (list[3] = list[0])), after(rotated)),
    forked('PreviousHasItTooEarly', exchanged(2, 3), after(rotated)), forked('PreviousHasItTooLate', exchanged(3, 4), after(rotated)),
    forked('PreviousHasAnotherAtTheEnd', previous((list) => (list[4] = list[3])), after(K)),
    forked('OtherCommitmentOfAClosedEpoch', commitments((head) => void (head.epochs[1].commitment = unknown)), { ...after(K), reader: 'dave' }),
    forked('OtherCommitmentOfTheCurrentEpoch', commitments((head) => void (head.epochs[2].commitment = unknown)), { ...after(K), reader: 'mallory' }),
    forked('OtherKeyOfAClosedEpoch', textOf(withHead(rekeyed, () => {})), after(K)),
    forked('ClosedEpochHasOneMore', textOf(grown), after(K)), forked('ClosedEpochHasOneLess', textOf(shrunk), after(K)),
    refused('OTHER_KEY', 'History')('OtherCommitmentThanWithoutHead', commitments((head) => void (head.epochs[1].commitment = unknown)), {
      reader: 'dave', remembered: remembersEpochs(bare(K), [1, 2]),
    }),
    refused('OTHER_KEY', 'History')('KeyringOfAnotherCollectionWasGivenAHead', textOf(renamedTo), { remembered: remembersEpochs(bare(K), [1, 2]) }),
    refused('DROPPED_ENTRY', 'History')('RecipientGoneSinceThereIsAHead', textOf(shrunk), { remembered: remembersEpochs(bare(K), [1, 2]) }),
    forked('SameContentSignedByAnother', textOf({ ...K, head: headOf(K, bob) }), { ...after(K), signers: ['alice', 'bob'] }),
  ];
}

/** [keyring-6] [keyring-12]: the signer of the head vouches for something that is not so. */
function keyFaults() {
  const bobs = (more) => entryOf({ name: `bob ${JSON.stringify(more)}`, cek: K.ceks[1], epoch: 1, recipient: bob, adder: alice, ...more }).json;
  const entry = (more) => withEpochs(K, (epochs) => (epochs[1].wrappedKeys[1] = bobs(more)));
  const edited = (change) => withEpochs(K, (epochs) => (epochs[1].wrappedKeys[1] = change(epochs[1].wrappedKeys[1])));
  const flipped = (text, at) => {
    const bytes = Buffer.from(text, 'base64');
    bytes[at] ^= 1;
    return bytes.toString('base64');
  };
  const commitment = (value, epoch = 2) => withHead(K, (head) => void (head.epochs[epoch].commitment = value.toString('hex')));
  const other = random('another cek');
  const otherKey = refused('OTHER_KEY', 'Keys');
  const notTraceable = refused('NOT_TRACEABLE', 'Keys');
  return [
    ...each(otherKey, asJson({
      CommitmentOfAnotherCek: commitment(commitmentOf(other, NOTES, 2)),
      CommitmentOfAnotherCekInAnOldEpoch: commitment(commitmentOf(other, NOTES, 1), 1),
      CommitmentForAnotherCollection: commitment(commitmentOf(K.ceks[2], 'other', 2)),
      CommitmentForAnotherEpoch: commitment(commitmentOf(K.ceks[2], NOTES, 1)), CommitmentIsUmk: commitment(umkOf(K.ceks[2], NOTES, 2)),
      CommitmentZero: commitment(Buffer.alloc(32)),
      EntryOfAnotherCek: entry({ cek: other }), EntryOfTheCekOfAnotherEpoch: entry({ cek: K.ceks[2] }),
      CtFlipped: edited((e) => signEntry({ ...e, ct: flipped(e.ct, 20) }, 1, alice)),
      NonceFlipped: edited((e) => signEntry({ ...e, ct: flipped(e.ct, 0) }, 1, alice)),
      TagFlipped: edited((e) => signEntry({ ...e, ct: flipped(e.ct, 59) }, 1, alice)),
      EphemeralOfAnother: edited((e) => signEntry({ ...e, ephKem: K.epochs[1].wrappedKeys[0].ephKem }, 1, alice)),
      WrappedForAnother: edited((e) => signEntry({ ...e, ct: K.epochs[1].wrappedKeys[2].ct, ephKem: K.epochs[1].wrappedKeys[2].ephKem }, 1, alice)),
      WrappedWithoutSalt: entry({ salt: Buffer.alloc(0) }), WrappedWithoutInfo: entry({ info: Buffer.alloc(0) }),
      WrappedWithAad: entry({ aad: Buffer.from('1') }),
    })),
    ...each(notTraceable, asJson({
      OwnEntryTwice: withEpochs(K, (epochs) => epochs[1].wrappedKeys.push(epochs[1].wrappedKeys[1])),
      OwnEntryTwiceInTheCurrentEpoch: withEpochs(K, (epochs) => epochs[2].wrappedKeys.push(epochs[2].wrappedKeys[1])),
      OwnEntryTwiceWithAnother: withEpochs(K, (epochs) => epochs[1].wrappedKeys.push(bobs({ cek: other }))),
      SignedForAnotherEpoch: entry({ signedEpoch: 2 }), SignedForEpoch0: entry({ signedEpoch: 0 }),
      EntrySignedByAnother: entry({ adder: mallory, namedAdder: alice }),
      AdderChanged: edited((e) => ({ ...e, addedBy: bob.signing.toString('hex') })),
      EntrySignatureFlipped: edited((e) => ({ ...e, addedSig: flipped(e.addedSig, 63) })),
      EntrySignatureZero: edited((e) => ({ ...e, addedSig: Buffer.alloc(64).toString('base64') })),
      TextOfSignatureNotCanonical: edited((e) => signEntry(e, 1, alice, JSON.stringify({ ...e, addedSig: undefined, epoch: 1 }))),
    })),
  ];
}

/** Nobody who is refused so forgets what was authentic. */
function membershipFaults() {
  const b = bare(K);
  const headless = (remembers, more) => ({ expectsHead: false, remembers, ...more });
  const none = invalid('Membership', 'not-a-member');
  const removed = invalid('Membership', 'removed');
  const given = { cek: random('cek of mallory'), epoch: 3, adder: mallory };
  const byMallory = [alice, mallory].map((recipient) => entryOf({ name: `a third epoch ${recipient.name}`, recipient, ...given }).json);
  const third = changed(b, (json) => {
    json.epochs[3] = { wrappedKeys: byMallory, createdAt: 1790000003 };
    json.currentEpoch = 3;
  });
  const onlyMallorys = changed(bare(first), (json) => void (json.epochs[1].wrappedKeys = [byMallory[1]]));
  return [
    none('NotAMember', textOf(K), { reader: 'mallory', remembers: remembersHead(K) }),
    removed('Removed', textOf(K), { reader: 'carol', remembers: remembersHead(K, [1]) }),
    removed('RemovedSinceItWasLastOpened', textOf(K), { reader: 'carol', remembered: remembersHead(withCarol, [1]), remembers: remembersHead(K, [1]) }),
    none('NotAMemberWithoutHead', jsonOf(b), headless(remembersEpochs(b, []), { reader: 'mallory' })),
    removed('RemovedWithoutHead', jsonOf(b), headless(remembersEpochs(b, [1]), { reader: 'carol' })),
    removed('RemovedByAServer', third, headless(remembersEpochs(b, [1, 2]))),
    none('NothingIsAuthentic', onlyMallorys, headless({ epoch: 0, epochs: {} })),
  ];
}

/** [keyring-13] to [keyring-15] */
function headlessFaults() {
  const plain = { expectsHead: false };
  const b = bare(K);
  const bobs = (more) => entryOf({ name: `headless ${JSON.stringify(more)}`, cek: K.ceks[2], epoch: 2, recipient: bob, adder: alice, ...more }).json;
  const current = (entry) => withBobs(K, entry, 2);
  const mine = K.epochs[2].wrappedKeys[1];
  const remembered = (opened = [1, 2]) => ({ ...plain, remembered: remembersEpochs(b, opened) });
  const other = rotate(add(create('other', 'other', alice), alice, bob), alice, [alice, bob]);
  const another = rotate(add(add(create('again', NOTES, alice), alice, bob), alice, carol), alice, [alice, bob, dave]);
  const headless = (reason) => refused(reason, 'Headless');
  const mineFirst = K.epochs[1].wrappedKeys[1];
  const last = ({ epochs }) => epochs[2].wrappedKeys.at(-1);
  const flipLast = (json) => void (last(json).addedSig = `${last(json).addedSig[0] === 'A' ? 'B' : 'A'}${last(json).addedSig.slice(1)}`);
  const renameLast = (json) => void (last(json).addedBy = mallory.signing.toString('hex'));
  const forgedDaves = (number) => Array(number).fill({ ...last(b), addedSig: Buffer.alloc(64).toString('base64') });
  const swappedIn = changed(b, (json) => void (json.epochs[2].wrappedKeys[1] = other.epochs[2].wrappedKeys[1]));
  return [
    ...each(headless('NOT_TRACEABLE'), {
      CurrentEntryByAnother: current(bobs({ adder: mallory })), CurrentEntryInThePinnedName: current(bobs({ adder: mallory, namedAdder: alice })),
      CurrentEntryForAnotherEpoch: current(bobs({ signedEpoch: 1 })),
      CurrentEntryOfTheEpochBefore: current(K.epochs[1].wrappedKeys[1]), CurrentEntryTwice: current([mine, mine]),
      CurrentEntryTwiceByAnother: current([mine, bobs({ adder: mallory })]),
    }, plain),
    headless('OTHER_KEY')('CurrentEntryDoesNotOpen', current(bobs({ aad: Buffer.from('2') })), plain),
    headless('NO_HEAD')('ItHasAHead', jsonOf(K), plain),
    headless('NOT_TRACEABLE')('SeventeenEntriesNotByTheAdderThatTheyName', changed(b, forge(8, 9)), plain),
    headless('NOT_TRACEABLE')('SeventeenForgedEntriesBeforeTheAuthenticOne', changed(b, (json) => void json.epochs[2].wrappedKeys.unshift(...forgedDaves(17))), plain),
    headless('NOT_TRACEABLE')('OtherAdderPinned', jsonOf(b), { ...plain, signers: ['bob'] }),
    headless('ROLLBACK')('EpochBeforeWithoutHead', jsonOf(bare(withCarol)), remembered()),
    headless('DROPPED_ENTRY')('RecipientGone', changed(b, (json) => void json.epochs[2].wrappedKeys.pop()), remembered()),
    headless('DROPPED_ENTRY')('RecipientOfAnOldEpochGone', changed(b, (json) => void json.epochs[1].wrappedKeys.pop()), remembered()),
    headless('DROPPED_ENTRY')('OwnOldEntryGone', changed(b, (json) => void json.epochs[1].wrappedKeys.splice(1, 1)), remembered()),
    headless('DROPPED_ENTRY')('OwnOldEntryDamaged', withBobs(K, { ...mineFirst, addedSig: Buffer.alloc(64).toString('base64') }), remembered()),
    headless('DROPPED_ENTRY')('OwnOldEntryByAnother', withBobs(K, bobs({ adder: mallory, epoch: 1, cek: K.ceks[1] }), 1), remembered()),
    headless('DROPPED_ENTRY')('EntryOfAnotherDamaged', changed(b, flipLast), { ...remembered(), reader: 'alice' }),
    headless('DROPPED_ENTRY')('EntryOfAnotherNamesSomebodyElse', changed(b, renameLast), remembered()),
    headless('OTHER_KEY')('CekOfAnotherCollection', swappedIn, remembered()),
    headless('OTHER_KEY')('CekOfAnOldEpochChanged', withBobs(K, bobs({ cek: random('another cek'), epoch: 1 }, 1)), remembered()),
    headless('OTHER_KEY')('CekOfAnotherKeyring', jsonOf(bare(another)), remembered()),
    headless('NO_HEAD')('HeadWasSeen', jsonOf(b), { ...plain, remembered: remembersHead(K) }),
    headless('NOTHING_PINNED')('NothingPinnedWithoutHead', jsonOf(b), { ...plain, signers: [] }),
  ];
}

/** Something of a collection that the reader has seen, in the keyring of another one. [keyring-25] */
function otherCollectionsFaults() {
  const otherCollection = refused('OTHER_COLLECTION', 'OtherCollection');
  const plain = { expectsHead: false, remembered: remembersEpochs(bare(K), [1, 2]) };
  const other = rotate(rotate(add(create('other', 'other', alice), alice, bob), alice, [alice, bob, carol]), alice, [alice, bob, carol]);
  const seen = (memory) => ({ others: { mail: remembersEpochs(bare(create('mail', 'mail', alice)), [1]), other: memory } });
  const headless = seen(remembersEpochs(bare(other), [1, 2, 3]));
  const withHead3 = seen(remembersHead(other, [1, 2, 3]));
  const epochAdded = changed(bare(K), (json) => {
    json.epochs[3] = other.epochs[3];
    json.currentEpoch = 3;
  });
  const entryAdded = changed(bare(K), (json) => void json.epochs[2].wrappedKeys.push(other.epochs[2].wrappedKeys[2]));
  return [
    otherCollection('EpochOfAnotherCollection', epochAdded, { ...plain, ...headless }),
    otherCollection('EpochOfAnotherCollectionThatHasAHead', epochAdded, { ...plain, ...withHead3 }),
    otherCollection('EntryForSomebodyElseOfAnotherCollection', entryAdded, { ...plain, ...headless }),
    otherCollection('EntryForSomebodyElseOfAnotherCollectionThatHasAHead', entryAdded, { ...plain, ...seen(remembersHead(other)) }),
    otherCollection('KeyringOfAnotherCollectionAtFirst', jsonOf(bare(other)), { expectsHead: false, ...headless }),
    otherCollection('KeyringOfAnotherCollectionUnderAHead', textOf(headed(other)), headless),
    otherCollection('KeyringOfAnotherCollectionUnderAHeadThatHadOne', textOf(headed(other)), withHead3),
  ];
}

export const refusedTests = () => [
  ...each(refused('NOT_SIGNED'), signerFaults()), ...each(refused('NOT_AS_SIGNED'), notAsSigned()),
  ...each(refused('OTHER_COLLECTION'), otherCollection()), refused('NO_HEAD')('NoHead', jsonOf(bare(K))),
  refused('NO_HEAD')('HeadTakenAway', jsonOf(bare(K)), { remembered: remembersHead(K) }),
  refused('NOTHING_PINNED')('NothingPinned', textOf(K), { signers: [] }),
  ...historyFaults(), ...keyFaults(), ...membershipFaults(), ...headlessFaults(),
  ...otherCollectionsFaults(),
];
