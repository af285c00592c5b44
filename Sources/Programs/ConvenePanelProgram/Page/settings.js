// Settings of this panel, and behind the PIN those of the room.
import { h, icon, setText } from "./dom.js";
import { ask, can, get, post, room, unpaired } from "./room.js";
import { attempt, say, preferences, setPreference } from "./panel.js";
import { currentLanguage, hasWord, languages, t } from "./words.js";

/** A choice in the panel's words, where there are some. */
const choiceWords = (option) =>
  languages[option] ?? (hasWord(`choice_${option}`) ? t(`choice_${option}`) : hasWord(`layout_${option}`) ? t(`layout_${option}`) : hasWord(option) ? t(option) : option.replaceAll("_", " "));

/** Settings that a person at the panel may want; everything else is for convenectl. */
const groups = ["name", "display", "audio", "call", "ringing", "quiet_hours"];

/** "auto_answer" as people read it. */
const plain = (name) => (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll("_", " ");

/** A setting or a group of them in the panel's words; what is new to the panel has the room's own. */
const heading = (name) => {
  const word = `set_${name.replaceAll(".", "_")}`;
  return hasWord(word) ? t(word) : plain(name.split(".").at(-1));
};

export function settings() {
  const element = h("section", { class: "page settings" });
  let known = "";
  let left = 0;
  let lockTimer = 0;

  function update() {
    const version = JSON.stringify([document.documentElement.lang, room.link, left > 0, preferences()]);
    if (version === known) return;
    known = version;
    build();
  }

  function build() {
    element.replaceChildren(panelCard(), left > 0 ? h("div", { class: "card", "data-room": true }, h("h2", {}, t("thisRoom")), h("p", { class: "note" }, t("connecting"))) : pinCard());
    if (left > 0) loadRoom();
  }

  function choice(label, options, value, change) {
    const select = h("select", { onchange: () => change(select.value) }, options.map(([name, words]) => h("option", { value: name }, words)));
    select.value = value;
    return h("label", { class: "setting" }, h("span", {}, label), select);
  }

  function panelCard() {
    const now = preferences();
    return h("div", { class: "card" }, h("h2", {}, t("thisPanel")),
      choice(t("language"), [["", t("automatic")], ...Object.entries(languages)], now.language, (value) => setPreference("language", value)),
      choice(t("theme"), [["", t("automatic")], ["dark", t("dark")], ["light", t("light")]], now.theme, (value) => setPreference("theme", value)),
      room.session.fingerprint ? h("p", { class: "note fingerprint" }, `${t("fingerprint")}: `, h("bdi", { dir: "ltr" }, room.session.fingerprint)) : null,
      h("button", { type: "button", class: "plain", onclick: () => attempt(post("/api/leave"), unpaired) }, t("leave")));
  }

  function pinCard() {
    const input = h("input", { type: "password", inputmode: "numeric", autocomplete: "off", maxlength: "64", required: true, "aria-label": t("pin") });
    const message = h("p", { class: "error", role: "alert" });
    const form = h("form", {
      class: "card", onsubmit: async (event) => {
        event.preventDefault();
        setText(message, "");
        try {
          begin((await post("/api/unlock", { pin: input.value })).seconds);
        } catch (error) {
          if (error.status === 401) return unpaired();
          setText(message, error.code === "wrong" ? t("wrongPIN") : error.code === "wait" ? t("wait", { seconds: error.retryAfter }) : error.message || t("failed"));
          input.value = "";
          input.focus();
        }
      },
    }, h("h2", {}, icon("lock"), t("thisRoom")), h("p", { class: "note" }, t("pinHelp")),
    h("div", { class: "dial-line" }, input, h("button", { type: "submit", class: "go" }, h("span", {}, t("unlock")))), message);
    return form;
  }

  function begin(seconds) {
    left = seconds;
    clearTimeout(lockTimer);
    lockTimer = setTimeout(lock, seconds * 1000);
    update();
  }

  function lock() {
    clearTimeout(lockTimer);
    left = 0;
    post("/api/lock").catch(() => {});
    update();
  }

  async function loadRoom() {
    let answer;
    try {
      answer = await ask("config.get");
    } catch {
      return lock();
    }
    const panels = await get("/api/panels").catch(() => ({ panels: [] }));
    const card = element.querySelector("[data-room]");
    if (!card) return;
    const group = (setting) => setting.name.split(".")[0];
    const fields = groups.flatMap((name) => {
      const mine = answer.settings.filter((setting) => group(setting) === name);
      const made = mine.map((setting) => field(setting, setting.name.split(".").reduce((value, part) => value?.[part], answer.value))).filter(Boolean);
      return made.length > 0 && name !== "name" ? [h("h3", {}, heading(name)), ...made] : made;
    });
    card.replaceChildren(
      h("h2", {}, t("thisRoom"), h("button", { type: "button", class: "chip", onclick: lock }, icon("lock"), t("lock"))),
      ...fields,
      h("p", { class: "setting" }, h("span", {}, t("panels", { count: panels.panels.length })),
        h("button", { type: "button", class: "plain", onclick: () => attempt(post("/api/forget"), loadRoom) }, t("forget"))));
  }

  const effects = { now: "kept", "next call": "keptNextCall", restart: "keptRestart" };

  function keep(name, value) {
    return attempt(ask("config.set", { path: name, value }), (result) => say(t(effects[result.effect] ?? "kept")));
  }

  /** One setting of the room, by its type; its words are the room's own description. */
  function field(setting, value) {
    const unit = setting.unit ? ` (${setting.unit})` : "";
    // The room describes its settings in English; in another language the words alone have to do.
    const words = h("span", {}, heading(setting.name) + unit, currentLanguage() === "en" ? h("small", {}, setting.summary) : null);
    const options = setting.allowed;
    if (setting.type === "boolean") {
      const input = h("input", { type: "checkbox", role: "switch", class: "switch", checked: value === true, onchange: () => keep(setting.name, input.checked) });
      return h("label", { class: "setting" }, words, input);
    }
    if (Array.isArray(options)) {
      const select = h("select", { onchange: () => keep(setting.name, select.value) }, options.map((option) => h("option", { value: option }, choiceWords(option))));
      select.value = value;
      return h("label", { class: "setting" }, words, select);
    }
    const isNumber = setting.type === "integer";
    if (!isNumber && typeof value !== "string") return null;
    const input = h("input", { type: isNumber ? "number" : "text", value: value ?? "", min: setting.minimum, max: setting.maximum, onchange: () => keep(setting.name, isNumber ? Number(input.value) : input.value) });
    return h("label", { class: "setting" }, words, input);
  }

  return {
    element,
    title: () => t("settings"),
    update,
    end() {
      if (left > 0) lock();
    },
  };
}
