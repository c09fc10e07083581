// Keeps a part of a page true: collects what events say has changed, and fetches it together. Requests follow one
// another, so the page ends up as the database is.

const GATHER = 250; // ms in which changes are collected before they are fetched
const REST = 500; // ms from one request to the next, however much happens
const RETRY = 3000; // ms after a failed request
const TOGETHER = 200; // rows fetched by number at once; beyond that everything is

// fetched(ids) fetches these and puts them into the page; without ids, everything.
export function keepFresh(fetched) {
  const changed = new Set();
  let everything = false;
  let waiting = null;
  let fetching = false;
  let ended = -Infinity;

  function schedule(delay) {
    const rest = ended + REST - performance.now();
    if (!waiting && !fetching) waiting = setTimeout(refresh, Math.max(delay, rest));
  }

  async function refresh() {
    waiting = null;
    fetching = true;
    const all = everything;
    const ids = all ? [] : [...changed];
    changed.clear();
    everything = false;
    let failed = false;
    try {
      await fetched(all ? null : ids);
    } catch {
      failed = true;
      for (const id of ids) changed.add(id);
      everything ||= all;
    }
    fetching = false;
    ended = performance.now();
    if (changed.size || everything) schedule(failed ? RETRY : GATHER);
  }

  return {
    note(ids) {
      for (const id of ids) changed.add(String(id));
      everything ||= changed.size > TOGETHER;
      schedule(GATHER);
    },
    reload() {
      everything = true;
      schedule(GATHER);
    },
  };
}

export async function fetchFragment(url, query) {
  const response = await fetch(`${url}?${query}`);
  if (!response.ok || response.redirected) throw new Error(`${url} could not be fetched: ${response.status}`);
  const answer = document.createElement("template");
  answer.innerHTML = await response.text();
  return answer.content;
}

// How something looks, apart from times that tick.
const look = (element) => element.innerHTML.replaceAll(/>[^<]*<\/time>/g, "></time>");

// Lights up those parts that differ from what stood in their place.
export function flashChanges(before, after) {
  for (const [index, part] of after.entries()) {
    if (before[index] && look(before[index]) === look(part)) continue;
    part.classList.add("changed");
    part.addEventListener("animationend", () => part.classList.remove("changed"), { once: true });
  }
}

export function tellState(live, notice) {
  live.onState((state) => {
    notice.hidden = state === "live";
    notice.textContent = state === "signed-out" ? notice.dataset.signedOut : notice.dataset.reconnecting;
  });
}
