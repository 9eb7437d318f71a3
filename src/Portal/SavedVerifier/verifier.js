/** The saved verifier: files that are dropped or chosen, keys that are pasted or were saved with it, the same check as on the pages. No request. */
import { verify } from './evidence-check.js';
import { notNeighbours } from './evidence-neighbours.js';
import { parseKeys } from './evidence-notes.js';
import { reportIn, wordsOf } from './evidence-report.js';
import { hex, printable } from './evidence-text.js';

const at = (id) => document.getElementById(id);
const startOf = ({ checkpoint: { start, end, asOf } }) => `${start} ${end < asOf ? end : asOf}`;

/** Of one file: its steps and what it shows. @returns {Promise<?object>} its facts; null when it does not hold */
async function checkFile(file, keys, report) {
  report.say(printable(file.name), 'h2');
  let facts = null;
  for await (const step of verify(new Uint8Array(await file.arrayBuffer()), keys)) {
    facts = step.facts;
    if (!facts) report.step(step.words, step.holds, `(${step.check}) ${step.why}`);
  }
  if (facts) for (const words of wordsOf(facts)) report.say(words);
  return facts && { ...facts, name: printable(file.name) };
}

/** Neighbours among complete receipts: those of one customer, in the order of their windows; one that is given twice is one. */
function pairsAmong(facts) {
  const receipts = new Map(facts.filter(({ kind }) => kind === 'complete').map((it) => [hex(it.proofRoot), it]));
  const customers = Map.groupBy(receipts.values(), ({ checkpoint }) => JSON.stringify([checkpoint.ledger, checkpoint.customerId]));
  return [...customers.values()].flatMap((group) => {
    const ordered = group.sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
    return ordered.slice(1).map((second, i) => [ordered[i], second]);
  });
}

async function checkAll(files) {
  const keys = await parseKeys(at('keys').value.trim());
  if (!keys) return 'The keys do not parse. A key reads origin+8 digits+base 64.';
  const report = reportIn(at('results'));
  const found = [];
  for (const file of files) found.push(await checkFile(file, keys, report));
  const good = found.filter((facts) => facts);
  let holds = good.length === found.length;
  for (const [first, second] of pairsAmong(good)) {
    report.say(`${first.name} and ${second.name}`, 'h2');
    const code = notNeighbours(first, second);
    holds = report.step('The second begins exactly where the first ends; nothing lies between them.', !code, `(${code})`) && holds;
  }
  return holds ? 'All of it holds.' : 'Not all of it holds.';
}

let turn = Promise.resolve();
const check = (files) => {
  if (files.length === 0) return;
  const list = [...files]; // the browser empties its own
  turn = turn.then(async () => {
    at('status').textContent = 'Checking …';
    at('status').textContent = await checkAll(list).catch((fault) => `The check could not be made in this browser. ${fault}`);
  });
};

at('files').addEventListener('change', ({ target }) => {
  check(target.files);
  target.value = ''; // so that the same file can be chosen again
});
for (const type of ['dragover', 'dragleave', 'drop']) {
  document.addEventListener(type, (event) => {
    event.preventDefault();
    document.body.classList.toggle('dropping', type === 'dragover');
    if (type === 'drop') check(event.dataTransfer.files);
  });
}
