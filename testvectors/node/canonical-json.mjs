// JSON as ../spec/keyring.md, section 2, has it: a strict reader, and the one text that digests and signatures cover.
import { malformed, textOf, utf8 } from './bytes.mjs';

const MOST_BYTES = 16777216;
const MOST_VALUES = 400000;
const MOST_LEVELS = 32;
const MOST_DIGITS = 400;
const ESCAPED = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const BLANKS = /[ \t\n\r]*/y;
/** Characters of a string that stand for themselves. */
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const WORDS = { true: true, false: false, null: null };

/** [keyring-2] Objects become maps, so that no name is special. */
class JsonReader {
  constructor(text, mostValues) {
    Object.assign(this, { text, mostValues, at: 0, values: 0 });
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) return undefined;
    this.at += found[0].length;
    return found[0];
  }

  /** The next character that is not white space, which stays. */
  next() {
    this.match(BLANKS);
    return this.text[this.at];
  }

  takes(character) {
    if (this.next() !== character) return false;
    this.at++;
    return true;
  }

  expect(character) {
    if (!this.takes(character)) throw malformed(`no JSON: ${character} is missing`);
  }

  value(level) {
    if (++this.values > this.mostValues) throw malformed('JSON has too many values');
    const first = this.next();
    if (first === '"') return this.string();
    if (first === '{' || first === '[') {
      if (level === MOST_LEVELS) throw malformed('JSON is nested too deep');
      return first === '{' ? this.object(level + 1) : this.array(level + 1);
    }
    const word = Object.keys(WORDS).find((name) => this.text.startsWith(name, this.at));
    if (word) {
      this.at += word.length;
      return WORDS[word];
    }
    const number = this.match(NUMBER);
    if (number === undefined) throw malformed('no JSON: a value is missing');
    if (number.replace(/[^0-9]/g, '').length > MOST_DIGITS) throw malformed('a number is too long');
    return Number(number);
  }

  object(level) {
    const members = new Map();
    this.expect('{');
    if (this.takes('}')) return members;
    do {
      if (this.next() !== '"') throw malformed('no JSON: a name is missing');
      const name = this.string();
      if (members.has(name)) throw malformed('a name stands twice in an object');
      this.expect(':');
      members.set(name, this.value(level));
    } while (this.takes(','));
    this.expect('}');
    return members;
  }

  array(level) {
    const items = [];
    this.expect('[');
    if (this.takes(']')) return items;
    do items.push(this.value(level));
    while (this.takes(','));
    this.expect(']');
    return items;
  }

  string() {
    this.expect('"');
    const parts = [];
    for (;;) {
      parts.push(this.match(PLAIN));
      const end = this.text[this.at++];
      if (end === '"') return parts.join('');
      if (end !== '\\') throw malformed('no JSON: a string does not end, or has a control character');
      parts.push(this.escaped());
    }
  }

  escaped() {
    const kind = this.text[this.at++];
    if (kind in ESCAPED) return ESCAPED[kind];
    const digits = kind === 'u' ? this.match(/[0-9a-fA-F]{4}/y) : undefined;
    if (!digits) throw malformed('no JSON: an escape that there is not');
    return String.fromCharCode(parseInt(digits, 16));
  }
}

/** null, true, false, a string, a number, an array or a Map. */
export function readJson(bytes, mostBytes = MOST_BYTES, mostValues = MOST_VALUES) {
  if (bytes.length > mostBytes) throw malformed('JSON is too long');
  const text = textOf(bytes);
  if (text === undefined) throw malformed('JSON is not strict UTF-8');
  const reader = new JsonReader(text, mostValues);
  const value = reader.value(0);
  if (reader.next() !== undefined) throw malformed('something follows the JSON');
  return value;
}

function byCodePoint([a], [b]) {
  const [left, right] = [a, b].map((name) => [...name].map((character) => character.codePointAt(0)));
  const at = left.findIndex((point, i) => point !== right[i]);
  return at < 0 ? left.length - right.length : left[at] - (right[at] ?? -1);
}

function write(value) {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = value instanceof Map ? [...value] : Object.entries(value);
  return `{${members.sort(byCodePoint).map(([name, inner]) => `${JSON.stringify(name)}:${write(inner)}`).join(',')}}`;
}

/** canonical(x), in bytes; of what `readJson` gives, or of plain objects and numbers. [keyring-1] */
export const canonical = (value) => utf8(write(value));
