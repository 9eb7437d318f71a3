// What a customer's page does beside its links and forms: says that something is loading, that it failed, and where focus goes.
// Every page is whole without it.
"use strict";

const LOADING_AFTER_MS = 300;

/** The line of a region that is read out when it changes. */
const statusOf = (region) => region.querySelector(".status") ?? document.querySelector("main .status");

document.addEventListener("htmx:beforeRequest", (event) => {
  const region = event.detail.target;
  region.setAttribute("aria-busy", "true");
  region.dataset.loading = String(setTimeout(() => {
    const status = statusOf(region);
    if (status) status.textContent = "Loading";
  }, LOADING_AFTER_MS));
});

document.addEventListener("htmx:afterRequest", (event) => {
  const region = event.detail.target;
  clearTimeout(Number(region.dataset.loading));
  region.removeAttribute("aria-busy");
  const status = statusOf(region);
  if (status?.textContent === "Loading") status.textContent = "";
});

// 5xx, or no answer at all: the region says so and everything else stays.
for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => {
    const region = event.detail.target;
    region.querySelector(":scope > .failure")?.remove();
    const line = document.createElement("p");
    line.className = "failure";
    line.setAttribute("role", "alert");
    const again = document.createElement("button");
    again.type = "button";
    again.className = "plain";
    again.textContent = "Try again";
    const source = event.detail.elt;
    again.addEventListener("click", () => {
      line.remove();
      if (source.isConnected && source.matches("form")) source.requestSubmit(); else if (source.isConnected) source.click(); else location.reload();
    });
    line.append("This could not be loaded. ", again);
    region.prepend(line);
  });
}

// A swap that took the place of focus gives it to the new heading, to the field that was wrong, or to the first new row.
document.addEventListener("htmx:afterSettle", (event) => {
  const wanted = event.detail.elt.matches?.(".take-focus") ? event.detail.elt : event.detail.elt.querySelector?.(".take-focus");
  if (!wanted) return;
  if (!wanted.matches("a, button, input, select")) wanted.setAttribute("tabindex", "-1");
  wanted.focus();
  wanted.classList.remove("take-focus");
});

// Nothing of a page is kept in the browser, not even its address, which htmx writes down when it starts and when it pushes another.
const forgetAddress = () => sessionStorage.removeItem("htmx-current-path-for-history");
forgetAddress();
document.addEventListener("htmx:afterRequest", forgetAddress);
addEventListener("pagehide", forgetAddress);

/** Lets the decimal points of each column stand one below the other again when rows came to those that the server aligned. */
function alignPoints(table) {
  const columns = [];
  for (const cell of table.querySelectorAll("td.number")) (columns[cell.cellIndex] ??= []).push(cell.querySelector(".figure") ?? cell);
  for (const numbers of Object.values(columns)) {
    const texts = numbers.map((number) => number.textContent);
    if (texts.some((text) => !/^[+-]?[\d,.]+$/.test(text))) continue; // a unit stands behind each
    const digits = texts.map((text) => text.split(".")[1]?.length ?? 0);
    const most = Math.max(...digits);
    numbers.forEach((number, i) => {
      if (digits[i] === most) delete number.dataset.fill;
      else number.dataset.fill = (digits[i] === 0 ? "." : "") + "0".repeat(most - digits[i]);
    });
  }
}

// Rows that came on request are announced by their number.
document.addEventListener("htmx:afterSettle", () => {
  const added = document.querySelector("tbody.added");
  if (!added) return;
  added.classList.remove("added");
  alignPoints(added.closest("table"));
  const status = document.querySelector("main .status");
  const count = added.rows.length;
  if (status) status.textContent = `${count} more ${added.dataset.of ?? "record"}${count === 1 ? "" : "s"} shown`;
});
