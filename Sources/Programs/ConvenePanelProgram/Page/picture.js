// The live picture of the room's screen: asked for at most once a second, only while somebody can see it, and not sent
// again while it stays the same.
import { h, setText } from "./dom.js";
import { room } from "./room.js";
import { t } from "./words.js";

const interval = 1000;
const idleInterval = 3000;

/** An element that shows the screen while it is on the page and in sight. */
export function livePicture() {
  const image = h("img", { alt: "", decoding: "async", hidden: true });
  const note = h("p", { class: "note" });
  const frame = h("div", { class: "picture", role: "img" }, image, note);
  let tag = "";
  let address = "";
  let isInSight = false;
  let timer = 0;
  let isBusy = false;
  let same = 0;

  async function look() {
    clearTimeout(timer);
    if (!frame.isConnected) return end();
    if (!isInSight || document.hidden || room.link !== "open" || !room.connected || isBusy) return;
    isBusy = true;
    try {
      const headers = tag ? { "If-None-Match": tag } : {};
      const response = await fetch("/api/screen", { headers, cache: "no-store", signal: AbortSignal.timeout(15000) });
      if (response.status === 200) {
        const next = URL.createObjectURL(await response.blob());
        tag = response.headers.get("ETag") ?? "";
        same = 0;
        image.src = next;
        await image.decode().catch(() => {});
        if (address) URL.revokeObjectURL(address);
        address = next;
        image.hidden = false;
        setText(note, "");
      } else if (response.status === 304) {
        same += 1;
      } else {
        forget();
      }
    } catch {
      // The next look tells.
    }
    isBusy = false;
    timer = setTimeout(look, same > 3 ? idleInterval : interval);
  }

  function forget() {
    tag = "";
    image.hidden = true;
    setText(note, t("noPicture"));
  }

  const observer = new IntersectionObserver((entries) => {
    isInSight = entries.at(-1).isIntersecting;
    if (isInSight) look();
  });
  observer.observe(frame);
  const visible = () => !document.hidden && look();
  document.addEventListener("visibilitychange", visible);

  function end() {
    observer.disconnect();
    document.removeEventListener("visibilitychange", visible);
    if (address) URL.revokeObjectURL(address);
    address = "";
  }

  return {
    element: frame,
    update() {
      frame.setAttribute("aria-label", t("roomScreen"));
      if (!isBusy && isInSight && image.hidden) look();
      // What was pressed shows soon.
      same = 0;
    },
    end,
  };
}
