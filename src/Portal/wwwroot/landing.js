// The landing page while it is looked at: it asks again by itself, changes only what differs, and never moves focus.
// It says once that a person is there. Without it there is the link "Refresh".
"use strict";

const EVERY_MS = 5_000;
const AT_MOST_MS = 60_000;
const SLOWER = 1.5;
const SEEN_AFTER_MS = 2_000;
const ROWS_KEPT = 100;

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
    wait = apply(next.content) ? EVERY_MS : Math.min(wait * SLOWER, AT_MOST_MS);
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
  const [from, to] = [next.querySelector("#records tbody"), page.querySelector("#records tbody")];
  if (!from) return false;
  if (!to) {
    page.querySelector("#records").replaceChildren(...next.querySelector("#records").childNodes);
    return true;
  }
  let changed = false;
  const known = new Map([...page.querySelectorAll("#records [data-record]")].map((row) => [row.dataset.record, row]));
  let before = to.firstElementChild;
  for (const row of [...from.querySelectorAll("[data-record]")]) {
    const old = known.get(row.dataset.record);
    if (!old) {
      to.insertBefore(row, before);
      changed = true;
      continue;
    }
    const [state, newState] = [old.querySelector("[data-state]"), row.querySelector("[data-state]")];
    if (state.textContent !== newState.textContent) {
      state.textContent = newState.textContent;
      changed = true;
    }
    if (old.parentNode === to) before = old.nextElementSibling;
  }
  for (const row of [...to.querySelectorAll("[data-record]")].slice(ROWS_KEPT)) if (!row.contains(document.activeElement)) row.remove();
  return changed;
}

document.addEventListener("visibilitychange", () => {
  wait = EVERY_MS;
  schedule();
});

// A code that is being typed, and rows that were asked for, stay as they are.
document.addEventListener("input", (event) => {
  if (event.target.id === "code") isStopped = true;
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.closest("#more")) isStopped = true;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "live") return;
  [isStopped, wait] = [false, EVERY_MS];
  offerPause();
  schedule();
});

function offerPause() {
  const button = page.querySelector("[data-pause]");
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
