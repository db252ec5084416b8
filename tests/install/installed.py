#!/usr/bin/env python3
"""installed.py   what `meson install` gives is whole, and works wherever it is put.

Installs the build into a temporary folder, as packages are staged, and moves the prefix elsewhere.
Speaks TAP. The way of somebody who writes a strategy is tests/plugin/new_strategy.py.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["PLIMSOLL_SOURCE"])
BUILD = pathlib.Path(os.environ["PLIMSOLL_BUILD"])
HEADERS = ["plimsoll.h", "plimsoll_aux.h", "plimsoll_margin.h", "plimsoll_margin_aux.h",
           "plimsoll_series.h", "plimsoll_text.h"]
MADE = {".tape", ".db", ".log", ".html"}  # what runs leave in examples/ of a tree that is used


class Failed(Exception):
    """A promise that does not hold."""


def run(command, folder, **options):
    """Standard output of a command that must succeed."""
    done = subprocess.run([str(part) for part in command], cwd=folder, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    if done.returncode != 0:
        raise Failed(f"{command}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def install(home):
    """The prefix, moved away from where it was installed to."""
    run(["meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", home / "stage"], home)
    binary = next((home / "stage").rglob("bin/plimsoll"))
    prefix = home / "elsewhere" / "prefix"
    prefix.parent.mkdir()
    shutil.move(binary.parent.parent, prefix)
    return prefix


def names(folder, pattern):
    return sorted(path.name for path in folder.rglob(pattern) if path.is_file())


def equal(what, found, wanted):
    if found != wanted:
        raise Failed(f"{what}: missing {sorted(set(wanted) - set(found))}, "
                     f"too many {sorted(set(found) - set(wanted))}")


def test_files(prefix, _home):
    """every strategy, rulebook, public header and example is installed"""
    strategies = sorted(path.parent.name + ".so" for path in SOURCE.glob("strategies/*/*.c"))
    equal("strategies", names(prefix, "plimsoll/strategies/*.so"), strategies)
    rulebooks = sorted(path.name for kind in ("yaml", "csv")
                       for path in (SOURCE / "engine/rulebooks").glob("*." + kind))
    equal("rulebooks", names(prefix / "share/plimsoll/rulebooks", "*"), rulebooks)
    equal("headers", names(prefix / "include", "*"), HEADERS)
    examples = SOURCE / "examples"
    wanted = sorted(str(path.relative_to(examples)) for path in examples.rglob("*")
                    if path.is_file() and path.suffix not in MADE and path.name != "meson.build")
    installed = prefix / "share/plimsoll/examples"
    equal("examples", sorted(str(path.relative_to(installed)) for path in installed.rglob("*")
                             if path.is_file()), wanted)


def test_nothing_else(prefix, _home):
    """nothing else is installed: no library, test or header of the inside"""
    found = [str(path.relative_to(prefix)) for path in prefix.rglob("*") if path.is_file()]
    known = ("bin/plimsoll", "include/plimsoll/", "share/plimsoll/", "share/man/",
             "share/bash-completion/completions/plimsoll", "share/zsh/site-functions/_plimsoll",
             "share/fish/vendor_completions.d/plimsoll.fish")
    strange = [path for path in found if not path.startswith(known)
               and not path.endswith(("/plimsoll.pc", "/plimsoll/models/halves.so"))
               and "/plimsoll/strategies/" not in path]
    equal("files", strange, [])


def test_moved(prefix, home):
    """the program finds strategies and rulebooks from a prefix that was moved"""
    plimsoll = prefix / "bin/plimsoll"
    found = json.loads(run([plimsoll, "strategies", "--json"], home))["strategies"]
    if len(found) < 11 or not all(str(prefix) in entry["path"] for entry in found):
        raise Failed(f"strategies: {[entry['path'] for entry in found]}")
    listed = run([plimsoll, "rulebooks"], home)
    for path in (SOURCE / "engine/rulebooks").glob("*.yaml"):
        if path.stem not in listed:
            raise Failed(f"rulebooks: no {path.stem} in\n{listed}")
    run([plimsoll, "margin", prefix / "share/plimsoll/examples/margin/binance-usdm.yaml"], home)


def test_link(prefix, home):
    """and when it is called through a link from another folder"""
    link = home / "plimsoll-link"
    link.symlink_to(prefix / "bin/plimsoll")
    if "trend" not in run([link, "strategies"], "/"):
        raise Failed("no strategies")


def test_strangers(prefix, home):
    """somebody's own folders beside bin/ are not taken for what ships"""
    (prefix / "strategies").mkdir()
    (prefix / "strategies" / "mine.so").write_text("not a plug-in", encoding="ascii")
    (prefix / "engine" / "rulebooks").mkdir(parents=True)
    if "trend" not in run([prefix / "bin/plimsoll", "strategies"], home):
        raise Failed("no strategies")
    run([prefix / "bin/plimsoll", "rulebooks", "textbook"], home)


def test_run(prefix, home):
    """an installed example is replayed to the digest that the build tree gives"""
    digests = []
    for plimsoll in (prefix / "bin/plimsoll", os.environ["PLIMSOLL"]):
        folder = pathlib.Path(tempfile.mkdtemp(dir=home))
        shutil.copy(prefix / "share/plimsoll/examples/trend.yaml", folder)
        run([plimsoll, "synth", "walk", "--events", "50000", "-q", "-o", "walk.tape"], folder)
        out = run([plimsoll, "run", "trend.yaml", "--json", "-q"], folder)
        digests.append(json.loads(out)["digest"])
    equal("digests", digests[:1], digests[1:])


def test_pkg_config(prefix, home):
    """a plug-in compiles with what pkg-config says, with nothing but a compiler"""
    if not shutil.which("pkg-config"):
        return "no pkg-config"
    environment = dict(os.environ, PKG_CONFIG_PATH=str(next(prefix.rglob("plimsoll.pc")).parent))
    ask = ["pkg-config", f"--define-variable=prefix={prefix}", "plimsoll"]
    flags = run(ask + ["--cflags"], home, env=environment).split()
    if "-ffp-contract=off" not in flags:
        raise Failed(f"--cflags: {flags}")
    folder = run(ask + ["--variable=strategydir"], home, env=environment).strip()
    if not list(pathlib.Path(folder).glob("trend.so")):
        raise Failed(f"strategydir: {folder}")
    plimsoll = prefix / "bin/plimsoll"
    run([plimsoll, "new", "strategy", "mine"], home)
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    run([compiler, "-shared", "-fPIC", "-fvisibility=hidden", *flags, "-o", "mine.so",
         "mine/mine.c"], home, env=environment)
    shutil.copy(home / "mine.so", folder)
    if "by id" in run([plimsoll, "strategies", "mine"], home) or \
            "mine" not in run([plimsoll, "complete", "--", "strategies", "mi"], home):
        raise Failed("a strategy in strategydir is not found by its id")
    (home / "model.c").write_text("#include <plimsoll_margin.h>\n", encoding="ascii")
    run([compiler, "-fsyntax-only", *flags, "model.c"], home, env=environment)
    return None


TESTS = [test_files, test_nothing_else, test_moved, test_link, test_strangers, test_run,
         test_pkg_config]


def main():
    """Exit code 1 when a promise does not hold."""
    bad = 0
    print(f"1..{len(TESTS)}")
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder).resolve()
        try:
            prefix = install(home)
        except Failed as error:
            print(f"Bail out! {str(error)[-500:]}")
            return 1
        for number, test in enumerate(TESTS, 1):
            try:
                skipped = test(prefix, home)
                print(f"ok {number} - {test.__doc__}" + (f" # SKIP {skipped}" if skipped else ""))
            except Failed as error:
                bad += 1
                print(f"not ok {number} - {test.__doc__}")
                print("# " + str(error).replace("\n", "\n# "))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
