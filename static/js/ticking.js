// Keeps <time datetime="…" data-ticking="duration|clock"> true: how long ago that was. The words are those of
// statuses/templatetags/status_tags.py. <body data-now="…"> tells the server's time, in case ours is wrong.

function serverAhead() {
  const { now } = document.body.dataset;
  const [navigation] = performance.getEntriesByType("navigation");
  if (!now || !navigation?.responseStart) return 0;
  return Date.parse(now) - (performance.timeOrigin + navigation.responseStart);
}

const AHEAD = serverAhead();
const two = (number) => String(number).padStart(2, "0");

export const serverNow = () => Date.now() + AHEAD;

export function duration(seconds) {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes === 0) return `${seconds} s`;
  if (hours === 0) return `${minutes} min`;
  if (hours < 24) return `${hours} h ${two(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function clock(seconds) {
  const minutes = Math.floor(seconds / 60);
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

const STYLES = { duration, clock };

export function tick() {
  const now = serverNow();
  for (const element of document.querySelectorAll("time[data-ticking]")) {
    const seconds = Math.max(0, Math.floor((now - Date.parse(element.dateTime)) / 1000));
    const text = STYLES[element.dataset.ticking](seconds);
    if (element.textContent !== text) element.textContent = text;
  }
}

setInterval(tick, 1000);
