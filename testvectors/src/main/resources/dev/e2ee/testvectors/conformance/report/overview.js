// The overview: a card for each provider, the matrix, and the list of all deviations.

function showHead() {
  const tests = files.reduce((sum, file) => sum + file.numberOfTests, 0);
  const time = report.created.replace("T", " ").replace("Z", " UTC");
  byId("run").replaceChildren(
    `${plural(tests, "test vector")} of ${plural(files.length, "file")}, `,
    `given to ${plural(columns.length, "provider")}. Ended `,
    el("time", { datetime: report.created }, time), ` on ${report.system}.`);
  const deviating = columns.filter((column) => column.deviating > 0).length;
  byId("sum").replaceChildren(
    count(report.deviations > 0 ? "deviating" : "passed", report.deviations),
    report.deviations === 1 ? " deviation" : " deviations",
    deviating > 0 ? `, by ${deviating} of ${plural(columns.length, "provider")}.` : ".");
}

const AS_IN_LEGEND = ["passed", "deviating", "unsupported"];
const troubleOf = (column) => (column.providers.length === 0 ? "Did not load" : "Ended early");

function card(column) {
  const bar = el("div", { class: "bar", "aria-hidden": "true" });
  for (const outcome of AS_IN_LEGEND.filter((o) => column[o] > 0)) {
    const part = el("span", { class: outcome });
    part.style.flexGrow = column[outcome];
    bar.append(part);
  }
  const one = (p) => el("div", {}, el("b", {}, `${p.name} ${p.version}`), note("div", p.info));
  const many = () =>
    el("details", {},
      el("summary", {}, column.providers.map((p) => `${p.name} ${p.version}`).join(", ")),
      column.providers.map(one));
  return el("li", { class: "card" },
    el("h3", {}, column.title, " ", el("code", {}, column.id)),
    column.trouble ? el("p", { class: "trouble" }, el("b", {}, `! ${troubleOf(column)}: `), column.trouble) : null,
    column.providers.length === 1 ? one(column.providers[0]) : column.providers.length > 1 ? many() : null,
    note("div", column.java ? `Java: ${column.java}` : null),
    el("p", { class: "totals" }, AS_IN_LEGEND.map((o) =>
      [el("span", { class: column[o] === 0 ? "none" : null }, count(o, column[o]), ` ${o}`), " "])),
    bar);
}

/** How a cell looks. */
function kindOf(cell) {
  if (cell.deviating > 0) return "deviating";
  if (cell.unsupported === 0) return "passed";
  return cell.passed === 0 ? "unsupported" : "mixed";
}

function matrixCell(file, column, cell) {
  const link = {
    href: address({ file: file.name, provider: column.id }),
    "aria-label": `${file.name}, ${column.title}: ${inWords(cell)}`,
  };
  return el("td", { class: `cell ${kindOf(cell)}` }, el("a", link, counts(cell)));
}

/** A name that may be broken after each underscore. */
const breakable = (name) => name.split(/(?<=_)/).map((part) => [part, el("wbr")]);

function matrixRow(file) {
  return el("tr", {},
    el("th", { scope: "row" },
      el("a", { href: address({ file: file.name }) }, breakable(file.name)),
      note("div", file.algorithm)),
    el("td", { class: "tests" }, number(file.numberOfTests)),
    columns.map((column, i) => matrixCell(file, column, file.cells[i])));
}

function showMatrix() {
  const sources = new Map();
  files.forEach((file) => sources.set(file.source, [...(sources.get(file.source) ?? []), file]));
  const rows = new Map(files.map((file) => [file, matrixRow(file)]));
  const bodies = [...sources].map(([source, its]) =>
    el("tbody", {},
      el("tr", { class: "source" },
        el("th", { scope: "rowgroup" }, source), el("td", { colspan: columns.length + 1 })),
      its.map((file) => rows.get(file))));
  const head = (column) =>
    el("th", { scope: "col", class: "provider" }, column.title,
      column.trouble ? el("div", { class: "trouble" }, `! ${troubleOf(column)}`) : null);
  const table = el("table", { id: "matrix" },
    el("thead", {}, el("tr", {},
      el("th", { scope: "col" }, "File"),
      el("th", { scope: "col", class: "tests" }, "Tests"),
      columns.map(head))),
    bodies,
    el("tfoot", {}, el("tr", {},
      el("th", { scope: "row" }, "All files"),
      el("td", { class: "tests" }, number(files.reduce((sum, file) => sum + file.numberOfTests, 0))),
      columns.map((column) => el("td", {}, counts(column))))));
  byId("matrix-place").replaceChildren(scrolling(table, { "aria-labelledby": "matrix-title" }));
  const filter = () => {
    const text = byId("matrix-text").value.trim().toLowerCase();
    let shown = 0;
    for (const [file, row] of rows) {
      const fits = `${file.name} ${file.algorithm}`.toLowerCase().includes(text);
      row.hidden = !fits || (byId("matrix-deviating").checked && file.cells.every((cell) => cell.deviating === 0));
      shown += row.hidden ? 0 : 1;
    }
    bodies.forEach((body) => (body.hidden = [...body.rows].slice(1).every((row) => row.hidden)));
    byId("matrix-status").textContent =
      shown === files.length ? "" : `${shown} of ${plural(files.length, "file")} shown.`;
  };
  byId("matrix-text").addEventListener("input", filter);
  byId("matrix-deviating").addEventListener("change", filter);
}

/** 1, 2, 3, 7 as 1–3 and 7. */
function ranges(ids) {
  const found = [];
  for (const id of ids) {
    const last = found.at(-1);
    if (last && id === last[1] + 1) last[1] = id;
    else found.push([id, id]);
  }
  return found;
}

/** The lists that were made, to be made longer for print. */
const deviationPages = [];

/** All deviations of a column; tests of one file with the same flags and answers share a row. */
function deviationList(column, i) {
  const groups = new Map();
  for (const file of files) {
    for (const test of file.tests.filter((t) => t.outcomes[i].outcome === "deviating")) {
      const { expected, seen } = test.outcomes[i];
      const key = JSON.stringify([file.name, test.flags, expected, seen]);
      if (!groups.has(key)) groups.set(key, { file, flags: test.flags, expected, seen, ids: [] });
      groups.get(key).ids.push(test.tcId);
    }
  }
  const link = (file, [from, to]) => {
    const href = address({ file: file.name, provider: column.id, test: from });
    return [el("a", { href }, from === to ? `${from}` : `${from}–${to}`), " "];
  };
  const row = (group) =>
    el("tr", {},
      el("td", { "data-label": "File" }, breakable(group.file.name)),
      el("td", { class: "ids", "data-label": "tcId" }, ranges(group.ids).map((range) => link(group.file, range))),
      el("td", { "data-label": "Flags" }, group.flags.join(", ")),
      answer("Expected", group.expected),
      answer("Seen", group.seen));
  const rows = el("tbody");
  const pages = paged(rows, [...groups.values()], row, 0);
  deviationPages.push(pages);
  const titles = ["File", "tcId", "Flags", "Expected", "Seen"].map((title) => el("th", { scope: "col" }, title));
  const table = el("table", { class: "list" }, el("thead", {}, el("tr", {}, titles)), rows);
  return el("div", {}, scrolling(table, { "aria-label": `Deviations of ${column.title}` }), pages.after);
}

/** A part that can be opened, whose content is made when it first is. */
function lazily(summary, content, attributes) {
  const node = el("details", attributes, el("summary", {}, summary));
  node.fill = () => node.childElementCount > 1 || node.append(content());
  node.addEventListener("toggle", () => node.open && node.fill());
  if (node.open) node.fill();
  return node;
}

function showDeviations() {
  const parts = columns.flatMap((column, i) => {
    const summary = [count("deviating", column.deviating), ` ${column.title}`];
    return column.deviating > 0 ? lazily(summary, () => deviationList(column, i)) : [];
  });
  byId("deviations").replaceChildren(...(parts.length > 0 ? parts : [el("p", {}, "None.")]));
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("#deviations details:not([open])")];
    closed.forEach((node) => {
      node.fill();
      node.open = true;
    });
    deviationPages.forEach((pages) => pages.upTo(PRINTED));
  });
  addEventListener("afterprint", () => closed.forEach((node) => (node.open = false)));
}
