"""A registrar for the image's test: REGISTER over UDP with Digest by SHA-256 (RFC 3261 §10, RFC 8760)."""

import hashlib
import re
import secrets
import socket
import threading


class Registrar:
    """Answers on a thread of its own until `stop`; `contacts` has what is registered, by address."""

    def __init__(self, address, port, realm, users):
        self.realm, self.users = realm, users
        self.contacts = {}
        self.refused = 0
        self.nonces = set()
        self.line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.line.bind((address, port))
        self.line.settimeout(0.5)
        self.running = True
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def stop(self):
        self.running = False
        self.thread.join(5)
        self.line.close()

    def _serve(self):
        while self.running:
            try:
                message, peer = self.line.recvfrom(65535)
            except socket.timeout:
                continue
            answer = self._answer(message.decode(errors="replace"))
            if answer:
                self.line.sendto(answer.encode(), peer)

    def _answer(self, text):
        lines = text.split("\r\n\r\n")[0].split("\r\n")
        method = lines[0].split(" ")[0]
        if method != "REGISTER":
            return None
        fields = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            fields.setdefault(name.strip().lower(), value.strip())
        if not self._is_right(method, fields.get("authorization", "")):
            self.refused += "authorization" in fields
            nonce = secrets.token_hex(16)
            self.nonces.add(nonce)
            more = [f'WWW-Authenticate: Digest realm="{self.realm}", nonce="{nonce}", qop="auth", algorithm=SHA-256']
            return self._response(fields, "401 Unauthorized", more)
        address = re.search(r"<(sip:[^>]*)>", fields["to"]).group(1)
        if fields.get("expires") == "0":
            self.contacts.pop(address, None)
            return self._response(fields, "200 OK", [])
        self.contacts[address] = fields["contact"]
        return self._response(fields, "200 OK", [f"Contact: {fields['contact']};expires=60"])

    @staticmethod
    def _response(fields, status, more):
        lines = [f"SIP/2.0 {status}", f"Via: {fields['via']}", f"From: {fields['from']}", f"To: {fields['to']};tag=r",
                 f"Call-ID: {fields['call-id']}", f"CSeq: {fields['cseq']}", *more, "Content-Length: 0"]
        return "\r\n".join(lines) + "\r\n\r\n"

    def _is_right(self, method, value):
        given = dict(re.findall(r'(\w+)="?([^",]*)"?', value))
        if given.get("nonce") not in self.nonces or given.get("username") not in self.users:
            return False

        def digest(*parts):
            return hashlib.sha256(":".join(parts).encode()).hexdigest()

        secret = digest(given["username"], self.realm, self.users[given["username"]])
        return given.get("response") == digest(
            secret, given["nonce"], given.get("nc", ""), given.get("cnonce", ""), "auth", digest(method, given["uri"]))
