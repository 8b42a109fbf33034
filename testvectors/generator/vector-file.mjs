// What the generators of vectors have in common: the layout of their JSON, and writing or comparing.
import { readFileSync, writeFileSync } from 'node:fs';

/** Buffers as hex, lists and objects inside too; undefined members vanish. */
function toJson(value) {
  if (Buffer.isBuffer(value)) return value.toString('hex');
  if (Array.isArray(value)) return value.map(toJson);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, toJson(inner)]));
}

function checkComments(testGroups) {
  const comments = testGroups.flatMap(({ type, tests }, i) => tests.map(({ comment }) => `${type} ${i} ${comment}`));
  const twice = comments.filter((comment, i) => comments.indexOf(comment) !== i);
  if (twice.length > 0) throw new Error(`two tests of one group have the same comment: ${twice}`);
}

function checkNotes(tests, notes) {
  const used = new Set(tests.flatMap(({ flags }) => flags));
  const missing = [...used].filter((flag) => !(flag in notes));
  if (missing.length > 0) throw new Error(`notes are missing for ${missing}`);
  const unused = Object.keys(notes).filter((flag) => !used.has(flag));
  if (unused.length > 0) throw new Error(`notes without a test: ${unused}`);
}

const ENVELOPE = { algorithm: 'E2EE-Envelope', specification: 'testvectors/spec/envelope.md' };

/** The text of a file of vectors, one test in a line; the tests get their numbers here. */
export function vectorFile(name, notes, testGroups, { algorithm, specification } = ENVELOPE) {
  checkComments(testGroups);
  const tests = testGroups.flatMap((group) => group.tests);
  checkNotes(tests, notes);
  tests.forEach((test, i) => Object.assign(test, { tcId: i + 1 }));
  const head = {
    algorithm,
    schema: `${name}.schema.json`,
    generator: `testvectors/generator/${name}.mjs`,
    specification,
    numberOfTests: tests.length,
    notes,
  };
  const lines = testGroups.map(({ type, keys, tests: own }) => {
    const rows = own.map(({ tcId, ...test }) => `  ${JSON.stringify(toJson({ tcId, ...test }))}`);
    return ` {"type": ${JSON.stringify(type)}, "keys": ${JSON.stringify(toJson(keys))}, "tests": [\n${rows.join(',\n')}\n ]}`;
  });
  return `${JSON.stringify(head, null, 1).slice(0, -2)},\n "testGroups": [\n${lines.join(',\n')}\n ]\n}\n`;
}

/** A worked example for a specification: rows of a name and a Buffer or text. */
export function exampleBlock(title, rows) {
  const text = rows.map(([name, value]) => {
    const shown = Buffer.isBuffer(value) ? value.toString('hex').replace(/(.{96})(?=.)/g, '$1\n  ') : value;
    return `${name}\n  ${shown === '' ? '(no bytes)' : shown}`;
  });
  return `### ${title}\n\n\`\`\`\n${text.join('\n')}\n\`\`\`\n`;
}

/** The specification with other examples between the two marks of that name. */
export function withExamples(specification, name, examples) {
  const parts = specification.split(new RegExp(`(<!-- ${name} (?:begin|end) -->\\n)`));
  if (parts.length !== 5) throw new Error(`envelope.md must have one "${name} begin" and one "${name} end"`);
  return [parts[0], parts[1], `\n${examples.join('\n')}\n`, parts[3], parts[4]].join('');
}

/** Writes [file, text] pairs; with --check on the command line it compares them instead. */
export function writeOrCheck(outputs) {
  for (const [file, text] of outputs) {
    if (!process.argv.includes('--check')) {
      writeFileSync(file, text);
    } else if (readFileSync(file, 'utf8') !== text) {
      process.stderr.write(`${file.pathname} is not what the generator writes; run it without --check and look at the difference\n`);
      process.exitCode = 1;
    }
  }
}
