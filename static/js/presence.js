// Signs of life: this page answers each ping with the seconds since the last input in it. All of it happens by events,
// because the timers of hidden tabs are slowed down. What fails is made good by the answer to the next ping.

import { live } from "./live.js";

const INPUT = ["pointerdown", "pointermove", "keydown", "click", "input", "wheel", "touchstart", "touchmove"];
const LONGEST = 7 * 24 * 3600; // seconds the server takes
const TOGETHER = 1000; // ms: a stream begins with a token and a ping, which one sign answers

let inputAt = Date.now(); // who loads the page is there
let sentAt = 0;
let refused = null; // a token that has become too old; the next stream brings another
const handlers = new Set();

// When input last came, in the time of this computer.
export const lastInput = () => inputAt;

// Calls the handler at every input, with the event.
export const onInput = (handler) => handlers.add(handler);

export async function sendSign() {
  const { token } = live;
  if (!token || token === refused) return;
  const idle = Math.min(Math.max(0, (Date.now() - inputAt) / 1000), LONGEST);
  const body = JSON.stringify({ token, idle });
  sentAt = Date.now();
  try {
    const { status } = await fetch("/events/presence/", { method: "POST", body, credentials: "omit" });
    if (status === 401) refused = token;
  } catch {
    // no connection at the moment
  }
}

function note(event) {
  // Browsers also tell of a pointer at rest when something moves below it; and scripts make events too.
  const rests = event.type === "pointermove" && !event.movementX && !event.movementY;
  if (rests || !event.isTrusted) return;
  inputAt = Date.now();
  for (const handler of handlers) handler(event);
}

for (const type of INPUT) window.addEventListener(type, note, { capture: true, passive: type !== "keydown" });
window.addEventListener("scroll", note, { passive: true }); // of the page; inner parts scroll by themselves, too

live.onToken(sendSign);
live.onPing(() => Date.now() - sentAt < TOGETHER || sendSign());
