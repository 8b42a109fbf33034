// Groups of token.json.
import { kdfBlock, signedOf, unwrapKdf, unwrapOaep } from '../token-wrap.mjs';
import { ACCEPTED, equal, hex, refuses, watched } from './outcome.mjs';

const SECRETS = ['umk', 'decrypts', 'signs', 'keyId'];
const keyOf = (keys) => ({ ...keys, ...Object.fromEntries(SECRETS.filter((name) => name in keys).map((name) => [name, hex(keys[name])])) });

function checkKdf({ keys }, test) {
  const [key, wrap, aad] = [keyOf(keys), hex(test.wrap), hex(test.aad)];
  if (test.result === 'invalid') return refuses(test, () => unwrapKdf(key, wrap, aad));
  equal('block', kdfBlock(key, wrap.subarray(0, 32), aad), hex(test.intermediate.block));
  equal('dek', unwrapKdf(key, wrap, aad), hex(test.dek));
  return ACCEPTED;
}

function checkOaep({ keys }, test) {
  const key = watched(keyOf(keys), 'decrypts');
  const [wrap, aad] = [hex(test.wrap), hex(test.aad)];
  if (test.result === 'invalid') {
    const way = refuses(test, () => unwrapOaep(key, wrap, aad));
    equal('decryptions', key.reads, test.flags.includes('SignedByItsOwner') ? 1 : 0);
    return way;
  }
  const { block, sealed, signed } = test.intermediate;
  equal('signed', signedOf(key, aad, hex(block), hex(sealed)), hex(signed));
  equal('dek', unwrapOaep(key, wrap, aad), hex(test.dek));
  return ACCEPTED;
}

export const tokenChecks = { TokenKdfUnwrap: checkKdf, TokenOaepUnwrap: checkOaep };
