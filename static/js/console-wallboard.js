// Teams wallboard. Events say whose availability changed; the cards of those agents' teams are fetched again.

import { fetchFragment, flashChanges, keepFresh, tellState } from "./console-fresh.js";

const REFRESH = 300_000; // ms: teams come, go and change their names without an event

const page = document.getElementById("wallboard");
const board = document.getElementById("board");
Object.assign(document.body.dataset, { userId: page.dataset.userId, eventsCursor: page.dataset.eventsCursor });
const { live } = await import("./live.js");

const fresh = keepFresh(async (agents) => {
  const query = new URLSearchParams(board.dataset.address);
  const after = new URLSearchParams(location.search).get("after");
  if (agents) query.set("agents", agents.join(","));
  else if (after) query.set("after", after);
  const answer = await fetchFragment(page.dataset.url, query);
  if (agents) merge(answer);
  else replaceAll(answer);
});

const teamsIn = (part) => part.querySelectorAll("[data-team]");
const cells = (card) => [...card.querySelectorAll("td, header, li")];

function merge(answer) {
  const shown = new Map([...teamsIn(board)].map((card) => [card.dataset.team, card]));
  const pairs = [...teamsIn(answer)].map((card) => [shown.get(card.dataset.team), card]);
  pairs.push([board.querySelector(".board-all > *"), answer.querySelector(".board-all > *")]);
  for (const [before, card] of pairs) {
    if (!before) continue; // on another page of the list
    const hadFocus = before.contains(document.activeElement);
    flashChanges(cells(before), cells(card));
    before.replaceWith(card);
    if (hadFocus) card.querySelector("a")?.focus({ preventScroll: true });
  }
}

function replaceAll(answer) {
  const shown = new Map([...teamsIn(board)].map((card) => [card.dataset.team, card]));
  const focused = document.activeElement?.closest("[data-team]")?.dataset.team;
  for (const card of teamsIn(answer)) {
    const before = shown.get(card.dataset.team);
    if (before) flashChanges(cells(before), cells(card));
  }
  board.replaceChildren(answer);
  if (focused) board.querySelector(`[data-team="${focused}"] a`)?.focus({ preventScroll: true });
}

live.on("status.changed", ({ payload }) => fresh.note([payload.agent_id]));
live.on("availability.changed", ({ payload }) => fresh.note([payload.agent_id]));
for (const kind of ["agents.changed", "capacity.changed", "statuses.changed", "settings.changed"]) live.on(kind, fresh.reload);
live.onReset(fresh.reload);
setInterval(fresh.reload, REFRESH);
tellState(live, page.querySelector(".live-state"));

// --- A screen on the wall --------------------------------------------------------------------------------------------

const button = page.querySelector("[data-full-screen]");
if (button && document.fullscreenEnabled) {
  button.hidden = false;
  button.addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : page.requestFullscreen()));
}
