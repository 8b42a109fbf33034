// The tests of canonical JSON for keyring.mjs. Expected bytes are written here as text, not computed.
import { createHash } from 'node:crypto';

const utf8 = (text) => Buffer.from(text, 'utf8');
const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const nested = (levels) => '['.repeat(levels) + ']'.repeat(levels);

/** Comment, JSON, canonical JSON. */
const VALID = [
  ['an empty object', ' {\t\r\n} ', '{}'],
  ['an empty list', '[ ]', '[]'],
  ['words', '[ true , false , null ]', '[true,false,null]'],
  ['members in order', '{"b":1,"a":{"d":[{"z":1,"y":2}],"c":3}}', '{"a":{"c":3,"d":[{"y":2,"z":1}]},"b":1}'],
  ['a name that begins another one', '{"ab":1,"a":2,"":3,"aa":4}', '{"":3,"a":2,"aa":4,"ab":1}'],
  ['names that look like numbers', '{"10":1,"9":2,"01":3,"1":4}', '{"01":3,"1":4,"10":1,"9":2}'],
  ['capitals before small letters', '{"a":1,"B":2,"_":3}', '{"B":2,"_":3,"a":1}'],
  ['code points, not UTF-16', '{"\u{1f600}":1,"\ufffd":2,"\ue000":3,"\u{10000}":4}', '{"\ue000":3,"\ufffd":2,"\u{10000}":4,"\u{1f600}":1}'],
  ['a surrogate without its other half sorts before U+E000', '{"\ue000":1,"\\udbff":2,"\u{10000}":3}', '{"\\udbff":2,"\ue000":1,"\u{10000}":3}'],
  ['names that are special elsewhere', '{"constructor":1,"__proto__":2,"toString":3}', '{"__proto__":2,"constructor":1,"toString":3}'],
  ['escapes that stay', '"\\"\\\\\\b\\t\\n\\f\\r"', '"\\"\\\\\\b\\t\\n\\f\\r"'],
  ['escapes by number become short', '"\\u0022\\u005c\\u0008\\u0009\\u000A\\u000c\\u000D"', '"\\"\\\\\\b\\t\\n\\f\\r"'],
  ['controls', '"\\u0000\\u001F\\u000b"', '"\\u0000\\u001f\\u000b"'],
  ['escapes that go', '"\\/\\u0041\\u007f\\u0080\\u2028\\u2029\\u003c\\ufeff"', '"/A\u007f\u0080\u2028\u2029<\ufeff"'],
  ['a pair of surrogates by number', '"\\ud83d\\uDE00"', '"\u{1f600}"'],
  ['lone surrogates', '"\\uD800 \\udfff\\ud83d"', '"\\ud800 \\udfff\\ud83d"'],
  ['two halves in the wrong order', '"\\ude00\\ud83d"', '"\\ude00\\ud83d"'],
  ['nothing is normalised', '"e\u0301\u00e9"', '"e\u0301\u00e9"'],
  ['integers', '[0,-0,1,-1,10,1790000000,9007199254740991]', '[0,0,1,-1,10,1790000000,9007199254740991]'],
  ['an integer that no double is', '9007199254740993', '9007199254740992'],
  ['fractions and exponents', '[1.0,1e0,10E-1,1e2,1.50,-0.0,0e9]', '[1,1,1,100,1.5,0,0]'],
  ['where exponents begin', '[1e20,1e21,123456789012345678901234,0.000001,0.0000001,1.5e-7]', '[100000000000000000000,1e+21,1.2345678901234569e+23,0.000001,1e-7,1.5e-7]'],
  ['the least and the greatest double', '[5e-324,4.9e-324,2.2250738585072014e-308,1.7976931348623157e308]', '[5e-324,5e-324,2.2250738585072014e-308,1.7976931348623157e+308]'],
  ['the shortest digits', '[0.1,0.30000000000000004,2e-3,1e23,9.5e-5,4.35]', '[0.1,0.30000000000000004,0.002,1e+23,0.000095,4.35]'],
  ['too small and too large', '[1e-400,-1e-400,1e400,-1e400]', '[0,0,null,null]'],
  ['400 digits', `1${'0'.repeat(299)}.${'0'.repeat(100)}`, '1e+299'],
  ['400 digits with those of the exponent', `1.${'0'.repeat(396)}e-007`, '1e-7'],
  ['32 levels', nested(32), nested(32)],
  ['a number alone', ' 7\n', '7'],
];

const INVALID = {
  Empty: '', OnlyBlanks: ' ', Cut: '{"a":1', TrailingText: '{} x', TwoValues: '1 2', TrailingComma: '[1,]', TrailingCommaInObject: '{"a":1,}',
  LeadingComma: '[,1]', MissingComma: '[1 2]', MissingColon: '{"a" 1}', NameWithoutQuotes: '{a:1}', SingleQuotes: "{'a':1}", NameIsNumber: '{1:1}',
  Comment: '{}/**/', LineComment: '//\n{}', NotANumber: 'NaN', Infinity: 'Infinity', WordInCapitals: 'True', WordTooLong: 'nullx', WordCut: 'nul',
  Undefined: '{"a":undefined}', LeadingZero: '01', NegativeLeadingZero: '-01', PlusSign: '+1', HexNumber: '0x1', NoDigitAfterPoint: '1.',
  NoDigitBeforePoint: '.5', NoDigitInExponent: '1e', NoDigitAfterSign: '1e+', MinusAlone: '-', MinusAndBlank: '- 1',
  StringNotClosed: '"a', ControlInString: '"\u0001"', TabInString: '"\t"', NewlineInString: '"\n"', UnknownEscape: '"\\x41"',
  EscapeInCapitals: '"\\U0041"',
  EscapeCut: '"\\u004"', EscapeNotHex: '"\\u00g1"', EscapeWithSign: '"\\u+041"', BackslashAtEnd: '"\\', OtherBlank: '\u00a0{}', FormFeed: '\f{}',
  ZeroAtEnd: '{}\0', ByteOrderMark: '\ufeff{}',
  NameTwice: '{"a":1,"a":1}', NameTwiceDeep: '[{"b":{"a":1,"c":2,"a":3}}]', NameTwiceEscaped: '{"a":1,"\\u0061":2}', EmptyNameTwice: '{"":1,"":2}',
  Nested33: nested(33), Nested33InObjects: `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, NestedFarTooDeep: '['.repeat(1000),
  Digits401: `1${'0'.repeat(300)}.${'0'.repeat(100)}`, Digits401WithoutPoint: `1${'0'.repeat(400)}`, Digits401OfFraction: `0.${'1'.repeat(400)}`,
  Digits401WithTheExponent: `1.${'0'.repeat(397)}e-007`, Digits401OfExponent: `1e${'0'.repeat(400)}`,
  BracketsCrossed: '[{]}', ClosedTwice: '[]]',
};

const BYTES = {
  NotUtf8: '22ff22', Utf8Cut: '22c322', Utf8Overlong: '22c0af22', Utf8OverlongQuote: 'c0a222', Utf8Surrogate: '22eda08022',
  Utf8BeyondUnicode: '22f490808022', Utf16: 'feff007b007d', Latin1: '22e922',
};

/** [keyring-1] [keyring-2] */
export function jsonTests() {
  const valid = VALID.map(([comment, json, text]) => ({
    comment, json: utf8(json), flags: ['Json'], result: 'valid', canonical: utf8(text), sha256: sha256(utf8(text)),
  }));
  const bytes = [...Object.entries(INVALID).map(([fault, text]) => [fault, utf8(text)]), ...Object.entries(BYTES)];
  const invalid = bytes.map(([fault, json]) => ({ comment: fault, json, flags: ['Json'], result: 'invalid', fault, error: 'malformed' }));
  return [...valid, ...invalid];
}
