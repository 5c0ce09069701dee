#!/usr/bin/env python3
"""Fails on an #include of a higher layer, and on a file or function beyond the limits of size."""

import os
import re
import sys
from pathlib import Path

# Lowest first. What stands in one row does not see its neighbours.
LAYERS = [
    ["capture"],
    ["dissect/base"],
    ["dissect/net"],
    ["dissect/session"],
    ["dissect/media/video"],
    ["dissect/sip", "dissect/media"],
    ["dissect/media/fax", "dissect/sip/body"],
    ["dissect/call", "dissect/media/codec"],
    ["dissect", "dissect/filter"],
    ["export"],
    ["ui/config"],
    ["ui/tui", "ui/batch"],
    ["ui"],
]
MAX_FILE_LINES = 1000
MAX_FUNCTION_LINES = 70

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
GENERATED = {"build_info.h"}


def rank_of(folder):
    for rank, row in enumerate(LAYERS):
        if folder in row:
            return rank
    return None


def may_include(folder, other):
    return folder == other or rank_of(other) < rank_of(folder)


def include_faults(source, path, text):
    folder = path.parent.as_posix()
    for name in INCLUDE.findall(text):
        if name in GENERATED:
            continue
        target = Path(name).parent.as_posix()
        if not (source / name).is_file():
            yield f"{path}: includes {name}, which is not named from the root of the repository"
        elif rank_of(target) is None:
            yield f"{path}: includes {name}, which is in no layer"
        elif not may_include(folder, target):
            yield f"{path}: {folder} includes {name}, which is not below it"


def size_faults(path, lines):
    """Relies on the format: a function's braces stand alone in the first column."""
    if len(lines) > MAX_FILE_LINES:
        yield f"{path}: {len(lines)} lines, at most {MAX_FILE_LINES}"
    begin = None
    for number, line in enumerate(lines, 1):
        if line == "{":
            begin = number
        elif line == "}" and begin is not None:
            if number - begin + 1 > MAX_FUNCTION_LINES:
                name = lines[begin - 2].strip()
                yield (f"{path}:{begin}: {number - begin + 1} lines in {name}, "
                       f"at most {MAX_FUNCTION_LINES}")
            begin = None


def sources(source):
    for top in ("capture", "dissect", "export", "ui", "tests"):
        yield from sorted(file for file in (source / top).rglob("*.[ch]"))


def main():
    source = Path(os.environ.get("RUNG_SOURCE", Path(__file__).resolve().parents[2]))
    faults = []
    count = 0
    for file in sources(source):
        path = file.relative_to(source)
        text = file.read_text(encoding="utf-8")
        count += 1
        faults += size_faults(path, text.splitlines())
        if path.parts[0] == "tests":
            continue
        if rank_of(path.parent.as_posix()) is None:
            faults.append(f"{path}: its folder is no layer")
        else:
            faults += include_faults(source, path, text)
    for fault in faults:
        print(fault)
    print(f"{count} files, {len(faults)} faults")
    return 1 if faults or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
