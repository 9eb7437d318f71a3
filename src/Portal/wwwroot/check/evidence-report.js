/** What a check came to, for people. */
import { hex, printable } from './evidence-text.js';

/** Where steps and words appear: steps as items of a list, words between the lists. */
export function reportIn(body) {
  let list = null;
  const add = (to, tag, ...content) => {
    const element = to.appendChild(document.createElement(tag));
    element.append(...content);
    return element;
  };
  body.replaceChildren();
  return {
    say(words, tag = 'p') {
      list = null;
      return add(body, tag, words);
    },
    step(words, holds, why = '') {
      list ??= add(body, 'ol');
      add(add(list, 'li', `${words} `), 'strong', holds ? 'holds' : 'does not hold').after(holds ? '' : ` ${why}`);
      return holds;
    },
  };
}

/** What a file that holds shows, and what no check can say (evidence format, section 9.3). @returns {string[]} */
export function wordsOf({ kind, head, checkpoint, shown, last }) {
  const unitOf = ({ unit }) => (unit ? ` ${unit}` : '');
  const lines = [];
  if (kind === 'proof') {
    const { is, leaf } = last;
    lines.push(
      `Record ${is.recordId}, seq ${is.seq} of customer ${is.customerId}: ${is.delta}${unitOf(is)} for “${is.reason}”.`,
      `Accepted ${is.acceptedAt}; balance after it ${is.balanceAfter}${unitOf(is)}. Fingerprint 0x${hex(leaf)}.`);
  } else {
    const { mode, start, end, asOf, count, firstSeq, lastSeq, opening, net, closing, recordedBy, customerId } = checkpoint, unit = unitOf(checkpoint);
    lines.push(`Recorded by ${recordedBy}, for customer ${customerId}.`, `From ${start} up to, and not including, ${end < asOf ? end : asOf}.`);
    lines.push(mode === 'all'
      ? `Every record of that window: ${count}, seq ${firstSeq} to ${lastSeq}. Opening ${opening}${unit}, net ${net}${unit}, closing ${closing}${unit}.`
      : `A chosen subset of that window’s records, not all of them: ${count}. Their net is ${net}${unit}.`);
    if (kind === 'sample') lines.push(`A spot check of ${shown} records; the totals are the checkpoint’s own statement.`);
    if (mode === 'all') lines.push('A record pushed over an edge would show in the neighbouring receipt: check that one too.');
  }
  lines.push(`Nothing of this has changed since ${head.origin} signed its tree head of size ${head.size}.`, 'No check can say that the vendor counted correctly.');
  return lines.map(printable);
}
