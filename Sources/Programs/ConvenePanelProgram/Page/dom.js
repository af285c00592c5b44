// Small tools over the document. Text goes in as text only: nothing that came from elsewhere is ever read as HTML.

/** Makes an element: h("button", { class: "key", onclick: f, "aria-label": "Call" }, child, "text"). */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "disabled" || name === "checked" || name === "hidden") element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

const drawings = {
  home: ["M4 11 12 4l8 7", "M6 10v9h12v-9"],
  people: ["M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11Z", "M3 19c.5-3.3 2.9-5 6-5s5.500 1.700 6 5", "M15.500 5a3 3 0 0 1 0 5.800", "M17.500 14.300c2 .700 3.200 2.300 3.500 4.700"],
  clock: ["M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16Z", "M12 8v4.500l3 2"],
  keypad: ["M6 6h.01M12 6h.01M18 6h.01M6 12h.01M12 12h.01M18 12h.01M6 18h.01M12 18h.01M18 18h.01"],
  gear: ["M12 15.200a3.200 3.200 0 1 0 0-6.400 3.200 3.200 0 0 0 0 6.400Z", "M19 12c0-.500 0-.900-.100-1.300l2-1.500-2-3.400-2.300 1a7 7 0 0 0-2.300-1.300L14 3h-4l-.300 2.500a7 7 0 0 0-2.300 1.300l-2.300-1-2 3.400 2 1.500a7 7 0 0 0 0 2.600l-2 1.500 2 3.400 2.300-1a7 7 0 0 0 2.300 1.300L10 21h4l.300-2.500a7 7 0 0 0 2.300-1.300l2.300 1 2-3.400-2-1.500c.100-.400.100-.800.100-1.300Z"],
  phone: ["M6.500 3.500 9 8.500 7 10.500c1.200 2.800 3.200 4.900 6.500 6.500l2-2 5 2.500c-.300 2-1.800 3.300-4 3C9.500 19.500 4.500 14.500 3.500 7.500c-.300-2.200 1-3.700 3-4Z"],
  hangUp: ["M3 13.500c5.500-5 12.500-5 18 0l-2 3.500-4-1.500v-3c-2-.600-4-.600-6 0v3L5 17Z"],
  microphone: ["M12 14a3 3 0 0 0 3-3V6a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3Z", "M6 11a6 6 0 0 0 12 0", "M12 17v3.500"],
  microphoneOff: ["M9 7V6a3 3 0 0 1 6 0v5c0 .500-.100.900-.300 1.300", "M12.500 14A3 3 0 0 1 9 11", "M6 11a6 6 0 0 0 9.200 5.100", "M17.400 13.500c.400-.800.600-1.600.600-2.500", "M12 17v3.500", "M4 4l16 16"],
  camera: ["M4.500 7h9a1.500 1.500 0 0 1 1.500 1.500v7a1.500 1.500 0 0 1-1.500 1.500h-9A1.500 1.500 0 0 1 3 15.500v-7A1.500 1.500 0 0 1 4.500 7Z", "M15 11l6-3.500v9L15 13"],
  cameraOff: ["M8 7h5.500A1.500 1.500 0 0 1 15 8.500V11l6-3.500v9l-4-2.400", "M15 15.500c0 .800-.700 1.500-1.500 1.500h-9A1.500 1.500 0 0 1 3 15.500v-7C3 7.700 3.700 7 4.500 7", "M4 4l16 16"],
  layout: ["M4 5.500h16v13H4Z", "M13 12.500h7v6h-7Z"],
  selfView: ["M4 5.500h16v13H4Z", "M15.500 13a1.700 1.700 0 1 0 0-3.400 1.700 1.700 0 0 0 0 3.400Z", "M12.500 18.500c.200-2 1.400-3 3-3s2.800 1 3 3"],
  pause: ["M9 6v12", "M15 6v12"],
  play: ["M8 5.500 18.500 12 8 18.500Z"],
  volume: ["M4 9.500v5h3.500L12 18.500v-13L7.500 9.500Z", "M15.500 9a4 4 0 0 1 0 6", "M18 6.500a8 8 0 0 1 0 11"],
  plus: ["M12 5v14", "M5 12h14"],
  minus: ["M5 12h14"],
  target: ["M12 16.500a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9Z", "M12 3v3M12 18v3M3 12h3M18 12h3"],
  bell: ["M6 16.500V11a6 6 0 0 1 12 0v5.500l1.500 1.500h-15Z", "M10 20.500h4"],
  bellOff: ["M18 13.500V11a6 6 0 0 0-9.500-4.900", "M6.400 9A6 6 0 0 0 6 11v5.500L4.500 18H17", "M10 20.500h4", "M4 4l16 16"],
  star: ["M12 4l2.400 5 5.600.700-4.100 3.800 1.100 5.500-5-2.800-5 2.800 1.100-5.500L4 9.700 9.600 9Z"],
  search: ["M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13Z", "M15.500 15.500 20.500 20.500"],
  left: ["M14.500 5.500 8 12l6.500 6.500"],
  right: ["M9.500 5.500 16 12l-6.500 6.500"],
  up: ["M5.500 14.500 12 8l6.500 6.500"],
  down: ["M5.500 9.500 12 16l6.500-6.500"],
  close: ["M6 6l12 12", "M18 6 6 18"],
  erase: ["M9 6h11v12H9l-5.500-6Z", "M12 9.500l5 5", "M17 9.500l-5 5"],
  lock: ["M6 11h12v9H6Z", "M8.500 11V8a3.500 3.500 0 0 1 7 0v3"],
  incoming: ["M18 6 7 17", "M7 9v8h8"],
  outgoing: ["M6 18 17 7", "M9 7h8v8"],
  missed: ["M4 8l6 6 9-9", "M4 13V8h5"],
  screen: ["M3.500 5h17v11.500h-17Z", "M8.500 20h7"],
  warning: ["M12 4 21 19.500H3Z", "M12 10v4.500M12 17h.01"],
  standby: ["M12 3.500v8", "M7 6.500a7.500 7.500 0 1 0 10 0"],
};

/** A sign of the set above; says nothing to a screen reader, as the words beside it do. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon", `icon-${name}`);
  for (const d of drawings[name] ?? []) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/** Replaces an element's sign when it is another one. */
export function setIcon(holder, name) {
  if (holder.dataset.icon === name) return;
  holder.dataset.icon = name;
  holder.replaceChildren(icon(name));
}

/** Text only where it changes, so that a screen reader does not read it again. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== String(value)) {
    element.setAttribute(name, String(value));
  }
}

/**
 * Makes the children of `parent` those of `items`, keeping elements whose key stays, so that the focus stays too.
 * An element is made anew only when the item's JSON text is another one.
 */
export function setList(parent, items, key, make) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    const text = JSON.stringify(item);
    let child = old.get(name);
    old.delete(name);
    if (!child || child.dataset.item !== text) {
      const made = make(item);
      made.dataset.key = name;
      made.dataset.item = text;
      if (child) {
        const hadFocus = child.contains(document.activeElement);
        if (place === child) place = child.nextElementSibling;
        child.replaceWith(made);
        if (hadFocus) (made.matches("button") ? made : made.querySelector("button"))?.focus();
      }
      child = made;
    }
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  for (const child of old.values()) child.remove();
}

/** A big button: sign above words. */
export function key(iconName, words, onclick, properties = {}) {
  const sign = h("span", { class: "sign" });
  setIcon(sign, iconName);
  const label = h("span", { class: "words" }, words);
  const button = h("button", { type: "button", ...properties, class: `key ${properties.class ?? ""}`, onclick }, sign, label);
  button.show = (name, text) => {
    setIcon(sign, name);
    setText(label, text);
  };
  return button;
}

/** Calls at once, and again while it is held down: for the camera and the volume. */
export function repeating(button, action) {
  let timer = 0;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
  };
  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || button.disabled) return;
    action();
    stop();
    timer = setInterval(() => (button.isConnected && !button.disabled ? action() : stop()), 200);
  });
  for (const name of ["pointerup", "pointerleave", "pointercancel", "blur"]) button.addEventListener(name, stop);
  // Keys and screen readers make a click without a pointer.
  button.addEventListener("click", (event) => {
    if (event.detail === 0) action();
  });
}
