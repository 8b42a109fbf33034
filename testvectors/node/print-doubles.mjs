#!/usr/bin/env node
// Prints doubles as JSON.stringify does: their bits come as 16 hex digits a line, in a file.
import { readFileSync } from 'node:fs';

const [path] = process.argv.slice(2);
const printed = readFileSync(path, 'utf8').trim().split('\n').map((line) =>
  JSON.stringify(Buffer.from(line.trim(), 'hex').readDoubleBE()));
process.stdout.write(`${printed.join('\n')}\n`);
