#!/usr/bin/env node
// Writes ../vectors/device.json from ../spec/device.md; with --check it compares instead. Needs Node 20 and nothing else.
import { P256_ORDER, plusEd25519Order } from './curves.mjs';
import { deviceWrap, device, encodeKeys, handshake, random, commitmentOf } from './device-writer.mjs';
import { u16, u8 } from './keyfile-writer.mjs';
import { vectorFile, writeOrCheck } from './vector-file.mjs';

const USER = 'b1d6b0b0-1111-4222-8333-444455556666';
const UMK = random('umk');
const KEY_ID = random('key id', 16);
const flip = (bytes, at) => Buffer.concat([bytes.subarray(0, at), u8(bytes[at] ^ 1), bytes.subarray(at + 1)]);

const PAIRS = ['p256', 'x25519'].flatMap((agreement) => ['p256', 'ed25519'].map((signing) => [agreement, signing]));
const target = (agreement, signing) => device('6f1c2d3e-0000-4a5b-8c6d-00000000000b', agreement, signing);
const approver = (agreement, signing) => device('6f1c2d3e-0000-4a5b-8c6d-00000000000a', agreement, signing);
const mallory = (agreement, signing) => device('6f1c2d3e-0000-4a5b-8c6d-00000000000a', agreement, signing, 'mallory');

/** The signature with a second number that is the order, which is 0 (ECDSA), or with the order added to it (Ed25519). */
const notReduced = (signing, signature) =>
  Buffer.concat([signature.subarray(0, 32), signing === 'p256' ? P256_ORDER : plusEd25519Order(signature.subarray(32))]);

const shown = ({ deviceId, agreement, signing, agreementPrivate, signingPrivate, encoded }) =>
  ({ deviceId, agreement, signing, agreementPrivate, signingPrivate, publicKeys: encoded });

/** A point of P-256 with x = 0, written as x = p. */
const X_IS_P =
  '04ffffffff00000001000000000000000000000000ffffffffffffffffffffffff66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4';

/** Public keys, good and bad. */
function keyTests() {
  const valid = PAIRS.map(([a, s]) => ({ comment: `${a} and ${s}`, publicKeys: target(a, s).encoded, flags: ['Valid'], result: 'valid' }));
  const ids = ['i', '\u00e9'.repeat(512), 'a:b\0c'].map((id, i) =>
    ({ comment: `device id ${i}`, publicKeys: device(id, 'x25519', 'ed25519').encoded, flags: ['Valid'], result: 'valid' }));
  const p = target('p256', 'p256');
  const x = target('x25519', 'ed25519');
  const head = 5 + p.deviceId.length;
  const withKeys = (base, more) => encodeKeys({ ...base, ...more });
  const hex = (text) => Buffer.from(text, 'hex');
  const bad = {
    Empty: Buffer.alloc(0),
    Version: Buffer.concat([u8(2), p.encoded.subarray(1)]),
    AgreementAlgorithm0: Buffer.concat([u8(1), u8(0), p.encoded.subarray(2)]),
    AgreementAlgorithm3: Buffer.concat([u8(1), u8(3), p.encoded.subarray(2)]),
    SigningAlgorithm3: Buffer.concat([p.encoded.subarray(0, 2), u8(3), p.encoded.subarray(3)]),
    IdEmpty: encodeKeys({ ...x, deviceId: '' }),
    IdTooLong: encodeKeys({ ...x, deviceId: 'x'.repeat(1025) }),
    IdNotUtf8: Buffer.concat([x.encoded.subarray(0, 3), u16(2), hex('c3c3'), x.agreementKey, x.signingKey]),
    IdLengthPastTheEnd: Buffer.concat([x.encoded.subarray(0, 3), u16(1024), x.encoded.subarray(5)]),
    Cut: p.encoded.subarray(0, -1),
    Appended: Buffer.concat([p.encoded, u8(0)]),
    PointCompressed: Buffer.concat([p.encoded.subarray(0, head), u8(2), p.encoded.subarray(head + 1)]),
    PointNotOnTheCurve: withKeys(p, { agreementKey: flip(p.agreementKey, 64) }),
    PointAtInfinity: withKeys(p, { agreementKey: Buffer.alloc(65) }),
    PointXTooLarge: withKeys(p, { agreementKey: Buffer.concat([u8(4), Buffer.alloc(32, 255), p.agreementKey.subarray(33)]) }),
    PointXNotReduced: withKeys(p, { agreementKey: hex(X_IS_P) }),
    SigningPointXNotReduced: withKeys(p, { signingKey: hex(X_IS_P) }),
    SigningPointNotOnTheCurve: withKeys(p, { signingKey: flip(p.signingKey, 64) }),
    X25519Zero: withKeys(x, { agreementKey: Buffer.alloc(32) }),
    X25519LowOrder: withKeys(x, { agreementKey: hex('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800') }),
    X25519NotCanonical: withKeys(x, { agreementKey: hex(`f0${'ff'.repeat(30)}7f`) }),
    X25519UnusedBit: withKeys(x, { agreementKey: Buffer.concat([x.agreementKey.subarray(0, 31), u8(x.agreementKey[31] | 0x80)]) }),
    Ed25519LowOrder: withKeys(x, { signingKey: hex('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05') }),
    Ed25519Identity: withKeys(x, { signingKey: hex(`01${'00'.repeat(31)}`) }),
    Ed25519NotAPoint: withKeys(x, { signingKey: hex(`02${'00'.repeat(31)}`) }),
    Ed25519NotCanonical: withKeys(x, { signingKey: hex(`f0${'ff'.repeat(30)}7f`) }),
  };
  const invalid = Object.entries(bad).map(([fault, publicKeys]) => ({
    comment: fault, publicKeys, flags: ['MalformedKeys'], result: 'invalid', fault, error: 'malformed',
  }));
  return [...valid, ...ids, ...invalid];
}

function wrapTest(comment, w, more) {
  return { comment, userId: w.readAs ?? USER, wrap: w.bytes, ...more };
}

/** Wraps for one pair of devices. */
function wrapTests(agreement, signing) {
  const t = target(agreement, signing);
  const a = approver(agreement, signing);
  const other = mallory(agreement, signing);
  const name = `${agreement} ${signing}`;
  const wrapOf = (fault, more = {}) => deviceWrap({ name: `${name} ${fault}`, userId: USER, umk: UMK, keyId: KEY_ID, generation: 3, target: t, approver: a, ...more });
  const good = wrapOf('valid');
  const valid = wrapTest('valid', good, {
    flags: ['Valid'], result: 'valid', umk: UMK, keyId: KEY_ID, generation: 3,
    intermediate: {
      ephemeral: good.ephemeral, umkCommit: good.umkCommit, info: good.info, aad: good.aad, dh: good.hpke.dh,
      sharedSecret: good.hpke.sharedSecret, hpkeKey: good.hpke.key, baseNonce: good.hpke.baseNonce, signed: good.signedText,
    },
  });
  const last = wrapOf('last generation', { generation: 0x7fffffff });
  const valid2 = wrapTest('last generation', last, { flags: ['Valid'], result: 'valid', umk: UMK, keyId: KEY_ID, generation: 0x7fffffff });
  const malformed = {
    Magic: wrapOf('magic', { magic: 'E2DX' }), Version0: wrapOf('v0', { version: 0 }), Version2: wrapOf('v2', { version: 2 }),
    AgreementAlgorithm: wrapOf('agreement', { agreementNumber: 3 }), SigningAlgorithm: wrapOf('signing', { signingNumber: 0 }),
    Flags: wrapOf('flags', { flags: 1 }), Generation0: wrapOf('generation 0', { generation: 0 }),
    GenerationTooLarge: wrapOf('generation', { generation: 0x80000000 }),
    Cut: { bytes: good.bytes.subarray(0, -1) }, Appended: { bytes: Buffer.concat([good.bytes, u8(0)]) },
    Empty: { bytes: Buffer.alloc(0) }, HeadOnly: { bytes: good.bytes.subarray(0, 28) },
  };
  const end = good.bytes.length;
  const changed = (at) => ({ bytes: flip(good.bytes, at) });
  const notAuthentic = {
    KeyIdChanged: changed(12), GenerationChanged: changed(11), EncChanged: changed(40), SealedUmkChanged: changed(end - 140),
    TagChanged: changed(end - 97), CommitmentChanged: changed(end - 65), SignatureChanged: changed(end - 1),
    SignatureZero: { bytes: Buffer.concat([good.unsigned, Buffer.alloc(64)]) },
    SignedByAnother: wrapOf('signed by another', { signer: other }),
    SignedByAnotherInItsName: wrapOf('in its name', { signer: other, signedApprover: other }),
    SignedForAnotherUser: wrapOf('another user', { signedUser: 'bob' }),
    SignedForAnotherTarget: wrapOf('another target', { signedTarget: device('other', agreement, signing) }),
    SignedUnderAnotherLabel: wrapOf('label', { signLabel: 'e2ee-join-approve-v1' }),
    SealedForAnotherUser: wrapOf('other user', { userId: 'bob', signedUser: USER, umkCommit: commitmentOf(UMK, USER) }),
    SealedByAnotherApprover: wrapOf('other approver', { infoApprover: other }),
    SealedUnderAnotherLabel: wrapOf('info', { infoLabel: 'e2ee-device-wrap-v2' }),
    SealedForAnotherDevice: wrapOf('device', { aadDevice: 'other' }),
    SealedUnderAnotherHead: wrapOf('head', { boundHead: Buffer.alloc(28) }),
    AnotherUmkCommitted: wrapOf('commitment', { committedUmk: random('another umk') }),
    CommittedForAnotherUser: wrapOf('commit user', { umkCommit: commitmentOf(UMK, 'bob') }),
    AnotherAgreementAlgorithm: wrapOf('another agreement', { target: target(agreement === 'p256' ? 'x25519' : 'p256', signing), signedTarget: t }),
    AnotherSigningAlgorithm: wrapOf('another signing', { signingNumber: signing === 'p256' ? 2 : 1 }),
    EncNotAKey: wrapOf('enc', { enc: Buffer.concat([Buffer.from(agreement === 'p256' ? [4] : []), Buffer.alloc(agreement === 'p256' ? 64 : 32)]) }),
    SignatureOutOfRange: { bytes: Buffer.concat([good.unsigned, notReduced(signing, good.signature)]) },
    WrappedToAnother: wrapOf('to another', { target: { ...t, agreementKey: other.agreementKey }, signedTarget: t }),
  };
  const rows = (faults, error, flag) => Object.entries(faults).map(([fault, w]) =>
    wrapTest(fault, w, { flags: [flag], result: 'invalid', fault, error }));
  return {
    type: 'DeviceWrap', keys: { target: shown(t), approver: shown(a) },
    tests: [valid, valid2, ...rows(malformed, 'malformed', 'MalformedWrap'), ...rows(notAuthentic, 'not-authentic', 'NotAuthentic')],
  };
}

/** A whole handshake for one pair of devices. */
function joinTests(agreement, signing) {
  const newDevice = target(agreement, signing);
  const a = approver(agreement, signing);
  const name = `join ${agreement} ${signing}`;
  const honest = { name, userId: USER, umk: UMK, keyId: KEY_ID, generation: 3, newDevice, approver: a };
  const j = handshake(honest);
  const common = { userId: USER, umk: UMK, keyId: KEY_ID, generation: 3, nonceN: j.nonceN, nonceA: j.nonceA, request: j.request };
  const valid = {
    comment: 'a whole handshake', ...common, offer: j.offer, reveal: j.reveal, approval: j.approval, ephemeral: j.wrap.ephemeral,
    transcriptHash: j.transcriptHash, fingerprint: j.fingerprint, flags: ['Valid'], result: 'valid',
  };
  const refused = (step, messages, error = 'refused', flag = 'RefusedMessage', before = j) => Object.entries(messages).map(([fault, message]) => ({
    comment: fault, ...common, request: before.request, ...(step === 'offer' ? {} : { offer: before.offer }), step, message,
    flags: [flag], result: 'invalid', fault, error,
  }));
  const offerWith = (more) => handshake({
    ...honest, request: j.request, approver: { encoded: encodeKeys({ ...a, ...more }) }, reveal: Buffer.alloc(0), wrap: {}, approval: Buffer.alloc(0),
  }).offer;
  /** A new device that has committed to something of the approver's. */
  const reflected = (fault, more) => {
    const changed = { ...newDevice, ...more };
    const before = handshake({ ...honest, newDevice: { ...changed, encoded: encodeKeys(changed) } });
    return refused('reveal', { [fault]: before.reveal }, 'refused', 'RefusedMessage', before);
  };
  const other = mallory(agreement, signing);
  const another = device('another', agreement, signing);
  const withOffer = (more) => handshake({ ...honest, request: j.request, offer: j.offer, ...more });
  const otherHandshake = handshake({ ...honest, name: `${name} another` });
  const umk2 = random('another umk');
  return {
    type: 'DeviceJoin', keys: { newDevice: shown(newDevice), approver: shown(a) },
    tests: [
      valid,
      ...refused('offer', {
        OfferToAnotherRequest: handshake({ ...honest, request: otherHandshake.request }).offer,
        OfferOfItself: handshake({ ...honest, request: j.request, approver: newDevice }).offer,
        OfferWithItsId: offerWith({ deviceId: newDevice.deviceId }),
        OfferWithItsAgreementKey: offerWith({ agreementKey: newDevice.agreementKey }),
        OfferWithItsSigningKey: offerWith({ signingKey: newDevice.signingKey }),
      }),
      ...refused('offer', {
        OfferCut: j.offer.subarray(0, -1), OfferAppended: Buffer.concat([j.offer, u8(0)]), OfferOfAnotherVersion: flip(j.offer, 4),
        RequestInPlaceOfAnOffer: j.request, RevealInPlaceOfAnOffer: j.reveal,
      }, 'malformed', 'MalformedMessage'),
      ...refused('reveal', {
        NonceNotCommitted: withOffer({ nonceN: random('a chosen nonce') }).reveal,
        KeysNotCommitted: withOffer({ newDevice: device(newDevice.deviceId, agreement, signing, 'chosen'), wrap: {}, approval: Buffer.alloc(0) }).reveal,
        SignedByAnother: withOffer({ revealSigner: other }).reveal,
        ToAnotherOffer: otherHandshake.reveal, NamesAnotherOffer: flip(j.reveal, 6),
      }),
      ...reflected('RevealWithItsId', { deviceId: a.deviceId }), ...reflected('RevealWithItsAgreementKey', { agreementKey: a.agreementKey }),
      ...reflected('RevealWithItsSigningKey', { signingKey: a.signingKey, signingPrivate: a.signingPrivate }),
      ...refused('reveal', {
        RevealCut: j.reveal.subarray(0, -1), RevealAppended: Buffer.concat([j.reveal, u8(0)]), OfferInPlaceOfAReveal: j.offer,
      }, 'malformed', 'MalformedMessage'),
      ...refused('approval', {
        ApprovalOfAnotherHandshake: otherHandshake.approval, NamesAnotherTranscript: flip(j.approval, 6),
        ApprovalSignedByAnother: withOffer({ approvalSigner: other }).approval,
        AnotherUmkThanOffered: withOffer({
          wrap: deviceWrap({ name: `${name} exchanged`, userId: USER, umk: umk2, keyId: KEY_ID, generation: 3, target: newDevice, approver: a }),
        }).approval,
        WrapSignedByAnother: withOffer({
          wrap: deviceWrap({ name: `${name} planted`, userId: USER, umk: UMK, keyId: KEY_ID, generation: 3, target: newDevice, approver: a, signer: other }),
        }).approval,
        ApprovalCut: j.approval.subarray(0, -1), ApprovalWithoutWrap: j.approval.subarray(0, 134),
        WrapForAnother: withOffer({
          wrap: deviceWrap({ name: `${name} misled`, userId: USER, umk: UMK, keyId: KEY_ID, generation: 3, target: another, approver: a }),
        }).approval,
      }),
      ...refused('approval', {
        ApprovalCutInItsSignature: j.approval.subarray(0, 133), RevealInPlaceOfAnApproval: j.reveal,
      }, 'malformed', 'MalformedMessage'),
    ],
  };
}

const notes = {
  Valid: 'what a reader must accept',
  MalformedKeys: 'public keys that a reader must refuse: [device-1] to [device-4]',
  MalformedWrap: 'a wrap that is refused before a key is touched: [device-6]',
  RefusedMessage: 'step says which message comes in place of the right one; the handshake ends: [device-17] to [device-22]',
  MalformedMessage: 'the same with bytes that are not the message that is due: [device-14]',
  NotAuthentic: 'a wrap that is refused with the one error of [device-11]; most were made by somebody who has the keys',
};
const groups = [
  { type: 'DevicePublicKeys', keys: {}, tests: keyTests() },
  ...PAIRS.map(([a, s]) => wrapTests(a, s)),
  ...PAIRS.map(([a, s]) => joinTests(a, s)),
];
const text = vectorFile('device', notes, groups, { algorithm: 'E2EE-Device', specification: 'testvectors/spec/device.md' });
writeOrCheck([[new URL('../vectors/device.json', import.meta.url), text]]);
