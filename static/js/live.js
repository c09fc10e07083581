// Live events. One stream per browser, shared by its tabs: the tab that holds a Web Lock (the leader) reads
// /events/ and passes everything on over a BroadcastChannel. The page gives <body data-user-id data-events-cursor>.
//
//   live.on("agent.status", (event) => …)   event: {id, xid, kind, at, payload}; live.on("*", …) hears all kinds
//   live.onState((state) => …)              "live" | "reconnecting" | "signed-out"
//   live.onReset(() => …)                   too much was missed: load the page's state anew
//   live.onPing(() => …)                    every 25 seconds, in hidden tabs too (whose timers are slowed down)
//   live.onToken((token) => …)              what this browser's signs of life are signed with; a new one with each stream

const SILENCE = 60_000; // ms without a ping until the stream counts as dead: the laptop slept, a proxy gave up
const LEADER_SILENCE = 90_000; // ms without a word from the leader's tab until another tab takes over
const RING = 1000; // events the leader keeps for tabs that join
const REMEMBERED = 4000; // ids by which a repeated event is recognised
const LONGEST_DELAY = 15_000; // ms between attempts to connect

class Stream {
  // The connection to the server. EventSource would reconnect by itself, but not after an HTTP error, and it
  // does not tell why; so every failure ends here.
  #source = null;
  #heard = 0;
  #retryAt = Infinity;
  #failures = 0;

  constructor(cursor, listener) {
    this.cursor = cursor;
    this.listener = listener;
    this.#open();
  }

  close() {
    this.#source?.close();
    this.#source = null;
    this.#retryAt = Infinity;
  }

  // Called about every second; also when the computer wakes up, the network is back or the tab is shown.
  check() {
    const now = Date.now();
    if (this.#source && now - this.#heard > SILENCE) this.#fail();
    if (!this.#source && now >= this.#retryAt) this.#open();
  }

  retryNow() {
    if (!this.#source) this.#open();
  }

  #open() {
    const source = new EventSource(`/events/?after=${this.cursor}`);
    let opened = false;
    this.#source = source;
    this.#heard = Date.now();
    this.#retryAt = Infinity;
    const listen = (type, handle) =>
      source.addEventListener(type, (message) => {
        if (source !== this.#source) return;
        this.#heard = Date.now();
        handle(message);
      });
    listen("open", () => { opened = true; });
    listen("message", (message) => {
      const event = JSON.parse(message.data);
      this.#advance(message);
      this.listener.event(event, this.cursor);
    });
    listen("ping", (message) => {
      this.#failures = 0;
      this.#advance(message);
      this.listener.ping(this.cursor);
    });
    listen("token", (message) => this.listener.token(JSON.parse(message.data)));
    listen("reset", (message) => {
      this.#failures = 0;
      this.#advance(message);
      this.listener.reset(this.cursor);
    });
    listen("end", (message) => this.#end(JSON.parse(message.data).reason));
    source.addEventListener("error", () => {
      if (source === this.#source) this.#fail(!opened);
    });
  }

  #advance(message) {
    if (message.lastEventId) this.cursor = Number(message.lastEventId);
  }

  #end(reason) {
    this.close();
    if (reason === "signed_out") return this.listener.state("signed-out");
    if (reason === "access_changed") this.listener.reset(this.cursor); // other things are to be seen now
    this.#retryAt = Date.now() + Math.random() * 300; // others were sent away at the same moment
  }

  async #fail(refused = false) {
    this.close();
    this.listener.state("reconnecting");
    const delay = this.#failures ? Math.min(1000 * 2 ** (this.#failures - 1), LONGEST_DELAY) : 300;
    this.#failures += 1;
    this.#retryAt = Date.now() + delay * (0.5 + Math.random() / 2);
    if (refused && (await this.#signedOut()) && !this.#source) {
      this.close();
      this.listener.state("signed-out");
    }
  }

  async #signedOut() {
    const abort = new AbortController();
    try {
      const response = await fetch(`/events/?after=${this.cursor}`, { signal: abort.signal });
      return response.status === 401;
    } catch {
      return false;
    } finally {
      abort.abort();
    }
  }
}

class Leader {
  // Reads the stream for all tabs, and keeps what the latest to join may have missed.
  #ring = [];
  #state = null;
  #token = null;

  constructor(tab, cursor, post) {
    this.tab = tab;
    this.post = post;
    this.since = cursor; // the ring holds all events from here on
    this.stream = new Stream(cursor, this);
    this.#tell({ type: "leader" });
  }

  close() {
    this.stream.close();
  }

  event(event, cursor) {
    this.#ring.push(event);
    if (this.#ring.length > RING) this.since = Math.max(this.since, this.#ring.shift().xid + 1);
    this.#tell({ type: "event", event, cursor });
  }

  ping(cursor) {
    this.state("live");
    this.#tell({ type: "ping", cursor });
  }

  token(token) {
    this.#token = token;
    this.#tell({ type: "token", token });
  }

  reset(cursor) {
    this.#ring = [];
    this.since = cursor;
    this.state("live");
    this.#tell({ type: "reset", cursor });
  }

  state(state) {
    if (state === this.#state) return;
    this.#state = state;
    this.#tell({ type: "state", state });
  }

  welcome({ from, after }) {
    // A page that loads is signed in, even if this one was signed out.
    if (this.#state === "signed-out") {
      this.state("reconnecting");
      this.stream.retryNow();
    }
    const complete = after >= this.since;
    const events = complete ? this.#ring.filter((event) => event.xid >= after) : [];
    const cursor = this.stream.cursor;
    const [state, token] = [this.#state, this.#token];
    this.post({ type: "welcome", to: from, events, reset: !complete, state, token, cursor });
  }

  #tell(message) {
    this.post(message);
    this.tab.receive(message);
  }
}

class Live {
  #handlers = new Map();
  #stateHandlers = new Set();
  #resetHandlers = new Set();
  #pingHandlers = new Set();
  #tokenHandlers = new Set();
  #seen = new Set();
  #waiting = []; // events that arrive before the leader's welcome
  #joined = false;
  #leader = null;
  #heard = Date.now();
  #id = Math.random().toString(36).slice(2);

  constructor({ userId, eventsCursor }) {
    this.state = null;
    this.token = null;
    this.after = Number(eventsCursor); // the page shows everything below
    this.cursor = this.after;
    this.name = `contactcenter-live-${userId}`;
    const shared = "BroadcastChannel" in window && navigator.locks;
    this.channel = shared ? new BroadcastChannel(this.name) : null;
    if (shared) {
      this.channel.addEventListener("message", (message) => this.#hear(message.data));
      this.#queueForLead();
      this.#join();
    } else {
      this.#lead();
    }
    setInterval(() => this.#tick(), 1000);
    window.addEventListener("online", () => this.#tick());
    document.addEventListener("visibilitychange", () => this.#tick());
    window.addEventListener("pageshow", (shown) => shown.persisted && this.#join());
  }

  on(kind, handler) {
    if (!this.#handlers.has(kind)) this.#handlers.set(kind, new Set());
    return subscribe(this.#handlers.get(kind), handler);
  }

  onState(handler) {
    if (this.state) handler(this.state);
    return subscribe(this.#stateHandlers, handler);
  }

  onReset(handler) {
    return subscribe(this.#resetHandlers, handler);
  }

  onPing(handler) {
    return subscribe(this.#pingHandlers, handler);
  }

  onToken(handler) {
    if (this.token) handler(this.token);
    return subscribe(this.#tokenHandlers, handler);
  }

  // --- Who leads ---------------------------------------------------------------------------------------------

  #queueForLead(options = {}) {
    const held = () => {
      this.#lead();
      return new Promise(() => {}); // until the tab closes, or another one takes over
    };
    navigator.locks.request(this.name, options, held).catch(() => {
      this.#leader?.close();
      this.#leader = null;
      this.#queueForLead();
      this.#join();
    });
  }

  #lead() {
    this.#joined = true;
    this.#waiting = []; // the stream brings them again: it starts where we last were
    this.#leader = new Leader(this, this.cursor, (message) => this.channel?.postMessage(message));
  }

  #join() {
    if (this.#leader) return;
    this.#joined = false;
    this.channel.postMessage({ type: "hello", from: this.#id, after: this.cursor });
  }

  #tick() {
    if (this.#leader) {
      this.#leader.stream.check();
    } else if (document.visibilityState === "visible") {
      const silence = Date.now() - this.#heard;
      // The timers of a hidden leader are slowed down to one a minute; ours are not.
      if (this.state !== "live" || silence > SILENCE) this.channel.postMessage({ type: "tick" });
      if (this.state !== "signed-out" && silence > LEADER_SILENCE) {
        this.#heard = Date.now();
        this.#queueForLead({ steal: true });
      }
    }
  }

  // --- What tabs tell each other -------------------------------------------------------------------------------

  #hear(message) {
    if (this.#leader) {
      if (message.type === "hello") this.#leader.welcome(message);
      if (message.type === "tick") {
        this.#leader.stream.check();
        this.channel.postMessage({ type: "here" });
      }
      return;
    }
    if (["hello", "tick"].includes(message.type)) return;
    this.#heard = Date.now();
    if (message.type === "leader") this.#join();
    else if (message.type === "here") {
      if (!this.#joined) this.#join();
    } else if (message.type === "welcome") {
      if (message.to === this.#id) this.#welcomed(message);
    } else if (message.type === "state" || this.#joined) this.receive(message);
    else this.#waiting.push(message);
  }

  #welcomed({ events, reset, state, token, cursor }) {
    const waiting = this.#waiting;
    this.#joined = true;
    this.#waiting = [];
    if (state) this.#setState(state);
    if (token) this.#setToken(token);
    if (reset) this.receive({ type: "reset", cursor });
    for (const event of events) this.#dispatch(event);
    this.cursor = Math.max(this.cursor, cursor);
    for (const message of waiting) this.receive(message);
  }

  receive({ type, event, cursor, state, token }) {
    if (type === "event") this.#dispatch(event);
    else if (type === "state") this.#setState(state);
    else if (type === "reset") call(this.#resetHandlers);
    else if (type === "ping") call(this.#pingHandlers);
    else if (type === "token") this.#setToken(token);
    if (cursor > this.cursor || type === "reset") this.cursor = cursor;
  }

  #setState(state) {
    if (state === this.state) return;
    this.state = state;
    call(this.#stateHandlers, state);
  }

  #setToken(token) {
    this.token = token;
    call(this.#tokenHandlers, token);
  }

  #dispatch(event) {
    if (event.xid < this.after || this.#seen.has(event.id)) return;
    this.#seen.add(event.id);
    if (this.#seen.size > REMEMBERED) this.#seen.delete(this.#seen.values().next().value);
    call(this.#handlers.get(event.kind), event);
    call(this.#handlers.get("*"), event);
  }
}

function subscribe(handlers, handler) {
  handlers.add(handler);
  return () => handlers.delete(handler);
}

function call(handlers = [], ...values) {
  for (const handler of handlers) {
    try {
      handler(...values);
    } catch (error) {
      reportError(error); // one broken handler must not keep events from the others
    }
  }
}

export const live = new Live(document.body.dataset);
