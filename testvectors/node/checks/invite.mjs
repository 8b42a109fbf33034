// Groups of invite.json.
import { publicKeyOf } from '../curves.mjs';
import { decodeDeviceKeys } from '../device-keys.mjs';
import {
  inviteKeys, readAnswer, readConfirmation, readInviteCode, readRequest, writeAnswer, writeConfirmation, writeInviteCode, writeRequest,
} from '../invite.mjs';
import { Handshake } from '../noise.mjs';
import { ACCEPTED, SEALED, Wrong, equal, hex, refuses } from './outcome.mjs';

function inviteCode(group, test) {
  if (test.result === 'invalid') return refuses(test, () => readInviteCode(test.typed, test.now));
  const code = readInviteCode(test.typed, test.now);
  equal('secret', code.secret, hex(test.secret));
  equal('expiry', code.expiry, test.expiry);
  const text = writeInviteCode(code);
  equal('secret of the code as it is written', readInviteCode(text, test.now).secret, code.secret);
  return text === test.typed ? SEALED : ACCEPTED;
}

function deviceOf(json) {
  const device = { keys: decodeDeviceKeys(hex(json.publicKeys)), signingPrivate: hex(json.signingPrivate) };
  equal('signing key', publicKeyOf(device.keys.signing, device.signingPrivate), device.keys.signingKey);
  return device;
}

/** The side whose turn it is with the message that the test replaces. */
function refusesMessage(test, code, accepter, inviter) {
  const message = hex(test.message);
  const [eA, eI] = [test.ephemeralA, test.ephemeralI].map(hex);
  if (test.step === 'request') return refuses(test, () => readRequest(code, inviter.keys, message));
  const request = hex(test.request);
  if (test.step === 'answer') return refuses(test, () => readAnswer(code, accepter.keys, eA, request, message));
  if (test.step !== 'confirmation') throw new Wrong('a step', test.step);
  return refuses(test, () => readConfirmation(code, eI, request, hex(test.answer), message));
}

function inviteExchange(group, test) {
  const accepter = deviceOf(group.keys.accepter);
  const inviter = deviceOf(group.keys.inviter);
  const code = { secret: hex(test.secret), expiry: test.expiry };
  const keys = inviteKeys(code);
  for (const name of ['inviteId', 'psk']) equal(name, keys[name], hex(test[name]));
  if (test.result === 'invalid') return refusesMessage(test, code, accepter, inviter);
  const [eA, eI] = [test.ephemeralA, test.ephemeralI].map(hex);
  const request = writeRequest(code, accepter, eA);
  equal('request', request, hex(test.request));
  equal('accepter', readRequest(code, inviter.keys, request).encoded, accepter.keys.encoded);
  const answer = writeAnswer(code, inviter, eI, request, hex(test.payload));
  equal('answer', answer, hex(test.answer));
  const known = readAnswer(code, accepter.keys, eA, request, answer);
  equal('inviter', known.inviter.encoded, inviter.keys.encoded);
  const confirmation = writeConfirmation(code, known);
  equal('confirmation', confirmation, hex(test.confirmation));
  for (const side of [known, readConfirmation(code, eI, request, answer, confirmation)]) {
    for (const name of ['payload', 'handshakeHash', 'dataKey']) equal(name, side[name], hex(test[name]));
  }
  return SEALED;
}

/** A whole session of the framework, with payloads of any kind. */
function noiseNnPsk0(group, test) {
  const [psk, eI, eR] = [test.psk, test.initiatorEphemeral, test.responderEphemeral].map(hex);
  const [publicI, publicR] = [eI, eR].map((e) => publicKeyOf('x25519', e));
  const payloads = test.messages.map(({ payload }) => hex(payload));
  const states = [[eI, publicR], [eR, publicI]].map(([own, peer]) => {
    const handshake = new Handshake(hex(test.prologue));
    handshake.first(psk, publicI);
    equal('first', Buffer.concat([publicI, handshake.seal(payloads[0])]), hex(test.messages[0].ciphertext));
    equal('hash after the first message', handshake.h, hex(test.hashAfterFirst));
    handshake.second(publicR, own, peer);
    equal('second', Buffer.concat([publicR, handshake.seal(payloads[1])]), hex(test.messages[1].ciphertext));
    return handshake.split();
  });
  for (const state of states) {
    payloads.slice(2).forEach((payload, i) => {
      const cipher = i % 2 === 0 ? state.fromInitiator : state.fromResponder;
      equal(`message ${i + 3}`, cipher.encryptWithAd(Buffer.alloc(0), payload), hex(test.messages[i + 2].ciphertext));
    });
  }
  return SEALED;
}

export const inviteChecks = { InviteCode: inviteCode, InviteExchange: inviteExchange, NoiseNNpsk0: noiseNnPsk0 };
