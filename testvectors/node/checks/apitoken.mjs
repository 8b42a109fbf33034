// Groups of apitoken.json.
import { authOf, openTokenWrap, parseTokenWrap, readToken, sealTokenWrap, tokenIdOf, verifierOf, verifyAuth, writeToken } from '../apitoken.mjs';
import { NONCE } from '../symmetric.mjs';
import { ACCEPTED, SEALED, equal, hex, refuses } from './outcome.mjs';

function apiToken(group, test) {
  if (test.result === 'invalid') return refuses(test, () => readToken(test.text));
  const seed = readToken(test.text);
  equal('seed', seed, hex(test.seed));
  equal('tokenId', tokenIdOf(seed), hex(test.tokenId));
  equal('text', writeToken(seed), test.text);
  return SEALED;
}

function apiTokenAuth(group, test) {
  const auth = authOf(readToken(test.text), test.audience);
  equal('auth', auth, hex(test.auth));
  equal('verifier', verifierOf(auth), hex(test.verifier));
  return SEALED;
}

function apiTokenVerify(group, test) {
  const attempt = () => verifyAuth(hex(test.verifier), hex(test.auth));
  if (test.result === 'invalid') return refuses(test, attempt);
  attempt();
  return ACCEPTED;
}

function apiTokenWrap(group, test) {
  const bytes = hex(test.wrap);
  const seed = readToken(test.token);
  const attempt = () => openTokenWrap(bytes, test.userId, seed, test.minimumIssue);
  if (test.result === 'invalid') return refuses(test, attempt);
  const key = attempt();
  for (const name of ['umk', 'keyId']) equal(name, key[name], hex(test[name]));
  for (const name of ['generation', 'issue']) equal(name, key[name], test[name]);
  const made = sealTokenWrap(key, test.userId, seed, key.issue, parseTokenWrap(bytes).box.subarray(0, NONCE));
  for (const [name, value] of Object.entries(test.intermediate)) equal(name, made[name], hex(value));
  equal('wrap', made.bytes, bytes);
  return SEALED;
}

export const apiTokenChecks = { ApiToken: apiToken, ApiTokenAuth: apiTokenAuth, ApiTokenVerify: apiTokenVerify, ApiTokenWrap: apiTokenWrap };
