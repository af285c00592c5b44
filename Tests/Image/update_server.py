"""A server of update bundles over HTTPS, signed by an authority of its own, and the proxy through which alone it is reached."""

import http.server
import os
import pathlib
import re
import socket
import ssl
import subprocess
import threading

NAME = "updates.test"


class Updates:
    """Serves FILES (path to file) as https://updates.test, by way of an HTTP proxy at ADDRESS:PORT."""

    def __init__(self, folder, address, port, files):
        self.folder = pathlib.Path(folder)
        self.authority = self.folder / "updates-authority.pem"
        self.address, self.port = address, port
        self.tunnels = 0
        self.requests = []
        self._make_certificates()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "updates.pem", self.folder / "updates.key")
        updates = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self):
                self._answer(False)

            def do_GET(self):
                self._answer(True)

            def _answer(self, with_body):
                updates.requests.append(f"{self.command} {self.path} {self.headers.get('Range', '')}")
                file = files.get(self.path)
                if file is None:
                    self.send_error(404)
                    return
                size = os.path.getsize(file)
                first, last = 0, size - 1
                wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
                if wanted:
                    first, last = int(wanted[1]), min(int(wanted[2] or last), last)
                self.send_response(206 if wanted else 200)
                if wanted:
                    self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
                self.send_header("Accept-Ranges", "bytes")
                self.send_header("Content-Length", str(last - first + 1))
                self.end_headers()
                if with_body:
                    with open(file, "rb") as bundle:
                        bundle.seek(first)
                        left = last - first + 1
                        while left > 0 and (part := bundle.read(min(left, 1 << 18))):
                            self.wfile.write(part)
                            left -= len(part)

            def log_message(self, *words):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                """Clients may go in the middle of an answer."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.listener = socket.create_server((address, port))
        threading.Thread(target=self._accept, daemon=True).start()

    def _make_certificates(self):
        def openssl(*words):
            subprocess.run(["openssl", *[str(word) for word in words]], check=True, capture_output=True)

        key = self.folder / "updates-authority.key"
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 3650, "-subj", "/CN=Authority of the test",
                "-keyout", key, "-out", self.authority)
        request = self.folder / "updates.csr"
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={NAME}", "-keyout", self.folder / "updates.key",
                "-out", request)
        names = self.folder / "updates.ext"
        names.write_text(f"subjectAltName=DNS:{NAME}\n")
        openssl("x509", "-req", "-in", request, "-CA", self.authority, "-CAkey", key, "-CAcreateserial", "-days", 3650,
                "-extfile", names, "-out", self.folder / "updates.pem")

    # MARK: the proxy

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._tunnel, args=(client,), daemon=True).start()

    def _tunnel(self, client):
        head = b""
        while b"\r\n\r\n" not in head and len(head) < 8192:
            part = client.recv(4096)
            if not part:
                client.close()
                return
            head += part
        if not head.startswith(f"CONNECT {NAME}:443 ".encode()):
            client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            client.close()
            return
        self.tunnels += 1
        server = socket.create_connection(self.server.server_address)
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        threading.Thread(target=self._carry, args=(client, server), daemon=True).start()
        self._carry(server, client)

    @staticmethod
    def _carry(source, sink):
        try:
            while part := source.recv(1 << 16):
                sink.sendall(part)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def stop(self):
        self.listener.close()
        self.server.shutdown()
