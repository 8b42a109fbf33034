// Faults of suite 2 that only a holder of the key can make: everything but the fault is right and fits the fault.
import { createHmac } from 'node:crypto';
import { box, commitInfo, dekAadOf, encodeCtx, hkdfExpand, payloadAadOf, seeded, u32, u64 } from './envelope-writer.mjs';
import { CHUNK, chunkNonce, cut, derivationInfo, derive, envelopeOf, expand, sealBare, sealChunked } from './envelope-chunked-writer.mjs';
import { AAD, FULL, RAW, TEXT } from './envelope-chunked-valid.mjs';
import { after, AUTH, BASE, full, invalid, NOTHING } from './envelope-chunked-fault.mjs';

const OTHER_DEK = seeded('chunked: another dek', 32);
const SHORT = seeded('chunked: plaintext of 100 bytes', 100);
const keyed = (comment, plaintext, fault, binding = BASE) => sealChunked(`chunked/keyed/${comment}`, RAW, binding, plaintext, fault);

function headers() {
  const one = (fault, comment, change, binding) => invalid(fault, AUTH, comment, keyed(comment, TEXT, change, binding).envelope, binding);
  const base = keyed('headers', TEXT, {});
  const otherSuite = Buffer.concat([base.head.subarray(0, 5), Buffer.from([1]), base.head.subarray(6)]);
  return [
    one('FlagMismatch', 'context-free by its writer, with a record context', { flags: 1 }),
    one('FlagMismatch', 'context-free by its writer, with raw associated data', { flags: 1 }, { aad: AAD }),
    one('FlagMismatch', 'not context-free by its writer, with nothing', { flags: 0 }, NOTHING),
    invalid('Commitment', AUTH, 'header\'s commitment over suite 1', envelopeOf({ ...base, commitment: hkdfExpand(base.dek, commitInfo(otherSuite, base.ctx), 32) })),
    invalid('Commitment', AUTH, 'the body\'s commitment in place of the header\'s', envelopeOf({ ...base, commitment: base.bodyCommitment })),
    one('WrapAad', 'wrap under the payloadAAD', { dekAad: payloadAadOf(BASE) }),
    one('WrapAad', 'wrap under no associated data', { dekAad: Buffer.alloc(0) }),
    one('WrapAad', 'wrap under the CTX', { dekAad: encodeCtx(BASE) }),
    one('WrappedDek', 'another DEK wrapped and committed to than the body\'s', { wrappedDek: OTHER_DEK, commitKey: OTHER_DEK }),
  ];
}

/** Other inputs or another recipe of the 76 bytes; key, nonces and commitment all follow it. */
function derivations() {
  const context = (change) => (dek, salt, right, header) => derive(dek, salt, change(right.subarray(0, 8), header.ctx, header));
  const label = (text) => (dek, salt, right) => cut(expand('sha512', dek, derivationInfo(salt, right, text), 76));
  const okm = (change) => (dek, salt, right) => cut(change(dek, derivationInfo(salt, right), salt, right));
  const set = (bytes, at, value) => Buffer.concat([bytes.subarray(0, at), Buffer.from([value]), bytes.subarray(at + 1)]);
  const lp = (bytes) => Buffer.concat([u32(bytes.length), bytes]);
  const extract = (hash, salt, key) => createHmac(hash, salt).update(key).digest();
  const without = derivationInfo(Buffer.alloc(0), Buffer.alloc(0));
  const recipes = {
    'under the CTX of another user': context((prefix) => Buffer.concat([prefix, encodeCtx(full({ userId: 'user-2' }))])),
    'under the CTX of the next revision': context((prefix) => Buffer.concat([prefix, encodeCtx(full({ revision: '5' }))])),
    'under the CTX of nothing': context((prefix) => Buffer.concat([prefix, encodeCtx(NOTHING)])),
    'under the prefix only': context((prefix) => prefix),
    'under the CTX only': context((prefix, ctx) => ctx),
    'under no context': context(() => Buffer.alloc(0)),
    'under the payloadAAD': context(() => payloadAadOf(BASE)),
    'under the dekAAD': context(() => dekAadOf(BASE)),
    'under CTX, then prefix': context((prefix, ctx) => Buffer.concat([ctx, prefix])),
    'under prefix and CTX with their lengths': context((prefix, ctx) => Buffer.concat([lp(prefix), lp(ctx)])),
    'under the header without commitment, and CTX': context((prefix, ctx, { head }) => Buffer.concat([head, ctx])),
    'under the whole header, and CTX': context((prefix, ctx, { head, commitment }) => Buffer.concat([head, commitment, ctx])),
    'under a prefix of suite 1': context((prefix, ctx) => Buffer.concat([set(prefix, 5, 1), ctx])),
    'under a prefix with the context-free flag': context((prefix, ctx) => Buffer.concat([set(prefix, 7, 1), ctx])),
    'with the name of AES-128-GCM': label('c2sp.org/chunked-encryption@v1+AEAD_AES_128_GCM\0'),
    'with the name of ChaCha20-Poly1305': label('c2sp.org/chunked-encryption@v1+AEAD_CHACHA20_POLY1305\0'),
    'with the label of version 2': label('c2sp.org/chunked-encryption@v2+AEAD_AES_256_GCM\0'),
    'without the zero byte of the label': label('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM'),
    'without a label': label(''),
    'with SHA-256': okm((dek, info) => expand('sha256', dek, info, 76)),
    'with SHA-384': okm((dek, info) => expand('sha384', dek, info, 76)),
    'with an extract step': okm((dek, info) => expand('sha512', extract('sha512', Buffer.alloc(64), dek), info, 76)),
    'with the salt in an extract step': okm((dek, info, salt, right) => expand('sha512', extract('sha512', salt, dek), Buffer.concat([without, right]), 76)),
    'without the salt': okm((dek, info, salt, right) => expand('sha512', dek, Buffer.concat([without, right]), 76)),
    'with the context before the salt': okm((dek, info, salt, right) => expand('sha512', dek, Buffer.concat([without, right, salt]), 76)),
    'with the commitment cut off first': okm((dek, info) => {
      const right = expand('sha512', dek, info, 76);
      return Buffer.concat([right.subarray(32), right.subarray(0, 32)]);
    }),
    'from the UMK': okm((dek, info) => expand('sha512', RAW.umk, info, 76)),
    'from another DEK': okm((dek, info) => expand('sha512', OTHER_DEK, info, 76)),
  };
  return Object.entries(recipes).map(([name, derived]) => invalid('BodyDerivation', AUTH, `body derived ${name}`, keyed(`derived ${name}`, TEXT, { derived }).envelope));
}

/** Right chunks behind something else than salt and commitment. */
function bodyStarts() {
  const base = keyed('body starts', SHORT, {});
  const { head, commitment, dek, salt, bodyCommitment, chunks } = base;
  const body = (fault, name, ...parts) => invalid(fault, AUTH, name, Buffer.concat([head, commitment, ...parts, ...chunks]));
  return [
    body('BodyCommitment', 'the body\'s commitment all zeros', salt, Buffer.alloc(32)),
    body('BodyCommitment', 'the body\'s commitment right in its first 16 bytes only', salt, bodyCommitment.subarray(0, 16), Buffer.alloc(16)),
    body('BodyCommitment', 'the header\'s commitment in place of the body\'s', salt, commitment),
    body('BodyCommitment', 'the body\'s commitment of another context', salt, derive(dek, salt, Buffer.concat([head.subarray(0, 8), encodeCtx(NOTHING)])).bodyCommitment),
    body('BodyCommitment', 'the body\'s commitment of another DEK', salt, derive(OTHER_DEK, salt, base.chunkContext).bodyCommitment),
    body('BodyStart', 'the body\'s commitment before the salt', bodyCommitment, salt),
    body('BodyStart', 'no salt', bodyCommitment),
    body('BodyStart', 'no commitment in the body', salt),
    body('BodyStart', 'neither salt nor commitment', Buffer.alloc(0)),
  ];
}

const LONG = { length: 3 * CHUNK + 100, series: 12 };

/** How many chunks from the first on have the nonce that they must have. */
function rightNonces(baseNonce, count, nonceOf) {
  const wrong = Array.from({ length: count }, (_, k) => k).findIndex((k) => !nonceOf(baseNonce, k).equals(chunkNonce(baseNonce, k)));
  if (wrong < 0) throw new Error('every chunk has the right nonce');
  return wrong;
}

function nonces() {
  const at = (baseNonce, offset, bytes) => {
    const nonce = Buffer.from(baseNonce);
    bytes.forEach((byte, i) => (nonce[offset + i] ^= byte));
    return nonce;
  };
  const number = (value) => Buffer.concat([Buffer.alloc(4), u64(value)]);
  const sum = (baseNonce, k) => Buffer.from((BigInt(`0x${baseNonce.toString('hex')}`) + BigInt(k)).toString(16).padStart(24, '0').slice(-24), 'hex');
  const kinds = {
    'the base nonce for every chunk': (base) => base,
    'the chunk\'s number little-endian at the front': (base, k) => at(base, 0, Buffer.from(u64(k)).reverse()),
    'the chunk\'s number in the first eight bytes': (base, k) => at(base, 0, u64(k)),
    'the chunk\'s number in bytes 4 to 7': (base, k) => at(base, 4, u32(k)),
    'the chunk\'s number little-endian at the end': (base, k) => at(base, 4, Buffer.from(u64(k)).reverse()),
    'the chunk\'s number added': sum,
    'the chunk\'s number in place of the last four bytes': (base, k) => Buffer.concat([base.subarray(0, 8), u32(k)]),
    'the chunk\'s number alone': (base, k) => number(k),
    'numbers from 1': (base, k) => chunkNonce(base, k + 1),
    'numbers counting down': (base, k) => chunkNonce(base, 3 - k),
    'the position in bytes for the number': (base, k) => chunkNonce(base, k * CHUNK),
    'a mark on the last chunk': (base, k) => at(chunkNonce(base, k), 0, [k === 3 ? 1 : 0]),
  };
  return Object.entries(kinds).map(([name, nonceOf]) => {
    const sealed = keyed(`nonces/${name}`, LONG, { sealChunk: ({ chunkKey, baseNonce }, k, piece) => sealBare(chunkKey, nonceOf(baseNonce, k), piece) });
    return invalid('ChunkNonce', AUTH, `chunk nonces: ${name}`, sealed.envelope, BASE, after(sealed, rightNonces(sealed.baseNonce, 4, nonceOf)));
  });
}

/** Right nonces, and something else that is wrong with how a chunk is sealed. */
function chunkSealing() {
  const nonce = ({ baseNonce }, k) => chunkNonce(baseNonce, k);
  const aad = (bytes) => (derived, k, piece, header) => sealBare(derived.chunkKey, nonce(derived, k), piece, bytes(header, k));
  const key = (of) => (derived, k, piece, header) => sealBare(of(header), nonce(derived, k), piece);
  const kinds = [
    ['ChunkAad', 'with the CTX as associated data', aad(({ ctx }) => ctx)],
    ['ChunkAad', 'with the payloadAAD as associated data', aad(() => payloadAadOf(BASE))],
    ['ChunkAad', 'with the prefix as associated data', aad(({ head }) => head.subarray(0, 8))],
    ['ChunkAad', 'with their number as associated data', aad((header, k) => u64(k))],
    ['ChunkKey', 'under the DEK', key(({ dek }) => dek)],
    ['ChunkKey', 'under the UMK', key(() => RAW.umk)],
    ['ChunkKey', 'under another key', key(() => OTHER_DEK)],
    ['ChunkTag', 'with tags of 12 bytes', (derived, k, piece) => box(derived.chunkKey, nonce(derived, k), piece, Buffer.alloc(0), 12).subarray(12)],
  ];
  return kinds.map(([fault, name, sealOne]) => {
    return invalid(fault, AUTH, `chunks ${name}`, keyed(`sealing/${name}`, LONG, { sealChunk: sealOne }).envelope);
  });
}

/** Every chunk is sealed under its number and in order, but the plaintext is cut elsewhere. */
function chunkSizes() {
  const cutAt = (sizes) => (bytes) => {
    let at = 0;
    return sizes.map((size) => bytes.subarray(at, (at += size)));
  };
  const sealed = (comment, sizes) => keyed(`sizes/${comment}`, { length: sizes.reduce((a, b) => a + b), series: 12 }, { split: cutAt(sizes) });
  const full = CHUNK;
  const wrong = [
    ['a chunk of 16383 bytes in the middle', [full, full - 1, full, 100], 1],
    ['a chunk of 16383 bytes first', [full - 1, full, 100], 0],
    ['an empty chunk first', [0, full, 100], 0],
    ['an empty chunk in the middle', [full, 0, full, 100], 1],
    ['a chunk of 16385 bytes first', [full + 1, full, 100], 0],
    ['a last chunk of 16484 bytes', [full, full + 100], 1],
    ['a last chunk of 16400 bytes', [full, full + 16], 1],
    ['two short chunks at the end', [full, 100, 50], 1],
    ['two empty chunks at the end', [full, 0, 0], 1],
    ['an empty chunk behind a short one', [full, 100, 0], 1],
    ['chunks of 4096 bytes', [4096, 4096, 4096, 100], 0],
    ['chunks of 65536 bytes', [65536, 100], 0],
    ['one chunk of 65636 bytes', [65636], 0],
  ].map(([name, sizes, verified]) => {
    const one = sealed(name, sizes);
    return invalid('ChunkSize', AUTH, name, one.envelope, BASE, after(one, verified));
  });
  const fullLast = [1, 2, 5].map((count) => {
    const comment = `a full last chunk, ${count} in all`;
    const one = sealed(comment, Array(count).fill(full));
    return invalid('FullLastChunk', 'malformed', comment, one.envelope, BASE, after(one, count));
  });
  return [...wrong, ...fullLast];
}

export function keyedTests() {
  return [...headers(), ...derivations(), ...bodyStarts(), ...nonces(), ...chunkSealing(), ...chunkSizes()];
}
