// API tokens, what a server gets of them, and the wrap that they open: ../spec/apitoken.md.
import { Reader, Refused, join, labelled, lp, malformed, notAuthentic, same, textOf, u16, u32, u8, usage, utf8 } from './bytes.mjs';
import { userContext } from './context.mjs';
import { expandSha256, openBox, sealBox } from './symmetric.mjs';

const PREFIX = 'e2ee_';
const VERSION = 2;
const SEED = 32;
const AUTH = 32;
const MAX_AUDIENCE = 1024;
const MAGIC = utf8('E2TW');
const LENGTH = 140;
const HEAD = 48;
const MOST = 0x7fffffff;

const invalidToken = (message) => new Refused('invalid-token', message);
const derive = (key, label, length, ...parts) => expandSha256(key, labelled(label, ...parts), length);
const checkOf = (seed) => derive(seed, 'e2ee-apitoken-check-v2', 32).subarray(0, 3);

/** A seed of 32 random bytes as text; each token has one of its own. [apitoken-1] */
export function writeToken(seed) {
  if (seed.length !== SEED) throw usage('a seed has 32 bytes');
  return PREFIX + join(u8(VERSION), seed, checkOf(seed)).toString('base64url');
}

/** The seed of a text. */
export function readToken(text) {
  if (text.startsWith('sk-ac-')) throw invalidToken('a token of version 1, of which the server learns the key'); // [apitoken-4]
  if (!/^e2ee_[A-Za-z0-9_-]{48}$/.test(text)) throw invalidToken('no token'); // [apitoken-2]
  const bytes = Buffer.from(text.slice(PREFIX.length), 'base64url');
  if (bytes[0] !== VERSION) throw invalidToken('another version'); // [apitoken-3]
  const seed = bytes.subarray(1, 1 + SEED);
  if (!same(bytes.subarray(1 + SEED), checkOf(seed))) throw invalidToken('mistyped: the check is wrong'); // [apitoken-3]
  return seed;
}

export const tokenIdOf = (seed) => derive(seed, 'e2ee-apitoken-id-v2', 16);

/** What a client sends to one server. [apitoken-5] */
export function authOf(seed, audience) {
  const bytes = utf8(audience);
  const isText = textOf(bytes) === audience && bytes.length >= 1 && bytes.length <= MAX_AUDIENCE;
  if (!isText) throw usage(`an audience has 1 to ${MAX_AUDIENCE} bytes of UTF-8`); // [apitoken-6]
  return derive(seed, 'e2ee-apitoken-auth-v2', AUTH, lp(bytes));
}

/** What a server keeps. */
export const verifierOf = (auth) => derive(auth, 'e2ee-apitoken-verifier-v2', 32);

/** The server's side. [apitoken-7] */
export function verifyAuth(verifier, auth) {
  if (auth.length !== AUTH || !same(verifierOf(auth), verifier)) throw new Refused('refused', 'this auth is not of this verifier');
}

/** All fields, before anything is derived. [apitoken-8] */
export function parseTokenWrap(bytes) {
  if (bytes.length !== LENGTH) throw malformed(`a token's wrap has ${LENGTH} bytes`);
  const reader = new Reader(bytes, () => malformed('cut'));
  if (!reader.take(4).equals(MAGIC)) throw malformed('no magic');
  if (reader.number(1) !== VERSION) throw malformed('another version of wraps');
  if (reader.number(1) !== 1) throw malformed('another suite');
  if (reader.number(2) !== 0) throw malformed('flags');
  const generation = reader.number(4);
  const keyId = reader.take(16);
  const issue = reader.number(4);
  if ([generation, issue].some((number) => number < 1 || number > MOST)) throw malformed('generation or issue out of bounds');
  const tokenId = reader.take(16);
  return { generation, keyId, issue, tokenId, head: bytes.subarray(0, HEAD), commitment: reader.take(32), box: reader.take(60) };
}

const bound = (seed, label, userId, head) => derive(seed, label, 32, lp(userContext(userId)), lp(head));
const commitmentOf = (seed, userId, head) => bound(seed, 'e2ee-apitoken-commit-v2', userId, head);
const wrapKeyOf = (seed, userId, head) => bound(seed, 'e2ee-apitoken-key-v2', userId, head);
const aadOf = (head, commitment) => labelled('e2ee-apitoken-wrap-v2', head, commitment);

/**
 * The UMK: {umk, keyId, generation, issue}.
 *
 * @param minimumIssue what the reader remembers, 1 for nothing
 */
export function openTokenWrap(bytes, userId, seed, minimumIssue = 1) {
  const { generation, keyId, issue, tokenId, head, commitment, box } = parseTokenWrap(bytes);
  if (!tokenId.equals(tokenIdOf(seed))) throw notAuthentic(); // [apitoken-9] [apitoken-11]
  if (!same(commitmentOf(seed, userId, head), commitment)) throw notAuthentic(); // [apitoken-10] [apitoken-11]
  const umk = openBox(wrapKeyOf(seed, userId, head), box, aadOf(head, commitment));
  if (issue < minimumIssue) throw new Refused('not-authentic', 'an older wrap, which was put back'); // [apitoken-13]
  return { umk, keyId, generation, issue };
}

/**
 * Wraps; gives all values on the way, the wrap as `bytes`. The nonce is fresh for each wrap [apitoken-12]; here it is given, so that
 * vectors can be made again.
 *
 * @param key {umk, keyId, generation}
 */
export function sealTokenWrap(key, userId, seed, issue, nonce) {
  const head = join(MAGIC, u8(VERSION), u8(1), u16(0), u32(key.generation), key.keyId, u32(issue), tokenIdOf(seed));
  const commitment = commitmentOf(seed, userId, head);
  const wrapKey = wrapKeyOf(seed, userId, head);
  const aad = aadOf(head, commitment);
  return { commitment, wrapKey, aad, bytes: join(head, commitment, sealBox(wrapKey, nonce, key.umk, aad)) };
}
