// The page of a call: the room's screen, and everything that can be done with the call.
import { h, icon, key, repeating, setAttribute, setIcon, setList, setText } from "./dom.js";
import { livePicture } from "./picture.js";
import { ask, callName, calls, can, currentCall, plainAddress, room } from "./room.js";
import { attempt } from "./panel.js";
import { digits } from "./pages.js";
import { duration, hasWord, t } from "./words.js";

/** Whole seconds since the answer, counted on between the room's own reports. */
export function seconds(call) {
  if (call?.duration_s === undefined) return null;
  return Math.floor(call.duration_s + (performance.now() - room.changedAt) / 1000);
}

export function stateWords(call) {
  if (call.state === "dialling" || call.state === "connecting") return t("calling");
  if (call.state === "ringing_out") return t("ringing");
  if (call.held_here) return t("onHold");
  if (call.held_there) return t("heldByOther");
  const time = seconds(call);
  return time === null ? t("calling") : duration(time);
}

export function inCall() {
  const name = h("bdi", { class: "call-name" });
  const state = h("span", { class: "call-state" });
  const others = h("ul", { class: "other-calls" });
  const screen = livePicture();
  const stage = h("div", { class: "stage" });
  const sheets = { picture: screen.element, keypad: tonePad(), camera: cameraPad(), layout: layoutChoice() };
  let sheet = "";

  const mute = key("microphone", "", () => attempt(ask("audio.mute", { muted: !room.state.audio?.muted })));
  const camera = key("camera", "", () => attempt(ask("camera.set", { enabled: room.state.camera?.enabled === false })));
  const layout = key("layout", "", () => open("layout"));
  const selfView = key("selfView", "", () => attempt(ask("display.selfview", { visible: room.state.display?.selfview?.visible === false })));
  const move = key("target", "", () => open("camera"));
  const tones = key("keypad", "", () => open("keypad"));
  const hold = key("pause", "", () => {
    const call = currentCall();
    if (call) attempt(ask(call.held_here ? "call.resume" : "call.hold", { call: call.number }));
  }, { class: "hold" });
  const hangUp = key("hangUp", "", () => {
    const call = currentCall();
    if (call) attempt(ask("call.hangup", { call: call.number }));
  }, { class: "danger" });
  const volume = volumeControl();

  function open(name) {
    sheet = sheet === name ? "picture" : name;
    show();
    update();
  }

  function show() {
    const wanted = sheets[sheet === "" ? "picture" : sheet] ?? sheets.picture;
    const element = wanted.element ?? wanted;
    if (stage.firstElementChild !== element) stage.replaceChildren(element);
  }

  const element = h("section", { class: "page in-call" },
    h("div", { class: "call-bar" }, h("div", { class: "call-title" }, name, state), others),
    stage,
    h("div", { class: "controls" }, mute, camera, layout, selfView, move, tones, hold, hangUp), volume.element);
  element.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && sheet && sheet !== "picture") open(sheet);
  });
  show();

  function update() {
    const call = currentCall();
    if (call) {
      setText(name, callName(call));
      setText(state, stateWords(call));
    }
    const rest = calls().filter((other) => other.number !== call?.number && other.state !== "ringing_in");
    setList(others, rest.map((other) => ({ number: other.number, name: callName(other), held: Boolean(other.held_here) })), (other) => other.number, (other) =>
      h("li", {}, h("button", {
        type: "button", class: "chip", onclick: () => attempt(ask("call.resume", { call: other.number })), "aria-label": `${other.name}: ${t("resume")}`,
      }, icon("play"), h("bdi", {}, other.name))));
    const audio = room.state.audio ?? {};
    mute.show(audio.muted ? "microphoneOff" : "microphone", t(audio.muted ? "unmute" : "mute"));
    mute.classList.toggle("alert", Boolean(audio.muted));
    const isCameraOff = room.state.camera?.enabled === false;
    camera.show(isCameraOff ? "cameraOff" : "camera", t(isCameraOff ? "cameraOn" : "cameraOff"));
    camera.classList.toggle("alert", isCameraOff);
    layout.show("layout", t("layout"));
    setAttribute(layout, "aria-expanded", String(sheet === "layout"));
    const isSelfShown = room.state.display?.selfview?.visible !== false;
    selfView.hidden = !can("display.selfview");
    selfView.show("selfView", t(isSelfShown ? "selfViewHide" : "selfViewShow"));
    element.classList.toggle("has-self-view", !selfView.hidden);
    move.show("target", t("camera"));
    setAttribute(move, "aria-expanded", String(sheet === "camera"));
    tones.show("keypad", t("keypad"));
    setAttribute(tones, "aria-expanded", String(sheet === "keypad"));
    const isUp = call?.state === "established";
    tones.disabled = !isUp;
    hold.disabled = !isUp;
    hold.show(call?.held_here ? "play" : "pause", t(call?.held_here ? "resume" : "hold"));
    hold.classList.toggle("is-on", Boolean(call?.held_here));
    hangUp.show("hangUp", t(isUp || !call ? "hangUp" : "cancel"));
    volume.update();
    screen.update();
    for (const part of Object.values(sheets)) part.update?.();
  }
  return { element, title: () => t("inCall"), update, tick: () => currentCall() && setText(state, stateWords(currentCall())), end: () => screen.end() };
}

/** Softer, how loud it is, louder. */
export function volumeControl() {
  const change = (step) => attempt(ask("audio.volume", { change: step }));
  const softer = h("button", { type: "button", class: "round" }, icon("minus"));
  const louder = h("button", { type: "button", class: "round" }, icon("plus"));
  repeating(softer, () => change(-5));
  repeating(louder, () => change(5));
  const slider = h("input", { type: "range", min: "0", max: "100", step: "1" });
  let isDragged = false;
  slider.addEventListener("input", () => {
    isDragged = true;
    slider.style.setProperty("--level", `${slider.value}%`);
  });
  slider.addEventListener("change", () => {
    isDragged = false;
    attempt(ask("audio.volume", { level: Number(slider.value) }));
  });
  const element = h("div", { class: "volume", role: "group" }, softer, h("span", { class: "volume-track" }, icon("volume"), slider), louder);
  return {
    element,
    update() {
      const level = room.state.audio?.volume ?? 0;
      setAttribute(element, "aria-label", t("volume"));
      setAttribute(slider, "aria-label", t("volume"));
      setAttribute(softer, "aria-label", t("softer"));
      setAttribute(louder, "aria-label", t("louder"));
      if (!isDragged) {
        slider.value = String(level);
        slider.style.setProperty("--level", `${level}%`);
      }
    },
  };
}

function tonePad() {
  const label = h("span", { class: "label" });
  const sent = h("bdi", { class: "sent", dir: "ltr", "aria-live": "polite" });
  const press = (digit) => {
    const call = currentCall();
    if (!call) return;
    attempt(ask("call.dtmf", { call: call.number, digits: digit }), () => setText(sent, (sent.textContent + digit).slice(-16)));
  };
  const element = h("div", { class: "sheet tones" }, h("p", { class: "sent-line" }, label, sent), digits(press));
  element.addEventListener("keydown", (event) => {
    if (/^[0-9*#]$/.test(event.key)) press(event.key);
  });
  return { element, update: () => setText(label, t("tones")) };
}

function layoutChoice() {
  const names = ["picture_in_picture", "remote", "side_by_side", "grid", "local"];
  const list = h("div", { class: "layouts", role: "group" });
  const buttons = names.map((name) => {
    const drawing = h("span", { class: `layout-drawing layout-${name}`, "aria-hidden": "true" }, h("i"), h("i"), h("i"), h("i"));
    const words = h("span", {});
    const button = h("button", { type: "button", class: "layout-key", onclick: () => attempt(ask("display.layout", { layout: name })) }, drawing, words);
    list.append(button);
    return { name, button, words };
  });
  return {
    element: h("div", { class: "sheet" }, list),
    update() {
      setAttribute(list, "aria-label", t("layout"));
      const now = room.state.display?.layout;
      for (const { name, button, words } of buttons) {
        setText(words, t(`layout_${name}`));
        setAttribute(button, "aria-pressed", String(name === now));
        // A grid is the room's own choice when several are in the call.
        button.hidden = name === "grid" && now !== "grid";
      }
    },
  };
}

/** Pan, tilt and zoom by a twentieth of the range a step, and kept positions. */
function cameraPad() {
  const step = (name, direction) => {
    const control = room.state.camera?.controls?.[name];
    if (!control) return;
    const size = Math.max(control.step || 1, Math.round((control.maximum - control.minimum) / 20 / (control.step || 1)) * (control.step || 1));
    const value = Math.min(control.maximum, Math.max(control.minimum, control.value + direction * size));
    if (value !== control.value) attempt(ask("camera.set", { control: name, value }));
  };
  const button = (sign, word, name, direction, place) => {
    const made = h("button", { type: "button", class: `round pad-${place}` }, icon(sign));
    repeating(made, () => step(name, direction));
    return { made, word, name };
  };
  const buttons = [
    button("up", "tiltUp", "tilt", 1, "up"), button("left", "panLeft", "pan", -1, "left"),
    button("right", "panRight", "pan", 1, "right"), button("down", "tiltDown", "tilt", -1, "down"),
    button("plus", "zoomIn", "zoom", 1, "in"), button("minus", "zoomOut", "zoom", -1, "out"),
  ];
  const centre = h("button", {
    type: "button", class: "round pad-centre", onclick: () => {
      for (const name of ["pan", "tilt"]) {
        const control = room.state.camera?.controls?.[name];
        if (control) attempt(ask("camera.set", { control: name, value: control.default }));
      }
    },
  }, icon("target"));
  const pad = h("div", { class: "pad", dir: "ltr" }, buttons.slice(0, 4).map((item) => item.made), centre);
  const zoom = h("div", { class: "zoom" }, buttons.slice(4).map((item) => item.made));
  const presets = h("div", { class: "presets", role: "group" });
  const none = h("p", { class: "note" });
  let storing = false;
  const store = h("button", { type: "button", class: "chip", onclick: () => {
    storing = !storing;
    update();
  } });

  function update() {
    const controls = room.state.camera?.controls ?? {};
    for (const { made, word, name } of buttons) {
      setAttribute(made, "aria-label", t(word));
      const control = controls[name];
      made.disabled = !control || Boolean(control.read_only);
    }
    setAttribute(centre, "aria-label", t("centre"));
    const hasMoves = Boolean(controls.pan || controls.tilt || controls.zoom);
    pad.hidden = !(controls.pan || controls.tilt);
    zoom.hidden = !controls.zoom;
    setText(none, hasMoves ? "" : t("noCameraMoves"));
    const hasPresets = hasMoves && can("camera.preset");
    presets.hidden = !hasPresets;
    store.hidden = !hasPresets;
    setText(store, t("keepPosition"));
    setAttribute(store, "aria-pressed", String(storing));
    setAttribute(presets, "aria-label", t("presets"));
    const kept = room.state.camera?.presets ?? [];
    setList(presets, ["1", "2", "3", "4", "5", "6"].map((name) => ({ name, isKept: kept.includes(name), storing })), (item) => item.name, (item) =>
      h("button", {
        type: "button", class: `preset ${item.isKept ? "is-kept" : ""}`, disabled: !item.isKept && !item.storing,
        "aria-label": t(item.storing ? "storePreset" : "recallPreset", { name: item.name }),
        onclick: () => {
          const action = { action: storing ? "save" : "recall", name: item.name };
          storing = false;
          attempt(ask("camera.preset", action), update);
        },
      }, item.name));
  }
  return { element: h("div", { class: "sheet camera" }, h("div", { class: "moves" }, pad, zoom), h("div", { class: "preset-line" }, presets, store), none), update };
}
