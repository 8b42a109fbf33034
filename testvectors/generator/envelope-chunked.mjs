#!/usr/bin/env node
// Writes ../vectors/envelope-chunked.json and the worked examples of suite 2 in ../spec/envelope.md; with --check it compares instead.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { held } from './envelope-writer.mjs';
import { counted } from './envelope-chunked-writer.mjs';
import { CUSTODY, GENERATIONS, RAW, validTests } from './envelope-chunked-valid.mjs';
import { invalidTests } from './envelope-chunked-invalid.mjs';
import { examples } from './envelope-chunked-examples.mjs';
import { chunkedLengths, suiteChoices } from './envelope-chunked-lengths.mjs';
import { NOTES } from './envelope-chunked-notes.mjs';
import * as derived from './envelope-chunked-derived.mjs';
import * as kw from './envelope-chunked-kw.mjs';
import * as rsa from './envelope-chunked-rsa.mjs';
import * as token from './envelope-chunked-token.mjs';
import { Refused } from '../node/bytes.mjs';
import { memory, open, openStream } from '../node/envelope.mjs';
import { vectorFile, withExamples, writeOrCheck } from './vector-file.mjs';

const VECTORS = new URL('../vectors/envelope-chunked.json', import.meta.url);
const SPECIFICATION = new URL('../spec/envelope.md', import.meta.url);
const LEAST_RUN = 64;
const LONGEST_HEX = 256;

/** How many bytes from here on are words that count up by one. */
function runLength(bytes, from) {
  let end = from;
  while (end + 8 <= bytes.length && bytes.readUInt32BE(end + 4) === bytes.readUInt32BE(end) + 1) end += 4;
  return end === from ? 0 : end + 4 - from;
}

/** Bytes as JSON: hex, or a list of hex and {counter, length}. */
function described(bytes) {
  const parts = [];
  let shown = 0;
  for (let at = 0; at < bytes.length; at++) {
    const length = runLength(bytes, at);
    if (length < LEAST_RUN) continue;
    if (at > shown) parts.push(bytes.subarray(shown, at));
    parts.push({ counter: bytes.readUInt32BE(at), length });
    shown = at + length;
    at = shown - 1;
  }
  if (shown < bytes.length || parts.length === 0) parts.push(bytes.subarray(shown));
  const expanded = Buffer.concat(parts.map((part) => (Buffer.isBuffer(part) ? part : counted(part.counter, part.length))));
  if (!expanded.equals(bytes)) throw new Error('described bytes expand to others');
  return parts.length === 1 ? parts[0] : parts;
}

/** Long plaintexts by length and hash. */
function contents(bytes) {
  return bytes.length > LONGEST_HEX ? { length: bytes.length, sha256: createHash('sha256').update(bytes).digest() } : bytes;
}

/** Runs one of the two ways to open; gives what came out and the class of the refusal, if any. */
function outcome(pieces) {
  const got = [];
  try {
    for (const piece of pieces()) got.push(piece);
    return { bytes: Buffer.concat(got) };
  } catch (e) {
    if (!(e instanceof Refused)) throw e;
    return { bytes: Buffer.concat(got), error: e.kind };
  }
}

function expect(test, way, { bytes, error }, wantedBytes, wantedError) {
  if (error === wantedError && bytes.equals(wantedBytes)) return;
  throw new Error(`${way} gives ${bytes.length} bytes and "${error}", not ${wantedBytes.length} and "${wantedError}": ${test.comment}`);
}

/** Opens a test as a whole and as a stream whose end is not known. */
function checkOpens(keys, test) {
  const { context, aad, minGeneration, envelope, released = Buffer.alloc(0) } = test;
  const options = { context, aad, minGeneration };
  const whole = outcome(() => [open(keys.map(held), options, envelope)]);
  const stream = outcome(() => openStream(keys.map(held), options, memory(envelope)));
  const valid = test.result === 'valid';
  expect(test, 'the opener', whole, valid ? test.plaintext : Buffer.alloc(0), test.error);
  expect(test, 'the stream opener', stream, valid ? test.plaintext : released, test.streamError ?? test.error);
}

function intermediate({ dek, dataKey, recordSalt, kekSalt, kek, oaepBlock, dekNonce, ctx, dekAad, commitment, salt, chunkKey, baseNonce, bodyCommitment }) {
  return { dek, dataKey, recordSalt, kekSalt, kek, oaepBlock, dekNonce, ctx: described(ctx), dekAad: described(dekAad), commitment, salt, chunkKey, baseNonce, bodyCommitment };
}

function shown({ sealed, ...test }) {
  const json = { ...test, envelope: described(test.envelope) };
  if (test.aad) json.aad = described(test.aad);
  if (test.plaintext) json.plaintext = contents(test.plaintext);
  if (test.released) json.released = test.released.length > 0 ? contents(test.released) : undefined;
  return test.result === 'valid' ? { ...json, intermediate: intermediate(sealed) } : json;
}

function openGroup(keys, tests) {
  tests.forEach((test) => checkOpens(keys, test));
  return { type: 'EnvelopeOpen', keys, tests: tests.map(shown) };
}

function groups(valid) {
  const invalid = invalidTests();
  const derivedValid = derived.validTests();
  const rsaValid = rsa.validTests(valid.raw);
  const rsaInvalid = rsa.invalidTests();
  const kwTests = [...kw.validTests(valid.raw, derivedValid.custody), ...kw.invalidTests()];
  return [
    openGroup([RAW], [...valid.raw, ...invalid.raw]),
    openGroup([CUSTODY], [...valid.custody, ...invalid.custody, ...derivedValid.custody, ...derived.invalidTests()]),
    openGroup(GENERATIONS, [...valid.generations, ...invalid.generations]),
    openGroup([token.TOKEN], [...token.validTests(valid.raw), ...token.invalidTests(), ...derivedValid.token]),
    openGroup([rsa.RSA], [...rsaValid.rsa, ...rsaInvalid.rsa]),
    openGroup([rsa.LONG], [...rsaValid.long, ...rsaInvalid.long]),
    { type: 'SuiteChoice', keys: [], tests: suiteChoices() },
    { type: 'ChunkedLength', keys: [], tests: chunkedLengths() },
    openGroup([kw.KW], kwTests),
  ];
}

const valid = validTests();
writeOrCheck([
  [VECTORS, vectorFile('envelope-chunked', NOTES, groups(valid))],
  [SPECIFICATION, withExamples(readFileSync(SPECIFICATION, 'utf8'), 'chunked examples', examples(valid.raw))],
]);
