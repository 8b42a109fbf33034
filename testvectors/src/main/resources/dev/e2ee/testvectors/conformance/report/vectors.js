// The view of one file: its vectors, for all providers or for one, and a vector's details.

/** What is shown now: its place, and the row of each test that has one. */
let shown = null;

/** In which part of the list a test stands, given the outcomes of the providers looked at. */
function groupOf(test, seen) {
  if (seen.some((o) => o.outcome === "deviating")) return "deviating";
  if (seen.every((o) => o.outcome === "unsupported")) return "unsupported";
  if (isAcceptable(test)) {
    if (!seen.some(isRefused)) return "accepted";
    return seen.some(isAccepted) ? "differ" : "refused";
  }
  return seen.every((o) => o.outcome === "passed") ? "passed" : "partly";
}

/** A link only where the data has a plain web address; anything else stays text. */
function webLink(text) {
  const isWeb = /^https?:\/\//i.test(text) && URL.canParse(text);
  return isWeb ? el("a", { href: text, rel: "noreferrer noopener" }, text) : text;
}

/** What a file's notes say about a flag: a text, or Wycheproof's object. */
function meaning(file, flag) {
  const notes = file.notes ?? {};
  if (!Object.hasOwn(notes, flag)) return [note("p", "The file does not explain this flag.")];
  const about = notes[flag];
  if (typeof about !== "object" || about === null) return [el("p", {}, String(about))];
  const { bugType, description, effect, cves, links, ...others } = about;
  return [
    description ? el("p", {}, String(description)) : null,
    effect ? el("p", {}, el("b", {}, "Effect: "), String(effect)) : null,
    bugType ? note("p", "Kind of bug: ", el("code", {}, String(bugType))) : null,
    cves ? note("p", "CVEs: ", [cves].flat().join(", ")) : null,
    links ? el("ul", {}, [links].flat().map((text) => el("li", {}, webLink(String(text))))) : null,
    Object.entries(others).map(([key, value]) => note("p", `${key}: ${JSON.stringify(value)}`)),
  ];
}

/** A member of a test: hex and text as they are, anything else as JSON. */
function member([key, value]) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  const isHex = typeof value === "string" && value.length >= 8 && /^(?:[0-9a-f]{2})+$/i.test(value);
  const box = el("pre", { tabindex: text.length > 400 ? "0" : null }, text);
  return [
    el("dt", {}, key, isHex ? note("span", ` ${plural(value.length / 2, "byte")}`) : null),
    el("dd", {}, text === "" ? note("span", "empty") : box),
  ];
}

function outcomeRow(test, column, i, chosen) {
  const { outcome, expected, seen, remark } = test.outcomes[i];
  return el("tr", { class: column.id === chosen ? "chosen" : null },
    el("th", { scope: "row" }, column.title),
    el("td", { "data-label": "Outcome" }, el("span", { class: `n ${outcome}` }, `${SIGNS[outcome]} ${outcome}`)),
    answer("Expected", expected ?? EXPECTED[test.result]),
    answer("Seen", seen, remark ? note("div", `Remark: ${remark}`) : null));
}

function details(file, test, chosen) {
  const order = columns.map((column, i) => [column, i]).sort(([a], [b]) => (b.id === chosen) - (a.id === chosen));
  const titles = ["Provider", "Outcome", "Expected", "Seen"].map((title) => el("th", { scope: "col" }, title));
  const input = test.input
    ? [el("dl", { class: "members" }, Object.entries(test.input).map(member))]
    : note("p", "Every provider passed this test: its input is in the file only, under this tcId.");
  return el("div", { class: "details" },
    facts(["Type", test.type], ["The file says", `${test.result}: to be ${EXPECTED[test.result]}`]),
    el("h4", {}, "Outcomes"),
    scrolling(
      el("table", { class: "list" }, el("thead", {}, el("tr", {}, titles)),
        el("tbody", {}, order.map(([column, i]) => outcomeRow(test, column, i, chosen)))),
      { "aria-label": `Outcomes of test ${test.tcId}` }),
    el("h4", {}, "Flags"),
    test.flags.length === 0 ? note("p", "None.") : null,
    el("dl", { class: "flags" }, test.flags.map((flag) => [el("dt", {}, flag), el("dd", {}, meaning(file, flag))])),
    el("h4", {}, "Input"), input);
}

/** What the providers looked at did, in a few words. */
function strip(test, looked) {
  if (looked.length === 1) return el("span", { class: "strip" }, test.outcomes[looked[0]].seen);
  const deviating = looked.filter((i) => test.outcomes[i].outcome === "deviating");
  const of = (outcome) => looked.filter((i) => test.outcomes[i].outcome === outcome).length;
  return el("span", { class: "strip" },
    deviating.map((i) => [el("span", { class: "n deviating" }, `✗ ${columns[i].title}`), " "]),
    of("passed") > 0 ? [count("passed", of("passed")), " "] : null,
    of("unsupported") > 0 ? count("unsupported", of("unsupported")) : null);
}

function testRow(place, test, looked) {
  const link = el("a", { class: "id", href: address({ ...place, test: test.tcId }), "aria-expanded": "false" },
    note("span", "tcId "), String(test.tcId));
  const row = el("li", { class: "vector" },
    el("div", { class: "row" }, link,
      el("span", { class: "comment" }, test.comment || note("span", "no comment")),
      el("span", { class: "chips" }, test.flags.map((flag) => [el("span", { class: "chip" }, flag), " "])),
      el("span", { class: "result" }, test.result), strip(test, looked)));
  shown.rows.set(String(test.tcId), row);
  return row;
}

/** The tests that the filters let through, by group. */
function grouped(file, place, looked) {
  const text = place.text.toLowerCase();
  const groups = new Map(GROUPS.map(([id]) => [id, []]));
  for (const test of file.tests) {
    const seen = looked.map((i) => test.outcomes[i]);
    if (place.flag && !test.flags.includes(place.flag)) continue;
    if (FILTERS[place.outcome] && !FILTERS[place.outcome][1](test, seen)) continue;
    const answers = () => seen.flatMap((o) => [o.expected, o.seen, o.remark]);
    const words = () => [test.tcId, test.comment, ...test.flags, ...answers()];
    if (text && !words().join("\n").toLowerCase().includes(text)) continue;
    groups.get(groupOf(test, seen)).push(test);
  }
  return groups;
}

function showTests(file, place, looked) {
  showProviderLinks(file, place);
  const groups = grouped(file, place, looked);
  const total = [...groups.values()].reduce((sum, tests) => sum + tests.length, 0);
  byId("tests-status").textContent = total === file.tests.length
    ? `${plural(total, "test")}.` : `${number(total)} of ${plural(file.tests.length, "test")} shown.`;
  const filtered = place.outcome || place.flag || place.text;
  let first = true;
  const parts = GROUPS.filter(([id]) => groups.get(id).length > 0).map(([id, title, text]) => {
    const tests = groups.get(id);
    const at = tests.findIndex((test) => String(test.tcId) === place.test);
    const open = filtered || at >= 0 || (first && !place.test);
    first = false;
    const content = () => {
      const rows = el("ol", { class: "vectors" });
      const pages = paged(rows, tests, (test) => testRow(place, test, looked), Math.max(0, at));
      return el("div", {}, note("p", text), pages.before, rows, pages.after);
    };
    const heading = el("h3", {}, `${title} `, note("span", number(tests.length)));
    return lazily(heading, content, { class: "group", open: open ? "" : null });
  });
  byId("tests").replaceChildren(...parts);
}

/** Opens the details of the test that the address names, and closes the one before. */
function openTest(file, place, block) {
  for (const [id, row] of shown.rows) {
    const link = row.querySelector(".id");
    const open = id === place.test;
    if (open === (link.ariaExpanded === "true")) continue;
    link.ariaExpanded = String(open);
    link.href = address({ ...place, test: open ? "" : id });
    if (open) row.append(details(file, file.tests.find((test) => String(test.tcId) === id), place.provider));
    else row.querySelector(".details").remove();
  }
  const row = shown.rows.get(place.test);
  row?.querySelector(".id").focus({ preventScroll: true });
  row?.querySelector(".row").scrollIntoView({ block });
  byId("test-missing").textContent =
    place.test && !row ? `There is no test ${place.test}, or the filters hide it.` : "";
}

/** They keep the filters, so they are made again with the tests. */
function showProviderLinks(file, place) {
  const link = (id, title, cell) => {
    const href = address({ ...place, provider: id, test: "" });
    const current = place.provider === id ? "true" : null;
    return el("a", { href, "aria-current": current }, title, cell ? [" ", counts(cell)] : null);
  };
  byId("file-providers").replaceChildren(
    link("", "All providers"), ...columns.map((column, i) => link(column.id, column.title, file.cells[i])));
}

function filters(file, place) {
  const set = (field, value) => {
    history.replaceState(null, "", address({ ...addressed(), test: "", [field]: value }));
    show();
  };
  const select = (field, label, options) => {
    const node = el("select", { id: `filter-${field}` },
      options.map(([value, text]) => el("option", { value, selected: value === place[field] ? "" : null }, text)));
    node.addEventListener("change", () => set(field, node.value));
    return el("label", {}, `${label} `, node);
  };
  const flags = new Map();
  file.tests.forEach((test) => test.flags.forEach((flag) => flags.set(flag, (flags.get(flag) ?? 0) + 1)));
  const text = el("input", { type: "search", id: "filter-text", value: place.text });
  const glossary = () =>
    el("dl", { class: "flags" }, [...flags].sort().map(([flag, n]) => {
      const href = address({ file: file.name, provider: place.provider, flag });
      return [
        el("dt", {}, el("a", { href }, flag), note("span", ` ${plural(n, "test")}`)),
        el("dd", {}, meaning(file, flag)),
      ];
    }));
  let typing = 0;
  text.addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => set("text", text.value), 150);
  });
  return [
    el("div", { class: "filters", role: "search", "aria-label": "Tests of the file" },
      select("outcome", "Outcome", [["", "All"], ...Object.entries(FILTERS).map(([id, [title]]) => [id, title])]),
      select("flag", "Flag", [["", "All"], ...[...flags].sort().map(([flag, n]) => [flag, `${flag} (${n})`])]),
      el("label", {}, "Text ", text)),
    lazily("What the flags mean", glossary, { class: "glossary" }),
  ];
}

/** All of the view but the tests, which the filters change alone. */
function showFile(file, place) {
  const column = columns.find((c) => c.id === place.provider);
  byId("file").replaceChildren(
    el("nav", { class: "back", "aria-label": "Back" }, el("a", { href: "#" }, "← Overview")),
    el("h2", { id: "file-title", tabindex: "-1" }, file.name, column ? `, ${column.title}` : ""),
    facts(["Algorithm", file.algorithm], ["Source", file.source], ["Tests", number(file.numberOfTests)],
      ["SHA-256", el("code", {}, file.sha256)], file.remark ? ["Remark", file.remark] : null),
    el("nav", { id: "file-providers", class: "providers", "aria-label": "Providers" }),
    ...filters(file, place),
    el("p", { id: "tests-status", class: "note", role: "status" }),
    el("p", { id: "test-missing", class: "trouble", role: "status" }),
    el("div", { id: "tests" }));
}

const same = (a, b, fields) => a && b && fields.every((field) => a[field] === b[field]);

/** Shows what the address names, changing no more of the page than differs. */
function show() {
  const place = addressed();
  const file = files.find((f) => f.name === place.file);
  const looked = columns.map((column, i) => i).filter((i) => ["", columns[i].id].includes(place.provider));
  const fromOverview = !byId("overview").hidden;
  if (fromOverview && place.file) overviewAt = { top: scrollY, focus: document.activeElement };
  byId("overview").hidden = place.file !== "";
  byId("file").hidden = place.file === "";
  document.title = [place.test && `tcId ${place.test}`, place.file, place.provider, "Conformance report"]
    .filter(Boolean).join(" · ");
  if (!place.file) {
    shown = null;
    if (!fromOverview) backAtOverview();
  } else if (!file || looked.length === 0) {
    shown = null;
    const missing = file ? `provider “${place.provider}”` : `file “${place.file}”`;
    byId("file").replaceChildren(
      el("p", {}, `This report has no ${missing}. `, el("a", { href: "#" }, "To the overview")));
  } else {
    showPlace(file, place, looked);
  }
}

function showPlace(file, place, looked) {
  const filterFields = ["outcome", "flag", "text"];
  const before = shown;
  const sameView = same(before?.place, place, ["file", "provider"]);
  const sameTests =
    sameView && same(before.place, place, filterFields) && (!place.test || before.rows.has(place.test));
  shown = { place, rows: sameTests ? before.rows : new Map() };
  if (!sameView) showFile(file, place);
  for (const field of filterFields) {
    const input = byId(`filter-${field}`);
    if (input.value !== place[field]) input.value = place[field];
  }
  if (!sameTests) showTests(file, place, looked);
  openTest(file, place, sameTests ? "nearest" : "start");
  if (!sameView && !place.test) arriveAtFile();
}

/** Where the reader was in the overview, and goes back to. */
let overviewAt = null;

function backAtOverview() {
  scrollTo(0, overviewAt?.top ?? 0);
  (overviewAt?.focus ?? byId("matrix-title")).focus({ preventScroll: true });
}

function arriveAtFile() {
  scrollTo(0, 0);
  byId("file-title").focus({ preventScroll: true });
}

addEventListener("hashchange", show);
showProblems();
showHead();
byId("cards").replaceChildren(...columns.map(card));
showMatrix();
showDeviations();
show();
