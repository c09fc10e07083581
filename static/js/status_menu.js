// The status menu: keyboard, the choice shown at once, and taken back with the reason when it is refused.

import { optimistic } from "./optimistic.js";
import { announce } from "./workspace.js";
import { serverNow, tick } from "./ticking.js";

const TYPE_AHEAD = 700; // ms after which typing starts a new word

const panel = document.getElementById("status");
const find = (selector) => panel.querySelector(selector);
const popover = () => find("#status-popover");
const isOpen = () => popover().matches(":popover-open");
const items = () => [...popover().querySelectorAll(".menu-item")];

// --- Choosing ------------------------------------------------------------------------------------------------

optimistic(panel, "[data-choices]", show);

function show(choice) {
  const button = find("#status-button");
  const before = button.cloneNode(true);
  find('[data-shown="ring"]').replaceChildren(choice.querySelector(".ring").cloneNode(true));
  find('[data-shown="label"]').textContent = choice.dataset.label;
  find('[data-shown="time"] time').dateTime = new Date(serverNow()).toISOString();
  tick();
  if (isOpen()) popover().hidePopover();
  closeDialog();
  tell();
  return () => {
    find("#status-button").replaceWith(before);
    openDialog();
    tell();
  };
}

let told = find('[data-shown="label"]').textContent;

function tell() {
  const label = find('[data-shown="label"]').textContent;
  if (label !== told) announce(`${panel.dataset.announce} ${label}`);
  told = label;
}

// --- New content ---------------------------------------------------------------------------------------------

let reopen = null; // the menu was open: what was focused in it

panel.addEventListener("htmx:beforeSwap", () => {
  reopen = isOpen() ? document.activeElement?.value ?? "" : null;
});

panel.addEventListener("htmx:afterSwap", () => {
  number();
  if (reopen !== null) openMenu(items().find((item) => item.value === reopen));
  reopen = null;
  openDialog();
  tell();
});

// --- The menu ------------------------------------------------------------------------------------------------

let typed = "";
let typedAt = 0;

function number() {
  items().forEach((item, index) => {
    const key = item.querySelector(".menu-key");
    if (key && index < 9) key.textContent = String(index + 1);
    item.tabIndex = index === 0 ? 0 : -1;
  });
}

function openMenu(item) {
  popover().showPopover();
  (item ?? items().find((other) => other.ariaChecked === "true") ?? items()[0])?.focus();
}

panel.addEventListener("focusin", ({ target }) => {
  if (items().includes(target)) items().forEach((item) => { item.tabIndex = item === target ? 0 : -1; });
});

panel.addEventListener("toggle", ({ target, newState }) => {
  if (target !== popover()) return;
  find("#status-button").setAttribute("aria-expanded", String(newState === "open"));
  if (newState === "open" && !popover().contains(document.activeElement)) openMenu();
}, true);

panel.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.id === "status-button" && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    openMenu(event.key === "ArrowUp" ? items().at(-1) : undefined);
  } else if (isOpen() && popover().contains(event.target)) {
    menuKey(event);
  }
});

function menuKey(event) {
  const all = items();
  const at = all.indexOf(document.activeElement);
  const target = {
    ArrowDown: all[(at + 1) % all.length],
    ArrowUp: all.at(at <= 0 ? -1 : at - 1),
    Home: all[0],
    End: all.at(-1),
  }[event.key];
  if (target) {
    event.preventDefault();
    target.focus();
  } else if (event.key === "Tab") {
    popover().hidePopover();
  } else if (/^[1-9]$/.test(event.key)) {
    const numbered = all[event.key - 1];
    if (numbered?.querySelector(".menu-key")) numbered.click();
  } else if (event.key.length === 1 && event.key !== " ") {
    event.preventDefault();
    typeAhead(event.key, all, at);
  }
}

const plain = (text) => text.trim().normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function typeAhead(letter, all, at) {
  typed = Date.now() - typedAt < TYPE_AHEAD ? typed + letter : letter;
  typedAt = Date.now();
  const start = typed.length === 1 ? at + 1 : at;
  const rotated = [...all.slice(start), ...all.slice(0, start)];
  const matches = (item) => plain(item.querySelector(".menu-label").textContent).startsWith(plain(typed));
  rotated.find(matches)?.focus();
}

// --- The prompt ----------------------------------------------------------------------------------------------

function openDialog() {
  const dialog = find("#choose-status");
  if (!dialog || dialog.matches(":modal")) return;
  dialog.removeAttribute("open"); // as it stands open without scripts
  delete dialog.dataset.chosen;
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  dialog.addEventListener("close", () => dialog.dataset.chosen ?? openDialog()); // Esc pressed twice
  dialog.showModal();
}

function closeDialog() {
  const dialog = find("#choose-status");
  if (!dialog?.open) return;
  dialog.dataset.chosen = "";
  dialog.close();
}

number();
openDialog();
