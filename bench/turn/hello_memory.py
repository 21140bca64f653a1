#!/usr/bin/env python3
"""What a session costs that has only said hello: starts a host, opens sessions, prints its memory.

    bench/turn/hello_memory.py build/dev/state-runtime configs/alerts.yaml --sessions 1000

The deployment's WebSocket transport must listen at ${SR_LISTEN}, its SQLite file be ${SR_DB}.
"""
import argparse
import base64
import json
import os
import re
import socket
import subprocess
import tempfile
import time


def resident_kib(process):
    with open(f"/proc/{process}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1))


def frame(text):
    data = text.encode()
    length = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
    return b"\x81" + length + b"\0\0\0\0" + data  # the mask that changes nothing


class Client:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((
            f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\n"
            f"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Protocol: sr.v1\r\n\r\n").encode())
        self.stream = self.socket.makefile("rb")
        assert b"101" in self.stream.readline()
        while self.stream.readline() not in (b"\r\n", b""):
            pass

    def say(self, **message):
        self.socket.sendall(frame(json.dumps(message)))

    def hear(self):
        length = self.stream.read(2)[1]
        if length >= 126:
            length = int.from_bytes(self.stream.read(2 if length == 126 else 8), "big")
        return json.loads(self.stream.read(length))

    def open(self):
        self.say(type="hello")
        while True:
            message = self.hear()
            assert message["type"] != "error", message
            if message["type"] == "patch":
                return


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("executable")
    arguments.add_argument("deployment")
    arguments.add_argument("--sessions", type=int, default=1000)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "SR_DB": os.path.join(folder, "facts.db"),
                       "SR_LISTEN": "127.0.0.1:0"}
        subprocess.run([given.executable, "store", "init", given.deployment], env=environment,
                       check=True, stdout=subprocess.DEVNULL)
        host = subprocess.Popen([given.executable, "run", given.deployment], env=environment,
                                stdout=subprocess.PIPE, text=True)
        try:
            port = int(re.search(r":(\d+)/", host.stdout.readline()).group(1))
            clients = [Client(port)]
            clients[0].open()
            before = resident_kib(host.pid)
            start = time.monotonic()
            while len(clients) <= given.sessions - 1:
                clients.append(Client(port))
                clients[-1].open()
            seconds = time.monotonic() - start
            after = resident_kib(host.pid)
            rows = os.path.getsize(environment["SR_DB"])
            print(f"{len(clients)} sessions, {seconds:.1f} s; resident MiB with the first "
                  f"{before / 1024:.1f}, with all {after / 1024:.1f}; "
                  f"{(after - before) / (len(clients) - 1):.1f} KiB each; "
                  f"database {rows / 1024 / len(clients):.1f} KiB each")
        finally:
            host.terminate()
            host.wait()


if __name__ == "__main__":
    main()
