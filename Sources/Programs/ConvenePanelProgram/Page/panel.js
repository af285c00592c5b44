// The panel's frame: who may see it, the pages, the bars around them, and the call that comes in.
import { h, icon, key, setAttribute, setIcon, setText } from "./dom.js";
import { ask, begin, callName, calls, can, currentCall, get, listen, plainAddress, post, ringing, room } from "./room.js";
import { contacts, home, keypad, recents } from "./pages.js";
import { inCall } from "./incall.js";
import { settings } from "./settings.js";
import { choose, clock, t } from "./words.js";

// ---- What this browser prefers

export function preferences() {
  const read = (name) => {
    try {
      return localStorage.getItem(name) ?? "";
    } catch {
      return "";
    }
  };
  return { language: read("language"), theme: read("theme") };
}

export function setPreference(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // It holds until the page is left.
  }
  applyPreferences();
  update();
}

function applyPreferences() {
  const { language, theme } = preferences();
  setAttribute(document.documentElement, "data-theme", theme || null);
  return choose(language, ...(navigator.languages ?? []), room.session.language);
}

// ---- Doing things, and saying what came of them

const messages = h("div", { class: "messages", role: "status", "aria-live": "polite" });
let messageTimer = 0;

export function say(text) {
  messages.replaceChildren(h("p", {}, text));
  clearTimeout(messageTimer);
  messageTimer = setTimeout(() => messages.replaceChildren(), 5000);
}

/** Waits for an answer; a refusal is said in the room's own words. */
export async function attempt(promise, then) {
  try {
    const result = await promise;
    await then?.(result);
  } catch (error) {
    if (error.code !== "not_paired") say(error.code === "unreachable" ? t("linkLost") : error.message || t("failed"));
  }
}

// ---- Pages

const pages = { home, contacts, recents, keypad, settings, call: inCall };
const signs = { home: "home", contacts: "people", recents: "clock", keypad: "keypad", settings: "gear", call: "phone" };

const title = h("h1", { tabindex: "-1", class: "visually-hidden" });
const main = h("main", { id: "main" }, title);
const navigation = h("nav", {});
const roomName = h("bdi", { class: "room-name" });
const chips = h("div", { class: "chips" });
const time = h("time", { class: "time" });
const banner = h("div", { class: "banner", role: "alert", hidden: true });
const skip = h("a", { class: "skip", href: "#main", onclick: (event) => {
  event.preventDefault();
  title.focus();
} });
const frame = h("div", { class: "frame" }, skip, h("header", {}, roomName, chips, time), navigation, main, banner, messages);

const buttons = new Map(["call", "home", "contacts", "recents", "keypad", "settings"].map((name) => {
  const count = h("span", { class: "badge", "aria-hidden": "true", hidden: true });
  const button = key(signs[name], "", () => go(name), { class: "nav-key", "data-page": name });
  button.append(count);
  button.badge = count;
  navigation.append(button);
  return [name, button];
}));

let page = null;
let pageName = "";

export function go(name) {
  if (pageName === name && page) return;
  page?.end();
  pageName = name;
  page = pages[name]();
  main.replaceChildren(title, page.element);
  setAttribute(frame, "data-page", name);
  update();
  title.focus({ preventScroll: true });
  main.scrollTop = 0;
}

// ---- The call that comes in

const caller = h("bdi", { class: "caller" });
const callerAddress = h("bdi", { class: "caller-address" });
const incomingTitle = h("p", { class: "incoming-title", id: "incoming-title" });
const answer = key("phone", "", () => withRinging("call.answer"), { class: "accept" });
const decline = key("hangUp", "", () => withRinging("call.hangup"), { class: "danger" });
const incoming = h("dialog", { class: "incoming", closedby: "none", "aria-labelledby": "incoming-title", "aria-describedby": "incoming-caller" },
  h("div", { class: "incoming-pulse", "aria-hidden": "true" }, icon("phone")), incomingTitle,
  h("div", { id: "incoming-caller" }, caller, callerAddress), h("div", { class: "incoming-keys" }, answer, decline));
// Escape must not hide a call that rings on.
incoming.addEventListener("cancel", (event) => event.preventDefault());
incoming.addEventListener("close", () => drawIncoming());

function withRinging(method) {
  const call = ringing();
  if (call) attempt(ask(method, { call: call.number }), () => method === "call.answer" && go("call"));
}

// ---- Drawing

let hadCall = false;

function update() {
  const isNew = applyPreferences();
  document.title = room.state.room?.name ?? t("connecting");
  if (room.link === "unpaired") return showPairing();
  hidePairing();
  if (room.link === "starting") return showWaiting();
  if (!frame.isConnected) document.getElementById("app").replaceChildren(frame, incoming);
  const hasCall = currentCall() !== undefined;
  if (hasCall && !hadCall) go("call");
  if (!hasCall && pageName === "call") go("home");
  hadCall = hasCall;
  if (!page) return go("home");

  setText(roomName, room.state.room?.name ?? "");
  drawTime();
  drawChips();
  setText(skip, page.title());
  setAttribute(navigation, "aria-label", t("navigation"));
  for (const [name, button] of buttons) {
    button.show(signs[name], t(name === "call" ? "inCall" : name));
    setAttribute(button, "aria-current", name === pageName ? "page" : null);
    button.hidden = name === "call" && !hasCall;
    const count = name === "recents" ? room.state.history?.missed ?? 0 : 0;
    button.badge.hidden = count === 0;
    setText(button.badge, count > 9 ? "9+" : String(count));
  }
  setText(title, page.title());
  drawBanner(hasCall);
  drawIncoming();
  if (isNew && pageName !== "settings") {
    // Everything is said anew in the other language.
    const name = pageName;
    pageName = "";
    return go(name);
  }
  page.update();
}

function drawTime() {
  setText(time, clock(new Date()));
}

function drawChips() {
  const here = room.state.room ?? {};
  const list = [];
  if (room.state.audio?.muted) list.push(["microphoneOff", t("muted"), "alert"]);
  if (here.do_not_disturb) list.push(["bellOff", t("doNotDisturb"), ""]);
  if (here.safe_mode?.enabled) list.push(["warning", t("safeMode"), "warning"]);
  const troubles = (here.troubles ?? []).filter((trouble) => trouble !== here.safe_mode?.reason);
  for (const trouble of troubles.slice(0, 2)) list.push(["warning", trouble, "warning"]);
  const text = JSON.stringify(list);
  if (chips.dataset.list === text) return;
  chips.dataset.list = text;
  chips.replaceChildren(...list.map(([sign, words, kind]) => h("span", { class: `state ${kind}` }, icon(sign), h("span", {}, words))));
}

function drawBanner(hasCall) {
  const text = room.link === "lost" ? t(hasCall ? "linkLostInCall" : "linkLost") : room.connected ? "" : t("roomSilent");
  frame.classList.toggle("is-lost", text !== "");
  // What cannot reach the room cannot be pressed.
  main.inert = text !== "";
  banner.hidden = text === "";
  if (text && banner.textContent !== text) banner.replaceChildren(icon("warning"), h("span", {}, text));
}

function drawIncoming() {
  const call = room.link === "open" && room.connected ? ringing() : undefined;
  if (!call) {
    if (incoming.open) incoming.close();
    return;
  }
  setText(incomingTitle, t("incomingCall"));
  setText(caller, callName(call));
  setText(callerAddress, plainAddress(call.address).slice(0, 120));
  answer.show("phone", t("answer"));
  decline.show("hangUp", t("decline"));
  if (!incoming.open) {
    incoming.showModal();
    answer.focus();
  }
}

// ---- Before the room is known

let waiting = null;
function showWaiting() {
  waiting ??= h("div", { class: "gate" }, h("p", { class: "note", role: "status" }));
  setText(waiting.firstChild, t("connecting"));
  if (!waiting.isConnected) document.getElementById("app").replaceChildren(waiting);
}

let gate = null;
function hidePairing() {
  gate = null;
}

function showPairing() {
  page?.end();
  page = null;
  pageName = "";
  hadCall = false;
  if (gate) return;
  const help = h("p", { class: "note", role: "status" }, t("pairHelp"));
  const message = h("p", { class: "error", role: "alert" });
  const input = h("input", { type: "text", inputmode: "numeric", autocomplete: "one-time-code", maxlength: "8", class: "number", dir: "ltr", "aria-label": t("code"), placeholder: "000 000" });
  const show = h("button", { type: "button", class: "plain", onclick: () => try_(async () => {
    const answer = await post("/api/pair/show");
    setText(help, t("pairShown", { seconds: answer.seconds }));
    input.focus();
  }) }, icon("screen"), h("span", {}, t("pairShow")));
  const refusals = { wrong: "wrongCode", no_code: "codeOver", room_unreachable: "roomSilent", unreachable: "linkLost" };
  const try_ = async (action) => {
    setText(message, "");
    try {
      await action();
    } catch (error) {
      setText(message, error.code === "wait" ? t("wait", { seconds: error.retryAfter }) : refusals[error.code] ? t(refusals[error.code]) : error.message || t("failed"));
    }
  };
  const form = h("form", { class: "card pairing", onsubmit: (event) => {
    event.preventDefault();
    try_(async () => {
      await post("/api/pair", { code: input.value });
      room.link = "starting";
      begin();
    });
  } }, h("h1", {}, t("pairTitle")), help, show, h("div", { class: "dial-line" }, input, h("button", { type: "submit", class: "go" }, h("span", {}, t("pair")))), message,
  room.session.fingerprint ? h("p", { class: "note fingerprint" }, `${t("fingerprint")}: `, h("bdi", { dir: "ltr" }, room.session.fingerprint)) : null);
  gate = h("main", { class: "gate" }, form);
  document.getElementById("app").replaceChildren(gate);
}

// ---- Begin

listen(update);
setInterval(() => {
  if (!frame.isConnected) return;
  drawTime();
  page?.tick?.();
  if (pageName === "home" && new Date().getSeconds() === 0) page.update();
}, 1000);
applyPreferences();
update();
begin();
