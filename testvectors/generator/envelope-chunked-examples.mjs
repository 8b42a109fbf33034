// The worked examples of suite 2 in ../spec/envelope.md.
import { createHash } from 'node:crypto';
import { CHUNK, chunkNonce, counted, derivationInfo, pieces } from './envelope-chunked-writer.mjs';
import { RAW } from './envelope-chunked-valid.mjs';
import { exampleBlock } from './vector-file.mjs';

const sha256 = (bytes) => createHash('sha256').update(bytes).digest();

function keyRows({ context, sealed }) {
  return [
    ['UMK', RAW.umk],
    ['keyId', RAW.keyId],
    ['generation', String(RAW.generation)],
    ...Object.entries(context).map(([name, value]) => [name, JSON.stringify(value)]),
    ['DEK', sealed.dek],
    ['dekNonce', sealed.dekNonce],
    ['dekAAD', sealed.dekAad],
    ['CTX', sealed.ctx],
    ['header without commitment', sealed.head],
    ['HKDF info of the header\'s commitment', sealed.info],
    ['commitment', sealed.commitment],
  ];
}

function bodyRows({ sealed }) {
  return [
    ['salt', sealed.salt],
    ['context of the chunks: prefix and CTX', sealed.chunkContext],
    ['HKDF info of the body', derivationInfo(sealed.salt, sealed.chunkContext)],
    ['HKDF output, 76 bytes', sealed.okm],
    ['chunkKey', sealed.chunkKey],
    ['baseNonce', sealed.baseNonce],
    ['body commitment', sealed.bodyCommitment],
  ];
}

function short(test) {
  const { sealed, plaintext, envelope } = test;
  const later = [1, 255, 256, 2 ** 38 - 1].map((k) => [`nonce of chunk ${k}, if there were one`, chunkNonce(sealed.baseNonce, k)]);
  return exampleBlock('12.8 A short plaintext, suite 2 forced', [
    ['plaintext', plaintext],
    ...keyRows(test),
    ...bodyRows(test),
    ['nonce of chunk 0', chunkNonce(sealed.baseNonce, 0)],
    ['chunk 0, the last', sealed.chunks[0]],
    ...later,
    ['envelope', envelope],
  ]);
}

function fullAndEmpty(test) {
  const { sealed, plaintext, envelope } = test;
  const [full, empty] = sealed.chunks;
  const first = full.readUInt32BE(0);
  if (pieces(plaintext).length !== 2 || empty.length !== 16) throw new Error('not a full chunk and an empty one');
  if (!full.subarray(0, CHUNK).equals(counted(first, CHUNK))) throw new Error('the ciphertext is not counted');
  const word = (k) => full.subarray(4 * k, 4 * k + 4).toString('hex');
  return exampleBlock('12.9 A plaintext of 16,384 bytes: a full chunk and an empty one', [
    ['SHA-256 of the plaintext', sha256(plaintext)],
    ['plaintext, its first 32 bytes', plaintext.subarray(0, 32)],
    ...keyRows(test),
    ...bodyRows(test),
    ['nonce of chunk 0', chunkNonce(sealed.baseNonce, 0)],
    ['ciphertext of chunk 0, 16,384 bytes that count up', `${word(0)} ${word(1)} ${word(2)} … ${word(CHUNK / 4 - 1)}`],
    ['tag of chunk 0', full.subarray(CHUNK)],
    ['nonce of chunk 1', chunkNonce(sealed.baseNonce, 1)],
    ['chunk 1, the last: a tag', empty],
    ['length of the envelope', String(envelope.length)],
    ['SHA-256 of the envelope', sha256(envelope)],
  ]);
}

/** From the tests of the raw UMK. */
export function examples(raw) {
  const named = (start) => raw.find(({ comment }) => comment.startsWith(start));
  return [short(named('tenant and revision')), fullAndEmpty(named('plaintext of 16384 bytes'))];
}
