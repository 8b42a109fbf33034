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

const valid = validTests().map((test) => ({ ...test, result: 'valid' }));
const invalid = invalidTests().map((test) => ({ ...test, result: 'invalid' }));
const tests = [...valid, ...invalid].map((test, i) => ({ tcId: i + 1, ...test }));
const vectors = {
  algorithm: 'E2EE-KeyFile',
  schema: 'keyfile.schema.json',
  generator: 'testvectors/generator/keyfile.mjs',
  specification: 'testvectors/spec/keyfile.md',
  numberOfTests: tests.length,
  notes: {
    open: 'refused before any secret is asked for',
    unlock: 'refused with the secret',
    use: 'refused when the key is unwrapped',
  },
  testGroups: [{ type: 'KeyFile', tests }],
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
