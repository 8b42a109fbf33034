// The invite: ../spec/invite.md. It works on bytes: single use and expiry at the inviter are its caller's.
import { Reader, Refused, join, labelled, lp, malformed, same, u16, u32, u8, utf8 } from './bytes.mjs';
import { bech32mChecksum, fromSymbols, isBech32m, toSymbols, typedSymbols, written } from './codes.mjs';
import { CURVES, publicKeyOf } from './curves.mjs';
import { decodeDeviceKeys } from './device-keys.mjs';
import { Handshake } from './noise.mjs';
import { readCode } from './recovery.mjs';
import { isSignature, signMessage } from './signatures.mjs';
import { TAG, expandSha256, hmac } from './symmetric.mjs';

const PREFIX = 'e2ee-invite';
const SYMBOLS = 40;
const VERSION = 1;
const SECRET = 16;
const MINUTE = 60;
const TOLERANCE = 5 * MINUTE;
const LONGEST = 30 * 24 * 60 * MINUTE;
const MAGIC = utf8('E2IV');
const SIGNATURE = 64;
const MOST_KEYS = 1159;
const MOST_PAYLOAD = 16384;
const NOTHING = Buffer.alloc(0);
const KINDS = {
  request: { number: 1, ephemeral: 32, most: SIGNATURE + MOST_KEYS },
  answer: { number: 2, ephemeral: 32, most: SIGNATURE + 2 + MOST_KEYS + MOST_PAYLOAD },
  confirmation: { number: 3, ephemeral: 0, most: 0 },
};

/** 16 random bytes and an expiry in minutes as a person carries them. [invite-1] */
export function writeInviteCode({ secret, expiry }) {
  const data = [VERSION >> 5, VERSION & 31, ...toSymbols(join(secret, u32(expiry)))];
  return written([...data, ...bech32mChecksum(PREFIX, data)]);
}

function isRecoveryCode(typed) {
  try {
    readCode(typed);
    return true;
  } catch (e) {
    if (e instanceof Refused) return false;
    throw e;
  }
}

/** {secret, expiry} of a typed code, at a time in seconds. */
export function readInviteCode(typed, now) {
  const symbols = typedSymbols(typed);
  if (symbols?.length !== SYMBOLS) {
    if (isRecoveryCode(typed)) throw new Refused('recovery-code', 'a recovery code'); // [invite-3]
    throw new Refused('typing-error', 'not 40 symbols'); // [invite-2]
  }
  if (!isBech32m(PREFIX, symbols)) throw new Refused('typing-error', 'the checksum is wrong'); // [invite-2]
  if (symbols[0] * 32 + symbols[1] !== VERSION) throw new Refused('other-version', 'another version'); // [invite-4]
  const bytes = fromSymbols(symbols.slice(2, 34));
  const expiry = bytes.readUInt32BE(SECRET);
  if (now > expiry * MINUTE + TOLERANCE) throw new Refused('expired', 'expired'); // [invite-5]
  if (expiry * MINUTE > now + LONGEST + TOLERANCE + MINUTE) throw new Refused('expires-too-late', 'expires too late'); // [invite-5]
  return { secret: bytes.subarray(0, SECRET), expiry };
}

/** What follows from a code: {inviteId, psk, prologue}. */
export function inviteKeys({ secret, expiry }) {
  const head = join(u8(VERSION), u32(expiry));
  const root = hmac('sha256', utf8('e2ee-invite-root-v1'), secret);
  const inviteId = expandSha256(root, labelled('e2ee-invite-id-v1', head), 16);
  const psk = expandSha256(root, labelled('e2ee-invite-psk-v1', head), 32);
  return { inviteId, psk, prologue: labelled('e2ee-invite-v1', head, inviteId) };
}

/** [invite-7] */
function parse(name, inviteId, bytes) {
  const kind = KINDS[name];
  const reader = new Reader(bytes, () => malformed('cut'));
  if (!reader.take(4).equals(MAGIC)) throw malformed('no magic');
  if (reader.number(1) !== VERSION) throw malformed('another version');
  if (reader.number(1) !== kind.number) throw malformed('another message');
  const named = reader.take(16);
  const e = reader.take(kind.ephemeral);
  const sealed = reader.rest();
  if (sealed.length < TAG || sealed.length > TAG + kind.most) throw malformed('another length');
  if (kind.ephemeral > 0 && !CURVES.x25519.isPublicKey(e)) throw malformed('no ephemeral key');
  if (!same(named, inviteId)) throw new Refused('other-invite', 'of another invite');
  return { e, sealed };
}

const message = (name, inviteId, ...parts) => join(MAGIC, u8(VERSION), u8(KINDS[name].number), inviteId, ...parts);
const signedRequest = (h, keys) => labelled('e2ee-invite-request-v1', h, lp(keys.encoded));
const signedAnswer = (h, keys, payload) => labelled('e2ee-invite-answer-v1', h, lp(keys.encoded), lp(payload));

/** [invite-9] */
function requireProof(keys, signed, signature) {
  if (!isSignature(keys.signing, keys.signingKey, signed, signature)) throw new Refused('not-its-keys', 'keys that it does not hold');
}

/** [invite-10] */
function requireAnother(own, peer) {
  const theirs = [peer.agreementKey, peer.signingKey];
  if ([own.agreementKey, own.signingKey].some((key) => theirs.some((other) => other.equals(key)))) throw new Refused('itself', 'own keys');
}

function begin(code, e) {
  const keys = inviteKeys(code);
  const handshake = new Handshake(keys.prologue);
  handshake.first(keys.psk, e);
  return handshake;
}

/** [invite-8] */
function openRequest(handshake, { sealed }) {
  const { h } = handshake;
  const reader = new Reader(handshake.open(sealed), () => malformed('payload cut'));
  const signature = reader.take(SIGNATURE);
  const accepter = decodeDeviceKeys(reader.rest());
  requireProof(accepter, signedRequest(h, accepter), signature);
  return accepter;
}

/** [invite-8] */
function openAnswer(handshake, { sealed }) {
  const { h } = handshake;
  const reader = new Reader(handshake.open(sealed), () => malformed('payload cut'));
  const signature = reader.take(SIGNATURE);
  const inviter = decodeDeviceKeys(reader.take(reader.number(2)));
  const payload = reader.rest();
  if (payload.length > MOST_PAYLOAD) throw malformed('payload too long');
  requireProof(inviter, signedAnswer(h, inviter, payload), signature);
  return { inviter, payload };
}

/** Message 1. `device` is {keys, signingPrivate}; e the 32 private bytes of a fresh key. */
export function writeRequest(code, device, e) {
  const publicE = publicKeyOf('x25519', e);
  const handshake = begin(code, publicE);
  const signature = signMessage(device.keys.signing, device.signingPrivate, signedRequest(handshake.h, device.keys));
  return message('request', inviteKeys(code).inviteId, publicE, handshake.seal(join(signature, device.keys.encoded)));
}

/** The inviter reads message 1: who accepts. */
export function readRequest(code, own, request) {
  const first = parse('request', inviteKeys(code).inviteId, request);
  const accepter = openRequest(begin(code, first.e), first);
  requireAnother(own, accepter);
  return accepter;
}

/** Message 2. */
export function writeAnswer(code, device, e, request, payload) {
  const { inviteId } = inviteKeys(code);
  const first = parse('request', inviteId, request);
  const handshake = begin(code, first.e);
  openRequest(handshake, first);
  const publicE = publicKeyOf('x25519', e);
  handshake.second(publicE, e, first.e);
  const signature = signMessage(device.keys.signing, device.signingPrivate, signedAnswer(handshake.h, device.keys, payload));
  const inside = join(signature, u16(device.keys.encoded.length), device.keys.encoded, payload);
  return message('answer', inviteId, publicE, handshake.seal(inside));
}

/** What a side knows after message 2, by its own ephemeral key: {accepter, inviter, payload, handshakeHash, dataKey, split}. */
function agreed(code, request, answer, e, peerOf) {
  const { inviteId } = inviteKeys(code);
  const first = parse('request', inviteId, request);
  const second = parse('answer', inviteId, answer);
  const handshake = begin(code, first.e);
  const accepter = openRequest(handshake, first);
  handshake.second(second.e, e, peerOf(first, second));
  const { inviter, payload } = openAnswer(handshake, second);
  const split = handshake.split();
  const dataKey = expandSha256(split.exported, labelled('e2ee-invite-data-key-v1', split.h), 32); // [invite-16]
  return { accepter, inviter, payload, handshakeHash: split.h, dataKey, split };
}

/** The accepter reads message 2. */
export function readAnswer(code, own, e, request, answer) {
  const known = agreed(code, request, answer, e, (first, second) => second.e);
  requireAnother(own, known.inviter);
  return known;
}

/** Message 3, by what readAnswer gave. */
export function writeConfirmation(code, known) {
  return message('confirmation', inviteKeys(code).inviteId, known.split.fromInitiator.encryptWithAd(NOTHING, NOTHING));
}

/** The inviter reads message 3, and may use what comes out. [invite-15] */
export function readConfirmation(code, e, request, answer, confirmation) {
  const known = agreed(code, request, answer, e, (first) => first.e);
  const { sealed } = parse('confirmation', inviteKeys(code).inviteId, confirmation);
  known.split.fromInitiator.decryptWithAd(NOTHING, sealed);
  return known;
}
