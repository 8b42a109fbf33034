#!/usr/bin/env node
// Writes ../vectors/argon2id.json; with --check it compares instead.
// Needs Node 20 and the command argon2 (Debian's package of that name), since Node 20 has no Argon2.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { vectorFile, writeOrCheck } from './vector-file.mjs';

const EMPTY = Buffer.alloc(0);

/** Printable "random" text, since the command takes the salt as an argument: hex digits of hashes. */
const randomText = (name, length) => createHash('sha512').update(`e2ee argon2id vectors 1\0${name}`).digest('hex').slice(0, length);

function tagOf({ password, salt, memoryKiB, passes, lanes }, length) {
  const args = [salt.toString('ascii'), '-id', '-v', '13', '-r', '-l', length, '-k', memoryKiB, '-t', passes, '-p', lanes];
  return Buffer.from(execFileSync('argon2', args.map(String), { input: password }).toString().trim(), 'hex');
}

/** Section 5.3 of RFC 9106: the one test with a secret and associated data, which the command does not take. */
const RFC_9106 = {
  comment: 'RFC 9106, section 5.3',
  flags: ['Rfc9106', 'SecretOrAssociatedData', 'Lanes'],
  passes: 3,
  memoryKiB: 32,
  lanes: 4,
  password: Buffer.alloc(32, 1),
  salt: Buffer.alloc(16, 2),
  secret: Buffer.alloc(8, 3),
  associatedData: Buffer.alloc(12, 4),
  tag: Buffer.from('0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659', 'hex'),
  result: 'valid',
};

const USUAL = { passes: 1, memoryKiB: 64, lanes: 1, password: 'correct horse battery staple', saltLength: 16, tagLength: 32 };

/** A test with the usual inputs, but for those given. */
function made(comment, flags, given = {}) {
  const { password, saltLength, tagLength, ...cost } = { ...USUAL, ...given };
  const inputs = { ...cost, password: Buffer.from(password, 'utf8'), salt: Buffer.from(randomText(comment, saltLength)) };
  return { comment, flags, ...inputs, secret: EMPTY, associatedData: EMPTY, tag: tagOf(inputs, tagLength), result: 'valid' };
}

const tests = [
  RFC_9106,
  made('one pass, one lane, 64 KiB', ['Simple']),
  made('the least memory of one lane, 8 KiB; the least salt and tag', ['Memory', 'Salt', 'TagLength'], { memoryKiB: 8, saltLength: 8, tagLength: 4 }),
  made('the least memory of four lanes, 32 KiB; a tag of 16 bytes', ['Memory', 'Lanes', 'TagLength'], { memoryKiB: 32, lanes: 4, tagLength: 16 }),
  made('a segment of more than 128 blocks, which takes two blocks of addresses', ['Memory'], { memoryKiB: 1024 }),
  made('memory that is not a multiple of 4 KiB', ['MemoryNotDivisible'], { memoryKiB: 103, passes: 2 }),
  made('memory that is a multiple of 4 KiB, but not of 4 KiB a lane', ['MemoryNotDivisible', 'Lanes'], { memoryKiB: 108, lanes: 4, passes: 2 }),
  made('memory one below the next multiple, two lanes, three passes', ['MemoryNotDivisible', 'Lanes', 'Passes'], { memoryKiB: 135, lanes: 2, passes: 3 }),
  made('two passes: the first that XORs into what is there', ['Passes'], { passes: 2 }),
  made('four passes, two lanes; a salt of 64 bytes', ['Passes', 'Lanes', 'Salt'], { passes: 4, lanes: 2, saltLength: 64 }),
  made('a tag of 33 bytes', ['TagLength'], { tagLength: 33 }),
  made('a tag of 64 bytes, the most that is one hash', ['TagLength'], { tagLength: 64 }),
  made('a tag of 65 bytes, the least that takes two', ['TagLength'], { tagLength: 65 }),
  made('a tag of 128 bytes', ['TagLength', 'Lanes'], { tagLength: 128, lanes: 2 }),
  made('a password of one byte', ['Password'], { password: 'a' }),
  made('a password of 120 bytes of UTF-8, more than one block of BLAKE2b with what stands before it', ['Password'], { password: 'ü🔑'.repeat(20) }),
  made('the least cost of a key file and a recovery wrap, salt of 32 bytes', ['Floor', 'Salt'], { memoryKiB: 19456, passes: 2, saltLength: 32 }),
];

const notes = {
  Floor: 'The least cost that the formats allow: recovery.md and keyfile.md, section 1.',
  Lanes: 'More than one lane. A lane after the other gives the same as all at once.',
  Memory: 'Memory at a border: the least there is, or a segment longer than a block of addresses.',
  MemoryNotDivisible: 'Memory that is rounded down to a multiple of 4 KiB a lane; the hash at the beginning takes it as it was given.',
  Passes: 'More than one pass.',
  Password: 'A password of another length.',
  Rfc9106: 'The vector of the RFC.',
  Salt: 'A salt of another length than 16 bytes.',
  SecretOrAssociatedData: 'With a secret and associated data. The formats use neither, so an implementation for them may leave this out.',
  Simple: 'The one to begin with.',
  TagLength: 'A tag of another length than 32 bytes, the only one that the formats use.',
};
const text = vectorFile('argon2id', notes, [{ type: 'Argon2id', keys: {}, tests }], { algorithm: 'Argon2id', specification: 'RFC 9106' });
writeOrCheck([[new URL('../vectors/argon2id.json', import.meta.url), text]]);
