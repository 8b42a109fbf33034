// Encoded parameters (specification, section 9) and bare DEK wraps (section 10).
import { box, ctxField, ctxOf, dekAadOf, encodeCtx, flip, seeded, u32, u64, utf8 } from './envelope-writer.mjs';
import { FULL, OTHER_RAW, RAW, RECORD } from './envelope-valid.mjs';

const longest = 'a'.repeat(1024);
const byte = (n) => Buffer.from([n]);
const fields = (changes = {}) => {
  const values = { 2: utf8(RECORD.userId), 3: utf8(RECORD.entityType), 4: utf8(RECORD.entityId), ...changes };
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([id, value]) => ctxField(Number(id), value));
};

/** CTX encodings that no encoder writes, and why. */
function wrongCtx() {
  const right = fields();
  const unicode = {
    'a lone surrogate': 'eda080',
    'an overlong slash': 'c0af',
    'a byte of 0xFF': 'ff',
    'a cut sequence': 'e282',
    'a code point over U+10FFFF': 'f4908080',
  };
  return [
    ['CtxVersion', 'CTX version 0', ctxOf(right, 0)],
    ['CtxVersion', 'CTX version 2', ctxOf(right, 2)],
    ['CtxCount', 'one field more counted than there are', ctxOf(right, 1, 4)],
    ['CtxCount', 'one field fewer counted than there are', ctxOf(right, 1, 2)],
    ['CtxCount', '65535 fields counted', ctxOf(right, 1, 65535)],
    ['CtxOrder', 'fields in descending order', ctxOf([...right].reverse())],
    ['CtxOrder', 'a field twice', ctxOf([right[0], right[0], right[1], right[2]])],
    ['CtxShape', 'no user id', ctxOf(fields({ 2: undefined }))],
    ['CtxShape', 'no entity type', ctxOf(fields({ 3: undefined }))],
    ['CtxShape', 'no entity id', ctxOf(fields({ 4: undefined }))],
    ['CtxShape', 'a tenant alone', ctxOf([ctxField(1, utf8('tenant-1'))])],
    ['CtxShape', 'a revision alone', ctxOf([ctxField(7, u64(1))])],
    ['CtxShape', 'a target device', ctxOf(fields({ 5: utf8('device-1') }))],
    ['CtxShape', 'raw data beside a record', ctxOf(fields({ 6: utf8('raw') }))],
    ['CtxShape', 'raw data alone', ctxOf([ctxField(6, utf8('raw'))])],
    ['CtxShape', 'field 0', ctxOf([ctxField(0, utf8('x')), ...right])],
    ['CtxShape', 'field 8', ctxOf(fields({ 8: utf8('x') }))],
    ['CtxLength', 'an empty user id', ctxOf(fields({ 2: Buffer.alloc(0) }))],
    ['CtxLength', 'an entity id of 1025 bytes', ctxOf(fields({ 4: utf8(`${longest}a`) }))],
    ['CtxLength', 'a length of 2^32 - 1', ctxOf([...right.slice(0, 2), Buffer.from('0004ffffffff61', 'hex')])],
    ['CtxLength', 'a length of 2^31', ctxOf([...right.slice(0, 2), Buffer.from('00048000000061', 'hex')])],
    ['CtxRevision', 'a revision of 7 bytes', ctxOf(fields({ 7: Buffer.alloc(7) }))],
    ['CtxRevision', 'a revision of 9 bytes', ctxOf(fields({ 7: Buffer.alloc(9) }))],
    ['CtxTrailing', 'a byte behind the last field', Buffer.concat([ctxOf(right), byte(0)])],
    ['CtxTrailing', 'a byte behind no field', Buffer.concat([ctxOf([]), byte(0)])],
    ['CtxTruncated', 'the last byte cut', ctxOf(right).subarray(0, -1)],
    ['CtxTruncated', 'cut in a field\'s head', ctxOf(right).subarray(0, 6)],
    ['CtxTruncated', 'version only', byte(1)],
    ['CtxTruncated', 'no CTX', Buffer.alloc(0)],
    ...Object.entries(unicode).map(([name, hex]) => ['CtxUtf8', `${name} in the user id`, ctxOf(fields({ 2: Buffer.from(hex, 'hex') }))]),
  ];
}

const refusal = (fault, comment, encoded) => ({ comment, flags: [fault], encoded, result: 'invalid', fault, error: 'malformed' });

export function envelopeParameters() {
  const encode = (suite, minimum, ctx, version = 1) => Buffer.concat([Buffer.from([version, suite]), u32(minimum), ctx]);
  const valid = [
    ['a record', 0, 0, { context: RECORD }],
    ['tenant and revision', 0, 0, { context: FULL }],
    ['suite 1 forced', 1, 0, { context: RECORD }],
    ['suite 2 forced', 2, 0, { context: RECORD }],
    ['minimum generation 1', 0, 1, { context: RECORD }],
    ['minimum generation 2^31 - 1', 1, 0x7fffffff, { context: RECORD }],
    ['nothing', 0, 0, {}],
    ['nothing, suite 1, minimum generation 7', 1, 7, {}],
    ['nothing, suite 2, minimum generation 2^31 - 1', 2, 0x7fffffff, {}],
    ['every field of 1024 bytes', 0, 0, { context: { userId: longest, entityType: longest, entityId: longest, tenant: longest, revision: '18446744073709551615' } }],
    ['wide, empty-looking and control characters', 0, 0, { context: { userId: '\u{1f511}', entityType: '\0', entityId: 'a:\u200d' } }],
  ].map(([comment, suite, minGeneration, binding]) => ({
    comment,
    flags: ['Parameters'],
    ...binding,
    suite,
    minGeneration,
    encoded: encode(suite, minGeneration, encodeCtx(binding)),
    result: 'valid',
  }));
  const ctx = encodeCtx({ context: RECORD });
  return [
    ...valid,
    refusal('ParametersVersion', 'version 0', encode(0, 0, ctx, 0)),
    refusal('ParametersVersion', 'version 2', encode(0, 0, ctx, 2)),
    refusal('ParametersSuite', 'suite 3', encode(3, 0, ctx)),
    refusal('ParametersSuite', 'suite 255', encode(255, 0, ctx)),
    refusal('ParametersMinimum', 'minimum generation 2^31', encode(0, 0x80000000, ctx)),
    refusal('ParametersMinimum', 'minimum generation 2^32 - 1', encode(0, 0xffffffff, ctx)),
    refusal('ParametersTruncated', 'nothing at all', Buffer.alloc(0)),
    refusal('ParametersTruncated', 'cut in the minimum generation', encode(0, 0, ctx).subarray(0, 5)),
    ...wrongCtx().map(([fault, comment, wrong]) => refusal(fault, comment, encode(0, 0, wrong))),
  ];
}

export function dekWrapParameters() {
  const encode = (ctx, version = 1) => Buffer.concat([byte(version), ctx]);
  const ctx = encodeCtx({ context: RECORD });
  return [
    { comment: 'a record', flags: ['Parameters'], context: RECORD, encoded: encode(ctx), result: 'valid' },
    refusal('ParametersVersion', 'version 0', encode(ctx, 0)),
    refusal('ParametersVersion', 'version 2', encode(ctx, 2)),
    refusal('ParametersTruncated', 'nothing at all', Buffer.alloc(0)),
    refusal('CtxShape', 'a record with a tenant', encode(ctxOf(fields({ 1: utf8('tenant-1') })))),
    refusal('CtxShape', 'a record with a revision', encode(ctxOf(fields({ 7: u64(1) })))),
    refusal('CtxShape', 'nothing', encode(ctxOf([]))),
    refusal('AmbiguousContext', 'a colon in the entity id', encode(ctxOf(fields({ 4: utf8('a:b') })))),
    refusal('AmbiguousContext', 'a control character in the entity type', encode(ctxOf(fields({ 3: utf8('a\u0085') })))),
    ...wrongCtx().map(([fault, comment, wrong]) => refusal(fault, comment, encode(wrong))),
  ];
}

export function dekWraps() {
  const sealed = (label, context, changes = {}) => {
    const dek = changes.dek ?? seeded(`dek wrap/${label}/dek`, 32);
    const nonce = seeded(`dek wrap/${label}/nonce`, 12);
    const dekAad = changes.dekAad ?? dekAadOf({ context });
    return { dek, nonce, dekAad, wrap: box(changes.umk ?? RAW.umk, nonce, dek, dekAad) };
  };
  const valid = [RECORD, { userId: 'a', entityType: 'b', entityId: 'c' }, { userId: 'Jürgen', entityType: 'größe', entityId: '\u{1f511}' }].map(
    (context, i) => {
      const { dek, nonce, dekAad, wrap } = sealed(`valid ${i}`, context);
      return { comment: `DEK wrap ${i + 1}`, flags: ['DekWrap'], context, wrap, intermediate: { dek, dekNonce: nonce, dekAad }, result: 'valid' };
    },
  );
  const { wrap } = sealed('invalid', RECORD);
  const invalid = (fault, error, comment, bytes) => ({ comment, flags: [fault], context: RECORD, wrap: bytes, result: 'invalid', fault, error });
  const lengths = [0, 16, 31, 33].map((length) =>
    invalid('DekLength', 'malformed', `a DEK of ${length} bytes with a right tag`, sealed(`dek of ${length}`, RECORD, { dek: seeded('dek', length) }).wrap),
  );
  const bits = { nonce: 0, 'wrapped DEK': 12, tag: 59 };
  return [
    ...valid,
    ...lengths,
    invalid('Truncated', 'malformed', 'no bytes', Buffer.alloc(0)),
    invalid('Truncated', 'malformed', 'the last byte cut', wrap.subarray(0, 59)),
    invalid('Trailing', 'malformed', 'followed by a zero byte', Buffer.concat([wrap, byte(0)])),
    ...Object.entries(bits).map(([name, at]) => invalid('WrapTag', 'not-authentic', `a bit of the ${name} changed`, flip(wrap, at))),
    invalid('Context', 'not-authentic', 'of another type', sealed('type', { ...RECORD, entityType: 'todo' }).wrap),
    invalid('Context', 'not-authentic', 'of another id', sealed('id', { ...RECORD, entityId: 'x' }).wrap),
    invalid('WrapAad', 'not-authentic', 'under no associated data', sealed('none', RECORD, { dekAad: Buffer.alloc(0) }).wrap),
    invalid('WrapKey', 'not-authentic', 'under another UMK', sealed('umk', RECORD, { umk: OTHER_RAW.umk }).wrap),
  ];
}
