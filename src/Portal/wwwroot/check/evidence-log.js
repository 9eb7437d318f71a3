/** What the public log of the own origin says: C2SP tlog-tiles, read as far as a path needs them. Nothing read here is believed before it leads to a signed root. */
import { BLOCK, CHECKPOINT_ROOT, isPrefix, leadsTo, leafHash, nodeHash, rootOf } from './evidence-trees.js';
import { openHead, parseKeys } from './evidence-notes.js';

/** @param {string} url of the own origin @returns {Promise<Uint8Array>} rejected when it cannot be read, which says nothing about the log */
export async function read(url, method = 'GET') {
  const where = new URL(url, location.href);
  const answer = where.origin === location.origin && await fetch(where, { method, redirect: 'error' }).catch(() => null);
  if (!answer?.ok) throw new Error(`The server answered ${answer?.status ?? 'nothing'}.`);
  return new Uint8Array(await answer.arrayBuffer());
}

const textAt = async (url) => new TextDecoder().decode(await read(url));

/** The keys that the log publishes, the one in use first. */
export async function readKeys(log) {
  return await parseKeys(await textAt(`${log}/vkey`)) ?? Promise.reject(new Error('The log’s keys do not parse.'));
}

/** The latest tree head; null when it is not signed by one of the keys. */
export const readHead = async (log, keys) => openHead(await textAt(`${log}/checkpoint`), keys);

/** The tree behind a tree head, out of tiles. @param {string} log @param {Head} head */
export function treeOf(log, { size, root }) {
  const tiles = new Map();

  const tile = (level, number, width) => {
    const digits = String(number).padStart(Math.ceil(String(number).length / 3) * 3, '0').replace(/...(?=...)/g, 'x$&/');
    const url = `${log}/tile/${level}/${digits}${width < 256 ? `.p/${width}` : ''}`;
    if (!tiles.has(url)) tiles.set(url, read(url));
    return tiles.get(url);
  };

  const node = async (level, index) => {
    const tileLevel = Math.floor(level / 8), count = 2 ** (level % 8), first = index * count;
    const number = Math.floor(first / 256), width = Math.min(256, Math.floor(size / 256 ** tileLevel) - 256 * number);
    const bytes = await tile(tileLevel, number, width), at = first - 256 * number;
    return rootOf(Array.from({ length: count }, (_, i) => bytes.slice(32 * (at + i), 32 * (at + i + 1))));
  };

  /** The root of a run of leaves, out of the complete subtrees that it is made of. */
  const run = async ([first, end]) => {
    const nodes = [];
    for (let at = first; at < end;) {
      const level = Math.floor(Math.log2(end - at));
      nodes.push(node(level, at / 2 ** level));
      at += 2 ** level;
    }
    const subtrees = await Promise.all(nodes);
    let joined = subtrees.pop();
    while (subtrees.length > 0) joined = await nodeHash(subtrees.pop(), joined);
    return joined;
  };

  const path = (...which) => Promise.all(runs(size, ...which).map(run));

  return {
    /** Whether the entry of a root, a block's or a checkpoint's, stands at that index of the log. */
    holds: async (isBlock, entered, index) => index < size
      && leadsTo(root, await leafHash(isBlock ? BLOCK : CHECKPOINT_ROOT, entered), { index, size, path: await path((middle) => index < middle) }),

    /** Whether an earlier tree head is a prefix of this one (section 10). */
    extends: async (older) => older.size <= size
      && isPrefix(older, { size, root }, older.size > 0 ? await path((middle) => older.size <= middle, older.size) : []),
  };
}

/**
 * The runs of leaves whose roots are a path, from the leaf upwards: PATH(m, D[n]) of RFC 6962, 2.1.1, and PROOF(m, D[n]) of 2.1.2,
 * which ends with the first tree and needs its last run unless that is the whole of it.
 */
function runs(size, isLeft, stop = 0) {
  const found = [];
  let [first, end] = [0, size];
  while (stop ? end !== stop : end - first > 1) {
    let half = 1;
    while (2 * half < end - first) half *= 2;
    const middle = first + half, left = isLeft(middle);
    found.unshift(left ? [middle, end] : [first, middle]);
    [first, end] = left ? [first, middle] : [middle, end];
  }
  return stop && first > 0 ? [[first, end], ...found] : found;
}
