#!/usr/bin/env python3
"""Helpers of the command line tests, each called by its name.

field KEY...          reads JSON from stdin and prints the value at the path of keys
flip FILE OFFSET      turns a bit of the byte at the offset (negative: from the end)
interrupt COMMAND...  runs it, sends SIGINT once a file has appeared in this folder
stop SIGNAL TEXT COMMAND...   runs it, sends the signal (INT, TERM, ...) once a line that it prints
                      has the text; what it prints is not shown
terminal COMMAND...   runs it with stdout and stderr on a terminal, prints what it wrote there with
                      ESC and CR made visible
make_dbn              writes the files of dbn_files.py into this folder
width N               refuses stdin with a line of more than N columns
"""
import json
import os
import pty
import signal
import subprocess
import sys
import time

import dbn_files

WAIT_S = 60  # only catches hangs


def field(keys):
    value = json.load(sys.stdin)
    for key in keys:
        value = value[int(key)] if isinstance(value, list) else value[key]
    print(value if isinstance(value, str) else json.dumps(value))
    return 0


def flip(arguments):
    path, offset = arguments[0], int(arguments[1])
    with open(path, "r+b") as file:
        file.seek(offset, os.SEEK_END if offset < 0 else os.SEEK_SET)
        at = file.tell()
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))
    return 0


def interrupt(command):
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a test run in the background ignores it
    before = set(os.listdir("."))
    with subprocess.Popen(command) as child:
        try:
            end = time.monotonic() + WAIT_S
            while set(os.listdir(".")) == before and time.monotonic() < end:
                time.sleep(0.01)
            child.send_signal(signal.SIGINT)
            return child.wait(WAIT_S)
        finally:
            child.kill()


def stop(arguments):
    """Nothing is read while the signal is on its way, and slowly afterwards: a command that prints
    more than a pipe holds cannot come to its end before it has heard."""
    number, text = signal.Signals["SIG" + arguments[0]], arguments[1].encode()
    signal.signal(number, signal.SIG_DFL)  # a test run in the background ignores some
    with subprocess.Popen(arguments[2:], stdout=subprocess.PIPE) as child:
        try:
            for line in child.stdout:
                if text in line:
                    break
            child.send_signal(number)
            while child.stdout.read(4096):
                time.sleep(0.01)
            return child.wait(WAIT_S)
        finally:
            child.kill()


def terminal(command):
    pid, master = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    data = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # Linux says so when the other side is gone
            break
        if not part:
            break
        data += part
    status = os.waitpid(pid, 0)[1]
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    sys.stdout.write(text.replace("\033", "<ESC>").replace("\r", "<CR>"))
    return os.waitstatus_to_exitcode(status)


def make_dbn(_arguments):
    dbn_files.write()
    return 0


def width(arguments):
    longest = max((len(line.rstrip("\n")) for line in sys.stdin), default=0)
    if longest > int(arguments[0]):
        print(f"{longest} columns")
        return 1
    return 0


def main(arguments):
    tools = {"field": field, "flip": flip, "interrupt": interrupt, "make_dbn": make_dbn,
             "stop": stop, "terminal": terminal, "width": width}
    return tools[arguments[0]](arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
