// Live agents. Events say who changed; the rows of those agents are fetched again, with the counts.

import { fetchFragment, flashChanges, keepFresh, tellState } from "./console-fresh.js";

const page = document.getElementById("live-agents");
const list = document.getElementById("live-list");
const { userId, eventsCursor, now } = page.dataset;
Object.assign(document.body.dataset, { userId, eventsCursor, now }); // where these two look for it when they start
const [{ live }, { tick }] = await Promise.all([import("./live.js"), import("./ticking.js")]);

const table = () => list.querySelector(".live-table");
const body = () => table().tBodies[0];
const rowOf = (id) => body().querySelector(`tr[data-agent="${id}"]`);
const key = (row) => JSON.parse(row.dataset.key);

const isFirst = () => table().dataset.isFirst === "yes";
const isLast = () => table().dataset.isLast === "yes";

const fresh = keepFresh(async (ids) => {
  const query = new URLSearchParams(list.dataset.address);
  if (ids) query.set("ids", ids.join(","));
  else if (!isFirst()) query.set("after", new URLSearchParams(location.search).get("after"));
  const answer = await fetchFragment(page.dataset.rowsUrl, query);
  if (ids) merge(answer, ids);
  else replaceAll(answer);
});

// --- Putting it into the page ----------------------------------------------------------------------------------------

function merge(answer, ids) {
  const fresh = new Map([...answer.querySelectorAll("tr[data-agent]")].map((row) => [row.dataset.agent, row]));
  for (const id of ids) {
    const shown = rowOf(id);
    const row = fresh.get(id);
    if (!row) shown?.remove();
    else if (!shown) insert(row);
    else swap(shown, row);
  }
  list.querySelector(".live-counts").replaceWith(answer.querySelector(".live-counts"));
  settle();
}

function replaceAll(answer) {
  const before = new Map([...body().rows].map((row) => [row.dataset.agent, row]));
  const focused = focusIn(list);
  list.replaceChildren(answer);
  for (const row of body().rows) {
    const shown = before.get(row.dataset.agent);
    check(row, Boolean(shown && isSelected(shown)));
    flashChanges(shown ? shown.cells : [], [...row.cells]);
  }
  focused();
  settle();
}

function swap(shown, row) {
  check(row, isSelected(shown));
  flashChanges(shown.cells, [...row.cells]);
  const focused = focusIn(shown);
  shown.replaceWith(row);
  focused();
}

// Remembers which control of which row has the focus, and gives it back to what stands there then.
function focusIn(part) {
  const active = part.contains(document.activeElement) ? document.activeElement : null;
  const id = active?.closest("tr[data-agent]")?.dataset.agent;
  const control = id && ["input", "a", "button"].find((name) => active.matches(name));
  return () => control && rowOf(id)?.querySelector(control)?.focus({ preventScroll: true });
}

// A row that is new here belongs on this page if its place lies within it.
function insert(row) {
  const rows = [...body().rows];
  const place = rows.find((other) => comesBefore(row, other));
  const fits = rows.length === 0 || (place ? place !== rows[0] || isFirst() : isLast());
  if (!fits) return;
  body().insertBefore(row, place ?? null);
  flashChanges([], [...row.cells]);
}

function comesBefore(one, other) {
  const [a, b] = [key(one), key(other)];
  const at = a.findIndex((value, index) => value !== b[index]);
  return at >= 0 && a[at] < b[at] !== "falling" in table().dataset;
}

function settle() {
  list.querySelector(".live-empty").hidden = body().rows.length > 0;
  if (!pointed) sort();
  tick();
  showSelection();
  showSwitches();
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
let only = null; // the row whose menu has opened the dialog
const nameIn = (row) => row.querySelector("th a").textContent;
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
  const [counted, whom] = [selection.querySelector("[data-selected]"), dialog.querySelector("[data-whom]")];
  counted.textContent = counted.dataset.selected.replace("%s", count);
  whom.textContent = whom.dataset.whom.replace("%s", only ? nameIn(only) : count);
  const all = list.querySelector("[data-select-all]");
  all.checked = count > 0 && count === body().rows.length;
  all.indeterminate = count > 0 && !all.checked;
}

page.addEventListener("change", ({ target }) => {
  if (target.matches("[data-select-all]")) for (const row of body().rows) check(row, target.checked);
  if (target.closest("#live-list")) showSelection();
});

function openDialog(row) {
  only = row;
  showSelection();
  dialog.showModal();
}

page.addEventListener("click", ({ target }) => {
  if (target.closest("[data-open-dialog]")) openDialog(null);
  if (target.closest("[data-close-dialog]")) dialog.close();
  if (target.closest("[data-select-none]")) {
    for (const row of body().rows) check(row, false);
    showSelection();
  }
});

page.querySelector("#set-status").addEventListener("formdata", ({ formData }) => {
  if (only) formData.set("agent", only.dataset.agent);
});

// --- One agent's menu ------------------------------------------------------------------------------------------------

const menu = document.getElementById("agent-menu");
let openedFor = null; // the agent's number
const asked = new Map(); // switches the server has not answered for, and what they are to be

function showSwitches() {
  if (!menu || openedFor === null) return;
  const row = rowOf(openedFor);
  if (!row) return menu.hidePopover();
  menu.opener = row.querySelector("[data-agent-menu]");
  menu.opener.ariaExpanded = "true";
  let assigned = 0;
  for (const button of menu.querySelectorAll("[data-switch]")) {
    const cell = row.querySelector(`[data-channel="${button.dataset.switch}"]`);
    button.hidden = !cell;
    if (!cell) continue;
    assigned += 1;
    button.ariaChecked = asked.get(`${openedFor} ${button.dataset.switch}`) ?? cell.dataset.on;
  }
  menu.querySelector("[data-none]").hidden = assigned > 0;
}

function openMenu(button) {
  const row = button.closest("tr");
  openedFor = row.dataset.agent;
  menu.querySelector("#agent-menu-name").textContent = nameIn(row);
  menu.querySelector("[data-problem]").textContent = "";
  showSwitches();
  menu.showPopover();
  menu.querySelector("button:not([disabled], [hidden])")?.focus();
}

async function throwSwitch(button) {
  const agent = openedFor;
  const channel = button.dataset.switch;
  const enabled = String(button.ariaChecked !== "true");
  const place = `${agent} ${channel}`;
  asked.set(place, enabled);
  showSwitches();
  const problem = await post(menu.dataset.switchUrl.replace("/0/channels/channel/", `/${agent}/channels/${channel}/`), enabled);
  if (asked.get(place) === enabled) asked.delete(place);
  if (problem) {
    if (openedFor === agent) menu.querySelector("[data-problem]").textContent = problem;
    showSwitches();
  } else rowOf(agent)?.querySelector(`[data-channel="${channel}"]`)?.setAttribute("data-on", enabled); // its row follows
}

// Answers why not, or nothing.
async function post(url, enabled) {
  const body = new URLSearchParams({ enabled, csrfmiddlewaretoken: page.querySelector("[name=csrfmiddlewaretoken]").value });
  try {
    const response = await fetch(url, { method: "POST", body, headers: { "HX-Request": "true" } });
    return response.ok && !response.redirected ? "" : (await response.json()).detail;
  } catch {
    return menu.dataset.failed;
  }
}

list.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-agent-menu]");
  if (button) openMenu(button);
});

menu?.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-switch]");
  if (button) throwSwitch(button);
  if (target.closest("[data-set-one]")) {
    const row = rowOf(openedFor);
    menu.hidePopover();
    openDialog(row);
  }
});

menu?.addEventListener("toggle", ({ newState }) => {
  menu.opener.ariaExpanded = String(newState === "open");
  if (newState === "closed") openedFor = null;
});

// --- Events ----------------------------------------------------------------------------------------------------------

live.on("status.changed", ({ payload }) => fresh.note([payload.agent_id]));
live.on("availability.changed", ({ payload }) => fresh.note([payload.agent_id]));
live.on("agents.changed", ({ payload }) => fresh.note(payload.agent_ids));
live.on("capacity.changed", ({ payload }) => (payload.agent_ids.length ? fresh.note(payload.agent_ids) : fresh.reload()));
live.on("statuses.changed", fresh.reload);
live.on("settings.changed", () => location.reload()); // what the settings allow stands outside the list
live.onReset(fresh.reload);

tellState(live, page.querySelector(".live-state"));
showSelection();
