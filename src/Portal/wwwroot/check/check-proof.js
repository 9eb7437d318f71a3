/**
 * "Check this proof here": each section with data-check gets its button. Without scripts it stays hidden.
 *   data-check    record or period (a file is fetched from data-file and checked), or root (what is public is checked)
 *   data-log      path of the log; data-vendor: whose key it is
 *   data-expect   the record id or proof root that the page shows; root: the root, with data-index and, for a submission's block, data-block="true"
 *   data-records  period: how many there are
 */
import { fromHex, hex } from './evidence-text.js';
import { parseHead } from './evidence-notes.js';
import { read, readHead, readKeys, treeOf } from './evidence-log.js';
import { verify } from './evidence-check.js';
import { reportIn, wordsOf } from './evidence-report.js';

const REFUSED = 'This does not hold.';
const dateOf = (time) => new Date(time).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** What this browser saw of a log before: its key and newest tree head, kept after a check under the log's origin. */
function recall(origin) {
  try {
    const { vkey, treeHead, seenAt } = JSON.parse(localStorage.getItem('pacspace-log:' + origin));
    const head = parseHead(treeHead);
    return head.origin === origin ? { vkey, head, date: dateOf(seenAt) } : null;
  } catch {
    return null; // nothing, or nothing of ours
  }
}

function remember(vkey, { origin, note }) {
  try {
    localStorage.setItem('pacspace-log:' + origin, JSON.stringify({ vkey, treeHead: note, seenAt: new Date() }));
  } catch {
    // A browser that keeps nothing compares nothing.
  }
}

async function checkFile({ check, file, expect }, keys, report) {
  const bytes = await read(file, 'POST');
  let facts = null;
  for await (const step of verify(bytes, keys)) {
    facts = step.facts;
    if (!facts) report.step(step.words, step.holds, `(${step.check}) ${step.why}`);
  }
  const shown = facts && (check === 'record' ? facts.last?.is.recordId : `0x${hex(facts.proofRoot ?? [])}`);
  return facts && report.step('The file is the one of this page.', shown === expect) ? facts : null;
}

async function checkAll(data, report) {
  const { check, log, vendor, expect, index, block, records } = data;
  if (Number(records) > 50_000) return 'Download the bundle and check it with the verifier.';

  const keys = await readKeys(log);
  const [{ text: vkey, origin }] = keys;
  const seen = recall(origin);
  const isNewKey = seen && seen.vkey !== vkey;
  if (isNewKey) {
    report.say(`The key of this log is not the one that this browser saw on ${seen.date}.`).role = 'alert';
    report.say(`Seen before: ${seen.vkey}`);
  }
  report.say(vkey, 'code');
  report.say(`Compare this key with the one that ${vendor} or your auditor published.`);

  const facts = check === 'root' ? null : await checkFile(data, keys, report);
  if (check !== 'root' && !facts) return REFUSED;

  const head = await readHead(log, keys);
  if (!report.step('Today’s tree head is signed by the log’s key.', head?.origin === origin)) return REFUSED;
  const tree = treeOf(log, head);
  if (seen && !await tree.extends(seen.head)) {
    report.say(`Today’s log does not contain the log you saw on ${seen.date}.`).role = 'alert';
    return REFUSED;
  }
  if (seen) report.say(`Nothing you saw before has changed: the log of ${seen.date} is part of today’s.`);
  const isInLog = facts ? report.step('The tree head of the proof is part of today’s log.', await tree.extends(facts.head))
    : report.step(block ? 'The block’s root is in the log.' : 'The proof root is in the log.', await tree.holds(block, fromHex(expect.slice(2)), Number(index)));
  if (!isInLog) return REFUSED;

  // Another key is remembered when somebody who compared it says so: a browser that forgot by itself would warn only once.
  if (isNewKey) {
    const button = report.say('I compared the new key: remember it', 'button');
    button.type = 'button';
    button.addEventListener('click', () => {
      remember(vkey, head);
      button.replaceWith('The new key is remembered.');
    });
  } else remember(vkey, head);

  if (facts) for (const words of wordsOf(facts)) report.say(words);
  else {
    report.say(block ? 'That this submission is in the block is checked with a record proof.'
      : 'This shows that the proof root is in the log. The amounts on this page are checked with the bundle.');
  }
  return 'Checked in this browser: all of it holds.';
}

function offer(section) {
  const button = section.querySelector('button'), status = section.querySelector('[role=status]');
  button.addEventListener('click', async () => {
    if (section.ariaBusy === 'true') return;
    section.ariaBusy = 'true';
    status.textContent = 'Checking …';
    status.textContent = await checkAll(section.dataset, reportIn(section.querySelector('[data-check-report]'))).catch(({ message }) => `The check could not be made. ${message}`);
    section.ariaBusy = 'false';
  });
  section.hidden = false;
}

const offerAll = () => document.querySelectorAll('[data-check][hidden]').forEach(offer);
offerAll();
document.addEventListener('htmx:afterSettle', offerAll); // another result was swapped in
