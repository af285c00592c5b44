// The pages outside a call: home, contacts, recents, keypad.
import { h, icon, key, setAttribute, setIcon, setList, setText } from "./dom.js";
import { livePicture } from "./picture.js";
import { ask, can, plainAddress, room, shown } from "./room.js";
import { attempt, go } from "./panel.js";
import { clock, longDate, t, when } from "./words.js";

export function dial(address) {
  const wanted = address.trim();
  if (wanted) return attempt(ask("call.dial", { address: wanted }), () => go("call"));
}

const initials = (name) =>
  shown(name).split(/\s+/u).map((word) => [...word][0] ?? "").filter((sign) => /[\p{L}\p{N}]/u.test(sign)).slice(0, 2).join("").toUpperCase() || "?";

/** The same colour for the same name, one of six. */
const tint = (name) => `tint-${[...name].reduce((sum, sign) => (sum * 31 + sign.codePointAt(0)) % 6, 0)}`;

const avatar = (name) => h("span", { class: `avatar ${tint(name)}`, "aria-hidden": "true" }, initials(name));

const nameOf = (entry) => shown(entry.name) || plainAddress(entry.address);

/** One contact or call: touching it calls. */
function row(entry, details, ...more) {
  const name = nameOf(entry);
  return h(
    "li", { class: "row" },
    h(
      "button", {
        type: "button", class: "row-main", onclick: () => dial(entry.address),
        "aria-label": t("callSomebody", { name }),
      },
      avatar(name),
      h("span", { class: "row-text" }, h("bdi", { class: "row-name" }, name), h("span", { class: "row-details" }, details)),
      h("span", { class: "row-call" }, icon("phone")),
    ),
    ...more,
  );
}

function contactRow(entry) {
  const name = nameOf(entry);
  const star = can("directory.edit")
    ? h("button", {
      type: "button", class: "star", "aria-pressed": String(Boolean(entry.favourite)),
      "aria-label": t(entry.favourite ? "dropFavourite" : "addFavourite", { name }),
      onclick: () => attempt(ask("directory.edit", { id: entry.id, favourite: !entry.favourite }), directoryChanged),
    }, icon("star"))
    : null;
  return row(entry, h("bdi", {}, shown(entry.note) || plainAddress(entry.address)), star);
}

const directoryListeners = new Set();
function directoryChanged() {
  for (const listener of directoryListeners) listener();
}

// ---- Home

export function home() {
  const time = h("p", { class: "big-clock" });
  const day = h("p", { class: "big-date" });
  const reach = h("p", { class: "label" });
  const address = h("bdi", { class: "address" });
  const missed = h("button", { type: "button", class: "card missed", hidden: true, onclick: () => go("recents") });
  const quiet = key("bell", "", () => attempt(ask("room.do_not_disturb", { enabled: !room.state.room?.do_not_disturb })), { class: "wide" });
  const rest = key("standby", "", () => attempt(ask("room.standby", { enabled: !room.state.room?.standby })), { class: "wide" });
  const safeWords = h("p", {});
  const leaveSafe = h("button", { type: "button", class: "plain", onclick: () => attempt(ask("room.safe_mode", { enabled: false })) });
  const safeTitle = h("h2", {});
  const safe = h("div", { class: "card safe-mode", hidden: true }, safeTitle, safeWords, leaveSafe);
  const field = dialField();
  const favouritesTitle = h("h2", {});
  const favourites = h("ul", { class: "tiles" });
  const none = h("p", { class: "note" });
  const screen = livePicture();
  let known = "";

  async function load() {
    if (!can("directory.search") || room.link !== "open") return;
    const answer = await ask("directory.search", { favourites: true, limit: 6 }).catch(() => null);
    if (!answer) return;
    const entries = answer.entries;
    setList(favourites, entries, (entry) => entry.id, (entry) =>
      h("li", {}, h("button", {
        type: "button", class: "tile", onclick: () => dial(entry.address),
        "aria-label": t("callSomebody", { name: nameOf(entry) }),
      }, avatar(nameOf(entry)), h("bdi", {}, nameOf(entry)))));
    none.hidden = entries.length > 0;
  }
  directoryListeners.add(load);

  const element = h(
    "section", { class: "page home" },
    h("div", { class: "home-main" },
      h("div", { class: "home-clock" }, time, day),
      h("div", { class: "home-address" }, reach, address),
      safe,
      field.element,
      missed,
      h("div", { class: "favourites" }, favouritesTitle, favourites, none)),
    h("div", { class: "home-side" }, screen.element, h("div", { class: "home-keys" }, quiet, rest)),
  );
  return {
    element,
    title: () => t("home"),
    update() {
      const now = new Date();
      setText(time, clock(now));
      setText(day, longDate(now));
      const here = room.state.room ?? {};
      setText(reach, here.address ? t("reach") : "");
      setText(address, plainAddress(here.address));
      safe.hidden = !here.safe_mode?.enabled;
      setText(safeTitle, t("safeMode"));
      setText(safeWords, t("safeModeHelp"));
      setText(leaveSafe, t("safeModeLeave"));
      leaveSafe.hidden = !can("room.safe_mode");
      field.update();
      const count = room.state.history?.missed ?? 0;
      missed.hidden = !(count > 0 && can("history.list"));
      if (!missed.hidden) missed.replaceChildren(icon("missed"), h("span", {}, t("missedCalls", { count })));
      quiet.hidden = !can("room.do_not_disturb");
      quiet.show(here.do_not_disturb ? "bellOff" : "bell", t("doNotDisturb"));
      setAttribute(quiet, "aria-pressed", String(Boolean(here.do_not_disturb)));
      rest.hidden = !can("room.standby");
      rest.show("standby", t(here.standby ? "wake" : "standby"));
      element.querySelector(".favourites").hidden = !can("directory.search");
      setText(favouritesTitle, t("favourites"));
      setText(none, t("noFavourites"));
      screen.update();
      const version = JSON.stringify([room.state.directory, can("directory.search"), document.documentElement.lang]);
      if (version !== known) load();
      known = version;
    },
    end() {
      directoryListeners.delete(load);
      screen.end();
    },
  };
}

/** A field for a name or an address, with what the directory finds below it. */
function dialField() {
  const input = h("input", { type: "text", inputmode: "email", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "go", maxlength: "512", dir: "auto" });
  const call = h("button", { type: "submit", class: "go" }, icon("phone"), h("span", {}));
  const found = h("ul", { class: "found" });
  let asked = 0;
  const search = async () => {
    const query = input.value.trim();
    asked += 1;
    const mine = asked;
    if (!query || !can("directory.search")) return found.replaceChildren();
    const answer = await ask("directory.search", { query, limit: 5 }).catch(() => ({ entries: [] }));
    if (mine === asked) setList(found, answer.entries, (entry) => entry.id, (entry) => contactRow({ ...entry, id: entry.id }));
  };
  input.addEventListener("input", search);
  const element = h("form", {
    class: "dial", onsubmit: (event) => {
      event.preventDefault();
      dial(input.value);
    },
  }, h("div", { class: "dial-line" }, input, call), found);
  return {
    element,
    update() {
      setAttribute(input, "placeholder", t("dialPrompt"));
      setAttribute(input, "aria-label", t("dialPrompt"));
      setText(call.lastChild, t("call"));
    },
  };
}

// ---- Contacts

export function contacts() {
  const input = h("input", { type: "search", autocomplete: "off", spellcheck: "false", enterkeyhint: "search", maxlength: "200", dir: "auto" });
  const list = h("ul", { class: "list" });
  const none = h("p", { class: "note", role: "status" });
  const every = h("button", { type: "button", class: "tab", onclick: () => choose(false) });
  const loved = h("button", { type: "button", class: "tab", onclick: () => choose(true) });
  let onlyFavourites = false;
  let asked = 0;
  let known = "";

  function choose(value) {
    onlyFavourites = value;
    update();
    load();
  }

  async function load() {
    if (!can("directory.search") || room.link !== "open") return;
    asked += 1;
    const mine = asked;
    const query = input.value.trim();
    const answer = await ask("directory.search", { query, limit: 100, favourites: onlyFavourites }).catch(() => null);
    if (mine !== asked || !answer) return;
    const entries = answer.entries;
    setList(list, entries, (entry) => entry.id, contactRow);
    setText(none, entries.length ? "" : t(query ? "noMatch" : onlyFavourites ? "noFavourites" : "noContacts"));
  }
  input.addEventListener("input", load);
  directoryListeners.add(load);

  const element = h("section", { class: "page" },
    h("div", { class: "bar" }, h("span", { class: "search" }, icon("search"), input), h("div", { class: "tabs" }, every, loved)),
    list, none);

  function update() {
    setAttribute(input, "placeholder", t("searchContacts"));
    setAttribute(input, "aria-label", t("searchContacts"));
    setText(every, t("everyone"));
    setText(loved, t("favourites"));
    setAttribute(every, "aria-pressed", String(!onlyFavourites));
    setAttribute(loved, "aria-pressed", String(onlyFavourites));
    const hasDirectory = can("directory.search");
    element.querySelector(".bar").hidden = !hasDirectory;
    if (!hasDirectory) setText(none, t("noDirectory"));
    const version = JSON.stringify([room.state.directory, hasDirectory, document.documentElement.lang]);
    if (version !== known) load();
    known = version;
  }
  return { element, title: () => t("contacts"), update, end: () => directoryListeners.delete(load) };
}

// ---- Recents

export function recents() {
  const list = h("ul", { class: "list" });
  const none = h("p", { class: "note", role: "status" });
  let known = "";

  async function load() {
    if (!can("history.list") || room.link !== "open") return;
    const answer = await ask("history.list", { limit: 60 }).catch(() => null);
    if (!answer) return;
    setList(list, answer.entries, (entry) => entry.id, (entry) => {
      const isMissed = entry.outcome === "missed";
      const wasReached = entry.outcome === "answered";
      const words = isMissed ? t("missed") : !wasReached && entry.direction === "outgoing" ? t("notReached") : t(entry.direction === "incoming" ? "incomingWas" : "outgoingWas");
      const sign = isMissed ? "missed" : entry.direction === "incoming" ? "incoming" : "outgoing";
      const details = h("span", { class: `call-kind ${isMissed ? "is-missed" : ""}` }, icon(sign), `${words} · ${when(new Date(entry.started))}`);
      return row(entry, details);
    });
    setText(none, answer.entries.length ? "" : t("noRecents"));
    if ((room.state.history?.missed ?? 0) > 0 && can("history.seen")) ask("history.seen").catch(() => {});
  }

  return {
    element: h("section", { class: "page" }, list, none),
    title: () => t("recents"),
    update() {
      const living = Object.values(room.state.calls ?? {}).map((call) => call.state);
      const version = JSON.stringify([room.state.history, living, can("history.list"), document.documentElement.lang]);
      if (version !== known) load();
      known = version;
      if (!can("history.list")) setText(none, t("noRecents"));
    },
    end() {},
  };
}

// ---- Keypad

const letters = { 2: "ABC", 3: "DEF", 4: "GHI", 5: "JKL", 6: "MNO", 7: "PQRS", 8: "TUV", 9: "WXYZ", 0: "+" };

/** Twelve keys as on a telephone. */
export function digits(press) {
  return h("div", { class: "digits", dir: "ltr" }, [..."123456789*0#"].map((digit) =>
    h("button", { type: "button", class: "digit", onclick: () => press(digit), "aria-label": digit },
      h("span", { class: "digit-sign", "aria-hidden": "true" }, digit), h("span", { class: "digit-letters", "aria-hidden": "true" }, letters[digit] ?? ""))));
}

export function keypad() {
  const input = h("input", { type: "text", inputmode: "email", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "go", maxlength: "512", dir: "ltr", class: "number" });
  const erase = h("button", { type: "button", class: "erase", onclick: () => (input.value = input.value.slice(0, -1)) }, icon("erase"));
  const call = h("button", { type: "submit", class: "go wide" }, icon("phone"), h("span", {}));
  const element = h("form", {
    class: "page keypad", onsubmit: (event) => {
      event.preventDefault();
      dial(input.value);
    },
  }, h("div", { class: "dial-line" }, input, erase), digits((digit) => (input.value += digit)), call);
  return {
    element,
    title: () => t("keypad"),
    update() {
      setAttribute(input, "aria-label", t("dialPrompt"));
      setAttribute(input, "placeholder", t("dialPrompt"));
      setAttribute(erase, "aria-label", t("delete"));
      setText(call.lastChild, t("call"));
    },
    end() {},
  };
}
