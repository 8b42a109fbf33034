// What each flag of a test of suite 2 means. An invalid test has one flag, the name of its fault.
export const NOTES = {
  Automatic: 'Valid: a plaintext for which a sealer chooses suite 2 by itself, or is asked to choose.',
  ChunkNumber: 'Valid: a chunk whose number needs more than one byte.',
  ContextFree: 'Valid: no context and no associated data.',
  Custody: 'Valid: the UMK is in custody, its id is random.',
  EmptyLastChunk: 'Valid: the plaintext is a multiple of 16,384 bytes, so its last chunk is empty.',
  EmptyPlaintext: 'Valid: no plaintext, one empty chunk.',
  Forced: 'Valid: a sealer chooses this suite only when the caller forces it.',
  Generation: 'About generations of a UMK.',
  Longest: 'Valid: a value of the greatest length allowed.',
  RawAad: 'Valid: raw associated data.',
  Record: 'Valid: a record context.',
  Rewrapped: 'Valid: sealed under one UMK, rewrapped to another; the body is that of the other test.',
  Size: 'Valid: a length at or beside a border.',
  TooLong: 'Longer than the suite allows.',
  Truncated: 'Bytes are missing.',
  Unicode: 'Valid: unusual characters in the context.',
};
