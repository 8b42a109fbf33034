#!/usr/bin/env node
// Opens envelopes from the command line: files of any size in little memory, or a list of requests at once.
import { once } from 'node:events';
import { closeSync, fstatSync, openSync, readFileSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Refused, usage } from './bytes.mjs';
import { open, openStream, rawKey } from './envelope.mjs';

const HELP = `usage: open-envelope.mjs --umk FILE [KEY] [CONTEXT] ENVELOPE [OUTPUT]
       open-envelope.mjs --batch REQUESTS [OUTPUT]

  --umk FILE            64 hex digits
KEY, for a UMK from custody: --key-id HEX --generation N [--wrap-alg 2]      any: --min-generation N
CONTEXT, none of it for an envelope without:
  --user ID --type TYPE --id ID [--tenant NAME] [--revision N]
  --aad HEX
ENVELOPE and OUTPUT are files; without OUTPUT the plaintext goes to standard output, and is complete only if the exit status
is 0. Suite 2 is opened chunk by chunk, in little memory; ENVELOPE may be a pipe. OUTPUT appears when it is complete.
REQUESTS is a JSON list of {umk, keyId?, generation?, wrapAlg?, minGeneration?, context?, aad?, envelope}, bytes in hex;
for wrapAlg 3 with {mac} beside umk, for 4 of {use, decrypts, signs, keyId, generation, …} in place of umk, as the vectors have
them. The answer is a list of {plaintext} or {error}.

Exit status: 0 opened, 1 refused (the class is printed), 2 wrong usage.
`;

const hex = (text, what) => {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) throw usage(`${what} is not hex`);
  return Buffer.from(text, 'hex');
};

/** The key of a request: two pairs of RSA, an AES key and its MAC key, or 32 bytes. */
function keyOf({ umk, mac, use, decrypts, signs, keyId, generation = 1, wrapAlg = 1 }) {
  if (decrypts !== undefined) {
    const pairs = { use, decrypts: hex(decrypts, 'a private key'), signs: hex(signs, 'a private key') };
    return { ...pairs, keyId: hex(keyId, 'the key id'), generation: Number(generation), wrapAlg: 4 };
  }
  const key = rawKey(hex(umk, 'the UMK'));
  if (mac !== undefined) {
    return { ...key, mac: hex(mac, 'the MAC key'), keyId: hex(keyId, 'the key id'), generation: Number(generation), wrapAlg: 3 };
  }
  if (keyId === undefined) return key;
  if (!['1', '2'].includes(String(wrapAlg))) throw usage('a UMK of 32 bytes has wrapAlg 1 or 2');
  return { ...key, keyId: hex(keyId, 'the key id'), generation: Number(generation), wrapAlg: Number(wrapAlg) };
}

/** The key and the options of a request. */
function keyAndOptions(request) {
  const key = keyOf(request);
  const options = { context: request.context, minGeneration: Number(request.minGeneration ?? 0) };
  if (request.aad !== undefined) options.aad = hex(request.aad, 'the associated data');
  return [[key], options];
}

function batch(requests) {
  return requests.map((request) => {
    try {
      return { plaintext: open(...keyAndOptions(request), hex(request.envelope, 'the envelope')).toString('hex') };
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
      return { error: e.kind };
    }
  });
}

/** A file as a source. That of a pipe has no size before its end. */
function fileSource(descriptor) {
  const stat = fstatSync(descriptor);
  const read = (n) => {
    const bytes = Buffer.allocUnsafe(stat.isFile() ? Math.min(n, stat.size) : n);
    let length = 0;
    for (let got = 1; got > 0 && length < bytes.length; length += got) got = readSync(descriptor, bytes, length, bytes.length - length, null);
    return bytes.subarray(0, length);
  };
  return { read, size: stat.isFile() ? stat.size : undefined };
}

/** Writes to standard output, or to a file that gets its name when the plaintext is complete. */
async function openFile([keys, options], input, output) {
  const pieces = openStream(keys, options, fileSource(openSync(input)));
  if (!output) {
    for (const plaintext of pieces) if (!process.stdout.write(plaintext)) await once(process.stdout, 'drain');
    return;
  }
  const unfinished = `${output}.${process.pid}.part`;
  const target = openSync(unfinished, 'wx', 0o600);
  try {
    for (const plaintext of pieces) writeFileSync(target, plaintext);
    closeSync(target);
    renameSync(unfinished, output);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

async function main() {
  const text = { type: 'string' };
  const names = ['umk', 'key-id', 'generation', 'wrap-alg', 'min-generation', 'user', 'type', 'id', 'tenant', 'revision', 'aad', 'batch'];
  const options = Object.fromEntries(names.map((name) => [name, text]));
  const { values, positionals } = parseArgs({ options: { ...options, help: { type: 'boolean' } }, allowPositionals: true });
  if (values.help) return process.stdout.write(HELP);
  if (values.batch) {
    const answers = JSON.stringify(batch(JSON.parse(readFileSync(values.batch, 'utf8'))));
    return positionals[0] ? writeFileSync(positionals[0], answers) : process.stdout.write(answers);
  }
  if (!values.umk || positionals.length < 1) throw usage(HELP);
  const { user: userId, type: entityType, id: entityId, tenant, revision } = values;
  const named = [userId, entityType, entityId, tenant, revision].some((value) => value !== undefined);
  if (named && values.aad !== undefined) throw usage('give a record or --aad, not both');
  const request = {
    umk: readFileSync(values.umk, 'utf8').trim(),
    keyId: values['key-id'],
    generation: values.generation,
    wrapAlg: values['wrap-alg'],
    minGeneration: values['min-generation'],
    context: named ? { userId, entityType, entityId, tenant, revision } : undefined,
    aad: values.aad,
  };
  return openFile(keyAndOptions(request), positionals[0], positionals[1]);
}

try {
  await main();
} catch (e) {
  const kind = e instanceof Refused ? e.kind : e.code ? 'usage' : undefined;
  if (!kind) throw e;
  process.stderr.write(`${kind}: ${e.message}\n`);
  process.exitCode = kind === 'usage' ? 2 : 1;
}
