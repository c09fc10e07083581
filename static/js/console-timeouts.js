// Idle and disconnect timeouts: empty fields say what the company has, and long lists of choices come when needed.
// What happens with the values typed is told by the server: see the form's hx-post.

const form = document.querySelector(".timeouts");
const targets = document.getElementById("targets");

// With many statuses a page would have their square of choices; the server sends only the chosen ones.
function offer(select) {
  if (!targets || select.dataset.targets === "offered") return;
  select.dataset.targets = "offered";
  const { value } = select;
  for (const shown of select.querySelectorAll(":checked, option")) {
    if (targets.content.querySelector(`option[value="${shown.value}"]`)) shown.remove();
  }
  select.append(targets.content.cloneNode(true));
  select.value = value;
}

for (const kind of ["focusin", "pointerdown", "mousedown"]) {
  form.addEventListener(kind, ({ target }) => target.matches("[data-targets]") && offer(target));
}

const words = new Map();

function follow() {
  for (const field of form.querySelectorAll("[data-follows]")) {
    const company = form.elements[field.dataset.follows];
    if (field.matches("input")) field.placeholder = company.value;
    else {
      if (!words.has(field)) words.set(field, field.textContent);
      field.textContent = `${words.get(field)}: ${company.selectedOptions[0].textContent}`;
    }
  }
}

form.addEventListener("change", ({ target }) => target.name.startsWith("company-") && follow());
follow();

// --- Nothing typed is lost by accident -------------------------------------------------------------------------------

let typed = form.querySelector("[aria-invalid], .field-error:not(:empty)") !== null;
form.addEventListener("input", () => { typed = true; });
form.addEventListener("submit", () => { typed = false; });
window.addEventListener("beforeunload", (event) => typed && event.preventDefault());
