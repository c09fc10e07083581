// Small things every page of the console has: where a row's menu opens, filtering long checklists, fields that
// only count beside certain choices, and moving through what the search found.

document.addEventListener(
  "beforetoggle",
  (event) => {
    if (event.newState !== "open" || !event.target.matches(".row-menu")) return;
    const button = event.target.opener ?? document.querySelector(`[popovertarget="${event.target.id}"]`);
    const { bottom, right, top } = button.getBoundingClientRect();
    const menu = event.target;
    requestAnimationFrame(() => {
      const fitsBelow = bottom + menu.offsetHeight < window.innerHeight;
      menu.style.left = `${Math.max(8, right - menu.offsetWidth)}px`;
      menu.style.top = `${fitsBelow ? bottom + 4 : top - menu.offsetHeight - 4}px`;
    });
  },
  true,
);

function closeMenus() {
  for (const menu of document.querySelectorAll(".row-menu:popover-open")) menu.hidePopover();
}
document.addEventListener("scroll", closeMenus, true);
window.addEventListener("resize", closeMenus);

// --- Checklists ----------------------------------------------------------------------------------------------------

document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-checklist-filter]")) return;
  const words = target.value.toLocaleLowerCase();
  for (const label of target.closest("[data-checklist]").querySelectorAll("label")) {
    label.hidden = !label.textContent.toLocaleLowerCase().includes(words);
  }
});

// --- Fields that go with others: data-show-when='{"type": ["CAPACITY"], "enabled": ["true"]}' -----------------------
// All of the conditions must hold; fields that are not in the form, because they cannot change, are no condition.

function valueOf(name) {
  const controls = [...document.getElementsByName(name)];
  const chosen = controls.length > 1 ? controls.find((control) => control.checked) : controls[0];
  if (!chosen) return undefined;
  return chosen.type === "checkbox" ? String(chosen.checked) : chosen.value;
}

function showDependent() {
  for (const field of document.querySelectorAll("[data-show-when]")) {
    const conditions = Object.entries(JSON.parse(field.dataset.showWhen));
    const shown = conditions.every(([name, values]) => {
      const value = valueOf(name);
      return value === undefined || values.includes(value);
    });
    (field.closest(".field-line") ?? field).hidden = !shown;
  }
  for (const fieldset of document.querySelectorAll("fieldset.module:not([data-rows])")) {
    const lines = [...fieldset.querySelectorAll(".field-line")];
    fieldset.hidden = lines.length > 0 && lines.every((line) => line.hidden);
  }
}
document.addEventListener("change", showDependent);
showDependent();

// --- Filters: a choice counts at once, words when they are sent off ---------------------------------------------------

for (const form of document.querySelectorAll("form[data-submit-on-change]")) {
  form.addEventListener("change", ({ target }) => target.matches("select") && form.requestSubmit());
  form.addEventListener("submit", () => {
    for (const control of form.elements) control.disabled = !control.value; // keeps the address short
  });
}

// --- Search --------------------------------------------------------------------------------------------------------

const search = document.getElementById("console-search");

search?.addEventListener("keydown", (event) => {
  const stops = [search.querySelector("input"), ...search.querySelectorAll("a")];
  const at = stops.indexOf(document.activeElement);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    stops[at + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
  } else if (event.key === "Enter" && at === 0) {
    stops[1]?.click();
  } else if (event.key === "Escape") {
    search.querySelector("#console-search-results").replaceChildren();
    stops[0].focus();
  } else return;
  event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey) return;
  const field = document.querySelector("#searchbar") ?? search?.querySelector("input");
  if (!field) return;
  event.preventDefault();
  field.focus();
});

document.addEventListener("click", (event) => {
  if (search && !search.contains(event.target)) search.querySelector("#console-search-results").replaceChildren();
});
