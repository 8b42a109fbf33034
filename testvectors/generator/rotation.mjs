#!/usr/bin/env node
// Writes ../vectors/rotation.json from ../spec/rotation.md; with --check it compares instead.
import { custodyKey, flip, rawKey, seal, seeded, u16, u32 } from './envelope-writer.mjs';
import { vectorFile, writeOrCheck } from './vector-file.mjs';

const CONTEXT = { userId: 'e2ee', entityType: 'e2ee-sealed-keys', entityId: 'v1' };
const RAW = rawKey('rotation new key');
const CUSTODY = custodyKey('rotation new key in custody', 7);

const byId = (a, b) => Buffer.compare(a.keyId, b.keyId);
const old = (name, generation = 1) => ({ keyId: seeded(`${name} id`, 16), generation, umk: seeded(name, 32) });
const bare = (name) => { const { umk, keyId, generation } = rawKey(name); return { keyId, generation, umk }; };
const row = ({ keyId, generation, umk }) => Buffer.concat([keyId, u32(generation), umk]);
const content = (keys, { version = 1, count = keys.length } = {}) => Buffer.concat([Buffer.from([version]), u16(count), ...keys.map(row)]);

const ONE = [old('rotation old')];
const THREE = [bare('rotation old, raw'), old('rotation old 2', 2), old('rotation old 3', 0x7fffffff)].sort(byId);
const MANY = Array.from({ length: 256 }, (_, i) => old(`rotation old ${i}`, i + 1)).sort(byId);

function valid(comment, newKey, keys) {
  const plain = content(keys);
  const { envelope, dek, dekNonce, payloadNonce } = seal(`rotation ${comment}`, newKey, { context: CONTEXT }, plain);
  const shown = keys.map(({ keyId, generation, umk }) => ({ keyId, generation, umk }));
  return { comment, sealed: envelope, flags: ['Valid'], result: 'valid', keys: shown, intermediate: { content: plain, dek, dekNonce, payloadNonce } };
}

const invalid = (flag, error) => ([fault, sealed]) => ({ comment: fault, sealed, flags: [flag], result: 'invalid', fault, error });

function malformedContents() {
  const [a, b, c] = THREE;
  const whole = content(THREE);
  const contents = {
    Empty: Buffer.alloc(0), HeadOnly: whole.subarray(0, 3), NoKey: content([]), Version0: content(THREE, { version: 0 }), Version2: content(THREE, { version: 2 }),
    CountTooSmall: content(THREE, { count: 2 }), CountTooLarge: content(THREE, { count: 4 }), CountByBytesChanged: content(THREE, { count: 0x300 }),
    Cut: whole.subarray(0, -1), Appended: Buffer.concat([whole, Buffer.alloc(1)]), OneKeyTooMany: content([...MANY, old('rotation one more')].sort(byId)),
    Descending: content([c, b, a]), TwoChangedPlaces: content([a, c, b]), Twice: content([a, b, b]), SameIdOtherKey: content([a, b, { ...b, umk: c.umk }]),
    Generation0: content([{ ...a, generation: 0 }, b]), GenerationTooLarge: content([a, { ...b, generation: 0x80000000 }]),
  };
  return Object.entries(contents).map(([fault, plain]) => [fault, seal(`rotation ${fault}`, RAW, { context: CONTEXT }, plain).envelope]);
}

function otherContexts() {
  const plain = content(ONE);
  const bindings = {
    OtherUser: { context: { ...CONTEXT, userId: 'ann' } }, OtherType: { context: { ...CONTEXT, entityType: 'note' } },
    OtherVersion: { context: { ...CONTEXT, entityId: 'v2' } }, Tenant: { context: { ...CONTEXT, tenant: 't' } },
    Revision: { context: { ...CONTEXT, revision: '0' } }, RawAad: { aad: Buffer.from('e2ee-sealed-keys') }, NoContext: {},
  };
  return Object.entries(bindings).map(([fault, binding]) => [fault, seal(`rotation ${fault}`, RAW, binding, plain).envelope]);
}

function tests() {
  const good = valid('one key', RAW, ONE).sealed;
  return [
    valid('one key', RAW, ONE), valid('three keys, one raw', RAW, THREE), valid('as many as there may be', RAW, MANY),
    ...malformedContents().map(invalid('MalformedContent', 'malformed')),
    ...otherContexts().map(invalid('OtherContext', 'not-authentic')),
    ...Object.entries({ BodyChanged: flip(good, good.length - 20), WrapChanged: flip(good, 50) }).map(invalid('NotAuthentic', 'not-authentic')),
    ...Object.entries({ NoEnvelope: content(ONE), CutEnvelope: good.subarray(0, 140) }).map(invalid('NoEnvelope', 'malformed')),
    ...[['UnderAnotherKey', seal('rotation other key', custodyKey('rotation another', 1), { context: CONTEXT }, content(ONE)).envelope]].map(invalid('OtherKey', 'wrong-key')),
  ];
}

const NOTES = {
  Valid: 'opens to the keys',
  MalformedContent: 'the envelope opens; what is in it is no list of keys',
  OtherContext: 'a list of keys, sealed as something else',
  NotAuthentic: 'changed on its way',
  NoEnvelope: 'no envelope at all',
  OtherKey: 'sealed under a key that the reader does not have',
};

const groups = [
  { type: 'SealedKeys', keys: [RAW], tests: tests() },
  { type: 'SealedKeys', keys: [CUSTODY], tests: [valid('under a generation of a key in custody', CUSTODY, THREE)] },
];
const head = { algorithm: 'E2EE-SealedKeys', specification: 'testvectors/spec/rotation.md' };
writeOrCheck([[new URL('../vectors/rotation.json', import.meta.url), vectorFile('rotation', NOTES, groups, head)]]);
