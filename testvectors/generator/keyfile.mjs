#!/usr/bin/env node
// Writes ../vectors/keyfile.json and the worked example of ../spec/keyfile.md; with --check it compares instead.
// Needs Node 20 and the command argon2 (Debian's package of that name), since Node 20 has no Argon2.
import { readFileSync, writeFileSync } from 'node:fs';
import { example, validTests } from './keyfile-valid.mjs';
import { invalidTests } from './keyfile-invalid.mjs';

const VECTORS = new URL('../vectors/keyfile.json', import.meta.url);
const SPECIFICATION = new URL('../spec/keyfile.md', import.meta.url);
const EXAMPLE = /(<!-- example -->\n)[^]*(<!-- end of example -->)/;

/** Buffers as hex, in lists and objects too. */
function toJson(value) {
  if (Buffer.isBuffer(value)) return value.toString('hex');
  if (Array.isArray(value)) return value.map(toJson);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toJson(inner)]));
}

function wrapped(hex) {
  return hex.match(/.{1,96}/g).join('\n  ');
}

function exampleText() {
  const lines = Object.entries(toJson(example())).map(([name, hex]) => `${name} (${hex.length / 2})\n  ${wrapped(hex)}`);
  return `\`\`\`\n${lines.join('\n')}\n\`\`\`\n`;
}

/** "SlotIdTwice" in words. */
const inWords = (fault) => fault.replace(/([a-z])([A-Z0-9])/g, '$1 $2').toLowerCase();

const valid = validTests().map((test) => ({ ...test, result: 'valid' }));
const invalid = invalidTests().map((test) => ({ comment: inWords(test.fault), ...test, result: 'invalid' }));
const numbered = (tests, first) => tests.map(({ comment, result, ...test }, i) => ({ tcId: first + i, comment, result, ...test }));
const vectors = {
  algorithm: 'E2EE-KeyFile',
  schema: 'keyfile.schema.json',
  generator: 'testvectors/generator/keyfile.mjs',
  specification: 'testvectors/spec/keyfile.md',
  numberOfTests: valid.length + invalid.length,
  notes: {
    secret: 'a passphrase as it is typed, the bytes of a slot-key file, or the text of an item of a keychain',
    stage: 'when an invalid file is refused: open: before any secret; unlock: with the secret; use: when the key is unwrapped',
    damage: 'which of the two kinds of CORRUPT',
    zeros: 'so many zero bytes follow the file',
  },
  testGroups: [
    { type: 'KeyFileValid', tests: numbered(valid, 1) },
    { type: 'KeyFileInvalid', tests: numbered(invalid, valid.length + 1) },
  ],
};
const outputs = [
  [VECTORS, `${JSON.stringify(toJson(vectors), null, 1)}\n`],
  [SPECIFICATION, readFileSync(SPECIFICATION, 'utf8').replace(EXAMPLE, (all, start, end) => start + exampleText() + end)],
];

for (const [file, text] of outputs) {
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text);
  } else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${file.pathname} is not what this program writes`);
    process.exitCode = 1;
  }
}
console.log(`${valid.length} valid key files, ${invalid.length} with one fault each`);
