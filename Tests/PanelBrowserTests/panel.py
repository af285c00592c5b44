"""Uses the panel in Chromium as people do, and holds what the room says against it.

usage: panel.py SCENARIO LINK-FILE SOCKET OTHER-SOCKET [SHOTS-FOLDER]
The first socket is that of the panel's room, the second that of a room to call. Exit code 1: the text on standard
error says what was not as it should be.
"""

import base64
import hashlib
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
import zipfile
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from webdriver import ELEMENT, Browser, Failure  # noqa: E402

AXE = "axe-playwright-python==0.1.8"
AXE_SHA256 = "fdd263c998388f1a8e67cad02677e612d946248bd44d163be5e8650ea31f95f8"
SIZES = {"kiosk": (1024, 600), "wide kiosk": (1280, 800), "phone": (390, 844), "tablet": (820, 1180)}


class Room:
    """A control socket."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.lines = self.socket.makefile("r", encoding="utf-8")

    def ask(self, method, **parameters):
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        self.socket.sendall((json.dumps(request) + "\n").encode())
        answer = json.loads(self.lines.readline())
        if "error" in answer:
            raise Failure(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def can(self, method):
        return any(known["method"] == method for known in self.ask("describe")["methods"])

    def status(self, path):
        try:
            return self.ask("status.get", path=path)["value"]
        except Failure:
            return None

    def reaches(self, path, wanted, seconds=15):
        deadline = time.monotonic() + seconds
        while (now := self.status(path)) != wanted:
            if time.monotonic() > deadline:
                raise Failure(f"the room's {path} is {now!r}, not {wanted!r}")
            time.sleep(0.05)

    @property
    def address(self):
        return f"sip:room@127.0.0.1:{self.status('room.sip_port')}"

    def living_calls(self):
        return {number: call for number, call in (self.status("calls") or {}).items() if call["state"] != "ended"}


class Scenarios:
    def __init__(self, link_file, room, other, shots):
        self.link_file = link_file
        self.room = Room(room)
        self.other = Room(other)
        self.shots = shots

    def browser(self, size="kiosk", **options):
        width, height = SIZES[size]
        browser = Browser(width, height, **options)
        with open(self.link_file, encoding="utf-8") as file:
            browser.open(file.read().strip())
        browser.await_(".page")
        return browser

    def look(self, browser, name):
        if self.shots:
            os.makedirs(self.shots, exist_ok=True)
            browser.picture(f"{self.shots}/{name}.png")

    def expect(self, condition, complaint):
        if not condition:
            raise Failure(complaint)

    def complaints(self, browser):
        """Whatever the browser complained of, but for what a test did on purpose."""
        wanted = ("status of 4", "status of 5", "ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION", "net::ERR_FAILED")
        found = [text for text in browser.messages() if not any(part in text for part in wanted)]
        self.expect(not found, f"the browser complains: {found}")

    # ---- Pairing

    def paired(self):
        """Over TLS: the code that the room's screen shows is typed, and the panel drives a call; who guesses waits."""
        with open(self.link_file, encoding="utf-8") as file:
            address = file.read().strip().split("#")[0]
        self.expect(address.startswith("https://"), f"the panel is at {address}")
        trusted = key_digest(os.environ["PANEL_CERTIFICATE"])
        with Browser(*SIZES["tablet"], trusted=trusted) as browser:
            browser.open(address)
            browser.await_(".pairing")
            self.expect(not browser.find(".page"), "the page is open without a code")
            self.look(browser, "pairing")
            before = self.room.ask("screen.capture", inline=True)["png"]
            browser.touch(".pairing .plain")
            code = self.shown_code()
            deadline = time.monotonic() + 10
            while self.room.ask("screen.capture", inline=True)["png"] == before:
                self.expect(time.monotonic() < deadline, "the room's screen shows no code")
            browser.type(".pairing input", str((int(code) + 1) % 1_000_000).zfill(6))
            browser.touch(".pairing .go")
            browser.await_(".pairing .error", "not the code")
            browser.run("document.querySelector('.pairing input').value = ''")
            browser.type(".pairing input", f"{code[:3]} {code[3:]}")
            browser.touch(".pairing .go")
            browser.await_(".page")
            self.expect(browser.run("return document.cookie") == "", "the page's code can read its session")
            self.expect(browser.run("return isSecureContext"), "the page is not secure")
            browser.type(".dial input", self.other.address)
            browser.touch(".dial .go")
            browser.await_(".in-call")
            self.reaches_established()
            browser.touch(".controls .key", "Mute")
            self.room.reaches("audio.muted", True)
            browser.touch(".controls .danger")
            browser.await_(".home")
            self.room.ask("audio.mute", muted=False)
            # A code that was used lets nobody else in.
            with Browser(*SIZES["phone"], trusted=trusted) as guesser:
                guesser.open(address)
                guesser.await_(".pairing")
                guesser.type(".pairing input", code)
                guesser.touch(".pairing .go")
                guesser.await_(".pairing .error")
                self.expect(not guesser.find(".page"), "a code lets two browsers in")
                guesser.touch(".pairing .plain")
                for _ in range(12):
                    guesser.run("document.querySelector('.pairing input').value = '000000'")
                    guesser.touch(".pairing .go")
                    guesser.await_(".pairing .error")
                    guesser.run("await new Promise((done) => setTimeout(done, 200))")
                    if guesser.run("return /\\d+ s/.test(document.querySelector('.pairing .error').textContent)"):
                        break
                else:
                    raise Failure("who guesses is never made to wait")
                self.look(guesser, "pairing-wait")
            self.complaints(browser)

    def shown_code(self):
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            if os.path.exists(os.environ["PANEL_CODES"]):
                with open(os.environ["PANEL_CODES"], encoding="utf-8") as file:
                    if codes := file.read().split():
                        return codes[-1]
            time.sleep(0.05)
        raise Failure("the room was not told to show a code")

    # ---- Calls

    def call(self):
        """Find, call, mute, change the layout, hang up: by the panel alone."""
        with self.browser() as browser:
            address = self.other.address
            if self.room.can("directory.add"):
                self.room.ask("directory.add", name="Green room", address=address)
                browser.touch("nav [data-page=contacts]")
                browser.type(".search input", "gree")
                browser.touch(".row-main", "Green room")
            else:
                browser.type(".dial input", address)
                browser.touch(".dial .go")
            browser.await_(".in-call")
            self.room.reaches("calls.1.state", "established")
            browser.await_(".call-state", "0:")
            browser.touch(".controls .key", "Mute")
            self.room.reaches("audio.muted", True)
            browser.await_(".controls .key", "Unmute")
            browser.touch(".controls .key", "Layout")
            browser.touch(".layout-key", "Side by side")
            self.room.reaches("display.layout", "side_by_side")
            self.look(browser, "call")
            browser.touch(".controls .danger")
            self.room.reaches("calls.1.state", "ended")
            browser.await_(".home")
            self.complaints(browser)

    def controls(self):
        """Everything else that a call has."""
        with self.browser("wide kiosk") as browser:
            browser.touch("nav [data-page=keypad]")
            browser.type(".keypad .number", self.other.address)
            browser.touch(".keypad .go")
            browser.await_(".in-call")
            self.reaches_established()
            before = self.room.status("audio.volume")
            browser.touch("[aria-label=Louder]")
            self.room.reaches("audio.volume", min(before + 5, 100))
            browser.touch(".controls .key", "Camera off")
            self.room.reaches("camera.enabled", False)
            browser.touch(".controls .key", "Camera on")
            self.room.reaches("camera.enabled", True)
            number = list(self.room.living_calls())[-1]
            browser.touch(".controls .key", "Hold")
            self.room.reaches(f"calls.{number}.held_here", True)
            browser.touch(".controls .key", "Resume")
            self.room.reaches(f"calls.{number}.held_here", False)
            browser.touch(".controls .key", "Keypad")
            for digit in "12#":
                browser.touch(".tones .digit", digit)
            browser.await_(".sent", "12#")
            browser.press("Escape")
            browser.await_(".stage .picture img")
            width = browser.run("return document.querySelector('.stage img').naturalWidth")
            self.expect(width >= 640, f"the picture of the screen is {width} pixels wide")
            self.look(browser, "controls")
            browser.touch(".controls .danger")
            browser.await_(".home")
            self.complaints(browser)

    def camera(self):
        """The pad turns and zooms the camera, its picture moves, and positions are kept and found again."""
        with self.browser("wide kiosk") as browser:
            browser.type(".dial input", self.other.address)
            browser.touch(".dial .go")
            browser.await_(".in-call")
            self.reaches_established()
            self.room.ask("display.layout", layout="local")
            browser.touch(".controls [aria-expanded]", "Camera")
            browser.await_(".pad")
            self.look(browser, "camera-pad")
            for label, control, grows in (
                    ("Zoom in", "zoom", True), ("Camera right", "pan", True), ("Camera up", "tilt", True),
                    ("Camera left", "pan", False), ("Camera down", "tilt", False), ("Zoom out", "zoom", False)):
                before = self.room.status(f"camera.controls.{control}.value")
                browser.touch(f"[aria-label='{label}']")
                deadline = time.monotonic() + 10
                while (now := self.room.status(f"camera.controls.{control}.value")) == before:
                    if time.monotonic() > deadline:
                        raise Failure(f"{label} does not change {control}")
                    time.sleep(0.05)
                self.expect((now > before) == grows, f"{label} takes {control} from {before} to {now}")
            still = self.bars()
            for _ in range(6):
                browser.touch("[aria-label='Zoom in']")
            deadline = time.monotonic() + 10
            while (moved := self.bars()) == still:
                if time.monotonic() > deadline:
                    raise Failure("the picture does not move")
            self.expect(moved > still, f"the bars went from {still} to {moved} pixels")
            zoom = self.room.status("camera.controls.zoom.value")
            browser.touch(".preset-line .chip")
            browser.touch(".preset", "2")
            self.room.reaches("camera.presets", ["2"])
            for _ in range(3):
                browser.touch("[aria-label='Zoom out']")
            browser.await_(".preset.is-kept", "2")
            browser.touch(".preset.is-kept", "2")
            self.room.reaches("camera.controls.zoom.value", zoom)
            self.look(browser, "camera-kept")
            browser.touch(".controls .danger")
            browser.await_(".home")
            self.complaints(browser)

    def bars(self):
        """How wide the first colour bar of the simulated camera stands on the room's screen, in pixels."""
        png = base64.b64decode(self.room.ask("screen.capture", inline=True)["png"])
        width, rows = pixels(png)
        row = rows[len(rows) // 13]
        first = row[4:7]
        for column in range(2, width):
            if max(abs(row[4 * column + part] - first[part]) for part in range(3)) > 24:
                return column
        return width

    def reaches_established(self):
        deadline = time.monotonic() + 15
        while not any(call["state"] == "established" for call in self.room.living_calls().values()):
            if time.monotonic() > deadline:
                raise Failure(f"no call is established: {self.room.status('calls')}")
            time.sleep(0.05)

    def incoming(self):
        """A caller whose name is meant to do harm rings; it is refused, and the next one answered, with keys alone."""
        with self.browser() as browser:
            browser.run("window.harm = 0")
            self.other.ask("call.dial", address=self.room.address)
            browser.await_("dialog.incoming")
            name = browser.run("return document.querySelector('.caller').textContent")
            self.expect("<img src=x onerror=" in name, f"the caller's name is shown as {name!r}")
            self.expect("\u202e" not in name, "a sign that turns the text's direction is shown")
            self.expect(
                browser.run("return [window.harm, document.querySelectorAll('dialog img, dialog script').length].join()")
                == "0,0", "the caller's name was read as HTML")
            inside = browser.run("""
              const box = document.querySelector('dialog').getBoundingClientRect();
              return [...document.querySelectorAll('dialog *')].every((part) => {
                const inner = part.getBoundingClientRect();
                return inner.left >= box.left - 1 && inner.right <= box.right + 1;
              }) && box.right <= innerWidth && box.bottom <= innerHeight;""")
            self.expect(inside, "the caller's name breaks the layout")
            self.look(browser, "incoming")
            browser.press("Escape")
            browser.touch(".incoming .danger")
            browser.await_gone("dialog.incoming")
            self.other.ask("call.dial", address=self.room.address)
            browser.await_("dialog.incoming")
            focus = browser.run("return document.activeElement.textContent")
            self.expect(focus == "Answer", f"the focus is on {focus!r}")
            browser.press("Enter")
            self.reaches_established()
            browser.await_(".in-call")
            browser.touch(".controls .danger")
            browser.await_(".home")
            self.complaints(browser)

    def lost(self):
        """The network goes away in a call: the page says so, comes back by itself and shows what happened since."""
        with self.browser("phone") as browser:
            browser.type(".dial input", self.other.address)
            browser.touch(".dial .go")
            browser.await_(".in-call")
            self.reaches_established()
            # A panel that stands still is, to the page, a network that is gone.
            panel = int(os.environ["PANEL_PROCESS"])
            os.kill(panel, signal.SIGSTOP)
            try:
                browser.await_(".banner", "Connection lost", seconds=40)
                self.expect(browser.run("return document.querySelector('main').inert"), "keys can still be pressed")
                self.look(browser, "lost")
                self.room.ask("audio.mute", muted=True)
            finally:
                os.kill(panel, signal.SIGCONT)
            browser.await_(".controls .key", "Unmute", seconds=30)
            browser.await_gone(".banner")
            browser.touch(".controls .danger")
            browser.await_(".home")
            self.room.ask("audio.mute", muted=False)

    def settings(self):
        """The room's settings behind the PIN."""
        with self.browser() as browser:
            browser.touch("nav [data-page=settings]")
            browser.type("input[type=password]", "1111")
            browser.touch(".settings .go")
            browser.await_(".error", "not the PIN")
            browser.type("input[type=password]", "2468")
            browser.touch(".settings .go")
            browser.await_(".settings [data-room] .setting")
            browser.run("""
              const input = [...document.querySelectorAll('[data-room] input')][0];
              input.value = 'Lisboa'; input.dispatchEvent(new Event('change'));""")
            self.room.reaches("room.name", "Lisboa")
            browser.await_(".room-name", "Lisboa")
            self.look(browser, "settings")
            browser.touch("nav [data-page=home]")
            refused = browser.run("""
              const { ask } = await import('/room.js');
              return ask('config.get').then(() => 'given', (error) => error.code);""")
            self.expect(refused == "locked", f"the settings stay open: {refused}")
            self.complaints(browser)

    # ---- For everybody

    def access(self):
        """Each page in each size, dark and light: axe, sizes of what is touched, and nothing cut off."""
        axe = axe_script()
        for size in SIZES:
            for dark in (True, False):
                with self.browser(size, dark=dark) as browser:
                    for page in ("home", "contacts", "recents", "keypad", "settings"):
                        browser.touch(f"nav [data-page={page}]")
                        self.inspect(browser, axe, f"{page}, {size}, {'dark' if dark else 'light'}")
                    browser.touch("nav [data-page=keypad]")
                    browser.type(".keypad .number", self.other.address)
                    browser.touch(".keypad .go")
                    self.reaches_established()
                    for sheet in (None, "Layout", "Camera", "Keypad"):
                        if sheet:
                            browser.touch(".controls [aria-expanded]", sheet)
                        self.inspect(browser, axe, f"call {sheet or ''}, {size}, {'dark' if dark else 'light'}")
                    browser.touch(".controls .danger")
                    browser.await_(".home")

    def inspect(self, browser, axe, where):
        browser.run("await new Promise((done) => setTimeout(done, 350))")
        self.look(browser, where.replace(", ", "-").replace(" ", "-"))
        small = browser.run("""
          return [...document.querySelectorAll('button, select, input, a[href]')]
            .filter((part) => part.checkVisibility() && !part.matches('.skip'))
            .map((part) => [part, part.getBoundingClientRect()])
            .filter(([, box]) => box.width < 47.5 || box.height < 47.5)
            .map(([part, box]) => `${part.className || part.type} ${Math.round(box.width)}x${Math.round(box.height)}`);""")
        self.expect(not small, f"{where}: too small to touch: {small}")
        unnamed = browser.run("""
          return [...document.querySelectorAll('button, select, input')]
            .filter((part) => part.checkVisibility())
            .filter((part) => !(part.getAttribute('aria-label') || part.textContent.trim() || part.labels?.[0]?.textContent.trim()))
            .map((part) => part.outerHTML.slice(0, 120));""")
        self.expect(not unnamed, f"{where}: without a name: {unnamed}")
        wide = browser.run("return [document.documentElement.scrollWidth, innerWidth]")
        self.expect(wide[0] <= wide[1], f"{where}: the page is {wide[0]} pixels wide on {wide[1]}")
        if axe:
            browser.devtools("Runtime.evaluate", {"expression": axe})
            found = browser.run("""
              const result = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] });
              return result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 100) + ' '
                + node.failureSummary.slice(0, 300)).join(' | ')}`);""")
            self.expect(not found, f"{where}: axe says {found}")

    def keyboard(self):
        """Everything on the page is reached and done with the keyboard alone, and the focus is seen."""
        with self.browser(reduced=True) as browser:
            reached = []
            for _ in range(60):
                browser.press("Tab")
                reached.append(browser.run("""
                  const part = document.activeElement;
                  const style = getComputedStyle(part);
                  return [part === document.body ? '' : part.getAttribute('aria-label') || part.innerText.trim(),
                    style.outlineStyle];"""))
            names = [name for name, _ in reached]
            for wanted in ("Home", "Contacts", "Recents", "Keypad", "Settings", "Name or address", "Call"):
                self.expect(wanted in names, f"{wanted} is not reached with Tab: {names}")
            unseen = [name for name, outline in reached if name and outline == "none"]
            self.expect(not unseen, f"the focus does not show on {unseen}")
            self.expect(
                browser.run("return document.getAnimations().length") == 0, "something moves though it should not")

    def words(self):
        """Each language has every word, and Arabic runs from the right."""
        with self.browser(language="ar") as browser:
            self.expect(browser.run("return document.documentElement.dir") == "rtl", "Arabic does not run from the right")
            self.look(browser, "arabic")
            holes = browser.run("""
              const source = await (await fetch('/words.js')).text();
              const rows = [...source.matchAll(/^  (\\w+): (\\[.*\\]),$/gm)].map(([, name, list]) => [name, JSON.parse(list)]);
              const places = (text) => (text.match(/\\{\\w+\\}/g) ?? []).sort().join();
              return [rows.length, rows.filter(([, list]) => list.length !== 6 || list.some((text) => !text.trim())
                || list.some((text) => places(text) !== places(list[0]))).map(([name]) => name)];""")
            self.expect(holes[0] > 90 and not holes[1], f"words are missing: {holes}")


def pixels(png):
    """The rows of a PNG as the room writes it: eight bits, with or without alpha; each row four bytes a pixel."""
    width, height = struct.unpack(">II", png[16:24])
    count = {2: 3, 6: 4}[png[25]]
    data, place = b"", 8
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place:place + 8])
        if kind == b"IDAT":
            data += png[place + 8:place + 8 + length]
        place += 12 + length
    raw = zlib.decompress(data)
    size = width * count
    rows, last = [], bytearray(size)
    for number in range(height):
        kind, line = raw[number * (size + 1)], bytearray(raw[number * (size + 1) + 1:(number + 1) * (size + 1)])
        for index in range(size if kind else 0):
            left = line[index - count] if index >= count else 0
            up, corner = last[index], last[index - count] if index >= count else 0
            if kind == 4:
                guess = left + up - corner
                near = min((left, up, corner), key=lambda one: abs(guess - one))
            else:
                near = (0, left, up, (left + up) // 2)[kind]
            line[index] = (line[index] + near) & 255
        last = line
        rows.append(line if count == 4 else b"".join(bytes(line[at:at + 3]) + b"\xff" for at in range(0, size, 3)))
        if number > height // 12:
            break
    while len(rows) < height:
        rows.append(rows[-1])
    return width, rows


def key_digest(certificate):
    """The SHA-256 of a certificate's key, as Chromium takes it."""
    key = subprocess.run(["openssl", "x509", "-in", certificate, "-noout", "-pubkey"], capture_output=True, check=True)
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=key.stdout, capture_output=True, check=True)
    return base64.b64encode(hashlib.sha256(der.stdout).digest()).decode()


def axe_script():
    """axe-core from a pinned package of PyPI, which carries it; nothing of it is kept in the repository."""
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../.lab-out/axe")
    os.makedirs(folder, exist_ok=True)
    wheel = os.path.join(folder, "axe_playwright_python-0.1.8-py3-none-any.whl")
    if not os.path.exists(wheel):
        wanted = os.path.join(folder, "requirements.txt")
        with open(wanted, "w", encoding="utf-8") as file:
            file.write(f"{AXE} --hash=sha256:{AXE_SHA256}\n")
        done = subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "-d", folder, "-r", wanted],
            capture_output=True, text=True)
        if done.returncode != 0:
            print("axe-core could not be had; only this script's own checks are made", file=sys.stderr)
            return None
    with zipfile.ZipFile(wheel) as archive:
        return archive.read("axe_playwright_python/axe.min.js").decode()


def main():
    scenario, link_file, room, other, *rest = sys.argv[1:]
    scenarios = Scenarios(link_file, room, other, rest[0] if rest else os.environ.get("PANEL_SHOTS"))
    try:
        getattr(scenarios, scenario)()
    except Failure as failure:
        print(f"{scenario}: {failure}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
