// Arithmetic without a key: which suite a sealer chooses, and which lengths an envelope of suite 2 may have.
const HEADER = 123;
const BODY_START = 56;
const CHUNK = 16384;
const SEALED_CHUNK = CHUNK + 16;
const MOST = 2 ** 52 - 1;
const MOST_SUITE_1 = 16 * 1024 * 1024;

function envelopeLength(suite, plaintextLength) {
  if (suite === 1) return HEADER + 28 + plaintextLength;
  return HEADER + BODY_START + plaintextLength + 16 * (Math.floor(plaintextLength / CHUNK) + 1);
}

/** What a sealer makes of a plaintext of this length; forced: 0 for "chosen by the length". */
export function suiteChoices() {
  const chosen = (forced, suite, length) => ({
    comment: `${length} bytes, ${forced === 0 ? 'not forced' : `suite ${forced} forced`}`,
    flags: [forced === 0 ? 'Automatic' : 'Forced'],
    suite: forced,
    plaintextLength: length,
    chosenSuite: suite,
    envelopeLength: envelopeLength(suite, length),
    result: 'valid',
  });
  const refused = (forced, length) => ({
    comment: `${length} bytes, ${forced === 0 ? 'not forced' : `suite ${forced} forced`}`,
    flags: ['TooLong'],
    suite: forced,
    plaintextLength: length,
    result: 'invalid',
    fault: 'TooLong',
    error: 'usage',
  });
  return [
    ...[0, 1, CHUNK - 1, CHUNK, 65535, 65536].map((length) => chosen(0, 1, length)),
    ...[65537, 65538, 5 * CHUNK, 1048576, MOST_SUITE_1, MOST_SUITE_1 + 1, 2 ** 31, 2 ** 32, MOST].map((length) => chosen(0, 2, length)),
    ...[0, 65536, 65537, MOST_SUITE_1].map((length) => chosen(1, 1, length)),
    ...[0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 65536, 65537, MOST_SUITE_1 + 1, MOST].map((length) => chosen(2, 2, length)),
    refused(1, MOST_SUITE_1 + 1),
    refused(1, MOST),
    refused(0, MOST + 1),
    refused(2, MOST + 1),
  ];
}

/** What a parser that knows the length of the whole envelope makes of it; the header is right and says suite 2. */
export function chunkedLengths() {
  const right = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 65536, 65537, 2 ** 31, MOST - 1, MOST].map((plaintextLength) => ({
    comment: `of a plaintext of ${plaintextLength} bytes`,
    flags: ['Size'],
    envelopeLength: envelopeLength(2, plaintextLength),
    plaintextLength,
    result: 'valid',
  }));
  const start = HEADER + BODY_START;
  const wrong = [
    ['Truncated', HEADER, 'no body'],
    ['Truncated', start, 'no chunk'],
    ['Truncated', start + 15, 'a tag cut'],
    ...[1, 2, 65536, 2 ** 38 - 1].flatMap((chunks) => [
      ['Truncated', start + chunks * SEALED_CHUNK, `${chunks} full chunks and no last one`],
      ['Truncated', start + chunks * SEALED_CHUNK + 1, `${chunks} full chunks and a byte`],
      ['Truncated', start + chunks * SEALED_CHUNK + 15, `${chunks} full chunks and 15 bytes`],
    ]),
    ['TooLong', start + 2 ** 38 * SEALED_CHUNK, '2^38 full chunks'],
    ['TooLong', start + 2 ** 38 * SEALED_CHUNK + 16, '2^38 full chunks and an empty one'],
  ].map(([fault, length, comment]) => ({ comment, flags: [fault], envelopeLength: length, result: 'invalid', fault, error: 'malformed' }));
  return [...right, ...wrong];
}
