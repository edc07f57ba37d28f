"use strict";
// Everything is shown as text nodes and attributes made one by one: nothing from the data is ever read as markup.

const PAGE = 250; // rows at a time; the rest on demand, and all of them on paper
const SVG = "http://www.w3.org/2000/svg";
const data = JSON.parse(document.getElementById("data").textContent);
const audited = data.rows.some((row) => row.kind !== "finding"); // else it is a report of another check, which has no lives
const byId = (id) => document.getElementById(id);
const number = (count) => count.toLocaleString("en");
const plural = (count, noun) => number(count) + " " + noun + (count === 1 ? "" : "s");

function make(tag, attributes, ...children) {
  const made = tag in SHAPES ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== ""));
  return made;
}
const SHAPES = { svg: 1, line: 1, path: 1, circle: 1, text: 1, title: 1 };
const percent = (place) => place * 100 + "%";

// ---- the time line

const MARKS = {
  added: "M0-5a5 5 0 1 0 .01 0Z",
  changed: "M0-6 6 0 0 6-6 0Z",
  renamed: "M0-7V7",
  removed: "M-5-5 5 5M5-5-5 5",
  live: "M-5-6 5 0-5 6Z",
};

function mark(place, deed, words) {
  const shape = make("path", { class: "mark " + deed, d: MARKS[deed] || MARKS.changed });
  if (words) shape.append(make("title", {}, words));
  return make("svg", { x: percent(place), y: "50%", overflow: "visible", width: 1, height: 1 }, shape);
}

function life(row) {
  const [from, last, to] = row.bar;
  const words = row.marks.map((one) => one[2]);
  const said = words.length > 12 ? [...words.slice(0, 6), "…", ...words.slice(-5)] : words;
  const drawn = make("svg", { role: "img", "aria-label": said.join(", ") + (row.end ? "" : ", still there on " + data.today) });
  for (const [place] of data.ticks)
    drawn.append(make("line", { class: "rail", x1: percent(place), x2: percent(place), y1: 0, y2: "100%" }));
  drawn.append(make("line", { class: "span", x1: percent(from), x2: percent(last), y1: "50%", y2: "50%" }));
  if (last < to) drawn.append(make("line", { class: "ongoing", x1: percent(last), x2: percent(to), y1: "50%", y2: "50%" }));
  if (!row.end) drawn.append(mark(to, "live", "still there"));
  for (const [place, deed, text, commit] of row.marks)
    drawn.append(mark(place, deed, commit ? text + ", commit " + commit.slice(0, 10) : text));
  return make("td", { class: "life", role: "cell" }, drawn);
}

function axis() {
  const drawn = make("svg", { "aria-hidden": "true" });
  for (const [place, label, breadth] of data.ticks)
    if (breadth !== null)
      drawn.append(make("text", { x: percent(place), y: "1em", "text-anchor": "middle", class: "from-" + breadth }, label));
  return make("div", { class: "axis" }, drawn); // what has room in it, page.css says
}

function legend() {
  const list = make("ul", { class: "legend", "aria-label": "Signs on the time line" });
  const words = {
    added: "entered",
    changed: "changed: another value, or none",
    removed: "removed",
    renamed: "renamed",
    live: "still in use, or still there",
  };
  for (const [deed, text] of Object.entries(words))
    list.append(make("li", {}, make("svg", { "aria-hidden": "true" }, mark(0.5, deed, "")), " " + text));
  return list;
}

// ---- rows

function named(row, label) {
  const place = row.path + ":" + row.place;
  const button = make(
    "button",
    { type: "button", class: "open", "aria-expanded": "false" },
    row.kind === "finding" ? place : row.key,
  );
  button.addEventListener("click", () => unfold(button, row));
  const name = make("th", { scope: "row", role: "rowheader", class: label }, button);
  if (row.kind === "value") name.append(make("div", { class: "mono muted place" }, place));
  return name;
}

function unfold(button, row) {
  const open = button.getAttribute("aria-expanded") === "true";
  const above = button.closest("tr");
  if (open) above.nextElementSibling.remove();
  else
    above.after(
      make("tr", { role: "row", class: "facts" }, make("td", { role: "cell", colspan: above.children.length }, facts(row))),
    );
  button.setAttribute("aria-expanded", String(!open));
}

function facts(row) {
  const list = make("dl", {});
  const say = (term, ...said) => said.some((one) => one !== "") && list.append(make("dt", {}, term), make("dd", {}, ...said));
  say("What to do", row.fix);
  say("Found", row.message);
  say("What it is", row.what || "");
  if (row.kind === "value")
    say(
      "Issued by",
      /^https:\/\//.test(row.rotate) ? make("a", { href: row.rotate, rel: "noreferrer noopener" }, row.issuer) : row.issuer,
    );
  say("In use in", (row.used || []).join(", "));
  for (const [term, at] of [
    ["First commit", row.first],
    ["Last commit", row.last],
  ])
    if (at) say(term, make("span", { class: "mono" }, at[1]), " of " + at[0]);
  if (!row.first) say("Commit", row.commit);
  say("Blob", row.blob ? make("span", { class: "mono" }, row.blob) : "");
  if (row.refs) say("Reached by", names(row.refs));
  return list;
}

function names([shown, count]) {
  return shown.join(", ") + (count > shown.length ? " and " + number(count - shown.length) + " more" : "");
}

const cell = (name, ...children) => make("td", { class: name, role: "cell" }, ...children);
const stateOf = (row) => cell("c-state", make("span", { class: "state" }, row.said));

function lasted(row) {
  const until = row.end ? row.first[0] + " to " + row.end : "since " + row.first[0];
  return cell(
    "c-lasted",
    row.lasted,
    make("br", {}),
    make("small", { class: "muted" }, until, make("br", {}), plural(row.commits, "commit")),
  );
}

function seen(row) {
  const count = row.public[1];
  if (!count) return cell("c-seen", make("small", { class: "muted" }, "no tag, no remote branch here"));
  return cell("c-seen", make("small", { class: "mono" }, names([row.public[0].slice(0, 2), count])));
}

const LIVES = (first) => [
  ["c-key", first],
  ["c-state", "State"],
  ["life", "Life"],
  ["c-lasted", "In the tree for"],
  ["c-seen", "Could be seen in"],
];
const lived = (row) =>
  make("tr", { role: "row", class: row.state }, named(row, "c-key"), stateOf(row), life(row), lasted(row), seen(row));
const KINDS = {
  value: { title: "Values", columns: LIVES("Key and place"), row: lived },
  file: { title: "Config files", columns: LIVES("File"), row: lived },
  finding: {
    title: "Findings",
    columns: [
      ["c-where", "Where"],
      ["c-severity", "Severity"],
      ["c-rule", "Rule"],
      ["c-message", "What"],
    ],
    row: (row) =>
      make(
        "tr",
        { role: "row", class: row.state },
        named(row, "c-where"),
        cell("c-severity", make("span", { class: "state" }, row.said)),
        cell("c-rule mono", row.key),
        cell("c-message", row.message, row.preview ? make("div", { class: "mono muted" }, row.preview) : ""),
      ),
  },
};

function table(kind, count) {
  const { title, columns } = KINDS[kind];
  const head = make("tr", { role: "row" });
  for (const [name, label] of columns)
    head.append(make("th", { scope: "col", role: "columnheader", class: name }, label, name === "life" ? axis() : ""));
  const body = make("tbody", { role: "rowgroup" });
  const group = make("colgroup", {}, ...columns.map(([name]) => make("col", { class: name === "life" ? "c-life" : name })));
  const caption = make("caption", {}, title + " (" + number(count) + ")");
  byId("list").append(
    make("table", { role: "table", id: "table-" + kind }, caption, group, make("thead", { role: "rowgroup" }, head), body),
  );
  return body;
}

// ---- the list, and what it is filtered by

const ORDERS = {
  worst: ["worst first", () => 0],
  oldest: ["oldest first", (one, other) => (one.time ?? 2) - (other.time ?? 2)],
  longest: ["longest first", (one, other) => (other.days ?? -1) - (one.days ?? -1)],
  path: ["by path", (one, other) => (one.path < other.path ? -1 : one.path > other.path ? 1 : 0)],
};
const kinds = Object.keys(KINDS);
let matching = [];
let shown = 0;

function asked() {
  const states = new Set([...document.querySelectorAll("#states input:checked")].map((box) => box.value));
  return {
    path: byId("path").value.trim().toLowerCase(),
    key: byId("key").value.trim().toLowerCase(),
    states,
    order: byId("order").value,
  };
}

function apply() {
  const { path, key, states, order } = asked();
  const fits = (row) => states.has(row.state) && row.path.toLowerCase().includes(path) && row.key.toLowerCase().includes(key);
  matching = data.rows.filter(fits).sort(ORDERS[order][1]);
  matching.sort((one, other) => kinds.indexOf(one.kind) - kinds.indexOf(other.kind));
  byId("list").replaceChildren();
  shown = 0;
  grow(PAGE);
}

function grow(limit) {
  for (const end = Math.min(limit, matching.length); shown < end; shown++) {
    const row = matching[shown];
    const body =
      document.querySelector("#table-" + row.kind + " tbody") ||
      table(row.kind, matching.filter((one) => one.kind === row.kind).length);
    body.append(KINDS[row.kind].row(row));
  }
  if (!matching.length) byId("list").replaceChildren(make("p", { class: "empty" }, "Nothing matches the filters."));
  const left = matching.length - shown;
  byId("more").hidden = !left;
  byId("more-some").textContent = "Show " + number(Math.min(PAGE, left)) + " more";
  byId("more-all").textContent = "Show all " + number(matching.length);
  tell(left);
}

function tell(left) {
  const { path, key } = asked();
  const all = data.rows.length;
  const words = [path && "path with “" + path + "”", key && "key with “" + key + "”"].filter(Boolean).join(", ");
  const some =
    matching.length === all
      ? left
        ? number(all) + " in all"
        : "All " + number(all) + " shown"
      : number(matching.length) + " of " + number(all) + " match the filters";
  byId("status").textContent =
    some + (words && " (" + words + ")") + (left ? "; the first " + number(shown) + " are in the list." : ".");
}

function more(limit) {
  const before = shown;
  grow(limit);
  const first = document.querySelectorAll("#list .open")[before];
  if (first) first.focus();
}

// ---- what stands above it

function list(id, rows) {
  byId(id).hidden = !rows.length;
  for (const [path, reason] of rows)
    byId(id)
      .querySelector("ul")
      .append(make("li", {}, path && make("span", { class: "mono" }, path), (path && ": ") + reason));
}

function counts(names) {
  for (const name of names) {
    const count = data.rows.filter((row) => row.state === name).length;
    byId("counts").append(make("li", { class: name }, make("b", {}, number(count)), data.states[name]));
  }
}

function years() {
  byId("years").hidden = data.years.length < 2;
  if (data.years.length < 2) return;
  const most = Math.max(...data.years.map(([, count]) => count));
  const longest = data.rows
    .filter((row) => row.kind === "value" && row.state !== "setting")
    .reduce((one, other) => (other.days > one.days ? other : one));
  byId("years-said").textContent =
    "How many values stood in the repository, year by year. The longest stood there for " + longest.lasted + ".";
  const many = data.years.length; // where there is no room for all the labels, every fifth is there
  const bars = make("ul", { class: "bars" + (many > 12 ? " long" : "") + (many > 28 ? " longer" : "") });
  for (const [year, count] of data.years) {
    const bar = make("i", { "aria-hidden": "true" });
    bar.style.height = (count / most) * 70 + "%";
    const label = make(
      "span",
      { "aria-hidden": "true", class: "said" },
      make("span", { class: "century" }, String(year).slice(0, 2)),
      String(year).slice(2),
    );
    bars.append(
      make(
        "li",
        {},
        make("span", { class: "hidden" }, year + ": " + plural(count, "value")),
        make("span", { "aria-hidden": "true", class: "said" }, number(count)),
        bar,
        label,
      ),
    );
  }
  byId("chart").append(bars);
}

function filters() {
  byId("filters").hidden = !data.rows.length;
  byId("key-label").textContent = data.rows.every((row) => row.kind === "finding")
    ? "Rule"
    : data.rows.some((row) => row.kind === "finding")
      ? "Key or rule"
      : "Key";
  byId("states-label").textContent = audited ? "State" : "Severity";
  for (const [name, [words]] of Object.entries(ORDERS))
    if (audited || name === "worst" || name === "path") byId("order").append(make("option", { value: name }, words));
  for (const [name, words] of Object.entries(data.states)) {
    const count = data.rows.filter((row) => row.state === name).length;
    const box = make("input", { type: "checkbox", value: name });
    box.defaultChecked = name !== "setting"; // there can be many, and nothing has to be done about them
    byId("states").append(make("label", {}, box, words + " (" + number(count) + ")"));
  }
  let waiting = 0;
  byId("filters").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 60);
  });
  byId("filters").addEventListener("reset", () => setTimeout(apply));
  byId("filters").addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  byId("more-some").addEventListener("click", () => more(shown + PAGE));
  byId("more-all").addEventListener("click", () => more(Infinity));
  addEventListener("beforeprint", () => grow(Infinity));
}

byId("title").textContent = audited
  ? "What history holds, and what must be rotated"
  : data.rows.length
    ? plural(data.rows.length, "finding")
    : "No findings";
document.title = byId("title").textContent + " · Stopgap";
byId("scope").textContent = data.scope + "; as of " + data.today;
list("incomplete", data.incomplete);
list("skipped", data.skipped);
byId("skipped").querySelector("summary").textContent = plural(data.skipped.length, "file") + " left out by design";
byId("overview").hidden = !data.rows.length && !data.summary.length;
document.querySelector(".order").hidden = !audited;
for (const line of data.summary) byId("summary").append(make("li", {}, line));
counts(Object.keys(data.states));
years();
filters();
if (audited) byId("filters").after(legend());
if (data.rows.length) apply();
else byId("list").append(make("p", { class: "empty" }, "Nothing was found in what was looked at."));
