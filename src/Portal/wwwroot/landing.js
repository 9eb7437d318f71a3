// The landing page while it is looked at: it asks again by itself, changes only what differs, and never moves focus.
// It says once that a person is there. Without it there is the link "Refresh".
"use strict";

const EVERY_MS = 5_000;
const AT_MOST_MS = 60_000;
const SLOWER = 1.5;
const SEEN_AFTER_MS = 2_000;
const ROWS_KEPT = 100;
const ROWS_AT_MOST = 200;

const page = document.querySelector("[data-landing]");
const home = page.dataset.landing;
const status = page.querySelector('[role="status"]');
let [timer, wait, isPaused, isStopped] = [0, EVERY_MS, false, false];

const schedule = () => {
  clearTimeout(timer);
  if (!isPaused && !isStopped && document.visibilityState === "visible") timer = setTimeout(refresh, wait);
};

async function refresh() {
  const shown = page.querySelectorAll("[data-record]").length;
  try {
    const answer = await fetch(`${home}?rows=${Math.min(Math.max(shown, 10), ROWS_KEPT)}`, {
      headers: { "HX-Request": "true", "X-Pacspace-Auto": "1", Accept: "text/html" }, credentials: "same-origin", redirect: "error",
    });
    if (answer.status === 404) return location.assign(home); // revoked, or moved to another host
    if (!answer.ok) throw new Error(String(answer.status));
    const next = document.createElement("template");
    next.innerHTML = await answer.text();
    if (isPaused || isStopped) return;
    wait = keepingPlace(() => apply(next.content)) ? EVERY_MS : Math.min(wait * SLOWER, AT_MOST_MS);
  } catch {
    wait = Math.min(wait * 2, AT_MOST_MS); // the page stays as it is, and says when it was true
  }
  schedule();
}

/** Puts in what differs. True when something did, apart from the time of the look. */
function apply(next) {
  if (!next.querySelector("#records") !== !page.querySelector("#records")) return location.assign(home); // locked or opened meanwhile
  const said = [];
  let changed = false;
  for (const part of next.querySelectorAll("[data-live]")) {
    const old = page.querySelector(`[data-live="${part.dataset.live}"]`);
    if (!old || old.innerHTML === part.innerHTML) continue;
    if (!old.contains(document.activeElement)) old.innerHTML = part.innerHTML;
    if (part.dataset.live === "updated") continue;
    changed = true;
    if (part.dataset.live === "count") said.push(part.textContent.trim());
  }
  changed = applyRows(next) || changed;
  if (changed) status.textContent = said.length > 0 ? `Updated. ${said.join(". ")}.` : "Updated.";
  return changed;
}

function applyRows(next) {
  const [from, to] = [next.querySelector("#records"), page.querySelector("#records")];
  if (!from) return false;
  const [rows, shown] = [from.querySelector("tbody"), to.querySelector("tbody")];
  const known = new Map([...to.querySelectorAll("[data-record]")].map((row) => [row.dataset.record, row]));
  const newest = [...rows?.querySelectorAll("[data-record]") ?? []];
  const goesOn = shown && from.dataset.period === to.dataset.period && newest.some((row) => known.has(row.dataset.record));
  if (!goesOn || known.size >= ROWS_AT_MOST) return replaceTable(from, to);

  let changed = false;
  let before = shown.firstElementChild;
  for (const row of newest) {
    const old = known.get(row.dataset.record);
    if (!old) {
      shown.insertBefore(row, before);
      changed = true;
      continue;
    }
    const [state, newState] = [old.querySelector("[data-state]"), row.querySelector("[data-state]")];
    if (state.textContent !== newState.textContent) {
      state.textContent = newState.textContent;
      changed = true;
    }
    if (old.parentNode === shown) before = old.nextElementSibling;
  }
  trim(from, to);
  if (changed) alignPoints(to.querySelector("table"));
  return changed;
}

const isBeingRead = (records) => records.contains(document.activeElement) || records.getBoundingClientRect().top < 0;

/** The first record of a month, the month after, more records at once than are shown: another table, when nobody is in the old one. */
function replaceTable(from, to) {
  const isSame = from.dataset.period === to.dataset.period && from.textContent.trim() === to.textContent.trim();
  if (isSame || isBeingRead(to)) return false;
  to.dataset.period = from.dataset.period;
  to.replaceChildren(...from.childNodes);
  htmx.process(to);
  return true;
}

/** No more rows than are asked for, when nobody is in them; "Show more" goes on after the last. */
function trim(from, to) {
  const surplus = [...to.querySelectorAll("[data-record]")].slice(ROWS_KEPT);
  if (surplus.length === 0 || isBeingRead(to)) return;
  for (const row of surplus) row.remove();
  to.querySelector("#more")?.remove();
  const more = from.querySelector("#more");
  if (more) to.querySelector("table").append(more);
  htmx.process(to);
}

/** Rows that come above the one that is being read do not move it. Browsers scroll by whole pixels: what is left over comes with the next. */
let leftOver = 0;
function keepingPlace(change) {
  const isAbove = page.querySelector("#records")?.getBoundingClientRect().top < 0;
  const row = isAbove && [...page.querySelectorAll("[data-record]")].find((it) => it.getBoundingClientRect().top >= 0);
  if (!row) return change();
  const [before, from] = [row.getBoundingClientRect().top, scrollY];
  const result = change();
  leftOver += row.getBoundingClientRect().top - before;
  scrollBy(0, leftOver);
  leftOver -= scrollY - from;
  return result;
}

document.addEventListener("visibilitychange", () => {
  wait = EVERY_MS;
  schedule();
});

function stop() {
  isStopped = true;
  clearTimeout(timer);
}

// A code that is being typed, and rows that were asked for, stay as they are.
document.addEventListener("input", (event) => {
  if (event.target.id === "code") stop();
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.closest("#more")) stop();
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "live") return;
  [isStopped, wait] = [false, EVERY_MS];
  offerPause();
  schedule();
});

function offerPause() {
  const button = page.querySelector("[data-pause]");
  if (!button) return; // nothing on the page moves
  button.hidden = false;
  button.textContent = isPaused ? "Resume updates" : "Pause updates";
  button.addEventListener("click", () => {
    isPaused = !isPaused;
    button.textContent = isPaused ? "Resume updates" : "Pause updates";
    wait = EVERY_MS;
    schedule();
  });
}

// A person is there at the first sign of one, or after the page was visible for a while; previews and scanners give none.
let isSeen = false;
function seen() {
  if (isSeen || document.visibilityState !== "visible") return;
  isSeen = true;
  fetch(`${home}/seen`, { method: "POST", credentials: "same-origin", keepalive: true }).catch(() => {});
}
for (const sign of ["keydown", "pointerdown", "scroll"]) addEventListener(sign, seen, { once: true, passive: true });
setTimeout(seen, SEEN_AFTER_MS);
document.addEventListener("visibilitychange", () => setTimeout(seen, SEEN_AFTER_MS));

offerPause();
schedule();
