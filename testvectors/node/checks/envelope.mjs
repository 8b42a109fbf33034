// Groups of envelope.json and envelope-chunked.json.
import { Refused } from '../bytes.mjs';
import { SALT, deriveChunkKeys } from '../chunks.mjs';
import { bind, decodeContext } from '../context.mjs';
import { unwrapDek, wrapDek } from '../dek-wrap.mjs';
import {
  LEAST_HEADER, checkBodyLength, chooseSuite, chunkedPlaintextLength, envelopeLength, memory, open, openStream, parse, rawKey, rewrap, seal,
} from '../envelope.mjs';
import { decodeDekWrapParameters, decodeEnvelopeParameters, encodeDekWrapParameters, encodeEnvelopeParameters } from '../parameters.mjs';
import { ACCEPTED, REFUSED, SEALED, Wrong, bytesOf, equal, equalContents, hex, refuses, watched } from './outcome.mjs';

/** Lengths up to which SuiteChoice is tried and not only computed. */
const TRIED = 1 << 17;
/** The members of a context, in one order. */
const MEMBERS = ['tenant', 'userId', 'entityType', 'entityId', 'revision'];
/** What a sealer draws. */
const RANDOM = ['dek', 'dataKey', 'recordSalt', 'kekSalt', 'kek', 'oaepBlock', 'dekNonce', 'payloadNonce', 'salt'];
/** How a UMK of each kind wraps. */
const WRAP_ALGS = { raw: 1, custody: 1, token: 2, kw: 3, 'oaep-2048': 4, 'oaep-3072': 4 };
/** The members of a key that only its owner has. */
const SECRETS = ['umk', 'mac', 'decrypts', 'signs'];
/** The one that a UMK unwraps with, where a signature or a tag is verified first. */
const UNWRAPS = { kw: ['umk'], 'oaep-2048': ['decrypts'], 'oaep-3072': ['decrypts'] };
/** Faults for which it is not used: the signature or the tag does not fit. [token-22] [token-26] */
const UNSIGNED = ['OtherSigned', 'OtherTagged', 'SwappedWrap', 'WrapBlock', 'WrapCiphertext', 'WrapNonce', 'WrapSignature', 'WrapTag'];
/** What is told before a key is touched. */
const BEFORE_KEYS = ['malformed', 'unsupported', 'wrong-key'];

function keysOf(group) {
  return group.keys.map(({ kind, keyId, generation, ...secrets }) => {
    const key = { keyId: hex(keyId), generation, wrapAlg: WRAP_ALGS[kind], use: kind };
    for (const name of SECRETS) if (name in secrets) key[name] = hex(secrets[name]);
    if (kind === 'raw') {
      equal('keyId of a raw UMK', rawKey(key.umk).keyId, key.keyId);
      equal('generation of a raw UMK', generation, 1);
    }
    return key;
  });
}

const optionsOf = ({ context, aad, minGeneration }) => ({ context, aad: aad === undefined ? undefined : bytesOf(aad), minGeneration });

const equalContexts = (seen, expected) => equal('context', JSON.stringify(seen, MEMBERS), JSON.stringify(expected, MEMBERS));

/** What a stream opener gives out, and the class of its refusal if any. */
function streamed(keys, test) {
  const parts = [];
  try {
    for (const part of openStream(keys, optionsOf(test), memory(bytesOf(test.envelope)))) parts.push(part);
    return { bytes: Buffer.concat(parts) };
  } catch (e) {
    if (!(e instanceof Refused)) throw e;
    return { bytes: Buffer.concat(parts), error: e.kind };
  }
}

function refusesEnvelope(group, test) {
  const readsOf = (membersOf) => {
    const keys = keysOf(group).map((key) => watched(key, ...membersOf(key)));
    refuses(test, () => open(keys, optionsOf(test), bytesOf(test.envelope)));
    return keys.reduce((sum, { reads }) => sum + reads, 0);
  };
  const reads = readsOf(() => SECRETS);
  if (BEFORE_KEYS.includes(test.error)) equal('reads of a UMK', reads, 0);
  if (UNSIGNED.includes(test.fault)) equal('unwraps', readsOf(({ use }) => UNWRAPS[use] ?? []), 0);
  const { bytes, error } = streamed(keysOf(group), test);
  equal('error of a stream', error, test.streamError ?? test.error);
  equalContents('released bytes', bytes, test.released ?? '');
  return REFUSED;
}

/** What was wrapped and derived on the way, by the values of the test. */
function checkIntermediate(test, envelope, header) {
  const { dek, ctx, dekAad, payloadAad, commitment, salt, chunkKey, baseNonce, bodyCommitment } = test.intermediate;
  const options = optionsOf(test);
  const binding = bind(options.context, options.aad);
  equal('ctx', binding.ctx, bytesOf(ctx));
  if (test.aad === undefined) equalContexts(decodeContext(binding.ctx), test.context);
  equal('dekAad', binding.dekAad, bytesOf(dekAad));
  equal('commitment', header.commitment, hex(commitment));
  if (header.suite === 1) return equal('payloadAad', binding.payloadAad, bytesOf(payloadAad));
  equal('salt', envelope.subarray(header.length, header.length + SALT), hex(salt));
  const derived = deriveChunkKeys(hex(dek), hex(salt), Buffer.concat([header.prefix, binding.ctx]));
  equal('chunkKey', derived.chunkKey, hex(chunkKey));
  equal('baseNonce', derived.baseNonce, hex(baseNonce));
  equal('bodyCommitment', derived.commitment, hex(bodyCommitment));
}

const randomOf = ({ intermediate }) => Object.fromEntries(RANDOM.map((name) => [name, hex(intermediate[name] ?? '')]));

/** Moves the envelope that this one was made of, found by its DEK, under this one's key. */
function checkRewrap(file, test, key, envelope) {
  for (const group of file.testGroups.filter(({ type }) => type === 'EnvelopeOpen')) {
    const source = group.tests.find((t) => t.intermediate?.dek === test.intermediate.dek && !t.flags.includes('Rewrapped'));
    if (!source) continue;
    const moved = rewrap(keysOf(group), optionsOf(source), bytesOf(source.envelope), key, randomOf(test));
    return equal('rewrapped envelope', moved, envelope);
  }
  throw new Wrong('an envelope that this one was made of', 'none');
}

function envelopeOpen(group, test, file) {
  if (test.result === 'invalid') return refusesEnvelope(group, test);
  const keys = keysOf(group);
  const envelope = bytesOf(test.envelope);
  const plaintext = open(keys, optionsOf(test), envelope);
  equalContents('plaintext', plaintext, test.plaintext);
  const stream = streamed(keys, test);
  equal('error of a stream', stream.error, undefined);
  equal('plaintext of a stream', stream.bytes, plaintext);
  const header = parse(envelope, envelope.length);
  checkIntermediate(test, envelope, header);
  const key = keys.find(({ keyId }) => keyId.equals(header.keyId));
  const suite = test.flags.includes('Forced') ? header.suite : 0;
  equal('sealed envelope', seal(key, { ...optionsOf(test), suite }, plaintext, randomOf(test)), envelope);
  if (test.flags.includes('Rewrapped')) checkRewrap(file, test, key, envelope);
  return SEALED;
}

function suiteChoice(group, { suite, plaintextLength, chosenSuite, ...test }) {
  if (test.result === 'invalid') return refuses(test, () => chooseSuite(plaintextLength, suite));
  equal('suite', chooseSuite(plaintextLength, suite), chosenSuite);
  equal('length', envelopeLength(chosenSuite, plaintextLength), test.envelopeLength);
  if (plaintextLength > TRIED) return ACCEPTED;
  const random = { dek: Buffer.alloc(32), dekNonce: Buffer.alloc(12), payloadNonce: Buffer.alloc(12), salt: Buffer.alloc(24) };
  const envelope = seal(rawKey(Buffer.alloc(32)), { suite }, Buffer.alloc(plaintextLength), random);
  equal('suite of the envelope', envelope[5], chosenSuite);
  equal('length of the envelope', envelope.length, test.envelopeLength);
  return ACCEPTED;
}

function chunkedLength(group, test) {
  if (test.result === 'invalid') return refuses(test, () => checkBodyLength(2, test.envelopeLength - LEAST_HEADER));
  equal('plaintextLength', chunkedPlaintextLength(test.envelopeLength), test.plaintextLength);
  return ACCEPTED;
}

function envelopeParameters(group, test) {
  if (test.result === 'invalid') return refuses(test, () => decodeEnvelopeParameters(hex(test.encoded)));
  const { suite, minGeneration, context } = decodeEnvelopeParameters(hex(test.encoded));
  equal('suite', suite, test.suite);
  equal('minGeneration', minGeneration, test.minGeneration);
  equalContexts(context, test.context);
  equal('encoded', encodeEnvelopeParameters(test), hex(test.encoded));
  return SEALED;
}

function dekWrapParameters(group, test) {
  if (test.result === 'invalid') return refuses(test, () => decodeDekWrapParameters(hex(test.encoded)));
  equalContexts(decodeDekWrapParameters(hex(test.encoded)), test.context);
  equal('encoded', encodeDekWrapParameters(test.context), hex(test.encoded));
  return SEALED;
}

function dekWrapUnwrap(group, test) {
  const [key] = keysOf(group);
  if (test.result === 'invalid') return refuses(test, () => unwrapDek(key, test.context, hex(test.wrap)));
  const { dek, dekAad } = test.intermediate;
  equal('dek', unwrapDek(key, test.context, hex(test.wrap)), hex(dek));
  equal('dekAad', bind(test.context).dekAad, hex(dekAad));
  equal('wrap', wrapDek(key, test.context, randomOf(test)), hex(test.wrap));
  return SEALED;
}

export const envelopeChecks = {
  EnvelopeOpen: envelopeOpen,
  SuiteChoice: suiteChoice,
  ChunkedLength: chunkedLength,
  EnvelopeParameters: envelopeParameters,
  DekWrapParameters: dekWrapParameters,
  DekWrapUnwrap: dekWrapUnwrap,
};
