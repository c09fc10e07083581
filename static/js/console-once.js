// A page that shows a secret once: copying it, and leaving nothing that a reload would send again.

const page = document.querySelector("[data-once]");
history.replaceState(null, "", page.dataset.back);

page.addEventListener("click", async ({ target }) => {
  if (!target.matches("[data-copy]")) return;
  try {
    await navigator.clipboard.writeText(target.dataset.copy);
    target.textContent = target.dataset.done;
  } catch {
    target.parentElement.querySelector("input").select(); // without https there is no clipboard to write to
  }
});
