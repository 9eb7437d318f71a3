/** The check of evidence files: the steps of the evidence format, sections 9.1 and 9.2, in their order. No page, no network. */
import {
  Refusal, badFormat, bytesOf, hex, isAmount, isCount, isHashText, isText, isTime, members, nano, parseJson, printable, readCount, readHash, readList, readPath,
  readRoot, readSalt, readText, same, textOf,
} from './evidence-text.js';
import { BLOCK, CHECKPOINT, CHECKPOINT_ROOT, RECORD, leadsTo, leafHash, mapAll, rootFromPath, rootOf, sha256 } from './evidence-trees.js';
import { openHead } from './evidence-notes.js';

const PROOF = 'pacspace/record-proof/1';
const ZEROS = '0'.repeat(64);
/** A statement's members by their forms, in canonical order; those marked ? may be absent. */
const formOf = (version, ...groups) => [...groups, [(text) => text === version, 'v']]
  .flatMap(([isGood, names]) => names.split(' ').map((key) => ({ name: key.replace('?', ''), isGood, isOptional: key.endsWith('?') })))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

const RECORD_FORM = formOf('pacspace/record/1', [isTime, 'acceptedAt'], [isAmount, 'balanceAfter delta'], [isCount, 'seq'], [isHashText, 'prev metadataHash?'],
  [isText, 'customerId ledger reason recordId adjusts? referenceId? unit?']);
const CHECKPOINT_FORM = formOf('pacspace/checkpoint/1', [isTime, 'asOf end start'], [isAmount, 'closing net opening'], [isCount, 'count firstSeq lastSeq'],
  [isText, 'checkpointId customerId ledger recordedBy unit?'], [(text) => text === 'all' || text === 'selected', 'mode']);

const readPlace = (value) => members(value, 'A place', { index: readCount, size: readCount, path: readPath });
const DISCLOSED = { statement: readText, salt: readSalt, 'metadata?': readText, 'metadataSalt?': readSalt };
const SEALED = { block: readPlace, log: readPlace };
const FILE = { format: (it) => (it === PROOF || it === 'pacspace/receipt/1' ? it : badFormat('It is of another format.')), treeHead: readText };

function readRecord(value, more = {}) {
  const record = members(value, 'A record', { ...DISCLOSED, ...more });
  if ('metadata' in record !== 'metadataSalt' in record) badFormat('Metadata comes with its salt.');
  return record;
}

function readReceipt(value) {
  const file = members(value, 'A receipt', {
    ...FILE, proofRoot: readRoot, log: readPlace,
    checkpoint: (it) => members(it, 'The checkpoint', { statement: readText, salt: readSalt, 'path?': readPath }),
    'records?': (list) => readList(list, readRecord),
    'sample?': (list) => readList(list, (it) => readRecord(it, { index: readCount, path: readPath, ...SEALED })),
  });
  if (!file.records === !file.sample || !file.records === !file.checkpoint.path) badFormat('It has neither records nor a sample with a path.');
  return file;
}

/** The statement's members, counts as numbers, if its text is canonical (RFC 8785), complete and of the right forms. */
function readStatement(text, form, isSound) {
  try {
    const given = parseJson(text);
    const again = form.filter(({ name }) => name in given).map(({ name }) => `"${name}":${JSON.stringify(given[name])}`);
    if (`{${again}}` !== text) return null;
    for (const { name, isGood, isOptional } of form) {
      if (!(name in given) ? !isOptional : typeof given[name] !== 'string' || !isGood(given[name])) return null;
      if (isGood === isCount) given[name] = Number(given[name]);
    }
    return isSound(given) ? given : null;
  } catch {
    return null;
  }
}

const readRecordStatement = (text) => readStatement(text, RECORD_FORM, (r) =>
  r.delta !== '0' && r.seq > 0 && (r.seq > 1 || (r.prev === ZEROS && r.balanceAfter === r.delta)));
const readCheckpointStatement = (text) => readStatement(text, CHECKPOINT_FORM, (c) =>
  c.start < c.end && c.start < c.asOf && c.firstSeq > 0 && (c.mode === 'all' ? c.lastSeq - c.firstSeq === c.count - 1 : c.count > 0 && c.opening === '0'));

/** Reads the file, which is a record proof, a receipt, or a verification package around a receipt. Nothing else of a package is believed. */
function readFile(text) {
  let file = parseJson(text);
  const packed = file?.data ?? file;
  if (packed?.evidence && !('format' in file)) {
    if (packed.proofRoot !== packed.evidence.proofRoot) badFormat('Package and evidence name two roots.');
    file = packed.evidence;
  }
  return file?.format === PROOF ? readRecord(file, { ...FILE, ...SEALED }) : readReceipt(file);
}

const ensure = (holds, words = '', record = null) => {
  if (!holds) throw new Refusal(words, record);
};

/** @typedef {{ file: any, records: any[], kind: 'proof' | 'complete' | 'sample', keys: Key[], checkpoint: any, head: Head }} Case */

const leafOf = (record) => leafHash(RECORD, record.salt, bytesOf(record.statement));
export const coveredThrough = ({ end, asOf }) => (end < asOf ? end : asOf);

/** The first record for which it does not hold is named. @param {(record: any, place: number, before: any) => boolean} holds */
const each = ({ records, kind }, holds) => records.forEach((record, i) => {
  if (!holds(record, i, records[i - 1])) ensure(false, record.is ? `Record ${record.is.recordId}, seq ${record.is.seq}.` : '', kind === 'proof' ? null : i);
});

/** The same for records whose predecessor is shown too. */
const successors = (it, holds) => each(it, ({ is }, i, before) => !before || before.is.seq + 1 !== is.seq || holds(is, before));

const isLogged = async ({ head }, type, root, log) =>
  log.size === head.size && leadsTo(head.root, await leafHash(type, root), log);

/** Section 9.1: code, whether it applies to a record proof (p), a complete receipt (c) and a spot check (s), what holds, and the check. */
const CHECKS = [
  ['statement', 'pcs', 'Every statement is canonical and complete.', (it) => {
    if (it.kind !== 'proof') ensure(it.checkpoint = readCheckpointStatement(it.file.checkpoint.statement), 'The checkpoint.');
    each(it, (record) => record.is = readRecordStatement(record.statement));
  }],
  ['metadata', 'pcs', 'Metadata shown is what was committed to.', async (it) => {
    const hashes = await mapAll(it.records, async ({ metadata, metadataSalt }) => metadataSalt && hex(await sha256(metadataSalt, bytesOf(metadata))));
    each(it, ({ is }, i) => !hashes[i] || hashes[i] === is.metadataHash);
  }],
  ['count', 'cs', 'There are as many records as counted.', ({ kind, records: { length }, checkpoint: { count } }) => {
    ensure(kind === 'complete' ? length === count : length <= count && (length > 0 || count === 0), `${length} of ${count}.`);
  }],
  ['root', 'cs', 'Records and checkpoint lead to the proof root.', async (it) => {
    const { records, file: { checkpoint: { statement, salt, path }, proofRoot } } = it;
    const last = await leafHash(CHECKPOINT, salt, bytesOf(statement));
    const leaves = await mapAll(records, leafOf);
    records.forEach((record, i) => { record.leaf = leaves[i]; });
    if (it.kind === 'complete') return ensure(same(await rootOf([...leaves, last]), proofRoot));

    const { count } = it.checkpoint;
    const leads = (leaf, index, way) => leadsTo(proofRoot, leaf, { index, size: count + 1, path: way });
    ensure(await leads(last, count, path), 'The checkpoint.');
    const good = await mapAll(records, ({ leaf, index, path: way }) => index < count && leads(leaf, index, way));
    return each(it, (_, i) => good[i]);
  }],
  ['block', 'ps', 'Each path fits its place in the block.', async (it) => {
    for (const record of it.records) record.blockRoot = await rootFromPath(record.leaf ??= await leafOf(record), record.block);
    each(it, ({ blockRoot }) => blockRoot);
  }],
  ['signature', 'pcs', 'The tree head is signed by a trusted key of its log.', async (it) => ensure(it.head = await openHead(it.file.treeHead, it.keys))],
  ['log', 'pcs', 'The signed log holds it where the file says.', async (it) => {
    if (it.kind !== 'proof') ensure(await isLogged(it, CHECKPOINT_ROOT, it.file.proofRoot, it.file.log), 'The proof root.');
    if (it.kind === 'complete') return;
    const good = await mapAll(it.records, ({ blockRoot, log }) => isLogged(it, BLOCK, blockRoot, log));
    each(it, ({ log }, i) => good[i] && (it.kind === 'proof' || log.index < it.file.log.index));
  }],
  ['customer', 'cs', 'Every record is of this ledger and customer.', (it) =>
    each(it, ({ is }) => is.ledger === it.checkpoint.ledger && is.customerId === it.checkpoint.customerId)],
  ['window', 'cs', 'Every record is in the covered window.', (it) =>
    each(it, ({ is: { acceptedAt } }) => it.checkpoint.start <= acceptedAt && acceptedAt < coveredThrough(it.checkpoint))],
  ['order', 'cs', 'Numbers and times go forward.', (it) => each(it, ({ is, index }, i, before) =>
    (it.checkpoint.mode !== 'all' || is.seq - it.checkpoint.firstSeq === (index ?? i))
    && (!before || (!(index <= before.index) && is.seq > before.is.seq && is.acceptedAt >= before.is.acceptedAt)))],
  ['chain', 'cs', 'Each record names the one before it.', (it) => successors(it, (is, before) => is.prev === hex(before.leaf))],
  ['balance', 'cs', 'Each balance is the one before it plus the delta.', (it) =>
    successors(it, (is, before) => nano(is.balanceAfter) === nano(before.is.balanceAfter) + nano(is.delta))],
  ['net', 'cs', 'The deltas give the net, which leads from opening to closing.', ({ kind, records, checkpoint: { opening, net, closing } }) =>
    ensure((kind === 'sample' || records.reduce((sum, { is }) => sum + nano(is.delta), 0n) === nano(net)) && nano(opening) + nano(net) === nano(closing))],
  ['ends', 'cs', 'First and last record fit the checkpoint.', (it) => each(it, ({ is, index }, i) => {
    const { mode, count, firstSeq, lastSeq, opening, closing } = it.checkpoint, at = index ?? i, some = mode !== 'all';
    return (at !== 0 || (is.seq === firstSeq && (some || nano(is.balanceAfter) - nano(is.delta) === nano(opening))))
      && (at !== count - 1 || (is.seq === lastSeq && (some || is.balanceAfter === closing)));
  })],
  ['unit', 'cs', 'The unit is the records’ one unit.', (it) => {
    const { unit } = it.checkpoint, units = new Set(it.records.map(({ is }) => is.unit).filter((u) => u));
    if (it.kind === 'complete') ensure(unit === (units.size === 1 ? [...units][0] : undefined));
    else each(it, ({ is }) => !unit || !is.unit || is.unit === unit);
  }],
];

/**
 * Checks one file step by step and stops at the first that fails; the last step of a file that holds has its facts.
 * @param {Uint8Array} bytes
 * @param {Key[]} keys of which one must have signed the tree head; obtained elsewhere than the file
 * @returns {AsyncGenerator<{ check: string, holds: boolean, words: string, why?: string, record?: ?number, facts?: any }>}
 */
export async function* verify(bytes, keys) {
  /** @type {Case} */
  const it = { keys };
  const format = ['format', '', 'The file is of its format.', () => {
    it.file = readFile(textOf(bytes));
    it.records = it.file.records ?? it.file.sample ?? [it.file];
    it.kind = it.file.records ? 'complete' : it.file.sample ? 'sample' : 'proof';
  }];
  for (const [check, kinds, words, run] of [format, ...CHECKS]) {
    if (kinds && !kinds.includes(it.kind[0])) continue;
    try {
      await run(it);
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      yield { check, holds: false, words, why: printable(refusal.message), record: refusal.record };
      return;
    }
    yield { check, holds: true, words };
  }
  const { file, records, kind, head, checkpoint } = it;
  yield { check: 'end', holds: true, words: '', facts: { kind, head, checkpoint, proofRoot: file.proofRoot, shown: records.length, first: records[0], last: records.at(-1) } };
}
