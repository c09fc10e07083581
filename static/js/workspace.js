// The workspace's shell: keeps its panels current, says when the connection is lost, reports what went wrong.
// A panel names the kinds of events that change it in data-live; "refresh" makes htmx fetch it again. The latest
// request of a panel wins (hx-sync="this:replace"), and every change brings an event, so a stale answer cannot stay.

import { live } from "./live.js";
import { serverNow } from "./ticking.js";

const GATHER = 30; // ms
const RETRY = 2000; // ms until a fragment that could not be fetched is asked for again
const me = Number(document.body.dataset.userId);
const byId = (id) => document.getElementById(id);

const due = new Set();

// Several reasons at nearly the same moment make one request.
export function refresh(panel) {
  if (due.has(panel)) return;
  due.add(panel);
  setTimeout(() => {
    due.delete(panel);
    window.htmx.trigger(panel, "refresh");
  }, GATHER);
}

export function refreshAll() {
  document.querySelectorAll("[data-live]").forEach(refresh);
}

export function announce(text) {
  const line = document.createElement("p");
  line.textContent = text.replace(/\s+/g, " ").trim();
  byId("announcer").append(line);
  setTimeout(() => line.remove(), 10_000);
}

export function reportProblem(text) {
  byId("problem-text").textContent = text;
  byId("problem").hidden = false;
}

export function clearProblem() {
  byId("problem").hidden = true;
}

byId("problem-close").addEventListener("click", clearProblem);

live.on("*", ({ kind, payload }) => {
  // Whoever supervises hears of other agents too. An empty list stands for all of them.
  if (payload.agent_id && payload.agent_id !== me) return;
  if (payload.agent_ids?.length && !payload.agent_ids.includes(me)) return;
  document.querySelectorAll(`[data-live~="${CSS.escape(kind)}"]`).forEach(refresh);
});

live.onReset(refreshAll);

let newest = byId("notifications").querySelector("[data-newest]")?.dataset.newest;

byId("notifications").addEventListener("htmx:afterSwap", ({ target }) => {
  const banner = target.querySelector("[data-newest]");
  if (banner && banner.dataset.newest !== newest) announce(banner.textContent);
  newest = banner?.dataset.newest;
});

live.onState((state) => {
  const bar = byId("connection");
  bar.hidden = state !== "reconnecting";
  bar.textContent = state === "reconnecting" ? bar.dataset.reconnecting : "";
  byId("signed-out").hidden = state !== "signed-out";
});

for (const failure of ["htmx:sendError", "htmx:responseError"]) {
  document.body.addEventListener(failure, ({ detail, target }) => {
    const status = detail.xhr?.status ?? 0;
    const panel = target.closest("[data-live]");
    if (status === 401) byId("signed-out").hidden = false;
    else if (status === 403) window.location.reload(); // another user, or another profile: the page says it
    else if (panel) setTimeout(() => refresh(panel), RETRY);
  });
}

// Times spent "today" start anew at midnight: what knows of it has data-refresh-at.
setInterval(() => {
  for (const element of document.querySelectorAll("[data-refresh-at]")) {
    if (serverNow() < Date.parse(element.dataset.refreshAt)) continue;
    delete element.dataset.refreshAt;
    refresh(element.closest("[data-live]"));
  }
}, 5000);
