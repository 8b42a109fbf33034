#!/usr/bin/env node
// Writes ../vectors/envelope.json and the worked examples of ../spec/envelope.md; with --check it compares instead.
import { readFileSync, writeFileSync } from 'node:fs';
import { expandBytes, GENERATIONS, LAST_GENERATION, CUSTODY, RAW, validTests } from './envelope-valid.mjs';
import { invalidTests } from './envelope-invalid.mjs';
import { dekWrapParameters, dekWraps, envelopeParameters } from './envelope-parameters.mjs';
import { NOTES } from './envelope-notes.mjs';
import { open, Refused, unwrapDek } from './open-envelope.mjs';

const VECTORS = new URL('../vectors/envelope.json', import.meta.url);
const SPECIFICATION = new URL('../spec/envelope.md', import.meta.url);

/** Buffers as hex, lists and objects inside too; undefined members vanish. */
function toJson(value) {
  if (Buffer.isBuffer(value)) return value.toString('hex');
  if (Array.isArray(value)) return value.map(toJson);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toJson(inner)]));
}

function intermediate({ sealed, aad }) {
  const { dek, dekNonce, payloadNonce, ctx, payloadAad, dekAad, commitment } = sealed;
  const given = aad && !Buffer.isBuffer(aad);
  return { dek, dekNonce, payloadNonce, ctx, payloadAad: given ? aad : payloadAad, dekAad: given ? aad : dekAad, commitment };
}

/** What the opener of this folder makes of a test. */
function outcome(keys, test) {
  const { context, aad, minGeneration } = test;
  try {
    return open(keys, { context, aad: aad && expandBytes(aad), minGeneration }, test.envelope);
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

function checkUnwraps(test) {
  let result;
  try {
    result = unwrapDek(RAW.umk, test.context, test.wrap);
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
  const wraps = dekWraps();
  wraps.forEach(checkUnwraps);
  return [
    openGroup([RAW], [...valid.raw, ...invalid.raw]),
    openGroup([CUSTODY], [...valid.custody, ...invalid.custody]),
    openGroup([LAST_GENERATION], valid.last),
    openGroup(GENERATIONS, [...valid.generations, ...invalid.generations]),
    { type: 'EnvelopeParameters', keys: [], tests: envelopeParameters() },
    { type: 'DekWrapParameters', keys: [], tests: dekWrapParameters() },
    { type: 'DekWrapUnwrap', keys: [RAW], tests: wraps },
  ];
}

function vectorFile() {
  const testGroups = groups();
  const tests = testGroups.flatMap((group) => group.tests);
  tests.forEach((test, i) => Object.assign(test, { tcId: i + 1 }));
  const comments = new Set(testGroups.flatMap(({ type, keys, tests: own }, i) => own.map(({ comment }) => `${type} ${i} ${comment}`)));
  if (comments.size !== tests.length) throw new Error('two tests of one group have the same comment');
  const missing = tests.flatMap(({ flags }) => flags).filter((flag) => !(flag in NOTES));
  if (missing.length > 0) throw new Error(`notes are missing for ${[...new Set(missing)]}`);
  const used = new Set(tests.flatMap(({ flags }) => flags));
  const unused = Object.keys(NOTES).filter((flag) => !used.has(flag));
  if (unused.length > 0) throw new Error(`notes without a test: ${unused}`);
  const head = {
    algorithm: 'E2EE-Envelope',
    schema: 'envelope.schema.json',
    generator: 'testvectors/generator/envelope.mjs',
    specification: 'testvectors/spec/envelope.md',
    numberOfTests: tests.length,
    notes: NOTES,
  };
  const lines = testGroups.map(({ type, keys, tests: own }) => {
    const rows = own.map(({ tcId, ...test }) => `  ${JSON.stringify(toJson({ tcId, ...test }))}`);
    return ` {"type": ${JSON.stringify(type)}, "keys": ${JSON.stringify(toJson(keys))}, "tests": [\n${rows.join(',\n')}\n ]}`;
  });
  return `${JSON.stringify(head, null, 1).slice(0, -2)},\n "testGroups": [\n${lines.join(',\n')}\n ]\n}\n`;
}

function exampleBlock(title, key, test) {
  const { sealed, plaintext, context } = test;
  const bytes = expandBytes(plaintext);
  const rows = [
    ['UMK', key.umk],
    ['keyId', key.keyId],
    ['generation', String(key.generation)],
    ...Object.entries(context ?? {}).map(([name, value]) => [name, JSON.stringify(value)]),
    ['plaintext', bytes],
    ['DEK', sealed.dek],
    ['dekNonce', sealed.dekNonce],
    ['payloadNonce', sealed.payloadNonce],
    ['dekAAD', sealed.dekAad],
    ['payloadAAD', sealed.payloadAad],
    ['CTX', sealed.ctx],
    ['wrap', sealed.wrap],
    ['header without commitment', sealed.head],
    ['HKDF info', sealed.info],
    ['commitment', sealed.commitment],
    ['body', sealed.body],
    ['envelope', test.envelope],
  ];
  const text = rows.map(([name, value]) => {
    const shown = Buffer.isBuffer(value) ? value.toString('hex').replace(/(.{96})(?=.)/g, '$1\n  ') : value;
    return `${name}\n  ${shown === '' ? '(no bytes)' : shown}`;
  });
  return `### ${title}\n\n\`\`\`\n${text.join('\n')}\n\`\`\`\n`;
}

function specification(old) {
  const { raw, custody } = validTests();
  const named = (tests, start) => tests.find(({ comment }) => comment.startsWith(start));
  const examples = [
    exampleBlock('12.1 A record with tenant and revision, under a raw UMK', RAW, named(raw, 'tenant and revision')),
    exampleBlock('12.2 Nothing: no context, no plaintext', RAW, named(raw, 'nothing, empty')),
    exampleBlock('12.3 The envelope of 12.1, rewrapped into custody', CUSTODY, named(custody, 'the raw group')),
  ].join('\n');
  const parts = old.split(/(<!-- examples (?:begin|end) -->\n)/);
  if (parts.length !== 5) throw new Error('envelope.md must have one "examples begin" and one "examples end"');
  return [parts[0], parts[1], `\n${examples}\n`, parts[3], parts[4]].join('');
}

const oldSpecification = readFileSync(SPECIFICATION, 'utf8');
const outputs = [
  [VECTORS, vectorFile()],
  [SPECIFICATION, specification(oldSpecification)],
];
for (const [file, text] of outputs) {
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
  } else if (readFileSync(file, 'utf8') !== text) {
    process.stderr.write(`${file.pathname} is not what the generator writes; run it without --check and look at the difference\n`);
    process.exitCode = 1;
  }
}
