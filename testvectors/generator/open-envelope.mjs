#!/usr/bin/env node
// Opens envelopes: a second implementation of ../spec/envelope.md, in one file and with nothing but node: modules.
// It shares no code with the writer beside it, nor with the Java provider.
import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';

const FIXED_HEADER = 31;
const WRAP = 60;
const COMMITMENT = 32;
const BOX_OVERHEAD = 28;
const MAX_PLAINTEXT = 16 * 1024 * 1024;
const MAX_RAW_AAD = 8183;
const MAX_COMPONENT = 1024;
const CONTEXT_FREE = 0x0001;

/** A refusal; `kind` is an error class of the specification, section 8, or `usage`. */
export class Refused extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

const notAuthentic = () => new Refused('not-authentic', 'the envelope is not authentic');

/** Step 1: all of the header and the body's length, without a key. */
export function parse(envelope) {
  const malformed = (message) => new Refused('malformed', message);
  const unsupported = (message) => new Refused('unsupported', message);
  if (envelope.length < 4 || envelope.readUInt32BE(0) !== 0x45324545) throw malformed('no magic');
  if (envelope.length < FIXED_HEADER) throw malformed('cut in the header');
  if (envelope[4] !== 1) throw unsupported(`version ${envelope[4]}`);
  if (envelope[5] !== 1) throw unsupported(`suite ${envelope[5]}`);
  const flags = envelope.readUInt16BE(6);
  if ((flags & ~CONTEXT_FREE) !== 0) throw unsupported(`flags ${flags}`);
  const generation = envelope.readUInt32BE(8);
  if (generation === 0) throw malformed('generation 0');
  if (envelope[28] !== 1) throw unsupported(`wrapAlg ${envelope[28]}`);
  if (envelope.readUInt16BE(29) !== WRAP) throw malformed('wrapLen is not 60');
  const commitmentAt = FIXED_HEADER + WRAP;
  const bodyAt = commitmentAt + COMMITMENT;
  const bodyLength = envelope.length - bodyAt;
  if (bodyLength < BOX_OVERHEAD) throw malformed('cut in the body');
  if (bodyLength > BOX_OVERHEAD + MAX_PLAINTEXT) throw malformed('body too long');
  return {
    contextFree: flags === CONTEXT_FREE,
    generation,
    keyId: envelope.subarray(12, 28),
    committed: envelope.subarray(0, commitmentAt),
    wrap: envelope.subarray(FIXED_HEADER, commitmentAt),
    commitment: envelope.subarray(commitmentAt, bodyAt),
    body: envelope.subarray(bodyAt),
  };
}

function component(name, text) {
  if (typeof text !== 'string' || !text.isWellFormed()) throw new Refused('usage', `${name} is not well-formed text`);
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length < 1 || bytes.length > MAX_COMPONENT) throw new Refused('usage', `${name} must have 1 to 1024 bytes`);
  return bytes;
}

function u32(number) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}

/** A decimal text of up to 2^64 - 1 in 8 bytes. */
function u64(text) {
  const number = /^[0-9]{1,20}$/.test(text) ? BigInt(text) : -1n;
  if (BigInt.asUintN(64, number) !== number) throw new Refused('usage', 'a revision is a number from 0 to 2^64 - 1');
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(number);
  return bytes;
}

const lengthPrefixed = (bytes) => Buffer.concat([u32(bytes.length), bytes]);

/** CTX and the two associated data of a record context, of raw bytes, or of neither. */
export function bind(context, aad) {
  const fields = [];
  let payloadAad = Buffer.alloc(0);
  let dekAad = payloadAad;
  if (context) {
    const { userId, entityType, entityId } = context;
    if (context.tenant !== undefined) fields.push([1, component('tenant', context.tenant)]);
    fields.push([2, component('userId', userId)]);
    fields.push([3, component('entityType', entityType)]);
    fields.push([4, component('entityId', entityId)]);
    if (context.revision !== undefined) {
      fields.push([7, u64(context.revision)]);
    }
    payloadAad = Buffer.from(`pia-e2ee-v1:${userId}:${entityType}:${entityId}`, 'utf8');
    dekAad = Buffer.from(`pia-dek-wrap-v1:${entityType}:${entityId}`, 'utf8');
  } else if (aad && aad.length > 0) {
    if (aad.length > MAX_RAW_AAD) throw new Refused('usage', 'raw associated data has at most 8183 bytes');
    fields.push([6, aad]);
    payloadAad = aad;
    dekAad = aad;
  }
  const parts = [Buffer.from([1, 0, fields.length])];
  for (const [id, value] of fields) parts.push(Buffer.from([0, id]), lengthPrefixed(value));
  return { contextFree: fields.length === 0, ctx: Buffer.concat(parts), payloadAad, dekAad };
}

/** One block of HKDF-Expand with SHA-256. */
function expand(key, info, length) {
  return createHmac('sha256', key).update(info).update(Buffer.from([1])).digest().subarray(0, length);
}

/** A raw 32-byte UMK as a key with id and generation. */
export function rawKey(umk) {
  if (umk.length !== 32) throw new Refused('usage', 'a UMK has 32 bytes');
  return { umk, generation: 1, keyId: expand(umk, 'e2ee-key-id-v1', 16) };
}

function openBox(key, box, aad) {
  const tagAt = box.length - 16;
  const cipher = createDecipheriv('aes-256-gcm', key, box.subarray(0, 12), { authTagLength: 16 });
  cipher.setAAD(aad);
  cipher.setAuthTag(box.subarray(tagAt));
  const plaintext = cipher.update(box.subarray(12, tagAt));
  try {
    cipher.final();
  } catch {
    throw notAuthentic();
  }
  return plaintext;
}

/**
 * Opens an envelope, in the order of the specification, section 7.
 *
 * @param keys what the opener holds: {umk, keyId, generation} each
 * @param options {context, aad, minGeneration}
 */
export function open(keys, options, envelope) {
  const binding = bind(options.context, options.aad);
  const header = parse(envelope);
  const key = keys.find((k) => k.keyId.equals(header.keyId));
  if (!key || key.generation !== header.generation) throw new Refused('wrong-key', 'sealed under another UMK');
  if (header.generation < (options.minGeneration ?? 0)) throw new Refused('wrong-key', 'generation too low');
  if (header.contextFree !== binding.contextFree) throw notAuthentic();
  const dek = openBox(key.umk, header.wrap, binding.dekAad);
  const label = Buffer.from('e2ee-commit-v1\0', 'latin1');
  const info = Buffer.concat([label, lengthPrefixed(header.committed), lengthPrefixed(binding.ctx)]);
  if (!timingSafeEqual(expand(dek, info, COMMITMENT), header.commitment)) throw notAuthentic();
  return openBox(dek, header.body, binding.payloadAad);
}

/** Unwraps a bare DEK wrap of 60 bytes. */
export function unwrapDek(umk, context, wrap) {
  if (wrap.length !== WRAP) throw new Refused('malformed', 'a wrapped DEK has 60 bytes');
  return openBox(umk, wrap, bind(context).dekAad);
}

const HELP = `usage: open-envelope.mjs --umk FILE [KEY] [CONTEXT] ENVELOPE [OUTPUT]
       open-envelope.mjs --batch REQUESTS [OUTPUT]

  --umk FILE            64 hex digits
KEY, for a UMK from custody: --key-id HEX --generation N      any: --min-generation N
CONTEXT, none of it for an envelope without:
  --user ID --type TYPE --id ID [--tenant NAME] [--revision N]
  --aad HEX
ENVELOPE and OUTPUT are files; without OUTPUT the plaintext goes to standard output.
REQUESTS is a JSON list of {umk, keyId?, generation?, minGeneration?, context?, aad?, envelope}, bytes in hex;
the answer is a list of {plaintext} or {error}.

Exit status: 0 opened, 1 refused (the class is printed), 2 wrong usage.
`;

const hex = (text, what) => {
  if (!/^([0-9a-f]{2})*$/i.test(text)) throw new Refused('usage', `${what} is not hex`);
  return Buffer.from(text, 'hex');
};

function openRequest(request) {
  const umk = hex(request.umk, 'the UMK');
  const key = rawKey(umk);
  if (request.keyId !== undefined) {
    key.keyId = hex(request.keyId, 'the key id');
    key.generation = Number(request.generation ?? 1);
  }
  const options = { context: request.context, minGeneration: Number(request.minGeneration ?? 0) };
  if (request.aad !== undefined) options.aad = hex(request.aad, 'the associated data');
  return open([key], options, request.envelope);
}

function batch(requests) {
  return requests.map((request) => {
    try {
      return { plaintext: openRequest({ ...request, envelope: hex(request.envelope, 'the envelope') }).toString('hex') };
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
      return { error: e.kind };
    }
  });
}

function main() {
  const text = { type: 'string' };
  const names = ['umk', 'key-id', 'generation', 'min-generation', 'user', 'type', 'id', 'tenant', 'revision', 'aad', 'batch'];
  const options = Object.fromEntries(names.map((name) => [name, text]));
  const { values, positionals } = parseArgs({ options: { ...options, help: { type: 'boolean' } }, allowPositionals: true });
  if (values.help) return process.stdout.write(HELP);
  const write = (output, bytes) => (output ? writeFileSync(output, bytes) : process.stdout.write(bytes));
  if (values.batch) {
    const answers = batch(JSON.parse(readFileSync(values.batch, 'utf8')));
    return write(positionals[0], JSON.stringify(answers));
  }
  if (!values.umk || positionals.length < 1) throw new Refused('usage', HELP);
  const { user: userId, type: entityType, id: entityId, tenant, revision } = values;
  const named = [userId, entityType, entityId, tenant, revision].some((value) => value !== undefined);
  if (named && values.aad !== undefined) throw new Refused('usage', 'give a record or --aad, not both');
  const request = {
    umk: readFileSync(values.umk, 'utf8').trim(),
    keyId: values['key-id'],
    generation: values.generation,
    minGeneration: values['min-generation'],
    context: named ? { userId, entityType, entityId, tenant, revision } : undefined,
    aad: values.aad,
    envelope: readFileSync(positionals[0]),
  };
  return write(positionals[1], openRequest(request));
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    main();
  } catch (e) {
    const kind = e instanceof Refused ? e.kind : e.code ? 'usage' : undefined;
    if (!kind) throw e;
    process.stderr.write(`${kind}: ${e.message}\n`);
    process.exitCode = kind === 'usage' ? 2 : 1;
  }
}
