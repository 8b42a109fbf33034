// Bytes, lengths and refusals: what every format needs. Notation as in ../spec/README.md.
import { timingSafeEqual } from 'node:crypto';

/** A refusal. `kind` is an error class of a specification, or `usage` for a fault of the caller. */
export class Refused extends Error {
  constructor(kind, message, details = {}) {
    super(message);
    this.kind = kind;
    Object.assign(this, details);
  }
}

export const malformed = (message) => new Refused('malformed', message);
export const unsupported = (message) => new Refused('unsupported', message);
export const usage = (message) => new Refused('usage', message);
/** One message for all that is not authentic: it must not tell which step failed. */
export const notAuthentic = () => new Refused('not-authentic', 'not authentic: altered, or of another key or context');

function unsigned(length) {
  return (value) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(value));
    return bytes.subarray(8 - length);
  };
}

/** Integers, most significant byte first. */
export const u8 = unsigned(1);
export const u16 = unsigned(2);
export const u32 = unsigned(4);
export const u64 = unsigned(8);

export const utf8 = (text) => Buffer.from(text, 'utf8');
export const join = (...parts) => Buffer.concat(parts);
/** Length in four bytes, then the bytes. */
export const lp = (bytes) => join(u32(bytes.length), bytes);
/** A text, a zero byte, and what follows: how every info and signed text begins. */
export const labelled = (text, ...parts) => join(utf8(text), u8(0), ...parts);

/** Compared in constant time, whatever the content. */
export const same = (a, b) => a.length === b.length && timingSafeEqual(a, b);

/** The text, or undefined when the bytes are not strict UTF-8 (RFC 3629). */
export function textOf(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** U+0000 to U+001F and U+007F to U+009F. */
export const hasControl = (text) => /[\u0000-\u001f\u007f-\u009f]/.test(text);

/** Takes bytes from the front. `cut` makes the error for bytes that are not there. */
export class Reader {
  constructor(bytes, cut) {
    this.bytes = bytes;
    this.at = 0;
    this.cut = cut;
  }

  get left() {
    return this.bytes.length - this.at;
  }

  take(length) {
    if (length > this.left) throw this.cut();
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** An unsigned integer of up to 6 bytes. */
  number(length) {
    return this.take(length).readUIntBE(0, length);
  }

  /** An unsigned integer of 8 bytes, a BigInt. */
  big() {
    return this.take(8).readBigUInt64BE();
  }

  rest() {
    return this.take(this.left);
  }
}
