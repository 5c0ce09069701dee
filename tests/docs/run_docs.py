#!/usr/bin/env python3
"""The documents name every option, setting, filter field and report that the program has."""

import os
import re
import subprocess
import sys
from pathlib import Path

SOURCE = Path(os.environ.get("RUNG_SOURCE", Path(__file__).resolve().parents[2]))
RUNG = os.environ.get("RUNG", "")


def rows_of(path, pattern):
    names = re.findall(pattern, (SOURCE / path).read_text(encoding="utf-8"), re.MULTILINE)
    assert names, f"{path}: no rows found"
    return names


def help_names():
    text = subprocess.run([RUNG, "--help"], capture_output=True, text=True, check=True).stdout
    options, reports = text.split("Reports:\n")
    return (re.findall(r"^  (?:-\w, )?--([a-z-]+)", options, re.MULTILINE),
            re.findall(r"^  ([a-z,-]+) ", reports, re.MULTILINE))


def main():
    if not RUNG:
        print("the program is not built")
        return 77
    guide = (SOURCE / "docs/guide.md").read_text(encoding="utf-8")
    manual = (SOURCE / "docs/rung.1").read_text(encoding="utf-8").replace("\\-", "-")
    options, reports = help_names()
    missing = [f"docs/rung.1: --{name}" for name in options if f"--{name}" not in manual]
    named = (rows_of("ui/config/settings.c", r'^    \{ "([a-z.]+)", SETTING')
             + rows_of("dissect/filter/field.def", r'^FILTER_FIELD\("([^"]+)"') + reports)
    missing += [f"docs/guide.md: {name}" for name in named if f"| `{name}` |" not in guide]
    for name in missing:
        print("not documented:", name)
    return 1 if missing or not options or not reports else 0


if __name__ == "__main__":
    sys.exit(main())
