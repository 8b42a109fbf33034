// Texts that people read and type: Crockford's base32, and the checksum of Bech32m (BIP 350).
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const READ_AS = { O: '0', I: '1', L: '1' };
/** Dashes, and the blanks U+0009 to U+000D and U+0020. */
const IGNORED = /[-\t-\r ]/g;
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const BECH32M = 0x2bc830a3;
const CHECKSUM_SYMBOLS = 6;

/** Symbols in groups of four with dashes. */
export const written = (symbols) => symbols.map((symbol) => ALPHABET[symbol]).join('').match(/.{1,4}/g).join('-');

/** The symbols of a typed text, numbers from 0 to 31; undefined when a character is none. [recovery-3] */
export function typedSymbols(text) {
  // Only ASCII letters have two cases here: the long s, U+017F, is no S.
  const characters = [...text.replace(IGNORED, '')].map((c) => (/^[a-z]$/.test(c) ? c.toUpperCase() : c));
  const symbols = characters.map((c) => ALPHABET.indexOf(READ_AS[c] ?? c));
  return symbols.includes(-1) ? undefined : symbols;
}

/** Bytes as symbols of 5 bits, most significant bit first, zero bits at the end. */
export function toSymbols(bytes) {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits.padEnd(Math.ceil(bits.length / 5) * 5, '0').match(/.{5}/g).map((five) => parseInt(five, 2));
}

/** The other way; undefined when a bit behind the last whole byte is not 0. */
export function fromSymbols(symbols) {
  const bits = symbols.map((symbol) => symbol.toString(2).padStart(5, '0')).join('');
  const whole = Math.floor(bits.length / 8) * 8;
  if (bits.slice(whole).includes('1')) return undefined;
  return Buffer.from(bits.slice(0, whole).match(/.{8}/g).map((eight) => parseInt(eight, 2)));
}

function polymod(values) {
  let state = 1;
  for (const value of values) {
    const top = state >>> 25;
    state = ((state & 0x1ffffff) << 5) ^ value;
    GENERATOR.forEach((word, i) => { if ((top >>> i) & 1) state ^= word; });
  }
  return state;
}

function prefixValues(prefix) {
  const codes = [...prefix].map((c) => c.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

/** The six symbols of checksum over data symbols. */
export function bech32mChecksum(prefix, data) {
  const value = polymod([...prefixValues(prefix), ...data, ...Array(CHECKSUM_SYMBOLS).fill(0)]) ^ BECH32M;
  return Array.from({ length: CHECKSUM_SYMBOLS }, (_, i) => (value >>> (5 * (CHECKSUM_SYMBOLS - 1 - i))) & 31);
}

/** Whether data and checksum, in one list, fit. */
export const isBech32m = (prefix, symbols) => polymod([...prefixValues(prefix), ...symbols]) === BECH32M;
