// What the invalid tests of suite 2 have in common.
import { CHUNK } from './envelope-chunked-writer.mjs';
import { FULL } from './envelope-chunked-valid.mjs';

export const AUTH = 'not-authentic';
export const BASE = { context: FULL };
export const NOTHING = {};
export const full = (changes) => ({ context: { ...FULL, ...changes } });

/** A test; `more` may say what a stream opener releases and answers. */
export function invalid(fault, error, comment, envelope, binding = BASE, more = {}) {
  return { comment, flags: [fault], ...binding, envelope, ...more, result: 'invalid', fault, error };
}

/** What is verified before the fault: the plaintext of so many chunks. */
export const after = (sealed, chunks, more = {}) => ({ released: sealed.plaintext.subarray(0, chunks * CHUNK), ...more });
