// What each flag of a test of suite 2 means. An invalid test has one flag, the name of its fault.
import { NOTES as ENVELOPE } from './envelope-notes.mjs';

const SHARED = ['Commitment', 'Context', 'ContextFree', 'Custody', 'DataKeyAad', 'Derived', 'FlagMismatch', 'Flags', 'Generation', 'KekDerivation', 'KeyId', 'KeyWrap', 'Longest', 'Magic', 'MinimumGeneration', 'OtherKey', 'OtherSigned', 'OtherTagged', 'Record', 'RecordKey', 'RecordSalt', 'Rewrapped', 'Rsa', 'SharedDataKey', 'SignedByItsOwner', 'Size', 'Suite', 'SwappedBody', 'SwappedCommitment', 'SwappedWrap', 'Token', 'Trailing', 'Truncated', 'Unicode', 'Version', 'WrapAad', 'WrapAlg', 'WrapBlock', 'WrapCiphertext', 'WrapKey', 'WrapLength', 'WrapNonce', 'WrapSalt', 'WrapSignature', 'WrapTag', 'WrappedDek'];

const OWN = {
  Automatic: 'Valid: a length for which a sealer chooses the suite by itself.',
  BodyCommitment: 'The body\'s commitment is wrong; the chunks are right.',
  BodyDerivation: 'Chunk key, nonces and body commitment were derived from other values or in another way.',
  BodyStart: 'Salt and commitment of the body are missing or exchanged.',
  ChunkAad: 'The chunks were sealed with associated data.',
  ChunkCiphertext: 'A bit of a chunk\'s ciphertext was changed.',
  ChunkKey: 'The chunks were sealed under another key than the derived one.',
  ChunkNonce: 'The chunks were sealed with other nonces.',
  ChunkNumber: 'Valid: a chunk whose number needs more than one byte.',
  ChunkOrder: 'Chunks were exchanged.',
  ChunkRemoved: 'Chunks before the last one are missing.',
  ChunkRepeated: 'A chunk stands there twice.',
  ChunkSize: 'A chunk before the last one is not full, or one is more than full; each is right otherwise.',
  ChunkTag: 'A chunk\'s tag was changed, moved or cut.',
  EmptyLastChunk: 'Valid: the plaintext is a multiple of 16,384 bytes, so its last chunk is empty.',
  EmptyPlaintext: 'Valid: no plaintext, one empty chunk.',
  Forced: 'Valid: a sealer takes the suite because the caller forces it.',
  FullLastChunk: 'The last chunk is full, so nothing says that it is the last.',
  OtherChunk: 'Chunks of another envelope under the same UMK.',
  RawAad: 'Valid: raw associated data.',
  Salt: 'The salt is another one than the body was sealed with.',
  SuiteChanged: 'The suite of the header is not that of the body.',
  SwappedHeader: 'The header is that of another envelope under the same UMK.',
  TooLong: 'Longer than the suite allows.',
};

export const NOTES = Object.fromEntries([...SHARED.map((flag) => [flag, ENVELOPE[flag]]), ...Object.entries(OWN)].sort());
