// What the page knows of the room, and how it asks for things. The room's word counts: a button shows what the room
// says, never what was pressed.

const listeners = new Set();

export const room = {
  /** "starting", "unpaired", "open", "lost" */
  link: "starting",
  /** Whether the terminal answers the panel. */
  connected: false,
  reason: "",
  /** What the terminal can do. */
  methods: new Set(),
  state: {},
  session: {},
  /** When the newest change came, in milliseconds of this page's clock. */
  changedAt: 0,
};

export function listen(listener) {
  listeners.add(listener);
}

export function changed() {
  for (const listener of listeners) listener(room);
}

export const can = (method) => room.methods.has(method);

/** Why something was refused, for the person at the page. */
export class Refusal extends Error {
  constructor(code, message, retryAfter, status) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter ?? 0;
    this.status = status;
  }
}

export async function get(path) {
  return answer(await reach(path, { headers: { Accept: "application/json" } }));
}

export async function post(path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  if (room.session.token) headers["X-Convene-Token"] = room.session.token;
  return answer(await reach(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

/** Asks the room for something; gives the members of its answer. */
export async function ask(method, params = {}) {
  try {
    return (await post("/api/command", { method, params })).result;
  } catch (error) {
    if (error.status === 401) unpaired();
    throw error;
  }
}

async function reach(path, options) {
  try {
    return await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(15000), ...options });
  } catch {
    throw new Refusal("unreachable", "", 0, 0);
  }
}

async function answer(response) {
  let json = {};
  try {
    json = await response.json();
  } catch {
    // Told by the status.
  }
  if (response.ok) return json;
  throw new Refusal(json.error?.code ?? "error", json.error?.message ?? "", json.error?.retry_after, response.status);
}

// ---- Events

let events = null;
let pause = 500;
let silence = 0;
let again = 0;

/** Asks who we are, pairs with the link's key if there is one, and follows the room. */
export async function begin() {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  if (key) history.replaceState(null, "", "/");
  try {
    room.session = await get("/api/session");
    if (!room.session.paired && key) {
      await post("/api/pair", { key }).catch(() => {});
      room.session = await get("/api/session");
    }
  } catch {
    return comeBack();
  }
  if (!room.session.paired) return unpaired();
  follow();
}

export function unpaired() {
  stop();
  room.link = "unpaired";
  room.session.paired = false;
  changed();
}

function stop() {
  clearTimeout(silence);
  clearTimeout(again);
  events?.close();
  events = null;
}

function follow() {
  stop();
  events = new EventSource("/api/events");
  heard();
  events.addEventListener("snapshot", (event) => {
    const data = JSON.parse(event.data);
    pause = 500;
    room.link = "open";
    room.connected = data.connected;
    room.reason = data.reason ?? "";
    room.methods = new Set(data.methods);
    room.state = data.state;
    room.sequence = data.sequence;
    told();
  });
  events.addEventListener("change", (event) => {
    const data = JSON.parse(event.data);
    // A change that was missed would make the rest wrong: a new snapshot brings the truth.
    if (data.sequence !== room.sequence + 1) return comeBack(0);
    room.sequence = data.sequence;
    for (const change of data.changes) apply(change);
    told();
  });
  events.addEventListener("beat", heard);
  events.addEventListener("error", () => comeBack());
}

function told() {
  room.changedAt = performance.now();
  heard();
  changed();
}

/** The panel beats every five seconds: silence for longer means that the way to it is gone. */
function heard() {
  clearTimeout(silence);
  silence = setTimeout(() => comeBack(0), 13000);
}

function comeBack(after) {
  stop();
  if (room.link !== "starting") room.link = "lost";
  changed();
  again = setTimeout(begin, after ?? pause * (0.8 + Math.random() * 0.4));
  pause = Math.min(pause * 2, 10000);
}

addEventListener("online", () => room.link === "lost" && comeBack(0));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && room.link === "lost") comeBack(0);
});

/** "calls.1.state" with points that belong to a name behind a backslash. */
export function split(path) {
  const names = [];
  let name = "";
  for (let index = 0; index < path.length; index += 1) {
    if (path[index] === "\\") name += path[(index += 1)] ?? "";
    else if (path[index] === ".") {
      names.push(name);
      name = "";
    } else name += path[index];
  }
  return [...names, name];
}

function apply(change) {
  if (change.path === "") {
    room.state = change.value;
    return;
  }
  const names = split(change.path);
  const last = names.pop();
  let place = room.state;
  for (const name of names) {
    if (typeof place[name] !== "object" || place[name] === null) place[name] = {};
    place = place[name];
  }
  if (change.removed && Array.isArray(place)) place.splice(Number(last), 1);
  else if (change.removed) delete place[last];
  else place[last] = change.value;
}

// ---- Calls

/** The living calls, the newest last. */
export function calls() {
  return Object.entries(room.state.calls ?? {})
    .map(([number, call]) => ({ number: Number(number), ...call }))
    .filter((call) => call.state !== "ended")
    .sort((one, other) => one.number - other.number);
}

export const ringing = () => calls().find((call) => call.state === "ringing_in");

/** The call that the page's controls are for. */
export function currentCall() {
  const living = calls().filter((call) => call.state !== "ringing_in");
  return living.find((call) => call.state === "established" && !call.held_here) ?? living.at(-1);
}

export function plainAddress(address) {
  return (address ?? "").replace(/^sips?:/, "");
}

export function callName(call) {
  const address = plainAddress(call.address);
  return shown(call.remote_name || call.name || address.split("@")[0] || address);
}

/**
 * A name as it may be shown: without control and direction signs that would turn the text around it (the element
 * isolates its direction as well), and not endless.
 */
export function shown(text) {
  const clean = String(text ?? "").replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff]+/gu, " ").trim();
  return clean.length > 120 ? `${clean.slice(0, 119)}…` : clean;
}
