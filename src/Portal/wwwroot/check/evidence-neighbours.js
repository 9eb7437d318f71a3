/** Whether one receipt begins where another ends (evidence format, section 9.2). */
import { hex } from './evidence-text.js';
import { coveredThrough } from './evidence-check.js';

/** The code for which the second of two complete receipts that hold does not follow the first; null when it does. */
export function notNeighbours(first, second) {
  const [one, two] = [first.checkpoint, second.checkpoint];
  if (one.ledger !== two.ledger || one.customerId !== two.customerId || one.mode !== 'all' || two.mode !== 'all') return 'customer';
  if (coveredThrough(one) !== two.start) return 'window';
  if (two.firstSeq - one.lastSeq !== 1) return 'order';
  if (first.last && second.first && second.first.is.prev !== hex(first.last.leaf)) return 'chain';
  return one.closing === two.opening ? null : 'balance';
}
