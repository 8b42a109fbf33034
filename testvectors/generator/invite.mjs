#!/usr/bin/env node
// Writes ../vectors/invite.json from ../spec/invite.md; with --check it compares instead. Needs Node 20 and nothing else.
import { device, encodeKeys } from './device-writer.mjs';
import { codeText, exchange, random } from './invite-writer.mjs';
import { u32, u8 } from './keyfile-writer.mjs';
import { vectorFile, writeOrCheck } from './vector-file.mjs';

const flip = (bytes, at) => Buffer.concat([bytes.subarray(0, at), u8(bytes[at] ^ 1), bytes.subarray(at + 1)]);
const EXPIRY = 29833334;
const NOW = EXPIRY * 60 - 3600;

function codeTests() {
  const secret = random('code', 16);
  const bytes = (expiry = EXPIRY, s = secret) => Buffer.concat([s, u32(expiry)]);
  const text = codeText(bytes());
  const valid = (comment, typed, { now = NOW, expiry = EXPIRY, s = secret } = {}) =>
    ({ comment, typed, now, secret: s, expiry, flags: ['Valid'], result: 'valid' });
  const invalid = (error, flag) => (fault, typed, now = NOW) =>
    ({ comment: fault, typed, now, flags: [flag], result: 'invalid', fault, error });
  const mistyped = invalid('typing-error', 'TypingError');
  const untimely = (fault, error, now, expiry) => invalid(error, 'Untimely')(fault, codeText(bytes(expiry)), now);
  const at = (i, c) => text.slice(0, i) + c + text.slice(i + 1);
  const other = (i) => (text[i] === 'Z' ? 'Y' : 'Z');
  const swapped = (i, j) => at(i, text[j]).slice(0, j) + text[i] + text.slice(j + 1);
  const zeros = Buffer.alloc(16);
  const ones = Buffer.alloc(16, 255);
  const recovery = '73FQ-7XQ9-5SBN-K1M5-2049-NMBE-H4HM-Z9ME'; // the first of recovery.json
  return [
    valid('as it is written', text), valid('lower case', text.toLowerCase()), valid('no dashes', text.replaceAll('-', '')),
    valid('blanks', `\t${text.replaceAll('-', ' ')}\r\n`), valid('O, I and L', text.replaceAll('0', 'o').replaceAll('1', 'L')),
    valid('all zero', codeText(bytes(EXPIRY, zeros)), { s: zeros }), valid('all one', codeText(bytes(EXPIRY, ones)), { s: ones }),
    valid('five minutes after its expiry', text, { now: EXPIRY * 60 + 300 }),
    valid('thirty days and six minutes before', text, { now: EXPIRY * 60 - 30 * 86400 - 360 }),
    valid('the last minute of 32 bits', codeText(bytes(0xffffffff)), { now: 0xffffffff * 60, expiry: 0xffffffff }),
    mistyped('Empty', ''), mistyped('OneWrongSymbol', at(10, other(10))), mistyped('OneWrongSymbolOfTheVersion', at(1, other(1))),
    mistyped('OneWrongSymbolOfTheChecksum', at(48, other(48))), mistyped('TwoChangedPlaces', swapped(2, 3)), mistyped('TwoFarApartChangedPlaces', swapped(2, 41)),
    mistyped('OneMissing', text.slice(1)), mistyped('OneTooMuch', `${text}0`), mistyped('LetterU', at(5, 'U')), mistyped('OtherCharacter', at(5, '*')),
    mistyped('LongS', text.replace('S', '\u017f')), mistyped('Bech32NotBech32m', codeText(bytes(), { constant: 1 })),
    mistyped('ChecksumOfRecovery', codeText(bytes(), { prefix: 'e2ee-recovery-v1' })), mistyped('MistypedRecoveryCode', `8${recovery.slice(1)}`),
    invalid('recovery-code', 'RecoveryCode')('ARecoveryCode', recovery), invalid('recovery-code', 'RecoveryCode')('ARecoveryCodeInLowerCase', recovery.toLowerCase().replaceAll('-', '')),
    invalid('other-version', 'OtherVersion')('Version0', codeText(bytes(), { version: 0 })), invalid('other-version', 'OtherVersion')('Version2', codeText(bytes(), { version: 2 })),
    invalid('other-version', 'OtherVersion')('Version33', codeText(bytes(), { version: 33 })),
    untimely('Expired', 'expired', EXPIRY * 60 + 301), untimely('ExpiredIn1970', 'expired', NOW, 0),
    untimely('ExpiresTooLate', 'expires-too-late', EXPIRY * 60 - 30 * 86400 - 361), untimely('ExpiresInTenThousandYears', 'expires-too-late', NOW, 0xffffffff),
  ];
}

const shown = ({ deviceId, agreement, signing, agreementPrivate, signingPrivate, encoded }) =>
  ({ deviceId, agreement, signing, agreementPrivate, signingPrivate, publicKeys: encoded });
const LOW_ORDER = Buffer.from('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800', 'hex');

function exchangeTests(agreement, signing) {
  const accepter = device('phone', agreement, signing);
  const inviter = device('laptop', agreement, signing);
  const mallory = device('phone', agreement, signing, 'mallory');
  const name = `${agreement} ${signing}`;
  const with_ = (more = {}) => exchange({ name, accepter, inviter, payload: Buffer.from('collection 7'), ...more });
  const x = with_();
  const common = (y) => ({
    secret: y.secret, expiry: y.expiry, inviteId: y.inviteId, psk: y.psk, ephemeralA: y.ephemeralA, ephemeralI: y.ephemeralI,
  });
  const valid = (comment, y) => ({
    comment, ...common(y), payload: y.payload, request: y.request, answer: y.answer, confirmation: y.confirmation,
    handshakeHash: y.handshakeHash, dataKey: y.dataKey, intermediate: { prologue: y.prologue, exported: y.exported }, flags: ['Valid'], result: 'valid',
  });
  const refused = (step, error, flag, messages, before = x) => Object.entries(messages).map(([fault, message]) => ({
    comment: fault, ...common(before), ...(step === 'request' ? {} : { request: before.request }), ...(step === 'confirmation' ? { answer: before.answer } : {}),
    step, message, flags: [flag], result: 'invalid', fault, error,
  }));
  const other = with_({ name: `${name} other`, secret: random('another secret', 16) });
  const later = with_({ expiry: EXPIRY + 1 });
  const second = with_({ name: `${name} second` });
  const longest = 22 + 32 + 16 + 64;
  const mirror = (own, more) => { const d = { ...own, ...more }; return { ...d, encoded: encodeKeys(d) }; };
  const ownKeys = (of, to, as) => ({
    [`${as}WithItsKeys`]: of, [`${as}WithItsAgreementKey`]: mirror(to, { agreementKey: of.agreementKey }),
    [`${as}WithItsSigningKey`]: mirror(to, { signingKey: of.signingKey, signingPrivate: of.signingPrivate }),
  });
  const reflected = (devices, make) => Object.fromEntries(Object.entries(devices).map(([fault, d]) => [fault, make(d)]));
  /** Right in form, for whoever does not look inside. */
  const forms = (message, as, least, most, flipE) => ({
    [`${as}Empty`]: Buffer.alloc(0), [`${as}HeadOnly`]: message.subarray(0, 22), [`${as}WithoutATag`]: message.subarray(0, least - 1),
    ...(agreement === 'p256' ? {} : { [`${as}TooLong`]: Buffer.concat([message, Buffer.alloc(most + 1 - message.length)]) }),
    [`${as}Magic`]: flip(message, 3), [`${as}OfAnotherVersion`]: Buffer.concat([message.subarray(0, 4), u8(2), message.subarray(5)]),
    ...(flipE ? {
      [`${as}EphemeralZero`]: Buffer.concat([message.subarray(0, 22), Buffer.alloc(32), message.subarray(54)]),
      [`${as}EphemeralOfLowOrder`]: Buffer.concat([message.subarray(0, 22), LOW_ORDER, message.subarray(54)]),
      [`${as}EphemeralNotCanonical`]: Buffer.concat([message.subarray(0, 53), u8(message[53] | 0x80), message.subarray(54)]),
    } : {}),
  });
  const changed = (message, as) => ({
    [`${as}EphemeralChanged`]: flip(message, 22), [`${as}CiphertextChanged`]: flip(message, 60), [`${as}TagChanged`]: flip(message, message.length - 1),
    [`${as}Cut`]: message.subarray(0, -1), [`${as}Appended`]: Buffer.concat([message, u8(0)]),
  });
  const relabelled = (message, type) => Buffer.concat([message.subarray(0, 5), u8(type), message.subarray(6)]);
  const keysCut = Buffer.concat([x.signature1, accepter.encoded.subarray(0, -1)]);
  const answerInside = (...parts) => Buffer.concat([x.signature2, ...parts]);
  const length = Buffer.from([inviter.encoded.length >> 8, inviter.encoded.length & 255]);
  const most = with_({ name: `${name} most`, payload: Buffer.alloc(16384, 7) });
  return {
    type: 'InviteExchange', keys: { accepter: shown(accepter), inviter: shown(inviter) },
    tests: [
      valid('a whole exchange', x), valid('without a payload', with_({ name: `${name} none`, payload: Buffer.alloc(0) })), valid('expires in 1970', with_({ name: `${name} 1970`, expiry: 1 })),
      ...(agreement === 'p256' ? [] : [valid('the longest payload', most)]),
      ...refused('request', 'malformed', 'MalformedMessage', {
        ...forms(x.request, 'Request', 70, longest + 1159, true), AnswerInPlaceOfARequest: x.answer, ConfirmationInPlaceOfARequest: x.confirmation,
        RequestWithKeysCut: with_({ inside1: keysCut }).request, RequestWithKeysAppended: with_({ inside1: Buffer.concat([x.signature1, accepter.encoded, u8(0)]) }).request,
        RequestWithoutKeys: with_({ inside1: x.signature1 }).request, RequestWithNothing: with_({ inside1: Buffer.alloc(0) }).request,
      }),
      ...refused('request', 'other-invite', 'OtherInvite', {
        RequestOfAnotherInvite: other.request, RequestOfALaterExpiry: later.request, RequestUnderAnotherId: flip(x.request, 6),
      }),
      ...refused('request', 'not-authentic', 'NotAuthentic', {
        ...changed(x.request, 'Request'), RequestWithAnotherCode: with_({ psk: random('guessed psk') }).request,
        RequestOfAnotherInviteUnderThisId: Buffer.concat([x.request.subarray(0, 22), other.request.subarray(22)]),
        RequestOfAnotherPrologue: with_({ prologue: Buffer.from('e2ee-invite-v2\0') }).request, RequestOfAnotherProtocol: with_({ protocol: 'Noise_NNpsk2_25519_AESGCM_SHA256' }).request,
        RequestOfTheNextNonce: with_({ requestNonce: 1 }).request, RequestWithoutItsHash: with_({ requestAd: Buffer.alloc(0) }).request,
        RequestWithAnotherEphemeral: with_({ shownA: x.eI }).request, AnswerRelabelledAsRequest: relabelled(x.answer, 1).subarray(0, longest + 1159),
      }),
      ...refused('request', 'not-its-keys', 'NotItsKeys', {
        RequestSignedByAnother: with_({ requestSigner: mallory }).request, RequestSignedUnderAnotherLabel: with_({ requestLabel: 'e2ee-invite-answer-v1' }).request,
        RequestSignatureZero: with_({ signature1: Buffer.alloc(64) }).request, RequestSignedInAnotherExchange: with_({ signature1: second.signature1 }).request,
      }),
      ...refused('request', 'itself', 'Itself', reflected(ownKeys(inviter, accepter, 'Request'), (d) => with_({ accepter: d }).request)),
      ...refused('answer', 'malformed', 'MalformedMessage', {
        ...forms(x.answer, 'Answer', 70, longest + 2 + 1159 + 16384, true), RequestInPlaceOfAnAnswer: x.request,
        AnswerWithKeysCut: with_({ inside2: answerInside(length, inviter.encoded.subarray(0, -1)) }).answer, AnswerWithoutKeys: with_({ inside2: answerInside(Buffer.alloc(2)) }).answer,
        AnswerLengthPastTheEnd: with_({ inside2: answerInside(Buffer.from([255, 255]), inviter.encoded) }).answer,
        ...(agreement === 'p256' ? {} : { AnswerWithAPayloadTooLong: with_({ payload: Buffer.alloc(16385) }).answer }),
      }),
      ...refused('answer', 'other-invite', 'OtherInvite', { AnswerOfAnotherInvite: other.answer, AnswerUnderAnotherId: flip(x.answer, 21) }),
      ...refused('answer', 'not-authentic', 'NotAuthentic', {
        ...changed(x.answer, 'Answer'), AnswerToAnotherRequest: second.answer, RequestSentBack: relabelled(x.request, 2), AnswerWithAnotherCode: with_({ psk: random('guessed psk'), request: x.request }).answer,
        AnswerWithAnotherEphemeral: with_({ shownI: x.eA }).answer, AnswerAgreedWithAnother: with_({ agreedWith: second.eA }).answer,
        AnswerOfAnotherInviteUnderThisId: Buffer.concat([x.answer.subarray(0, 22), other.answer.subarray(22)]),
      }),
      ...refused('answer', 'not-its-keys', 'NotItsKeys', {
        AnswerSignedByAnother: with_({ answerSigner: mallory }).answer, AnswerSignedUnderAnotherLabel: with_({ answerLabel: 'e2ee-invite-request-v1' }).answer,
        AnswerSignedForAnotherPayload: with_({ signedPayload: Buffer.from('collection 8') }).answer, AnswerSignedInAnotherExchange: with_({ signature2: second.signature2 }).answer,
      }),
      ...refused('answer', 'itself', 'Itself', reflected(ownKeys(accepter, inviter, 'Answer'), (d) => with_({ inviter: d }).answer)),
      ...refused('confirmation', 'malformed', 'MalformedMessage', {
        ...forms(x.confirmation, 'Confirmation', 38, 38, false), RequestInPlaceOfAConfirmation: x.request, ConfirmationThatSaysSomething: with_({ confirmed: Buffer.from('x') }).confirmation,
      }),
      ...refused('confirmation', 'other-invite', 'OtherInvite', { ConfirmationOfAnotherInvite: other.confirmation }),
      ...refused('confirmation', 'not-authentic', 'NotAuthentic', {
        ConfirmationChanged: flip(x.confirmation, 22), ConfirmationTagChanged: flip(x.confirmation, 37), ConfirmationOfAnotherExchange: second.confirmation,
        ConfirmationByTheInviter: with_({ confirmedUnder: 1 }).confirmation, ConfirmationUnderTheExport: with_({ confirmedUnder: 2 }).confirmation, ConfirmationOfTheNextNonce: with_({ confirmedAs: 1 }).confirmation,
      }),
    ],
  };
}

/** A published vector of the framework: cacophony's, from mcginty/snow, tests/vectors/cacophony.txt, at
 * 62fbfae2c84b644a0432ce497a4a47e4fa139a2d. What that file calls handshake_hash is the hash after the first message, not after the last. */
const CACOPHONY = {
  comment: 'Noise_NNpsk0_25519_AESGCM_SHA256 of cacophony',
  prologue: '4a6f686e2047616c74', psk: '54686973206973206d7920417573747269616e20706572737065637469766521',
  initiatorEphemeral: '893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a',
  responderEphemeral: 'bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b',
  hashAfterFirst: '29d92c13649b5d28b41afd8dc5d6ce7f46df2348e4061c09f1c354b593e13add',
  messages: [
    { payload: '4c756477696720766f6e204d69736573', ciphertext: 'ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c79447c37a89fc17813788d30df2d59501d6066f5f8aecc3406bbd9829f2d24a531b1' },
    { payload: '4d757272617920526f746862617264', ciphertext: '95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f1448088432f29d79368ef9de4e1ae7a362fb05bf0ad668e026bf5714554497b3a720461' },
    { payload: '462e20412e20486179656b', ciphertext: '7c01e898a6201f36aecee532e29cd0b7f8ffa29d3366ad0dce39a6' },
    { payload: '4361726c204d656e676572', ciphertext: 'a9ff535aace3db6a1da1a7fb00fe2de2622bb373abad9fb42c00e0' },
    { payload: '4a65616e2d426170746973746520536179', ciphertext: '6cfc49a3e65472edc2d0152abe5ce950170a8a47c959f30bd48b5f0aacf29adbfd' },
    { payload: '457567656e2042f6686d20766f6e2042617765726b', ciphertext: '9bc86e6d974ed21ba04604a94aa68de21677eb409ead070c0cd569b069ee19ba142aa4c1a9' },
  ],
  flags: ['Noise'], result: 'valid',
};

const notes = {
  Valid: 'what a reader must accept',
  TypingError: 'a code that is refused before anything is derived: [invite-2]',
  RecoveryCode: 'a recovery code in the place of an invite: [invite-3]',
  OtherVersion: 'a code of another version: [invite-4]',
  Untimely: 'a code that is over, or too long before its end, at the time now, in seconds since 1970: [invite-5]',
  MalformedMessage: 'a message in the place of step that has not its form, outside or inside: [invite-7], [invite-8]',
  OtherInvite: 'a message of another invite, or under another id: [invite-7]',
  NotAuthentic: 'a message that the protocol does not open: [invite-11]',
  NotItsKeys: 'a message by somebody with the code, who shows keys of another: [invite-9]',
  Itself: 'a message of a peer with keys of the reader: [invite-10]',
  Noise: 'the protocol itself, with payloads of any kind, from another project',
};
const groups = [
  { type: 'InviteCode', keys: {}, tests: codeTests() },
  exchangeTests('x25519', 'ed25519'),
  exchangeTests('p256', 'p256'),
  { type: 'NoiseNNpsk0', keys: {}, tests: [CACOPHONY] },
];
const text = vectorFile('invite', notes, groups, { algorithm: 'E2EE-Invite', specification: 'testvectors/spec/invite.md' });
writeOrCheck([[new URL('../vectors/invite.json', import.meta.url), text]]);
