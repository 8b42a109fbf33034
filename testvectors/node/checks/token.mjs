// Groups of token.json.
import { identityOf, kdfBlock, kwCheck, macKeyId, signedOf, taggedOf, unwrapKdf, unwrapKw, unwrapOaep, wrapKw } from '../token-wrap.mjs';
import { ACCEPTED, SEALED, equal, hex, refuses, watched } from './outcome.mjs';

const SECRETS = ['umk', 'mac', 'decrypts', 'signs', 'keyId'];
const KW_USE = 7;
const keyOf = (keys) => ({ ...keys, ...Object.fromEntries(SECRETS.filter((name) => name in keys).map((name) => [name, hex(keys[name])])) });

function checkKdf({ keys }, test) {
  const [key, wrap, aad] = [keyOf(keys), hex(test.wrap), hex(test.aad)];
  if (test.result === 'invalid') return refuses(test, () => unwrapKdf(key, wrap, aad));
  equal('block', kdfBlock(key, wrap.subarray(0, 32), aad), hex(test.intermediate.block));
  equal('dek', unwrapKdf(key, wrap, aad), hex(test.dek));
  return ACCEPTED;
}

function checkKw({ keys }, test) {
  const key = watched(keyOf(keys), 'umk');
  const [wrap, aad] = [hex(test.wrap), hex(test.aad)];
  if (test.result === 'invalid') {
    const way = refuses(test, () => unwrapKw(key, wrap, aad));
    equal('unwraps', key.reads, test.flags.includes('TaggedByItsOwner') ? 1 : 0);
    return way;
  }
  const dek = unwrapKw(key, wrap, aad);
  equal('tagged', taggedOf(key, aad, wrap.subarray(0, 40)), hex(test.intermediate.tagged));
  equal('dek', dek, hex(test.dek));
  equal('wrap', wrapKw(key, { dek }, aad), wrap);
  return SEALED;
}

function checkKwKey({ keys }, { name, created, check, macId, intermediate }) {
  const key = keyOf(keys);
  const identity = identityOf(KW_USE, key, created, name);
  equal('identity', identity, hex(intermediate.identity));
  equal('check', kwCheck(key, identity), hex(check));
  equal('macId', macKeyId(key.keyId), hex(macId));
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

export const tokenChecks = { TokenKdfUnwrap: checkKdf, TokenKwUnwrap: checkKw, TokenKwKey: checkKwKey, TokenOaepUnwrap: checkOaep };
