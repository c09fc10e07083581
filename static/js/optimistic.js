// Forms that show at once what they ask for, and take it back with the reason when the server refuses.

import { clearProblem, refresh, reportProblem } from "./workspace.js";

// show(button) shows what the button will do, and answers how to take that back.
export function optimistic(panel, forms, show) {
  let pending = 0; // requests the server has not answered yet
  let queue = Promise.resolve(); // they are sent one after another, so that the last one stays

  panel.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (!form.matches(forms)) return;
    event.preventDefault();
    const request = { url: form.action, body: new URLSearchParams(new FormData(form, submitter)) };
    clearProblem();
    const undo = show(submitter);
    pending += 1;
    queue = queue.then(() => send(request, panel.dataset)).then((refusal) => {
      pending -= 1;
      if (refusal) {
        undo();
        reportProblem(refusal);
      }
      if (pending === 0) refresh(panel);
    });
  });

  panel.addEventListener("htmx:beforeSwap", (event) => {
    if (pending) event.detail.shouldSwap = false; // older than what is shown; asked for again afterwards
  });
}

// Answers why not, or nothing.
async function send({ url, body }, { failed, offline }) {
  try {
    const response = await fetch(url, { method: "POST", body, headers: { "HX-Request": "true" } });
    if (response.ok) return "";
    const problem = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
    return problem.detail ?? failed;
  } catch {
    return offline;
  }
}
