// Several objects in an order: added from the select, moved and removed with the buttons of their line.

function offer(box) {
  const chosen = new Set([...box.querySelectorAll("li input")].map((input) => input.value));
  const group = box.dataset.groupedBy && document.getElementsByName(box.dataset.groupedBy)[0]?.value;
  for (const option of box.querySelector("select").options) {
    const otherGroup = group && option.dataset.group && option.dataset.group !== group;
    option.hidden = option.disabled = Boolean(option.value) && (chosen.has(option.value) || Boolean(otherGroup));
  }
}

function add(box, { value, text }) {
  const item = box.querySelector("template").content.firstElementChild.cloneNode(true);
  item.querySelector("input").value = value;
  item.querySelector("span").textContent = text;
  for (const button of item.querySelectorAll("button")) button.setAttribute("aria-label", `${button.title}: ${text}`);
  box.querySelector("ol").append(item);
}

function move(item, direction) {
  if (direction === "up") item.previousElementSibling?.before(item);
  else if (direction === "down") item.nextElementSibling?.after(item);
  else item.remove();
}

for (const box of document.querySelectorAll("[data-ordered]")) {
  const select = box.querySelector("select");
  select.addEventListener("change", () => {
    if (select.value) add(box, select.selectedOptions[0]);
    select.value = "";
    offer(box);
  });
  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const item = button.closest("li");
    move(item, button.dataset.move);
    offer(box);
    (item.isConnected ? button : select).focus();
  });
  const { groupedBy } = box.dataset;
  if (groupedBy) document.addEventListener("change", ({ target }) => target.name === groupedBy && offer(box));
  offer(box);
}
