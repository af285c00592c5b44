"""A small client of WebDriver (W3C Recommendation), enough to drive Chromium through Debian's chromedriver."""

import base64
import http.client
import json
import os
import re
import select
import subprocess
import time

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Enter": "\ue007", "Tab": "\ue004", "Escape": "\ue00c"}


class Failure(Exception):
    """What the browser did not do."""


class Browser:
    def __init__(self, width=1024, height=600, dark=True, language="en", touch=False, reduced=False,
                 trusted=None):
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0", "--allowed-ips=127.0.0.1"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.port = self._driver_port()
        arguments = [
            "--headless=new", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage", "--hide-scrollbars",
            # One certificate by its key (SHA-256 of the SPKI in base64), or none at all.
            f"--ignore-certificate-errors-spki-list={trusted}" if trusted else "--ignore-certificate-errors",
            f"--lang={language}", f"--window-size={width},{height}",
            "--disable-background-networking", "--disable-component-update",
        ]
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")
        if touch:
            arguments.append("--touch-events=enabled")
        options = {
            "args": arguments,
            "prefs": {"intl.accept_languages": language},
        }
        answer = self._call("POST", "/session", {
            "capabilities": {"alwaysMatch": {
                "browserName": "chrome", "goog:chromeOptions": options,
                "goog:loggingPrefs": {"browser": "ALL"}}}})
        self.session = "/session/" + answer["sessionId"]
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        if reduced:
            features.append({"name": "prefers-reduced-motion", "value": "reduce"})
        self.devtools("Emulation.setEmulatedMedia", {"features": features})
        self.size(width, height)

    def _driver_port(self):
        deadline = time.monotonic() + 30
        said = ""
        while time.monotonic() < deadline:
            # From the descriptor: a buffer would hide lines from select.
            if select.select([self.driver.stdout], [], [], 1)[0]:
                part = os.read(self.driver.stdout.fileno(), 4096)
                if not part:
                    break
                said += part.decode(errors="replace")
            found = re.search(r"started successfully on port (\d+)", said)
            if found:
                return int(found.group(1))
        raise Failure("chromedriver did not start")

    def _call(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(
            method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())["value"]
        connection.close()
        if isinstance(answer, dict) and answer.get("error"):
            raise Failure(f"{answer['error']}: {answer.get('message', '').splitlines()[0]}")
        return answer

    def call(self, method, path, body=None):
        return self._call(method, self.session + path, body)

    def devtools(self, command, parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def size(self, width, height):
        self.devtools("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def open(self, address):
        self.call("POST", "/url", {"url": address})

    def run(self, script, *arguments):
        """Runs JavaScript in the page; promises are waited for."""
        wrapped = ("const done = arguments[arguments.length - 1];"
                   "(async (...args) => {" + script + "})(...[...arguments].slice(0, -1))"
                   ".then((value) => done({ value }), (error) => done({ error: String(error) }));")
        answer = self.call("POST", "/execute/async", {"script": wrapped, "args": list(arguments)})
        if answer.get("error"):
            raise Failure(answer["error"])
        return answer.get("value")

    def find(self, selector, text=None):
        """The visible elements; only those with the text, when one is given."""
        script = """
          return [...document.querySelectorAll(args[0])].filter((element) =>
            element.checkVisibility({ visibilityProperty: true })
            && (!args[1] || element.textContent.includes(args[1])
                || (element.getAttribute("aria-label") ?? "").includes(args[1])))"""
        return self.run(script, selector, text)

    def await_(self, selector, text=None, seconds=15):
        deadline = time.monotonic() + seconds
        while True:
            found = self.find(selector, text)
            if found:
                return found[0]
            if time.monotonic() > deadline:
                raise Failure(f"there is no {selector} {text or ''} after {seconds} s; the page says: {self.text()[:400]}")
            time.sleep(0.1)

    def await_gone(self, selector, seconds=15):
        deadline = time.monotonic() + seconds
        while self.find(selector):
            if time.monotonic() > deadline:
                raise Failure(f"{selector} is still there after {seconds} s")
            time.sleep(0.1)

    def touch(self, selector, text=None, seconds=15):
        """Presses what a finger would press: WebDriver refuses when something lies above it."""
        deadline = time.monotonic() + seconds
        while True:
            element = self.await_(selector, text, seconds)
            try:
                self.call("POST", f"/element/{element[ELEMENT]}/click", {})
                return
            except Failure:
                # It may have been drawn anew, or still be moving.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def type(self, selector, text):
        element = self.await_(selector)
        self.call("POST", f"/element/{element[ELEMENT]}/value", {"text": text})

    def press(self, *names):
        actions = []
        for name in names:
            sign = KEYS.get(name, name)
            actions += [{"type": "keyDown", "value": sign}, {"type": "keyUp", "value": sign}]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def text(self):
        return self.run("return document.body.innerText")

    def picture(self, file):
        with open(file, "wb") as out:
            out.write(base64.b64decode(self.call("GET", "/screenshot")))

    def messages(self):
        """What the browser complained of, such as a broken content security policy."""
        return [entry["message"] for entry in self.call("POST", "/se/log", {"type": "browser"})]

    def close(self):
        try:
            self._call("DELETE", self.session)
        except (Failure, OSError):
            pass
        self.driver.terminate()
        self.driver.wait(timeout=10)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
