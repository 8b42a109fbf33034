#!/usr/bin/env node
// Runs the second implementation against vectors; --help says how. A test that is not run is a failure.
import { readFileSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { usage } from './bytes.mjs';
import { apiTokenChecks } from './checks/apitoken.mjs';
import { argon2idChecks } from './checks/argon2id.mjs';
import { deviceChecks } from './checks/device.mjs';
import { envelopeChecks } from './checks/envelope.mjs';
import { inviteChecks } from './checks/invite.mjs';
import { keyFileChecks } from './checks/keyfile.mjs';
import { keyringChecks } from './checks/keyring.mjs';
import { ACCEPTED, REFUSED, SEALED, Wrong } from './checks/outcome.mjs';
import { recoveryChecks } from './checks/recovery.mjs';
import { checkRfc9180, isOurs } from './checks/rfc9180.mjs';
import { rotationChecks } from './checks/rotation.mjs';
import { storeChecks } from './checks/store.mjs';
import { tokenChecks } from './checks/token.mjs';
import { wycheproofChecks } from './checks/wycheproof.mjs';

const VECTORS = new URL('../vectors/', import.meta.url);
const OURS = {
  ...envelopeChecks, ...deviceChecks, ...recoveryChecks, ...keyFileChecks, ...keyringChecks, ...argon2idChecks,
  ...tokenChecks, ...apiTokenChecks, ...inviteChecks, ...rotationChecks, ...storeChecks,
};
const HELP = `usage: check.mjs [FILE…] [--wycheproof FILE] [--rfc9180 FILE]

  FILE               a file of testvectors/vectors; without any argument all of them
  --wycheproof FILE  c2sp_chunked_encryption_aes_256_gcm_test.json of Project Wycheproof
  --rfc9180 FILE     RFC 9180's vectors as JSON; those in base mode with HKDF-SHA256 and AES-256-GCM are run

Exit status: 0 all tests passed, 1 one did not, 2 wrong usage.
`;

/** Which of the ways to pass a test of that result has. */
const WAYS = { valid: [ACCEPTED, SEALED], invalid: [REFUSED] };

/** How a test went: one of the ways, or an error with what was expected and seen. */
function run(check, group, test, file) {
  if (!check) return new Wrong('a known group type', group.type);
  if (!WAYS[test.result]) return new Wrong('a result of valid or invalid', test.result);
  try {
    const way = check(group, test, file);
    return WAYS[test.result].includes(way) ? way : new Wrong(test.result, way);
  } catch (e) {
    return e instanceof Wrong ? e : new Wrong(test.error ?? test.result, e.stack.replace(/\n\s*/g, ' '));
  }
}

/** Lines about failures, the last one about the file; the numbers of tests have to be what the file says. */
function report(name, outcomes, promised) {
  const failures = outcomes.filter(({ way }) => way instanceof Wrong);
  const lines = failures.map(({ test, way }) => `${name} ${test.tcId} (${test.comment}): expected ${way.expected}, seen ${way.seen}`);
  if (outcomes.length !== promised) lines.push(`${name}: expected ${promised} tests, seen ${outcomes.length}`);
  if (new Set(outcomes.map(({ test }) => test.tcId)).size !== outcomes.length) lines.push(`${name}: expected a tcId once, seen twice`);
  const isRight = lines.length === 0 && outcomes.length > 0;
  const count = (...ways) => outcomes.filter(({ way }) => ways.includes(way)).length;
  const kinds = `${count(ACCEPTED, SEALED)} accepted, ${count(SEALED)} sealed byte for byte, ${count(REFUSED)} refused`;
  lines.push(`${name}: ${outcomes.length} tests, ${outcomes.length - failures.length} passed (${kinds})`);
  return { lines, isRight };
}

function checkFile(path, checks) {
  const file = JSON.parse(readFileSync(path, 'utf8'));
  if (!Array.isArray(file.testGroups)) throw usage(`${path} is no file of vectors`);
  const outcomes = file.testGroups.flatMap((group) =>
    group.tests.map((test) => ({ test, way: run(checks[group.type], group, test, file) })));
  return report(basename(path), outcomes, file.numberOfTests);
}

function checkRfcFile(path) {
  const vectors = JSON.parse(readFileSync(path, 'utf8')).filter(isOurs);
  const tests = vectors.map((vector, i) => ({ ...vector, tcId: i + 1, comment: `KEM ${vector.kem_id}`, result: 'valid' }));
  const outcomes = tests.map((test) => ({ test, way: run(checkRfc9180, { type: 'RFC 9180' }, test) }));
  return report(basename(path), outcomes, 2);
}

function ownFiles() {
  const names = readdirSync(VECTORS).filter((name) => name.endsWith('.json') && !name.endsWith('.schema.json'));
  return names.sort().map((name) => fileURLToPath(new URL(name, VECTORS)));
}

function main() {
  const options = { wycheproof: { type: 'string' }, rfc9180: { type: 'string' }, help: { type: 'boolean' } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help) return process.stdout.write(HELP);
  const files = positionals.length > 0 || values.wycheproof || values.rfc9180 ? positionals : ownFiles();
  const jobs = files.map((path) => () => checkFile(path, OURS));
  if (values.wycheproof) jobs.push(() => checkFile(values.wycheproof, wycheproofChecks));
  if (values.rfc9180) jobs.push(() => checkRfcFile(values.rfc9180));
  for (const job of jobs) {
    const { lines, isRight } = job();
    process.stdout.write(`${lines.join('\n')}\n`);
    if (!isRight) process.exitCode = 1;
  }
}

try {
  main();
} catch (e) {
  if (!e.code && e.kind !== 'usage') throw e;
  process.stderr.write(`${e.message}\n\n${HELP}`);
  process.exitCode = 2;
}
