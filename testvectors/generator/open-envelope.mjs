#!/usr/bin/env node
// Opens envelopes: a second implementation of ../spec/envelope.md, in one file and with nothing but node: modules.
// It shares no code with the writer beside it, nor with the Java provider.
import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync, readFileSync, readSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';

const FIXED_HEADER = 31;
const WRAP = 60;
const COMMITMENT = 32;
const HEADER = FIXED_HEADER + WRAP + COMMITMENT;
const BOX_OVERHEAD = 28;
const MAX_PLAINTEXT = 16 * 1024 * 1024;
const SALT = 24;
const TAG = 16;
const CHUNK = 16384 + TAG;
const MAX_CHUNKS = 2 ** 38;
/** The shortest envelope of suite 2: what is read before a key is touched. */
const START = HEADER + SALT + COMMITMENT + TAG;
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

const malformed = (message) => new Refused('malformed', message);
const unsupported = (message) => new Refused('unsupported', message);

function checkBodyLength(suite, length) {
  if (suite === 1) {
    if (length < BOX_OVERHEAD) throw malformed('cut in the body');
    if (length > BOX_OVERHEAD + MAX_PLAINTEXT) throw malformed('body too long');
    return;
  }
  const chunks = length - SALT - COMMITMENT;
  if (chunks < TAG) throw malformed('cut before the end of the first tag');
  if (chunks % CHUNK < TAG) throw malformed('cut between two chunks, or in a tag');
  if (chunks > MAX_CHUNKS * CHUNK) throw malformed('too many chunks');
}

/**
 * Step 1: all of the header and the body's length, without a key.
 *
 * @param start the first 195 bytes of the envelope, or more, or all there are
 * @param size of the whole envelope, undefined while it is not known: suite 2, and 195 bytes are there
 */
export function parse(start, size) {
  if (start.length < 4 || start.readUInt32BE(0) !== 0x45324545) throw malformed('no magic');
  if (start.length < FIXED_HEADER) throw malformed('cut in the header');
  if (start[4] !== 1) throw unsupported(`version ${start[4]}`);
  const suite = start[5];
  if (suite !== 1 && suite !== 2) throw unsupported(`suite ${suite}`);
  const flags = start.readUInt16BE(6);
  if ((flags & ~CONTEXT_FREE) !== 0) throw unsupported(`flags ${flags}`);
  const generation = start.readUInt32BE(8);
  if (generation === 0) throw malformed('generation 0');
  if (start[28] !== 1) throw unsupported(`wrapAlg ${start[28]}`);
  if (start.readUInt16BE(29) !== WRAP) throw malformed('wrapLen is not 60');
  if (size !== undefined) checkBodyLength(suite, size - HEADER);
  return {
    suite,
    contextFree: flags === CONTEXT_FREE,
    generation,
    prefix: start.subarray(0, 8),
    keyId: start.subarray(12, 28),
    committed: start.subarray(0, FIXED_HEADER + WRAP),
    wrap: start.subarray(FIXED_HEADER, FIXED_HEADER + WRAP),
    commitment: start.subarray(FIXED_HEADER + WRAP, HEADER),
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

/** Verified plaintext, or an error. */
function openGcm(key, nonce, sealed, aad) {
  const tagAt = sealed.length - TAG;
  const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
  cipher.setAAD(aad);
  cipher.setAuthTag(sealed.subarray(tagAt));
  const plaintext = cipher.update(sealed.subarray(0, tagAt));
  try {
    cipher.final();
  } catch {
    throw notAuthentic();
  }
  return plaintext;
}

const openBox = (key, box, aad) => openGcm(key, box.subarray(0, 12), box.subarray(12), aad);

/** Steps 2 to 5: the DEK, after the header's commitment was compared. */
function unlock(keys, binding, minGeneration, header) {
  const key = keys.find((k) => k.keyId.equals(header.keyId));
  if (!key || key.generation !== header.generation) throw new Refused('wrong-key', 'sealed under another UMK');
  if (header.generation < minGeneration) throw new Refused('wrong-key', 'generation too low');
  if (header.contextFree !== binding.contextFree) throw notAuthentic();
  const dek = openBox(key.umk, header.wrap, binding.dekAad);
  const label = Buffer.from('e2ee-commit-v1\0', 'latin1');
  const info = Buffer.concat([label, lengthPrefixed(header.committed), lengthPrefixed(binding.ctx)]);
  if (!timingSafeEqual(expand(dek, info, COMMITMENT), header.commitment)) throw notAuthentic();
  return dek;
}

/** What C2SP's chunked encryption derives: two blocks of HKDF-Expand with SHA-512, cut in three. */
function deriveChunkKeys(inputKey, salt, context) {
  const info = Buffer.concat([Buffer.from('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0', 'latin1'), salt, context]);
  const first = createHmac('sha512', inputKey).update(info).update(Buffer.from([1])).digest();
  const second = createHmac('sha512', inputKey).update(first).update(info).update(Buffer.from([2])).digest();
  const okm = Buffer.concat([first, second]);
  return { key: okm.subarray(0, 32), baseNonce: okm.subarray(32, 44), commitment: okm.subarray(44, 76) };
}

/**
 * Opens C2SP's chunked encryption with AES-256-GCM and SHA-512 and yields the plaintext of each chunk once it is verified.
 * The plaintext is complete when this returns; when it throws, what was yielded is a verified beginning.
 *
 * @param read gives the next n bytes, fewer only at the end
 */
export function* openChunks(inputKey, context, read) {
  if (inputKey.length !== 32) throw new Refused('usage', 'the input key has 32 bytes');
  const salt = read(SALT);
  const commitment = read(COMMITMENT);
  if (commitment.length < COMMITMENT) throw malformed('cut before the first chunk');
  const derived = deriveChunkKeys(inputKey, salt, context);
  if (!timingSafeEqual(derived.commitment, commitment)) throw notAuthentic();
  for (let number = 0; number < MAX_CHUNKS; number++) {
    const sealed = read(CHUNK);
    if (sealed.length < TAG) throw malformed('cut between two chunks, or in a tag');
    const nonce = Buffer.from(derived.baseNonce);
    nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ BigInt(number), 4);
    yield openGcm(derived.key, nonce, sealed, Buffer.alloc(0));
    if (sealed.length < CHUNK) return;
  }
  throw malformed('too many chunks');
}

/** Reads on from bytes that were already taken from a source. */
function after(taken, read) {
  let rest = taken;
  return (n) => {
    const first = rest.subarray(0, n);
    rest = rest.subarray(first.length);
    return first.length === n ? first : Buffer.concat([first, read(n - first.length)]);
  };
}

/**
 * Opens an envelope, in the order of the specification, section 7, and yields verified plaintext: all of it at once with
 * suite 1, chunk by chunk with suite 2. The plaintext is complete when this returns.
 *
 * @param keys what the opener holds: {umk, keyId, generation} each
 * @param options {context, aad, minGeneration}
 * @param source {read, size}: read(n) gives the next n bytes, fewer only at the end; size of all, undefined when not known
 */
export function* openStream(keys, options, source) {
  const binding = bind(options.context, options.aad);
  let start = source.read(START);
  let size = start.length < START ? start.length : source.size;
  if (start[5] === 1 && (size ?? 0) <= HEADER + BOX_OVERHEAD + MAX_PLAINTEXT) {
    start = Buffer.concat([start, source.read(HEADER + BOX_OVERHEAD + MAX_PLAINTEXT + 1 - start.length)]);
    size = start.length;
  }
  const header = parse(start, size);
  const dek = unlock(keys, binding, options.minGeneration ?? 0, header);
  const body = start.subarray(HEADER);
  if (header.suite === 1) {
    yield openBox(dek, body, binding.payloadAad);
  } else {
    yield* openChunks(dek, Buffer.concat([header.prefix, binding.ctx]), after(body, source.read));
  }
}

/** Bytes in memory as a source; `size` is left out to open them as if their end were not known. */
export function memory(bytes, size) {
  return { read: after(bytes, () => Buffer.alloc(0)), size };
}

/** Opens an envelope that is there as a whole; gives all of the plaintext or none. */
export function open(keys, options, envelope) {
  return Buffer.concat([...openStream(keys, options, memory(envelope, envelope.length))]);
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
ENVELOPE and OUTPUT are files; without OUTPUT the plaintext goes to standard output, and is complete only if the exit status
is 0. Suite 2 is opened chunk by chunk, in little memory; ENVELOPE may be a pipe. OUTPUT appears when it is complete.
REQUESTS is a JSON list of {umk, keyId?, generation?, minGeneration?, context?, aad?, envelope}, bytes in hex;
the answer is a list of {plaintext} or {error}.

Exit status: 0 opened, 1 refused (the class is printed), 2 wrong usage.
`;

const hex = (text, what) => {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) throw new Refused('usage', `${what} is not hex`);
  return Buffer.from(text, 'hex');
};

/** The key and the options of a request. */
function keyAndOptions(request) {
  const key = rawKey(hex(request.umk, 'the UMK'));
  if (request.keyId !== undefined) {
    key.keyId = hex(request.keyId, 'the key id');
    key.generation = Number(request.generation ?? 1);
  }
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
  const names = ['umk', 'key-id', 'generation', 'min-generation', 'user', 'type', 'id', 'tenant', 'revision', 'aad', 'batch'];
  const options = Object.fromEntries(names.map((name) => [name, text]));
  const { values, positionals } = parseArgs({ options: { ...options, help: { type: 'boolean' } }, allowPositionals: true });
  if (values.help) return process.stdout.write(HELP);
  if (values.batch) {
    const answers = JSON.stringify(batch(JSON.parse(readFileSync(values.batch, 'utf8'))));
    return positionals[0] ? writeFileSync(positionals[0], answers) : process.stdout.write(answers);
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
  };
  return openFile(keyAndOptions(request), positionals[0], positionals[1]);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await main();
  } catch (e) {
    const kind = e instanceof Refused ? e.kind : e.code ? 'usage' : undefined;
    if (!kind) throw e;
    process.stderr.write(`${kind}: ${e.message}\n`);
    process.exitCode = kind === 'usage' ? 2 : 1;
  }
}
