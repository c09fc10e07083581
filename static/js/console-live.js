// Live agents. Events say whose status changed; the rows of those agents are fetched again, with the counts.
// Requests follow one another, and a row never replaces a newer one, so the list ends up as the database is.

const GATHER = 250; // ms in which changes are collected before they are fetched together
const TOGETHER = 200; // agents fetched by number at once; beyond that the whole list is
const RETRY = 3000; // ms after a failed request

const page = document.getElementById("live-agents");
const list = document.getElementById("live-list");
const { userId, eventsCursor, now } = page.dataset;
Object.assign(document.body.dataset, { userId, eventsCursor, now }); // where these two look for it when they start
const [{ live }, { tick }] = await Promise.all([import("./live.js"), import("./ticking.js")]);

const table = () => list.querySelector(".live-table");
const body = () => table().tBodies[0];
const rowOf = (id) => body().querySelector(`tr[data-agent="${id}"]`);
const key = (row) => JSON.parse(row.dataset.key);

// --- What changed ----------------------------------------------------------------------------------------------------

const changed = new Set();
let everything = false;
let waiting = null;
let fetching = false;

function note(ids) {
  for (const id of ids) changed.add(String(id));
  everything ||= changed.size > TOGETHER;
  schedule(GATHER);
}

function schedule(delay) {
  if (!waiting && !fetching) waiting = setTimeout(refresh, delay);
}

async function refresh() {
  waiting = null;
  fetching = true;
  const ids = everything ? [] : [...changed];
  const all = everything;
  changed.clear();
  everything = false;
  let failed = false;
  try {
    const answer = await fetchList(ids);
    if (all) replaceAll(answer);
    else merge(answer, ids);
  } catch {
    failed = true;
    for (const id of ids) changed.add(id);
    everything ||= all;
  }
  fetching = false;
  if (changed.size || everything) schedule(failed ? RETRY : GATHER);
}

async function fetchList(ids) {
  const query = new URLSearchParams(list.dataset.address);
  if (ids.length) query.set("ids", ids.join(","));
  else if (!isFirst()) query.set("after", new URLSearchParams(location.search).get("after"));
  const response = await fetch(`${page.dataset.rowsUrl}?${query}`);
  if (!response.ok || response.redirected) throw new Error(`The list could not be fetched: ${response.status}`);
  const answer = document.createElement("template");
  answer.innerHTML = await response.text();
  return answer.content;
}

const isFirst = () => table().dataset.isFirst === "yes";
const isLast = () => table().dataset.isLast === "yes";

// --- Putting it into the page ----------------------------------------------------------------------------------------

function merge(answer, ids) {
  const fresh = new Map([...answer.querySelectorAll("tr[data-agent]")].map((row) => [row.dataset.agent, row]));
  for (const id of ids) {
    const shown = rowOf(id);
    const row = fresh.get(id);
    if (!row) shown?.remove();
    else if (!shown) insert(row);
    else if (Number(row.dataset.version) >= Number(shown.dataset.version)) swap(shown, row);
  }
  list.querySelector(".live-counts").replaceWith(answer.querySelector(".live-counts"));
  settle();
}

function replaceAll(answer) {
  const selected = new Set(selectedRows().map((row) => row.dataset.agent));
  list.replaceChildren(answer);
  for (const row of body().rows) check(row, selected.has(row.dataset.agent));
  settle();
}

function swap(shown, row) {
  check(row, isSelected(shown));
  if (shown.contains(document.activeElement)) {
    const name = document.activeElement.matches("input") ? "input" : "a";
    shown.replaceWith(row);
    row.querySelector(name)?.focus();
  } else shown.replaceWith(row);
  flash(row);
}

// A row that is new here belongs on this page if its place lies within it.
function insert(row) {
  const rows = [...body().rows];
  const place = rows.find((other) => comesBefore(row, other));
  const fits = rows.length === 0 || (place ? place !== rows[0] || isFirst() : isLast());
  if (!fits) return;
  body().insertBefore(row, place ?? null);
  flash(row);
}

function comesBefore(one, other) {
  const [a, b] = [key(one), key(other)];
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && a[at] < b[at] !== "falling" in table().dataset;
}

function flash(row) {
  row.classList.add("changed");
  row.addEventListener("animationend", () => row.classList.remove("changed"), { once: true });
}

function settle() {
  list.querySelector(".live-empty").hidden = body().rows.length > 0;
  if (!pointed) sort();
  tick();
  showSelection();
}

// Rows move only while nobody is about to click one.
let pointed = false;

function sort() {
  const rows = [...body().rows];
  const sorted = rows.toSorted((one, other) => (comesBefore(one, other) ? -1 : 1));
  if (sorted.some((row, index) => row !== rows[index]) && !list.contains(document.activeElement)) body().append(...sorted);
}

list.addEventListener("pointerenter", () => { pointed = true; });
list.addEventListener("pointerleave", () => { pointed = false; sort(); });

// --- Selecting and setting -------------------------------------------------------------------------------------------

const selection = page.querySelector(".selection");
const dialog = page.querySelector("dialog");
const isSelected = (row) => row.querySelector("input")?.checked ?? false;
const selectedRows = () => [...body().rows].filter(isSelected);

function check(row, value) {
  const box = row.querySelector("input");
  if (box) box.checked = value;
}

function showSelection() {
  if (!selection) return;
  const count = selectedRows().length;
  selection.hidden = count === 0;
  for (const [element, text] of [[selection.querySelector("[data-selected]"), "selected"], [dialog.querySelector("[data-whom]"), "whom"]]) {
    element.textContent = element.dataset[text].replace("%s", count);
  }
  const all = list.querySelector("[data-select-all]");
  all.checked = count > 0 && count === body().rows.length;
  all.indeterminate = count > 0 && !all.checked;
}

page.addEventListener("change", ({ target }) => {
  if (target.matches("[data-select-all]")) for (const row of body().rows) check(row, target.checked);
  if (target.closest("#live-list")) showSelection();
});

page.addEventListener("click", ({ target }) => {
  if (target.closest("[data-open-dialog]")) dialog.showModal();
  if (target.closest("[data-close-dialog]")) dialog.close();
  if (target.closest("[data-select-none]")) {
    for (const row of body().rows) check(row, false);
    showSelection();
  }
});

// --- Events ----------------------------------------------------------------------------------------------------------

live.on("status.changed", ({ payload }) => note([payload.agent_id]));
live.on("agents.changed", ({ payload }) => note(payload.agent_ids));

function reload() {
  everything = true;
  schedule(GATHER);
}
live.on("statuses.changed", reload);
live.on("settings.changed", () => location.reload()); // the notice that routing is off stands outside the list
live.onReset(reload);

const notice = page.querySelector(".live-state");
live.onState((state) => {
  notice.hidden = state === "live";
  notice.textContent = state === "signed-out" ? notice.dataset.signedOut : notice.dataset.reconnecting;
});

showSelection();
