// The envelope: ../spec/envelope.md. Opens as a whole or as a stream, seals with given randomness, rewraps.
import { Refused, join, labelled, lp, malformed, notAuthentic, same, u16, u32, u8, unsupported, usage, utf8 } from './bytes.mjs';
import { CHUNK, COMMITMENT, MAX_CHUNKS, PART, SALT, openBodyStart, openChunks, sealChunks } from './chunks.mjs';
import { bind } from './context.mjs';
import { BOX_OVERHEAD, TAG, expandSha256, openBox, sealBox } from './symmetric.mjs';
import { checkField, isWrapOf, openDek, sealDek } from './wrap.mjs';

const FIXED_HEADER = 31;
/** The length of a header with wrapAlg 1. */
export const LEAST_HEADER = FIXED_HEADER + 60 + COMMITMENT;
const MAX_WHOLE = 16 * 1024 * 1024;
const MAX_AUTOMATIC_WHOLE = 65536;
const MAX_CHUNKED = 2 ** 52 - 1;
/** The least of a body of suite 2, which a stream opener reads before a key is touched. [envelope-40] */
const LEAST_BODY = SALT + COMMITMENT + TAG;
const LONGEST_WRAP = 4096 - FIXED_HEADER - COMMITMENT;
const LONGEST_BODY = BOX_OVERHEAD + MAX_WHOLE;
const CONTEXT_FREE = 0x0001;

const wrongKey = (message) => new Refused('wrong-key', message);

/** [envelope-9] [envelope-39] */
export function checkBodyLength(suite, length) {
  if (suite === 1) {
    if (length < BOX_OVERHEAD) throw malformed('cut in the body');
    if (length > BOX_OVERHEAD + MAX_WHOLE) throw malformed('body too long');
    return;
  }
  const chunks = length - SALT - COMMITMENT;
  if (chunks < TAG) throw malformed('cut before the end of the first tag');
  if (chunks % CHUNK < TAG) throw malformed('cut between two chunks, or in a tag');
  if (chunks > MAX_CHUNKS * CHUNK) throw malformed('too many chunks');
}

/** How long the plaintext of an envelope of suite 2 and wrapAlg 1 is, by the length of the whole. */
export function chunkedPlaintextLength(envelopeLength) {
  const body = envelopeLength - LEAST_HEADER;
  checkBodyLength(2, body);
  const chunks = body - SALT - COMMITMENT;
  return chunks - Math.ceil(chunks / CHUNK) * TAG;
}

/**
 * Step 1: all of the header and the body's length, without a key. Also `inspect` [envelope-10] [envelope-11].
 *
 * @param start the header and 72 bytes of the envelope, or more, or all there are
 * @param size of the whole envelope, undefined while it is not known: suite 2, and that many bytes are there
 */
export function parse(start, size) {
  if (start.length < 4 || start.readUInt32BE(0) !== 0x45324545) throw malformed('no magic'); // [envelope-1]
  if (start.length < FIXED_HEADER) throw malformed('cut in the header');
  if (start[4] !== 1) throw unsupported(`version ${start[4]}`); // [envelope-2]
  const suite = start[5];
  if (suite !== 1 && suite !== 2) throw unsupported(`suite ${suite}`); // [envelope-3]
  const flags = start.readUInt16BE(6);
  if ((flags & ~CONTEXT_FREE) !== 0) throw unsupported(`flags ${flags}`); // [envelope-4]
  const generation = start.readUInt32BE(8);
  if (generation === 0) throw malformed('generation 0'); // [envelope-5]
  const wrapAlg = start[28];
  const wrapLen = start.readUInt16BE(29);
  checkField(wrapAlg, wrapLen); // [envelope-6] [envelope-7]
  const commitmentAt = FIXED_HEADER + wrapLen;
  const length = commitmentAt + COMMITMENT;
  if (size !== undefined) checkBodyLength(suite, size - length);
  return {
    suite,
    contextFree: flags === CONTEXT_FREE,
    generation,
    prefix: start.subarray(0, 8),
    keyId: start.subarray(12, 28),
    wrapAlg,
    committed: start.subarray(0, commitmentAt),
    wrap: start.subarray(FIXED_HEADER, commitmentAt),
    commitment: start.subarray(commitmentAt, length),
    length,
  };
}

/** The id that a UMK has by its bytes. */
export const keyIdOf = (umk) => expandSha256(umk, utf8('e2ee-key-id-v1'), 16);

/** A raw UMK as a key with id and generation. [envelope-21] */
export function rawKey(umk) {
  if (umk.length !== 32) throw usage('a UMK has 32 bytes');
  return { umk, generation: 1, keyId: keyIdOf(umk), wrapAlg: 1 };
}

/** [envelope-25] */
function commitmentOf(dek, committed, ctx) {
  return expandSha256(dek, labelled('e2ee-commit-v1', lp(committed), lp(ctx)), COMMITMENT);
}

/** Steps 2 to 5: the DEK, after the header's commitment was compared. */
function unlock(keys, binding, minGeneration, header) {
  const key = keys.find((k) => k.keyId.equals(header.keyId));
  if (!key || key.generation !== header.generation) throw wrongKey('sealed under another UMK'); // [envelope-23]
  if (!isWrapOf(key, header)) throw wrongKey('the UMK wraps in another way'); // [envelope-56]
  if (header.generation < minGeneration) throw wrongKey('generation too low'); // [envelope-24]
  if (header.contextFree !== binding.contextFree) throw notAuthentic(); // [envelope-18]
  const dek = openDek(key, header, binding);
  if (!same(commitmentOf(dek, header.committed, binding.ctx), header.commitment)) throw notAuthentic(); // [envelope-26]
  return dek;
}

/** Reads on from bytes that were already taken from a source. */
function after(taken, read) {
  let rest = taken;
  return (n) => {
    const first = rest.subarray(0, n);
    rest = rest.subarray(first.length);
    return first.length === n ? first : join(first, read(n - first.length));
  };
}

/** As much as is needed before a key is touched, all of it with suite 1; and the size of the whole where it is known. */
function readStart(source) {
  const fixed = source.read(FIXED_HEADER);
  if (fixed.length < FIXED_HEADER) return { start: fixed, size: fixed.length };
  const wrap = fixed.readUInt16BE(29);
  if (wrap > LONGEST_WRAP) return { start: fixed, size: fixed.length }; // no wrapAlg has it [envelope-8]
  const least = wrap + COMMITMENT + LEAST_BODY;
  const more = source.read(least);
  const start = join(fixed, more);
  if (more.length < least) return { start, size: start.length };
  if (start[5] !== 1 || source.size > start.length + LONGEST_BODY) return { start, size: source.size };
  const whole = join(start, source.read(LONGEST_BODY + 1));
  return { start: whole, size: whole.length };
}

/**
 * Opens an envelope, in the order of section 7, and yields verified plaintext: all of it at once with suite 1, chunk by chunk
 * with suite 2. The plaintext is complete when this returns. [envelope-29] [envelope-30]
 *
 * @param keys what the opener holds, each as `openWrap` takes it
 * @param options {context, aad, minGeneration}
 * @param source {read, size}: read(n) gives the next n bytes, fewer only at the end; size of all, undefined when not known
 */
export function* openStream(keys, options, source) {
  const binding = bind(options.context, options.aad);
  const { start, size } = readStart(source);
  const header = parse(start, size);
  const dek = unlock(keys, binding, options.minGeneration ?? 0, header);
  const body = start.subarray(header.length);
  if (header.suite === 1) {
    yield openBox(dek, body, binding.payloadAad);
  } else {
    yield* openChunks(dek, join(header.prefix, binding.ctx), after(body, source.read));
  }
}

/** Bytes in memory as a source; `size` is left out to open them as if their end were not known. */
export function memory(bytes, size) {
  return { read: after(bytes, () => Buffer.alloc(0)), size };
}

/** Opens an envelope that is there as a whole; gives all of the plaintext or none. [envelope-48] */
export function open(keys, options, envelope) {
  return join(...openStream(keys, options, memory(envelope, envelope.length)));
}

/** The suite for a plaintext of that length, with 0, 1 or 2 forced. [envelope-28] [envelope-46] */
export function chooseSuite(plaintextLength, forced = 0) {
  const suite = forced || (plaintextLength <= MAX_AUTOMATIC_WHOLE ? 1 : 2);
  if (plaintextLength > (suite === 1 ? MAX_WHOLE : MAX_CHUNKED)) throw usage(`too long for suite ${suite}`);
  return suite;
}

/** How long an envelope gets with wrapAlg 1. */
export function envelopeLength(suite, plaintextLength) {
  if (suite === 1) return LEAST_HEADER + BOX_OVERHEAD + plaintextLength;
  return LEAST_HEADER + SALT + COMMITMENT + plaintextLength + (Math.floor(plaintextLength / PART) + 1) * TAG;
}

function sealHeader(key, suite, binding, random) {
  const prefix = join(utf8('E2EE'), u8(1), u8(suite), u16(binding.contextFree ? CONTEXT_FREE : 0));
  const { dek, wrapAlg, wrap } = sealDek(key, random, binding);
  const committed = join(prefix, u32(key.generation), key.keyId, u8(wrapAlg), u16(wrap.length), wrap);
  return { dek, bytes: join(committed, commitmentOf(dek, committed, binding.ctx)) };
}

/**
 * Seals. Whoever seals for real draws all of `random` anew for each envelope [envelope-27]; here it is given, so that vectors
 * can be made again.
 *
 * @param options {context, aad, suite}
 * @param random {dek} or {dataKey, recordSalt}; what `sealWrap` takes besides; and {payloadNonce} for suite 1 or {salt} for
 *   suite 2. With a data key those in the middle are of its wrap, which many envelopes have
 */
export function seal(key, options, plaintext, random) {
  const { payloadNonce, salt } = random;
  const binding = bind(options.context, options.aad);
  const suite = chooseSuite(plaintext.length, options.suite);
  const { dek, bytes: header } = sealHeader(key, suite, binding, random);
  const body =
    suite === 1
      ? sealBox(dek, payloadNonce, plaintext, binding.payloadAad)
      : sealChunks(dek, join(header.subarray(0, 8), binding.ctx), salt, plaintext);
  return join(header, body);
}

/**
 * Moves an envelope to another UMK: the same DEK under it, a new commitment, the old body. [envelope-33]
 *
 * @param random what `sealWrap` takes but the DEK
 */
export function rewrap(keys, options, envelope, newKey, random) {
  const binding = bind(options.context, options.aad);
  const header = parse(envelope, envelope.length);
  const dek = unlock(keys, binding, options.minGeneration ?? 0, header);
  const body = envelope.subarray(header.length);
  if (header.suite === 2) openBodyStart(dek, join(header.prefix, binding.ctx), memory(body).read);
  // [envelope-63]
  const { dekNonce, kekSalt, kek, oaepBlock } = random;
  return join(sealHeader(newKey, header.suite, binding, { dek, dekNonce, kekSalt, kek, oaepBlock }).bytes, body);
}
