// "Are you still here?": the server is about to set the status of an agent who gives no input. Any input answers.

import { live } from "./live.js";
import { lastInput, onInput, sendSign } from "./presence.js";
import { duration, serverNow } from "./ticking.js";

const SAME = 2000; // ms: input that was less later than the last the server knew is the same, to the server as well
const me = Number(document.body.dataset.userId);
const dialog = document.getElementById("idle-warning");
const find = (selector) => dialog.querySelector(selector);

let endsAt = 0;
let timer = null;
let title = "";

live.on("idle.warning", ({ payload }) => {
  if (payload.agent_id !== me) return;
  const ahead = serverNow() - Date.now();
  if (lastInput() + ahead > Date.parse(payload.input_at) + SAME) sendSign(); // it just has not heard of it
  else if (serverNow() < Date.parse(payload.ends_at)) open(payload);
});

for (const kind of ["idle.over", "status.changed"]) {
  live.on(kind, ({ payload }) => payload.agent_id === me && close());
}
live.onReset(close);

onInput((event) => {
  if (!dialog.open) return;
  sendSign();
  // A tap closes by its click, which would else go to what is below the dialog; a key is not to do anything else.
  const touches = ["pointerdown", "touchstart", "touchmove"].includes(event.type);
  if (touches || (event.type === "pointermove" && (event.pointerType !== "mouse" || event.buttons))) return;
  if (event.type === "keydown" && !isCommand(event)) event.preventDefault();
  close();
});

const isCommand = ({ key, ctrlKey, altKey, metaKey }) => ctrlKey || altKey || metaKey || /^F\d/.test(key);

dialog.addEventListener("cancel", sendSign); // by a gesture, without a key

function open({ ends_at, status }) {
  endsAt = Date.parse(ends_at);
  find("[data-status]").textContent = status.name;
  tick();
  if (dialog.open) return;
  dialog.showModal();
  title = document.title;
  document.title = `${find("h2").textContent} · ${title}`;
  timer = setInterval(tick, 250);
}

function tick() {
  find("time").textContent = duration(Math.max(0, Math.ceil((endsAt - serverNow()) / 1000)));
}

function close() {
  if (dialog.open) dialog.close(); // and the focus goes back to where it was
}

dialog.addEventListener("close", () => {
  clearInterval(timer);
  document.title = title;
});
