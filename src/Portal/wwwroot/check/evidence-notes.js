/** Tree heads as C2SP signed notes, and the keys by which they are known. What does not parse to the letter is null. */
import { bytesOf, hex, isCount, same } from './evidence-text.js';
import { sha256 } from './evidence-trees.js';

/** @typedef {{ text: string, origin: string, id: string, publicKey: Uint8Array, first: number, last: number }} Key first and last size that it signed */
/** @typedef {{ origin: string, size: number, root: Uint8Array, body: string, note: string, lines: { name: string, id: string, signature: Uint8Array }[] }} Head */

/** Base 64 in its one spelling. @returns {?Uint8Array} */
function fromBase64(text) {
  try {
    const binary = atob(text);
    return btoa(binary) === text ? Uint8Array.from(binary, (c) => c.charCodeAt(0)) : null;
  } catch {
    return null;
  }
}

/** Not empty, valid Unicode, no plus, space or control character. */
const isName = (text) =>
  text !== '' && !/[\0-\x20+\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]|\p{Cs}/u.test(text);

/** `origin+key id+base64(0x01 ‖ public key)`, with `first-last` after a space for a retired key. @returns {Promise<?Key>} */
export async function parseKey(line) {
  const [text, sizes, ...more] = line.split(' ');
  const parts = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(text);
  const key = parts && isName(parts[1]) && fromBase64(parts[3]);
  if (more.length > 0 || !key || key.length !== 33 || key[0] !== 0x01) return null;
  const id = hex((await sha256(bytesOf(`${parts[1]}\n`), key)).slice(0, 4));
  const [first, last, ...rest] = sizes === undefined ? ['0', String(Number.MAX_SAFE_INTEGER)] : sizes.split('-');
  if (id !== parts[2] || rest.length > 0 || !isCount(first) || !isCount(last ?? '') || Number(first) > Number(last)) return null;
  return { text, origin: parts[1], id, publicKey: key.slice(1), first: Number(first), last: Number(last) };
}

/** A log's published keys, one on each line, the one in use first; null when a line is none. @returns {Promise<?Key[]>} */
export async function parseKeys(text) {
  const keys = await Promise.all(text.split(/\r\n|[\r\n\f\x85\u2028\u2029]/).filter((line) => line !== '').map(parseKey));
  return keys.length > 0 && keys.every((key) => key) ? keys : null;
}

/** Parsing is not checking: nothing that this returns may be believed before a signature held. @returns {?Head} */
export function parseHead(note) {
  const split = note.lastIndexOf('\n\n');
  const body = note.slice(0, split + 1);
  const [origin, size, root64, end, ...more] = body.split('\n');
  if (split < 0 || end !== '' || more.length > 0 || !isName(origin) || !isCount(size)) return null;
  const root = fromBase64(root64);
  const texts = note.slice(split + 2).split('\n');
  if (root?.length !== 32 || texts.pop() !== '' || texts.length < 1 || texts.length > 100) return null;
  const lines = texts.map((text) => {
    const parts = /^\u2014 ([^ ]*) ([^ ]*)$/s.exec(text);
    const bytes = parts && isName(parts[1]) && fromBase64(parts[2]);
    return bytes && bytes.length > 4 ? { name: parts[1], id: hex(bytes.slice(0, 4)), signature: bytes.slice(4) } : null;
  });
  return lines.every((line) => line) ? { origin, size: Number(size), root, body, note, lines } : null;
}

/** A point whose y is not below p - 1 = 2^255 - 20, or whose x is a negative zero: what browsers say of those may not be our rule. */
const ODD_POINT = /^(?:010{60}80|(?:e[c-f]|f.)f{60}[7f]f)$/;

/**
 * Ed25519. A browser's yes to plain points is ours; whatever else, a browser without Ed25519 included, our own arithmetic judges: browsers
 * refuse points of small order, which the rule allows. Wrong lengths are simply false.
 */
export async function verifyEd25519(publicKey, message, signature) {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  if (!ODD_POINT.test(hex(publicKey)) && !ODD_POINT.test(hex(signature.slice(0, 32)))) {
    try {
      const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
      if (await crypto.subtle.verify('Ed25519', key, signature, message)) return true;
    } catch {
      // A browser without Ed25519, or one that does not take this key.
    }
  }
  return (await import('./evidence-ed25519.js')).verifyHere(publicKey, message, signature);
}

/** At least one line must be of the key, by name and id, and each that is must hold; lines of unknown keys are ignored. */
async function isSignedBy(head, key) {
  if (head.origin !== key.origin || head.size < key.first || head.size > key.last) return false;
  const own = head.lines.filter((line) => line.name === key.origin && line.id === key.id);
  const distinct = own.filter((line, i) => i === 0 || !same(line.signature, own[i - 1].signature));
  for (const line of distinct) if (!await verifyEd25519(key.publicKey, bytesOf(head.body), line.signature)) return false;
  return distinct.length > 0;
}

/** The tree head of a note that is well formed and signed by one of the keys; else null. @returns {Promise<?Head>} */
export async function openHead(note, keys) {
  const head = parseHead(note);
  for (const key of head ? keys : []) if (await isSignedBy(head, key)) return head;
  return null;
}
