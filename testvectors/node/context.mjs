// CTX, and the associated data of the two boxes: ../spec/envelope.md, sections 3 and 4.
import { Reader, hasControl, join, lp, malformed, textOf, u16, u64, u8, usage, utf8 } from './bytes.mjs';

const MAX_TEXT = 1024;
const MAX_RAW = 8183;
const TEXTS = { 1: 'tenant', 2: 'userId', 3: 'entityType', 4: 'entityId' };
const REVISION = 7;
const EMPTY = Buffer.alloc(0);

// [envelope-14] [envelope-15]
function textBytes(name, text) {
  if (typeof text !== 'string' || !text.isWellFormed()) throw usage(`${name} is not well-formed text`);
  const bytes = utf8(text);
  if (bytes.length < 1 || bytes.length > MAX_TEXT) throw usage(`${name} must have 1 to ${MAX_TEXT} bytes of UTF-8`);
  return bytes;
}

/** A revision is decimal text, since 2^64 - 1 is no JSON number. */
function revisionBytes(text) {
  const number = /^(0|[1-9][0-9]{0,19})$/.test(text) ? BigInt(text) : -1n;
  if (BigInt.asUintN(64, number) !== number) throw usage('a revision is a number from 0 to 2^64 - 1');
  return u64(number);
}

/** The bytes of fields [id, value], which stand in ascending order. */
function encode(fields) {
  return join(u8(1), u16(fields.length), ...fields.flatMap(([id, value]) => [u16(id), lp(value)]));
}

/** CTX(userId), and CTX(userId, targetDeviceId): of the device and recovery formats. */
export const userContext = (userId) => encode([[2, textBytes('userId', userId)]]);
export const deviceContext = (userId, deviceId) => encode([[2, textBytes('userId', userId)], [5, textBytes('deviceId', deviceId)]]);

function recordFields(context) {
  const fields = [];
  for (const [id, name] of Object.entries(TEXTS)) {
    if (name !== 'tenant' || context.tenant !== undefined) fields.push([Number(id), textBytes(name, context[name])]);
  }
  if (context.revision !== undefined) fields.push([REVISION, revisionBytes(context.revision)]);
  return fields;
}

/** CTX of a record context, or of nothing when it is undefined. */
export const encodeContext = (context) => encode(context ? recordFields(context) : []);

/** What a data key is wrapped with, in place of a record's associated data. [envelope-57] */
export const DATA_KEY_AAD = utf8('e2ee-data-key-v1');

/** CTX and the two associated data of a record context, of raw bytes, or of neither. */
export function bind(context, aad = EMPTY) {
  if (context && aad.length > 0) throw usage('a record context or raw associated data, not both'); // [envelope-13]
  if (aad.length > MAX_RAW) throw usage(`raw associated data has at most ${MAX_RAW} bytes`); // [envelope-16]
  if (aad.equals(DATA_KEY_AAD)) throw usage('that associated data is for data keys only'); // [envelope-59]
  if (!context) {
    // [envelope-20]
    const fields = aad.length > 0 ? [[6, aad]] : [];
    return { contextFree: fields.length === 0, ctx: encode(fields), payloadAad: aad, dekAad: aad };
  }
  // [envelope-19]
  const { userId, entityType, entityId } = context;
  return {
    contextFree: false,
    ctx: encodeContext(context),
    payloadAad: utf8(`pia-e2ee-v1:${userId}:${entityType}:${entityId}`),
    dekAad: utf8(`pia-dek-wrap-v1:${entityType}:${entityId}`),
  };
}

/** Where no commitment covers the context, a text must not be ambiguous. */
export function checkUnambiguous(context, refusal = usage) {
  for (const name of ['userId', 'entityType', 'entityId']) {
    // [envelope-37]
    if (context[name].includes(':') || hasControl(context[name])) throw refusal(`${name} has a colon or a control character`);
  }
}

function decodeField(reader, context) {
  const id = reader.number(2);
  const value = reader.take(reader.number(4));
  if (id === REVISION) {
    if (value.length !== 8) throw malformed('a revision has 8 bytes');
    context.revision = value.readBigUInt64BE().toString();
    return id;
  }
  const text = textOf(value);
  if (!TEXTS[id]) throw malformed(`field ${id} has no place here`);
  const isText = text !== undefined && value.length >= 1 && value.length <= MAX_TEXT;
  if (!isText) throw malformed(`field ${id} is no text of 1 to ${MAX_TEXT} bytes`);
  context[TEXTS[id]] = text;
  return id;
}

/** Decodes the CTX of a record context, or of nothing (undefined), to the end of the bytes. */
export function decodeContext(bytes) {
  // [envelope-17]
  const reader = new Reader(bytes, () => malformed('CTX is cut'));
  if (reader.number(1) !== 1) throw malformed('another version of CTX');
  const context = {};
  let last = 0;
  for (let left = reader.number(2); left > 0; left--) {
    const id = decodeField(reader, context);
    if (id <= last) throw malformed('fields are not in ascending order'); // [envelope-12]
    last = id;
  }
  if (reader.left > 0) throw malformed('bytes behind the last field');
  if (last === 0) return undefined;
  if (['userId', 'entityType', 'entityId'].some((name) => context[name] === undefined)) throw malformed('a record context lacks a field');
  return context;
}
