/** Texts of evidence: JSON whose leaves are strings, and the one form of each leaf (evidence format, section 2). */

/** Something does not hold: of which record, by its position in the file, or of the file as a whole. */
export class Refusal extends Error {
  constructor(words, record = null) {
    super(words);
    this.record = record;
  }
}

/** @returns {never} */
export const badFormat = (words) => {
  throw new Refusal(words);
};

const notJson = () => badFormat('The file is not JSON.');

const MAX_STRING_BYTES = 1 << 20;
const MAX_DEPTH = 16;

/** @returns {Uint8Array} */
export const bytesOf = (text) => new TextEncoder().encode(text);

export const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const fromHex = (text) => Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));

/** Text out of a file that nobody vouches for, made safe to show: it cannot hide or turn round. */
export const printable = (text) => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0).toString(16)}}`);

/** @param {Uint8Array} bytes refused unless they are UTF-8; a byte order mark stays, and is not JSON */
export function textOf(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return notJson();
  }
}

/**
 * One JSON text (RFC 8259). A member twice, half a surrogate pair and a string over 1 MiB are refused. Numbers, true, false and null
 * become null, whatever they say: evidence has none, and nothing here may read one through floating point.
 * @param {string} text @returns {any} strings, arrays and objects without prototype
 */
export function parseJson(text) {
  const scalar = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null/y;
  let at = 0;

  const peek = () => {
    for (;; at++) {
      const c = text.charCodeAt(at);
      if (c !== 0x20 && c !== 0x09 && c !== 0x0a && c !== 0x0d) return text[at];
    }
  };
  const take = (token) => peek() === token && ++at > 0;
  const expect = (token) => take(token) || notJson();

  const string = () => {
    const start = at;
    for (at++; ; at++) {
      const c = text.charCodeAt(at);
      if (c === 0x22) break;
      if (c === 0x5c) at++;
      else if (!(c >= 0x20)) notJson(); // a control character, or the end
    }
    let value;
    try {
      value = JSON.parse(text.slice(start, ++at)); // of one string, whose escapes it judges as the RFC does
    } catch {
      return notJson();
    }
    if (/\p{Cs}/u.test(value)) badFormat('A string holds half a surrogate pair.');
    if (bytesOf(value).length > MAX_STRING_BYTES) badFormat('A string is longer than 1 MiB.');
    return value;
  };

  const value = (depth) => {
    const token = peek();
    if (depth > MAX_DEPTH) notJson();
    if (token === '"') return string();
    if (take('[')) {
      const list = [];
      if (take(']')) return list;
      do list.push(value(depth + 1)); while (take(','));
      expect(']');
      return list;
    }
    if (take('{')) {
      const object = Object.create(null);
      if (take('}')) return object;
      do {
        if (peek() !== '"') notJson();
        const name = string();
        if (name in object) badFormat(`${printable(name)} is there twice.`);
        expect(':');
        object[name] = value(depth + 1);
      } while (take(','));
      expect('}');
      return object;
    }
    scalar.lastIndex = at;
    if (!scalar.test(text)) notJson();
    at = scalar.lastIndex;
    return null;
  };

  const whole = value(0);
  if (peek() !== undefined) notJson();
  return whole;
}

/** An object with exactly these members; each is read by its reader. Those marked ? may be absent. */
export function members(value, what, readers) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) badFormat(`${what} is not an object.`);
  const read = {};
  for (const [key, reader] of Object.entries(readers)) {
    const name = key.replace('?', '');
    if (name in value) read[name] = reader(value[name]);
    else if (name === key) badFormat(`${what} has no ${name}.`);
  }
  for (const name of Object.keys(value)) if (!(name in read)) badFormat(`${what} has an unknown member.`);
  return read;
}

const COUNT = /^(?:0|[1-9][0-9]{0,15})$/;
const HASH = /^[0-9a-f]{64}$/;

const form = (what, isGood, read) => (value) => (typeof value === 'string' && isGood(value) ? read(value) : badFormat(`Something is not ${what}.`));

/** Forms of a statement's values. */
export const isText = (text) => text !== '';
export const isHashText = (text) => HASH.test(text);
export const isCount = (text) => COUNT.test(text) && Number.isSafeInteger(Number(text)); // at most sixteen digits, and exact up to the limit
export const isAmount = (text) => /^(?:0|-?(?:0\.[0-9]{0,8}[1-9]|[1-9][0-9]{0,17}(?:\.[0-9]{0,8}[1-9])?))$/.test(text);
export const isTime = (text) => {
  const second = text.slice(0, 19), at = Date.parse(`${second}Z`);
  // A second that the calendar does not have is written otherwise when it is written again.
  return /^.{19}\.[0-9]{6}Z$/.test(text) && at >= -62_135_596_800_000 && new Date(at).toISOString().startsWith(`${second}.`);
};

/** Readers of a file's leaves. */
export const readText = form('a string', () => true, String);
export const readCount = form('a count', isCount, Number);
export const readSalt = form('32 lower-case hex digits', (text) => /^[0-9a-f]{32}$/.test(text), fromHex);
export const readHash = form('64 lower-case hex digits', isHashText, fromHex);
export const readRoot = form('0x and 64 lower-case hex digits', (text) => text.startsWith('0x') && isHashText(text.slice(2)), (text) => fromHex(text.slice(2)));
export const readList = (value, reader) => (Array.isArray(value) ? value.map((item) => reader(item)) : badFormat('Something is not a list.'));
export const readPath = (value) => (value?.length > 64 ? badFormat('A path is too long.') : readList(value, readHash));

/** An amount in units of 10^-9. */
export const nano = (amount) => {
  const [whole, fraction = ''] = amount.split('.');
  return BigInt(whole + fraction.padEnd(9, '0'));
};
