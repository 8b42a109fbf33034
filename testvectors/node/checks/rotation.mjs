// The group of rotation.json.
import { encodeKeys, openKeys, sealKeys } from '../sealed-keys.mjs';
import { SEALED, equal, hex, refuses } from './outcome.mjs';

function sealedKeys(group, test) {
  const held = group.keys.map(({ kind, umk, keyId, generation }) => ({ umk: hex(umk), keyId: hex(keyId), generation, wrapAlg: 1, use: kind }));
  const attempt = () => openKeys(held, hex(test.sealed));
  if (test.result === 'invalid') return refuses(test, attempt);
  const keys = attempt();
  equal('number of keys', keys.length, test.keys.length);
  keys.forEach((key, i) => {
    for (const name of ['keyId', 'umk']) equal(name, key[name], hex(test.keys[i][name]));
    equal('generation', key.generation, test.keys[i].generation);
  });
  const { content, ...random } = Object.fromEntries(Object.entries(test.intermediate).map(([name, value]) => [name, hex(value)]));
  equal('content', encodeKeys(keys), content);
  equal('sealed', sealKeys(held[0], keys, random), hex(test.sealed));
  return SEALED;
}

export const rotationChecks = { SealedKeys: sealedKeys };
