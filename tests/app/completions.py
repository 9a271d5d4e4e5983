#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Types calls into bash, zsh and fish, presses Tab, and looks at the line. Shells that aren't installed are left out (bash never is).
usage: completions.py MILLRACE SOURCES"""
import json
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

CASES = {  # what is typed: what stands there after Tab
    "millrace val": "millrace validate ",
    "millrace pe": "millrace peek ",
    "millrace peek rep": "millrace peek report.json ",
    "millrace steps write.cs": "millrace steps write.csv ",
    "millrace help va": "millrace help validate ",
    "millrace run air": "millrace run airports.millrace ",
    "millrace run airports.millrace --fit": "millrace run airports.millrace --fitted ",
    "millrace run airports.millrace --progress al": "millrace run airports.millrace --progress always ",
    "millrace run airports.millrace --progress=al": "millrace run airports.millrace --progress=always ",
    "millrace run airports.millrace --fitted fol": "millrace run airports.millrace --fitted folder/",
    "millrace run airports.millrace --report=rep": "millrace run airports.millrace --report=report.json ",
    "millrace run airports.millrace --set dist": "millrace run airports.millrace --set distance.",
    "millrace run airports.millrace --set distance.expr": "millrace run airports.millrace --set distance.expression=",
    "millrace run airports.millrace --set distance.onError=ro": "millrace run airports.millrace --set distance.onError=route ",
    "millrace run airports.millrace --set=distance.onError=ro": "millrace run airports.millrace --set=distance.onError=route ",
    "millrace run airports.millrace --set batching.inc": "millrace run airports.millrace --set batching.incomplete=",
    "millrace run my\\ own.millrace --set unu": "millrace run my\\ own.millrace --set unusual.",
    "millrace-studio airports.millrace --theme da": "millrace-studio airports.millrace --theme dark ",
    "millrace-studio airports.millrace --select dist": "millrace-studio airports.millrace --select distance ",
}
HARMFUL = "millrace run my\\ own.millrace --set $"  # a step of that name must not come into the line


class Shell:
    """An interactive shell behind a terminal. Ctrl-X tells what stands in its line, between marks."""

    def __init__(self, command, setup, folder, environment):
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, environment)
        for line in setup:
            self.send(line + "\n")
        self.send("echo rea''dy\n")
        self.read_until("ready\r")

    def send(self, text):
        os.write(self.terminal, text.encode())

    def read_until(self, pattern, seconds=20):
        seen, end = "", time.monotonic() + seconds
        while not (found := re.search(pattern, seen, re.S)):
            ready, _, _ = select.select([self.terminal], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise TimeoutError(f"waited for {pattern!r}, saw {seen!r}")
            seen += os.read(self.terminal, 65536).decode(errors="replace")
        return found

    def completed(self, typed):
        self.send(typed + "\t\x18")
        line = self.read_until("<<(.*?)>>")[1]
        self.send("\x01\x0b")  # not Ctrl-C, with which a terminal forgets what was typed after it
        return re.sub(r"\r|\n|\x1b\[[0-9;?]*[a-zA-Z]", "", line)


def bash(folder, environment, source):
    setup = [
        "PS1=; bind 'set enable-bracketed-paste off'; bind 'set bell-style none'; stty -echo",
        f". {source}/resources/completions/millrace.bash",
        """bind -x '"\\C-x": printf "<<%s>>" "$READLINE_LINE"'""",
    ]
    shell = Shell(["bash", "--norc", "--noprofile", "-i"], setup, folder, environment)
    return shell.completed


def zsh(folder, environment, source):
    setup = [
        f"PS1=; unset zle_bracketed_paste; setopt no_beep no_prompt_sp; fpath=({source}/resources/completions $fpath)",
        "autoload -Uz compinit && compinit -u -D; stty -ixon",
        """tell() { printf '<<%s>>' "$BUFFER" }; zle -N tell; bindkey '^X' tell; bindkey '^I' complete-word""",
    ]
    shell = Shell(["zsh", "-f", "-i"], setup, folder, {**environment, "TERM": "dumb"})
    return shell.completed


def fish(folder, environment, source):
    def completed(typed):
        script = f"source {source}/resources/completions/millrace.fish; complete -C $argv[1]"
        made = subprocess.run(["fish", "--no-config", "-c", script, "--", typed], cwd=folder, env=environment, capture_output=True,
                              text=True, check=True, timeout=60).stdout.splitlines()
        if len(made) != 1:
            return f"{typed}, {len(made)} candidates"
        word = made[0].split("\t")[0]
        return typed[: typed.rindex(" ") + 1] + word + ("" if word[-1] in ".=/" else " ")
    return completed


def prepare(folder, millrace, source):
    (folder / "bin").mkdir()
    (folder / "bin" / "millrace").symlink_to(millrace)
    (folder / "bin" / "millrace-studio").symlink_to(millrace)
    work = folder / "work"
    (work / "folder").mkdir(parents=True)
    (work / "report.json").write_text("{}")
    for name in ("airports.csv", "airports.millrace"):
        shutil.copy(source / "resources/examples" / name, work)
    steps = [{"id": "unusual", "type": "generate", "params": {"count": 1}}, {"id": "$(touch harm)", "type": "discard"}]
    (work / "my own.millrace").write_text(json.dumps({"millrace": 1, "steps": steps}))
    return work


def main():
    millrace, source = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    faults = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        work = prepare(folder, millrace, source)
        environment = {"PATH": f"{folder}/bin:{os.environ['PATH']}", "HOME": temporary, "LC_ALL": "C.UTF-8", "TERM": "vt100",
                       "XDG_RUNTIME_DIR": temporary}
        for start in (bash, zsh, fish):
            if not shutil.which(start.__name__):
                print(f"{start.__name__} isn't installed")
                continue
            complete = start(work, environment, source)
            for typed, expected in CASES.items():
                found = complete(typed)
                if found != expected:
                    print(f"{start.__name__}: {typed!r} became {found!r}, not {expected!r}")
                    faults += 1
            if "touch" in (found := complete(HARMFUL)):
                print(f"{start.__name__}: a step's id came into the line: {found!r}")
                faults += 1
            print(f"{start.__name__}: {len(CASES) + 1} lines")
        if (work / "harm").exists():
            print("A step's id was executed")
            faults += 1
    sys.exit(faults > 0)


main()
