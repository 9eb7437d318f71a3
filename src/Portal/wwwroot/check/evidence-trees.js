/** Trees of RFC 6962: hashes, roots and the checks of paths. Positions are exact numbers below 2^53, so they are halved, never shifted. */
import { same } from './evidence-text.js';

const AT_ONCE = 1024; // digests that wait in the browser together

/** H of the parts, one after the other. @returns {Promise<Uint8Array>} */
export async function sha256(...parts) {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', all));
}

/** @param {any[]} list @param {(item: any, index: number) => Promise<any>} map */
export async function mapAll(list, map) {
  const done = [];
  for (let at = 0; at < list.length; at += AT_ONCE) {
    done.push(...await Promise.all(list.slice(at, at + AT_ONCE).map((item, i) => map(item, at + i))));
  }
  return done;
}

/** Type bytes of entries. */
export const [RECORD, CHECKPOINT, BLOCK, CHECKPOINT_ROOT] = [0x01, 0x02, 0x11, 0x12];

/** H(0x00 ‖ type ‖ H(content)) */
export const leafHash = async (type, ...content) => sha256([0x00, type], await sha256(...content));

/** H(0x01 ‖ left ‖ right) */
export const nodeHash = (left, right) => sha256([0x01], left, right);

/** The root over leaf hashes; a node without a neighbour is carried up as it is. */
export async function rootOf(leaves) {
  if (leaves.length === 0) return sha256();
  let level = leaves;
  while (level.length > 1) {
    const pairs = Array.from({ length: Math.ceil(level.length / 2) }, (_, i) => [level[2 * i], level[2 * i + 1]]);
    level = await mapAll(pairs, async ([left, right]) => (right ? nodeHash(left, right) : left));
  }
  return level[0];
}

/** Goes up from a leaf: which side each sibling of a path is on. False when the path is not of the one right length (RFC 9162, 2.1.3.2). */
async function climb(node, last, path, join) {
  const up = () => {
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  };
  for (const sibling of path) {
    if (last === 0) return false;
    const isLeft = node % 2 === 1 || node === last;
    await join(sibling, isLeft);
    // The rightmost node stands alone on some levels, where it is carried up as it is.
    while (isLeft && node % 2 === 0 && node !== 0) up();
    up();
  }
  return last === 0;
}

/** The root to which a path leads from a leaf; null when the path is not of the right length. */
export async function rootFromPath(leaf, { index, size, path }) {
  if (index >= size) return null;
  let root = leaf;
  const isWhole = await climb(index, size - 1, path, async (sibling, isLeft) => {
    root = await (isLeft ? nodeHash(sibling, root) : nodeHash(root, sibling));
  });
  return isWhole ? root : null;
}

/** Whether a path leads from a leaf to that root. */
export const leadsTo = async (root, leaf, place) => same(await rootFromPath(leaf, place) ?? [], root);

/** Whether the tree of the first size and root is a prefix of the second (RFC 6962, 2.1.2; RFC 9162, 2.1.4.2). */
export async function isPrefix(first, second, path) {
  if (first.size > second.size) return false;
  if (first.size === 0) return path.length === 0 && same(first.root, await sha256()) && (second.size > 0 || same(second.root, first.root));
  if (first.size === second.size) return path.length === 0 && same(first.root, second.root);

  let [node, last] = [first.size - 1, second.size - 1];
  for (; node % 2 === 1; node = Math.floor(node / 2)) last = Math.floor(last / 2);
  // A first tree that is complete is itself the node from which both roots are built; otherwise the path begins with it.
  const wasComplete = node === 0;
  if (!wasComplete && path.length === 0) return false;
  let old = wasComplete ? first.root : path[0];
  let now = old;
  const isWhole = await climb(node, last, wasComplete ? path : path.slice(1), async (sibling, isLeft) => {
    if (isLeft) old = await nodeHash(sibling, old);
    now = await (isLeft ? nodeHash(sibling, now) : nodeHash(now, sibling));
  });
  return isWhole && same(old, first.root) && same(now, second.root);
}
