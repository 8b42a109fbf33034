// Envelopes of suite 2 with exactly one fault each. Where only a holder of the key can make the fault, it was made with the key.
import { sealChunked, CHUNK } from './envelope-chunked-writer.mjs';
import { FULL, RAW } from './envelope-chunked-valid.mjs';

export function invalidTests() {
  const base = sealChunked('chunked/invalid/base', RAW, { context: FULL }, { length: 3 * CHUNK + 100 });
  const tests = [['cut after the first chunk', 'malformed', 179 + 16400, 1], ['last byte cut', 'not-authentic', base.envelope.length - 1, 3]];
  return {
    raw: tests.map(([comment, error, at, k]) => ({ comment, flags: ['Truncated'], context: FULL, envelope: base.envelope.subarray(0, at), released: base.plaintext.subarray(0, k * CHUNK), result: 'invalid', fault: 'Truncated', error })),
    custody: [],
    generations: [],
  };
}
