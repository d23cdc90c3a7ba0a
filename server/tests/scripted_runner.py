#!/usr/bin/env python3
"""A runner that fails on purpose, for the troubles that a good one cannot be made to have.

HEDDLE_SCRIPT says when: at-start, silent-end, other-version, no-jail, or (none of these) at a job
whose program contains DIE, GARBAGE or HANG. Other free runs finish at once with nothing done.
"""

import json
import os
import signal
import struct
import sys


def send(message):
    body = json.dumps(message).encode()
    sys.stdout.buffer.write(struct.pack(">I", len(body)) + body)
    sys.stdout.buffer.flush()


def receive():
    head = sys.stdin.buffer.read(4)
    if len(head) < 4:
        sys.exit(0)
    return json.loads(sys.stdin.buffer.read(struct.unpack(">I", head)[0]))


# Of the protocol: that of `heddle_trace::protocol`.
VERSION = 2


def hello(version, jail):
    note = "The kernel has no user namespaces." if jail == "L0" else ""
    host = {"jail": jail, "jail_note": note, "python": "CPython 3.11.0"}
    send({"type": "hello", "protocol": version, "host": host})


def event(job, **fields):
    send({"type": "job", "job": job, "event": fields})


def ended(job, result):
    event(job, event="ended", result=result)


def empty_trace():
    empty = dict.fromkeys(("processes", "tasks", "objects", "events", "pending"), [])
    return {"granularity": None, **empty, "outcome": {"kind": "finished"}}


def work(message):
    job, text = message["job"], message["program"]["files"][0]["text"]
    event(job, event="started")
    if "DIE" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "GARBAGE" in text:
        sys.stdout.buffer.write(b"\0\0\0\5hello")
        sys.stdout.buffer.flush()
    elif "HANG" not in text:
        ended(job, {"kind": "run", "trace": empty_trace(), "findings": []})


def main():
    script = os.environ.get("HEDDLE_SCRIPT", "")
    if script == "at-start":
        sys.exit("Python 3.9 is too old: install Python 3.11 or newer")
    if script == "silent-end":
        sys.exit(7)
    hello(999 if script == "other-version" else VERSION, "L0" if script == "no-jail" else "L2")
    while True:
        message = receive()
        if message["type"] == "start":
            work(message)
        elif message["type"] == "cancel":
            ended(message["job"], {"kind": "cancelled"})


main()
