// Bulk operations: one of them, or the steps to a new one, in a dialog over the dashboard. The server renders every
// part; htmx fetches it. Here: opening and closing, news of progress, the upload, and what to say when a request fails.

const page = document.getElementById("bulk-page");
const { userId, eventsCursor, now } = page.dataset;
Object.assign(document.body.dataset, { userId, eventsCursor, now }); // where live.js looks for it when it starts

const dialog = document.getElementById("bulk-dialog");
const shown = document.getElementById("bulk-dialog-body");
const failure = document.getElementById("bulk-failure");

// --- The dialog ------------------------------------------------------------------------------------------------------

const isAsked = ({ triggeringEvent }) => ["click", "submit"].includes(triggeringEvent?.type); // not a poll

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (isAsked(detail.requestConfig)) failure.hidden = true;
  if (detail.target !== shown || dialog.open) return;
  shown.textContent = shown.dataset.loading;
  dialog.showModal();
});

document.addEventListener("htmx:afterSettle", ({ detail }) => { // what is clicked from now on comes to htmx
  const isNew = detail.target.matches("[data-bulk-part]");
  const hasLostFocus = [document.body, dialog].includes(document.activeElement);
  if (isNew && dialog) dialog.scrollTop = 0;
  if (isNew || (detail.target.id === "bulk-operation" && hasLostFocus)) {
    document.getElementById("bulk-title").focus({ preventScroll: true });
  }
});

dialog?.addEventListener("click", ({ target }) => {
  if (target.closest("[data-close-dialog]")) dialog.close();
});

// --- The upload ------------------------------------------------------------------------------------------------------

const stay = (event) => event.preventDefault();

document.addEventListener("change", (event) => {
  const { target } = event;
  const form = target.closest("form[data-upload]");
  if (!form || target.type !== "file") return;
  event.stopPropagation(); // the console's skin expects a field of its own beside it, and fails without
  const isTooLarge = target.files[0]?.size > Number(form.dataset.upload);
  target.setCustomValidity(isTooLarge ? form.dataset.tooLarge : "");
  target.reportValidity();
}, { capture: true });

for (const [type, isOver] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(type, ({ target }) => target.classList?.contains("drop-zone") && target.classList.toggle("is-over", isOver));
}

function uploading({ requestConfig }, isOn) {
  const form = requestConfig.triggeringEvent?.target; // which may have left the page since
  if (!form?.matches?.("form[data-upload]")) return;
  form.querySelector(".bulk-upload").hidden = !isOn;
  for (const button of form.querySelectorAll("button")) button.disabled = isOn;
  if (isOn) window.addEventListener("beforeunload", stay);
  else window.removeEventListener("beforeunload", stay);
}

document.addEventListener("htmx:beforeSend", ({ detail }) => uploading(detail, true));
document.addEventListener("htmx:afterRequest", ({ detail }) => uploading(detail, false));

document.addEventListener("htmx:xhr:progress", ({ target, detail }) => {
  if (!target.matches("form[data-upload]") || !detail.lengthComputable || target.querySelector(".bulk-upload").hidden) return;
  const part = detail.loaded / detail.total;
  const words = target.querySelector("[data-uploaded]");
  target.querySelector("progress").value = part;
  words.textContent = words.dataset.uploaded.replace("%s", `${Math.floor(100 * part)} %`);
});

// --- When a request fails --------------------------------------------------------------------------------------------

document.addEventListener("htmx:beforeSwap", (event) => {
  const answered = new URL(event.detail.xhr.responseURL);
  if (answered.pathname.startsWith("/sign-in/")) {
    event.detail.shouldSwap = false;
    location.reload(); // signed out: the page itself leads there and back
  }
});

function fail({ requestConfig }, text) {
  if (!isAsked(requestConfig)) return; // the next poll will do
  failure.textContent = text;
  failure.hidden = false;
}

document.addEventListener("htmx:responseError", ({ detail }) => {
  try {
    fail(detail, JSON.parse(detail.xhr.responseText).detail);
  } catch {
    fail(detail, failure.dataset.failed);
  }
});
document.addEventListener("htmx:sendError", ({ detail }) => fail(detail, failure.dataset.failed));

// --- News ------------------------------------------------------------------------------------------------------------

const tell = (name) => document.body.dispatchEvent(new CustomEvent(name));

if (eventsCursor) {
  const { live } = await import("./live.js");
  live.on("bulk.progress", ({ payload }) => {
    tell("bulk-progress");
    if (!["new", "in_progress"].includes(payload.status)) tell("bulk-ended");
  });
  live.onReset(() => tell("bulk-progress"));
}
