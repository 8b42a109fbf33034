#!/usr/bin/env node
// Writes ../vectors/envelope.json and the worked examples of ../spec/envelope.md; with --check it compares instead.
import { readFileSync } from 'node:fs';
import { expandBytes, GENERATIONS, LAST_GENERATION, CUSTODY, RAW, validTests } from './envelope-valid.mjs';
import { invalidTests } from './envelope-invalid.mjs';
import { dekWrapParameters, dekWraps, envelopeParameters } from './envelope-parameters.mjs';
import { NOTES } from './envelope-notes.mjs';
import * as derived from './envelope-derived.mjs';
import * as kw from './envelope-kw.mjs';
import * as rsa from './envelope-rsa.mjs';
import * as token from './envelope-token.mjs';
import { held } from './envelope-writer.mjs';
import { Refused } from '../node/bytes.mjs';
import { unwrapDek } from '../node/dek-wrap.mjs';
import { open } from '../node/envelope.mjs';
import { modulus } from './token-rsa.mjs';
import { exampleBlock, vectorFile, withExamples, writeOrCheck } from './vector-file.mjs';

const VECTORS = new URL('../vectors/envelope.json', import.meta.url);
const SPECIFICATION = new URL('../spec/envelope.md', import.meta.url);

function intermediate({ sealed, aad }) {
  const { dek, dataKey, recordSalt, kekSalt, kek, oaepBlock, dekNonce, payloadNonce, ctx, payloadAad, dekAad, commitment } = sealed;
  const given = aad && !Buffer.isBuffer(aad);
  return { dek, dataKey, recordSalt, kekSalt, kek, oaepBlock, dekNonce, payloadNonce, ctx, payloadAad: given ? aad : payloadAad, dekAad: given ? aad : dekAad, commitment };
}

/** What the opener in ../node makes of a test. */
function outcome(keys, test) {
  const { context, aad, minGeneration } = test;
  try {
    return open(keys.map(held), { context, aad: aad && expandBytes(aad), minGeneration }, test.envelope);
  } catch (e) {
    if (e instanceof Refused) return e.kind;
    throw e;
  }
}

function checkOpens(keys, test) {
  const result = outcome(keys, test);
  const right = test.result === 'valid' ? Buffer.isBuffer(result) && result.equals(expandBytes(test.plaintext)) : result === test.error;
  if (!right) throw new Error(`the opener says "${result}" to: ${test.comment}`);
}

function checkUnwraps(key, test) {
  let result;
  try {
    result = unwrapDek(held(key), test.context, test.wrap);
  } catch (e) {
    if (!(e instanceof Refused)) throw e;
    result = e.kind;
  }
  const right = test.result === 'valid' ? result.equals(test.intermediate.dek) : result === test.error;
  if (!right) throw new Error(`the opener says "${result}" to the DEK wrap: ${test.comment}`);
}

function openGroup(keys, tests) {
  tests.forEach((test) => checkOpens(keys, test));
  const shown = tests.map(({ sealed, ...test }) => (sealed ? { ...test, intermediate: intermediate({ sealed, aad: test.aad }) } : test));
  return { type: 'EnvelopeOpen', keys, tests: shown };
}

function groups() {
  const valid = validTests();
  const invalid = invalidTests();
  const wraps = [...dekWraps(), ...derived.dekWraps(RAW)];
  wraps.forEach((test) => checkUnwraps(RAW, test));
  const tokenWraps = [...token.dekWraps(), ...derived.dekWraps(token.TOKEN)];
  tokenWraps.forEach((test) => checkUnwraps(token.TOKEN, test));
  const rsaWraps = [...rsa.dekWraps(), ...derived.dekWraps(rsa.RSA)];
  rsaWraps.forEach((test) => checkUnwraps(rsa.RSA, test));
  const tokenValid = token.validTests();
  const tokenInvalid = token.invalidTests();
  const derivedValid = derived.validTests();
  const derivedInvalid = derived.invalidTests();
  const rsaValid = rsa.validTests();
  const rsaInvalid = rsa.invalidTests();
  const kwWraps = [...kw.dekWraps(), ...derived.dekWraps(kw.KW)];
  kwWraps.forEach((test) => checkUnwraps(kw.KW, test));
  const kwValid = kw.validTests();
  const kwInvalid = kw.invalidTests();
  return [
    openGroup([RAW], [...valid.raw, ...invalid.raw, ...tokenInvalid.raw, ...derivedValid.raw, ...derivedInvalid.raw, ...rsaInvalid.raw]),
    openGroup([CUSTODY], [...valid.custody, ...invalid.custody, ...derivedValid.custody, ...derivedInvalid.custody]),
    openGroup([LAST_GENERATION], valid.last),
    openGroup(GENERATIONS, [...valid.generations, ...invalid.generations, ...derivedValid.generations, ...derivedInvalid.generations]),
    openGroup([token.TOKEN], [...tokenValid.token, ...tokenInvalid.token, ...derivedValid.token, ...derivedInvalid.token, ...rsaInvalid.token]),
    openGroup(token.MIXED, [...tokenValid.mixed, ...tokenInvalid.mixed, ...derivedInvalid.mixed]),
    openGroup([rsa.RSA], [...rsaValid.rsa, ...rsaInvalid.rsa]),
    openGroup([rsa.LONG], [...rsaValid.long, ...rsaInvalid.long]),
    openGroup(rsa.MIXED, [...rsaValid.mixed, ...rsaInvalid.mixed]),
    { type: 'EnvelopeParameters', keys: [], tests: envelopeParameters() },
    { type: 'DekWrapParameters', keys: [], tests: dekWrapParameters() },
    { type: 'DekWrapUnwrap', keys: [RAW], tests: wraps },
    { type: 'DekWrapUnwrap', keys: [token.TOKEN], tests: tokenWraps },
    { type: 'DekWrapUnwrap', keys: [rsa.RSA], tests: rsaWraps },
    openGroup([kw.KW], [...kwValid.kw, ...kwInvalid.kw]),
    openGroup(kw.MIXED, [...kwValid.mixed, ...kwInvalid.mixed]),
    openGroup([RAW], kwInvalid.raw),
    openGroup([token.TOKEN], kwInvalid.token),
    { type: 'DekWrapUnwrap', keys: [kw.KW], tests: kwWraps },
  ];
}

function example(title, key, test) {
  const { sealed, plaintext, context } = test;
  const bytes = expandBytes(plaintext);
  return exampleBlock(title, [
    ...(key.umk ? [['UMK', key.umk], ...(key.mac ? [['M', key.mac]] : [])] : [['n', modulus(key.decrypts)], ['s', modulus(key.signs)]]),
    ['keyId', key.keyId],
    ['generation', String(key.generation)],
    ...Object.entries(context ?? {}).map(([name, value]) => [name, JSON.stringify(value)]),
    ['plaintext', bytes],
    ...(sealed.dataKey ? [['data key', sealed.dataKey], ['recordSalt', sealed.recordSalt], ['HKDF info of the DEK', sealed.recordInfo]] : []),
    ['DEK', sealed.dek],
    ...(sealed.kekSalt ? [['kekSalt', sealed.kekSalt], ['block', sealed.block], ['KEK', sealed.kek]] : []),
    ...(sealed.oaepBlock ? [['KEK', sealed.kek], ['block', sealed.oaepBlock]] : []),
    ...(sealed.dekNonce ? [['dekNonce', sealed.dekNonce]] : []),
    ['payloadNonce', sealed.payloadNonce],
    ...(sealed.dataKey ? [] : [['dekAAD', sealed.dekAad]]),
    ['payloadAAD', sealed.payloadAad],
    ['CTX', sealed.ctx],
    ...(sealed.dataKey ? [['W', sealed.dataKeyWrap]] : []),
    ...(sealed.tagged ? [['W', sealed.wrappedDek], ['tagged', sealed.tagged]] : []),
    ...(sealed.signed ? [['sealed', sealed.sealedDek], ['signed', sealed.signed], ['signature', sealed.signature]] : []),
    ['wrap', sealed.wrap],
    ['header without commitment', sealed.head],
    ['HKDF info', sealed.info],
    ['commitment', sealed.commitment],
    ['body', sealed.body],
    ['envelope', test.envelope],
  ]);
}

function specification(old) {
  const { raw, custody } = validTests();
  const named = (tests, start) => tests.find(({ comment }) => comment.startsWith(start));
  return withExamples(old, 'examples', [
    example('12.1 A record with tenant and revision, under a raw UMK', RAW, named(raw, 'tenant and revision')),
    example('12.2 Nothing: no context, no plaintext', RAW, named(raw, 'nothing, empty')),
    example('12.3 The envelope of 12.1, rewrapped into custody', CUSTODY, named(custody, 'the raw group')),
    example('12.4 A record under a UMK in a token without AES-GCM', token.TOKEN, token.validTests().token[0]),
    example('12.5 A record in custody whose DEK is derived', CUSTODY, derived.validTests().custody[0]),
    example('12.6 A record under a UMK in a token with RSA only, 2,048 bits', rsa.RSA, rsa.validTests().rsa[0]),
    example('12.7 A record under a UMK in a token by AES-KW', kw.KW, kw.validTests().kw[0]),
  ]);
}

writeOrCheck([
  [VECTORS, vectorFile('envelope', NOTES, groups())],
  [SPECIFICATION, specification(readFileSync(SPECIFICATION, 'utf8'))],
]);
