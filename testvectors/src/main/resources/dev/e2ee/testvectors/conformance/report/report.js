"use strict";
/*
 * The program of the page. Its data comes from files of vectors and from providers, and is not
 * trusted: it is put in as text, never as HTML, and no address is made of it but by webLink.
 *
 * What is shown follows the part of the address after "#" (see FIELDS), so each view has a link
 * and the back button works. Long lists are made a page at a time.
 */
const PAGE = 100;
const PRINTED = 500; // rows of a provider's deviations: with very many a browser prints nothing
const FIELDS = ["file", "provider", "test", "outcome", "flag", "text"];
const OUTCOMES = ["deviating", "passed", "unsupported"]; // what matters most comes first
const SIGNS = { passed: "✓", deviating: "✗", unsupported: "–" };
const EXPECTED = {
  valid: "accepted, with the right result",
  acceptable: "accepted with the right result, or refused",
  invalid: "refused",
};
/** The parts of a list of tests; groupOf says which test stands where. */
const GROUPS = [
  ["deviating", "Deviating", "Not what the file says."],
  ["differ", "Acceptable: providers differ", "Both answers are right; some accepted, others refused."],
  ["accepted", "Acceptable: accepted", "Both answers are right; here the test was accepted."],
  ["refused", "Acceptable: refused", "Both answers are right; here the test was refused."],
  ["unsupported", "Unsupported", "Not tried: what the test needs is not offered."],
  ["partly", "Passed where supported", "Passed by each provider that offers what the test needs."],
  ["passed", "Passed", "As the file says."],
];
/** What the outcome filter lets through, given a test and its outcomes. */
const FILTERS = {
  deviating: ["Deviating", (test, seen) => seen.some((o) => o.outcome === "deviating")],
  accepted: ["Acceptable, accepted", (test, seen) => isAcceptable(test) && seen.some(isAccepted)],
  refused: ["Acceptable, refused", (test, seen) => isAcceptable(test) && seen.some(isRefused)],
  unsupported: ["Unsupported", (test, seen) => seen.some((o) => o.outcome === "unsupported")],
  passed: ["Passed", (test, seen) => seen.every((o) => o.outcome === "passed")],
};

const byId = (id) => document.getElementById(id);
const report = JSON.parse(byId("data").textContent);
const { columns, files } = report;
const number = (n) => n.toLocaleString("en");
const plural = (n, one, many = one + "s") => `${number(n)} ${n === 1 ? one : many}`;
const isAcceptable = (test) => test.result === "acceptable";
const isAccepted = (o) => o.outcome === "passed" && o.seen === "accepted";
const isRefused = (o) => o.outcome === "passed" && o.seen !== "accepted";

/** An element with attributes (none for null) and children: elements, or text. */
function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value != null) node.setAttribute(key, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child != null));
  return node;
}

function button(text, action) {
  const node = el("button", { type: "button" }, text);
  node.addEventListener("click", action);
  return node;
}

/** What is said more quietly. */
const note = (name, ...text) => el(name, { class: "note" }, text);

/** A sign and a number, so that nothing depends on colour. */
const count = (outcome, n) => el("span", { class: `n ${outcome}` }, `${SIGNS[outcome]}\u00a0${number(n)}`);
const counts = (cell) => OUTCOMES.filter((o) => cell[o] > 0).map((o) => [count(o, cell[o]), " "]);
const inWords = (cell) => `${cell.passed} passed, ${cell.deviating} deviating, ${cell.unsupported} unsupported`;
const facts = (...pairs) =>
  el("dl", { class: "facts" },
    pairs.filter(Boolean).map(([term, ...text]) => [el("dt", {}, term), el("dd", {}, text)]));

/** An answer of a provider: with hex in it, in letters of one width. */
const answer = (label, text, ...more) =>
  el("td", { class: /[0-9a-f]{16}/i.test(text) ? "answer mono" : "answer", "data-label": label }, text, more);

/** A table in a box that scrolls where the table is too wide, so that head and first column stay. */
function scrolling(table, attributes) {
  const box = el("div", { class: "scroll", tabindex: "0", role: "region", ...attributes }, table);
  new ResizeObserver(() => {
    const fits = table.offsetWidth <= box.clientWidth;
    box.classList.toggle("fits", fits);
    box.tabIndex = fits ? -1 : 0;
  }).observe(box);
  return box;
}

/**
 * Puts the page of one of the items into an element, which then grows by pages both ways: gives
 * what stands before it and after it, and a function that goes on to some number of items.
 */
function paged(rows, items, make, at) {
  let from = at - (at % PAGE);
  let to = from;
  const upTo = (n) => {
    const end = Math.max(to, Math.min(items.length, n));
    rows.append(...items.slice(to, end).map(make));
    to = end;
    label();
  };
  const earlier = button("", () => {
    rows.prepend(...items.slice(from - PAGE, from).map(make));
    from -= PAGE;
    label();
  });
  const later = button("", () => upTo(to + PAGE));
  const unprinted = el("p", { class: "printed" });
  const label = () => {
    const [before, after] = [from, items.length - to];
    earlier.hidden = before === 0;
    earlier.textContent = `Show ${PAGE} earlier of ${number(before)}`;
    later.hidden = after === 0;
    later.textContent = `Show ${Math.min(PAGE, after)} more of ${number(after)}`;
    unprinted.textContent = before + after > 0 ? `${number(before + after)} more are not printed here.` : "";
  };
  upTo(from + PAGE);
  return { before: earlier, after: [later, unprinted], upTo };
}

// ---- The address

function addressed() {
  const fields = new URLSearchParams(location.hash.slice(1));
  return Object.fromEntries(FIELDS.map((field) => [field, fields.get(field) ?? ""]));
}

function address(place) {
  const set = FIELDS.filter((field) => place[field]).map((field) => [field, place[field]]);
  return "#" + new URLSearchParams(set);
}

// ---- Does the report agree with itself?

function problems() {
  const found = [];
  const must = (what, wanted, is) => wanted === is || found.push(`${what}: ${is}, not ${wanted}.`);
  const totals = columns.map(() => ({ passed: 0, deviating: 0, unsupported: 0 }));
  for (const file of files) {
    must(`${file.name}, tests listed`, file.numberOfTests, file.tests.length);
    columns.forEach((column, i) => {
      const where = `${file.name}, ${column.id}`;
      const cell = file.cells[i] ?? {};
      must(`${where}, cell of`, column.id, cell.column);
      must(`${where}, sum of the cell`, file.numberOfTests, cell.passed + cell.deviating + cell.unsupported);
      const seen = { passed: 0, deviating: 0, unsupported: 0 };
      file.tests.forEach((test) => seen[test.outcomes[i]?.outcome]++);
      for (const outcome of OUTCOMES) {
        must(`${where}, tests ${outcome}`, seen[outcome], cell[outcome]);
        totals[i][outcome] += cell[outcome];
      }
    });
  }
  columns.forEach((column, i) =>
    OUTCOMES.forEach((o) => must(`${column.id}, ${o} in all`, totals[i][o], column[o])));
  must("Deviations in all", totals.reduce((sum, total) => sum + total.deviating, 0), report.deviations);
  return found;
}

function showProblems() {
  const found = problems();
  byId("problems").hidden = found.length === 0;
  byId("problems").replaceChildren(
    el("strong", {}, "This report does not agree with itself; do not rely on it."),
    el("ul", {}, found.slice(0, 20).map((text) => el("li", {}, text))),
    found.length > 20 ? `And ${found.length - 20} more.` : "");
}
