// Rows below a form: adding one, and moving them where their order counts. Removing is a checkbox of each row.

function tick(row) {
  return row.querySelector('input[name$="-DELETE"]')?.checked;
}

function named(row, field) {
  return field ? row.querySelector(`[name$="-${field}"]`) : null;
}

const isEmpty = (row) =>
  [...row.querySelectorAll("input:not([type=hidden]), select, textarea")].every((control) =>
    ["checkbox", "radio"].includes(control.type) ? !control.checked : !control.value,
  );

function prepare(box) {
  const body = box.querySelector("tbody");
  const { rows: prefix, orderedBy, notInFirst } = box.dataset;
  const total = box.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
  const rows = () => [...body.querySelectorAll(":scope > tr")];

  // The first row that stays goes without one field; what was typed there comes back when it moves down.
  function showFirst() {
    const first = rows().find((row) => !tick(row));
    for (const row of rows()) {
      const field = named(row, notInFirst);
      if (field) field.disabled = row === first;
    }
  }

  function number() {
    let place = 0;
    for (const row of rows()) {
      const field = named(row, orderedBy);
      if (!field || tick(row)) continue;
      const wasEmpty = !field.value && isEmpty(row);
      if (!wasEmpty) field.value = String((place += 1));
    }
    showFirst();
  }

  function add() {
    const place = total.value;
    const row = body.querySelector("template").content.querySelector("tr").cloneNode(true);
    for (const element of [row, ...row.querySelectorAll("*")]) {
      for (const { name, value } of [...element.attributes]) {
        if (value.includes("__prefix__")) element.setAttribute(name, value.replaceAll("__prefix__", place));
      }
    }
    total.value = String(Number(place) + 1);
    body.append(row);
    reveal();
    showFirst();
    row.querySelector("input:not([type=hidden]), select")?.focus();
  }

  function reveal() {
    for (const hidden of box.querySelectorAll("[data-add-row], [data-move]")) hidden.hidden = false;
  }

  if (orderedBy) {
    const numberOf = (row) => Number(named(row, orderedBy).value) || Infinity;
    const sorted = rows().toSorted((one, other) => numberOf(one) - numberOf(other) || 0);
    body.append(...sorted);
  }
  box.addEventListener("click", ({ target }) => {
    if (target.closest("[data-add-row]")) add();
    const button = target.closest("[data-move]");
    if (!button) return;
    const row = button.closest("tr");
    if (button.dataset.move === "up") row.previousElementSibling?.matches("tr") && row.previousElementSibling.before(row);
    else row.nextElementSibling?.after(row);
    number();
    button.focus();
  });
  box.addEventListener("change", ({ target }) => target.name?.endsWith("-DELETE") && showFirst());
  reveal();
  showFirst();
}

for (const box of document.querySelectorAll("[data-rows]")) prepare(box);
