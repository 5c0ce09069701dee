#!/usr/bin/env python3
"""Every capture gives JSON, NDJSON and ladders that docs/schema.json describes."""
import json
import os
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(os.environ["RUNG_SOURCE"])
sys.path.insert(0, str(SOURCE / "tests" / "support"))
import json_schema  # noqa: E402

SKIPPED = 77


def output_of(capture, *arguments):
    command = [os.environ["RUNG"], "-q", "-r", str(capture), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def keys_of(capture):
    keys = capture.parent / "keys.log"
    return ["-k", str(keys)] if keys.is_file() else []


def faults(schema, capture):
    for arguments in (["-T", "json"], ["-T", "json", "-z", "ladder"], ["-T", "json", "-z", "sound"],
                      ["-T", "json", "-z", "tls", "-z", "capture", *keys_of(capture)]):
        status, text, _ = output_of(capture, *arguments)
        if status not in (0, 2):
            yield f"exit status {status}"
        yield from json_schema.document_errors(schema, text)
    yield from json_schema.ndjson_errors(schema, output_of(capture, "-T", "ndjson")[1])


def golden_faults(schema, path):
    """What golden cases expect is JSON of rung without its version; parts of it, or all."""
    document = {"rung": "0", **json.loads(path.read_text(encoding="utf-8"))}
    return json_schema.document_errors(schema, json.dumps(document))


def main():
    if not os.environ.get("RUNG"):
        print("rung was not built")
        return SKIPPED
    captures = sorted((SOURCE / "tests" / "captures").glob("**/*.pcap*"))
    captures += sorted((SOURCE.parent / "shared" / "captures").glob("*/capture.pcap*"))
    if not captures:
        print("no captures here")
        return SKIPPED
    schema = json.loads((SOURCE / "docs" / "schema.json").read_text())
    failed = 0
    for capture in captures:
        for fault in list(faults(schema, capture))[:5]:
            print(f"{capture}: {fault}")
            failed = 1
    expected = sorted((SOURCE / "tests" / "golden").glob("*/expect.json"))
    for path in expected:
        for fault in list(golden_faults(schema, path))[:5]:
            print(f"{path}: {fault}")
            failed = 1
    print(f"{len(captures)} captures, {len(expected)} golden cases")
    return failed


if __name__ == "__main__":
    sys.exit(main())
