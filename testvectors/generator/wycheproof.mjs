#!/usr/bin/env node
// Checks the opener and the writer of suite 2 against Wycheproof's vectors of C2SP's chunked encryption:
//   node wycheproof.mjs …/testvectors_v1/c2sp_chunked_encryption_aes_256_gcm_test.json
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { bodyOf, derive, pieces, sealChunk } from './envelope-chunked-writer.mjs';
import { Refused } from '../node/bytes.mjs';
import { openChunks } from '../node/chunks.mjs';
import { memory } from '../node/envelope.mjs';

const hex = (text) => Buffer.from(text, 'hex');

/** The verified bytes, and whether they are all. */
function opened({ key, ctx, ct }) {
  const got = [];
  try {
    for (const piece of openChunks(hex(key), hex(ctx), memory(inflateSync(hex(ct))).read)) got.push(piece);
    return { message: Buffer.concat(got), result: 'valid' };
  } catch (e) {
    if (!(e instanceof Refused)) throw e;
    return { message: Buffer.concat(got), result: 'invalid' };
  }
}

/** Nothing, or what the opener does wrong. Without a length and hash in the vector, nothing may be released. */
function fault(test) {
  const { message, result } = opened(test);
  const sha512 = createHash('sha512').update(message).digest('hex');
  if (result !== test.result) return `is ${result}`;
  if (message.length !== (test.msgLength ?? 0)) return `releases ${message.length} bytes`;
  if (test.msgSha512 && sha512 !== test.msgSha512) return 'gives another message';
  return undefined;
}

/** Nothing, or what the writer does wrong with a valid vector's key, salt, context and message. */
function sealFault(test) {
  const salt = inflateSync(hex(test.ct)).subarray(0, 24);
  const derived = derive(hex(test.key), salt, hex(test.ctx));
  if (!derived.chunkKey.equals(hex(test.aeadKey)) || !derived.baseNonce.equals(hex(test.baseNonce))) return 'is derived wrongly';
  const chunks = pieces(opened(test).message).map((piece, k) => sealChunk(derived, k, piece));
  return bodyOf({ salt, ...derived, chunks }).equals(inflateSync(hex(test.ct))) ? undefined : 'is sealed to other bytes';
}

const { testGroups, numberOfTests } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const tests = testGroups.flatMap((group) => group.tests);
const valid = tests.filter(({ result }) => result === 'valid');
const faults = [...tests.map((test) => [test, fault(test)]), ...valid.map((test) => [test, sealFault(test)])].filter(([, text]) => text);
if (tests.length !== numberOfTests || valid.length === 0) throw new Error(`${tests.length} tests, ${valid.length} valid, ${numberOfTests} promised`);
for (const [{ tcId, comment }, text] of faults) process.stderr.write(`${tcId} (${comment}) ${text}\n`);
process.stdout.write(`${tests.length} vectors opened, ${valid.length} valid ones sealed again, ${faults.length} faults\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
