#!/usr/bin/env python3
"""new_strategy.py   the first hour of somebody who writes a strategy, with an installed plimsoll.

Installs the build into a temporary folder, makes a strategy with `plimsoll new strategy`, builds it
through pkg-config without a warning, checks it, and runs it twice. Speaks TAP; needs meson, ninja
and pkg-config (77: skipped where one is missing).
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile


def run(command, folder, environment):
    """Standard output of a command that must succeed."""
    done = subprocess.run([str(part) for part in command], cwd=folder, env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command}: exit code {done.returncode}\n{done.stdout}")
    return done.stdout


def install(home, environment):
    """Installs below `home`; the program that was installed."""
    run(["meson", "install", "-C", os.environ["PLIMSOLL_BUILD"], "--no-rebuild", "--destdir", home],
        home, environment)
    packages = [str(path.parent) for path in home.rglob("plimsoll.pc")]
    environment.update(PKG_CONFIG_PATH=":".join(packages), PKG_CONFIG_SYSROOT_DIR=str(home))
    return next(path for path in home.rglob("bin/plimsoll"))


def first_hour(home):
    """The steps; yields the name of each after it has succeeded."""
    environment = dict(os.environ)
    plimsoll = install(home, environment)
    run([plimsoll, "rulebooks", "textbook"], home, environment)
    yield "the build installs headers, pkg-config file and rulebooks"
    run([plimsoll, "new", "strategy", "mine"], home, environment)
    mine = home / "mine"
    if {path.name for path in mine.iterdir()} != {"mine.c", "meson.build", "run.yaml", "README.md"}:
        raise RuntimeError("other files than the four")
    yield "new strategy writes four files"
    again = subprocess.run([plimsoll, "new", "strategy", "mine"], cwd=home, check=False,
                           stderr=subprocess.PIPE, text=True)
    if again.returncode != 2 or "--force" not in again.stderr:
        raise RuntimeError(f"exit code {again.returncode}: {again.stderr}")
    yield "a folder that exists is left alone"
    run(["meson", "setup", "b", "--werror", "-Dwarning_level=3"], mine, environment)
    run(["ninja", "-C", "b"], mine, environment)
    yield "it builds without a warning"
    run([plimsoll, "check", "b/mine.so"], mine, environment)
    if "by unknown" not in run([plimsoll, "strategies", "./b/mine.so"], mine, environment):
        raise RuntimeError("it claims to be somebody's")
    yield "it passes the checks"
    run([plimsoll, "synth", "walk", "-q", "-o", "walk.tape", "--events", "20000"], mine,
        environment)
    command = [plimsoll, "run", "run.yaml", "-q", "--json", "--strategy", "./b/mine.so"]
    digests = {json.loads(run(command, mine, environment))["digest"] for _ in range(2)}
    if len(digests) != 1:
        raise RuntimeError(f"two digests: {digests}")
    yield "it runs, twice to the same digest"


def main():
    """Exit code 1 when a step fails; nothing is tried after it."""
    if not all(shutil.which(tool) for tool in ("meson", "ninja", "pkg-config")):
        return 77
    number = 0
    print("1..6")
    with tempfile.TemporaryDirectory() as folder:
        try:
            for number, name in enumerate(first_hour(pathlib.Path(folder)), 1):
                print(f"ok {number} - {name}")
        except RuntimeError as error:
            print(f"not ok {number + 1} - the next step")
            for line in str(error).splitlines():
                print(f"# {line}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
