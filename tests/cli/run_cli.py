#!/usr/bin/env python3
"""The command line: exit statuses and one-line errors."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

RUNG = os.environ.get("RUNG", "")

USAGE, INPUT = 1, 2

# Arguments, status, what the one line on standard error contains.
REFUSED = [
    (["-r"], USAGE, "-r"),
    (["--no-such-option"], USAGE, "--no-such-option"),
    (["-L", "9060"], USAGE, "-L 9060: not of the form udp://HOST:PORT"),
    (["-L", "udp://127.0.0.1:0"], USAGE, "-L udp://127.0.0.1:0: the port is a number"),
    (["-L", "udp://::1:9060"], USAGE, "[IPv6 address]"),
    (["-L", "tls://:9060", "-q"], INPUT, "a server of TLS needs a certificate: -o hep.certificate"),
    (["-L", "udp://:9060", "-r", "{empty}"], USAGE, "-r and -L"),
    (["-L", "udp://:9060", "-f", "udp"], USAGE, "does not apply to -L"),
    (["-L", "udp://192.0.2.1:9060", "-q"], INPUT, "it is not an address of this host"),
    (["-k", "/nonexistent/keys.log", "-r", "{capture}", "-q"], INPUT, "/nonexistent/keys.log"),
    (["-d", "udp.port==5070"], USAGE, "udp.port==5070: not of the form"),
    (["-d", "udp.port==0,sip"], USAGE, "a number from 1 to 65535"),
    (["-d", "udp.port==5070,nonsense"], USAGE, "a protocol is one of: sip"),
    (["-d", "tcp.port==5070,vxlan"], USAGE, "a protocol is one of: sip"),
    (["-e", "call.id"], USAGE, "-e: not in this version"),
    (["--html", "out.html"], USAGE, "--html: not in this version"),
    (["-T", "fields"], USAGE, "-T fields: not in this version"),
    (["-z", "diagnosis"], USAGE, "-z diagnosis: not in this version"),
    (["-z", "tree"], USAGE, "-z tree: not in this version"),
    (["-T", "xml"], USAGE, "text, json, ndjson, csv"),
    (["-T", "json", "-T", "csv"], USAGE, "-T is given twice"),
    (["-z", "cals"], USAGE, "unknown report (capture, calls, streams"),
    (["-b", "filesize:1000"], USAGE, "-b needs -w"),
    (["-b", "size:1", "-w", "x"], USAGE, "filesize:KB"),
    (["-a", "duration:0"], USAGE, "above 0"),
    (["-a", "duration:-1"], USAGE, "above 0"),
    (["-a", "packets:many"], USAGE, "above 0"),
    (["-b", "files:3", "-w", "x"], USAGE, "-b files:N needs"),
    (["-b", "filesize:1", "-w", "x", "-Y", "call.state == busy"], USAGE, "-Y"),
    (["--follow"], USAGE, "--follow needs"),
    (["-r", "{empty}", "-i", "lo"], USAGE, "-r and -i"),
    (["-B", "5000"], USAGE, "-B"),
    (["-s", "abc"], USAGE, "abc"),
    (["{empty}"], USAGE, "rung -r"),
    (["-o", "spool.sise:1M"], USAGE, "'spool.size'"),
    (["-o", "theme"], USAGE, "KEY:VALUE"),
    (["-l", "many"], USAGE, "limits.calls"),
    (["--hosts", "/nonexistent/hosts", "-r", "{empty}"], USAGE, "/nonexistent/hosts"),
    (["-Y", "call.sate == busy", "-r", "{empty}"], USAGE, "-Y: column 1: "),
    (["--fail-if", "call.state ==", "-r", "{empty}"], USAGE, "--fail-if: column "),
    (["-f", "udp prt 5060", "-r", "{capture}", "-q"], USAGE, "udp prt 5060"),
    (["-r", "/nonexistent/file.pcap"], INPUT, "/nonexistent/file.pcap"),
    (["-r", "{folder}"], INPUT, "{folder}"),
    (["-r", "{empty}"], INPUT, "{empty}"),
    (["-r", "{text}"], INPUT, "{text}"),
    (["-i", "nosuchdevice0"], INPUT, "nosuchdevice0"),
]

# A pcap header and no packet.
EMPTY_CAPTURE = bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000")


def run(arguments, **options):
    return subprocess.run([RUNG, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=60, check=False, **options)


def make_files(folder):
    files = {name: str(folder / name) for name in ("empty", "text", "capture")}
    Path(files["empty"]).write_bytes(b"")
    Path(files["text"]).write_text("This is no capture.\n" * 100, encoding="ascii")
    Path(files["capture"]).write_bytes(EMPTY_CAPTURE)
    files["folder"] = str(folder)
    return files


def check_refused(files):
    for arguments, status, part in REFUSED:
        result = run([argument.format(**files) for argument in arguments])
        error = result.stderr.decode()
        right = (result.returncode == status and part.format(**files) in error
                 and error.startswith("rung: ") and error.count("\n") == 1
                 and result.stdout == b"")
        yield right, f"{arguments}: {result.returncode} {error!r}"


def check_works(files):
    help_text = run(["--help"])
    yield help_text.returncode == 0 and b"-Y, --display-filter" in help_text.stdout, "--help"
    for later in (b"--html", b"-e,"):
        yield later not in help_text.stdout, f"--help promises {later}"
    version = run(["-V"])
    yield version.returncode == 0 and b"libarchive" in version.stdout, "--version"
    for reader in ("-r", "-I"):
        yield run([reader, files["capture"], "-q"]).returncode == 0, f"{reader} of an empty capture"
    several = run(["-r", files["capture"], files["capture"], "-T", "json", "-z", "capture"])
    sources = json.loads(several.stdout)["capture"]["sources"] if several.stdout else []
    yield several.returncode == 0 and len(sources) == 2, "-r of two files, as of *.pcap"
    quiet = run(["-r", files["capture"], "-w", files["folder"] + "/out.pcapng"])
    yield quiet.returncode == 0 and quiet.stdout == b"", "-w alone writes no report"
    yield Path(files["folder"], "out.pcapng").is_file(), "-w writes"
    piped = subprocess.run([RUNG, "-r", "-", "-T", "json"], input=EMPTY_CAPTURE,
                           capture_output=True, timeout=60, check=False)
    yield piped.returncode == 0 and piped.stdout.startswith(b"{"), "standard input"


def check_config(files, folder):
    config = folder / "rung" / "config"
    config.parent.mkdir()
    config.write_text("theme = dark\ncolour = red\n", encoding="ascii")
    result = run(["-r", files["capture"]], env={**os.environ, "XDG_CONFIG_HOME": str(folder)})
    yield (result.returncode == USAGE
           and f"{config}:2: unknown setting 'colour'" in result.stderr.decode()), "config"


def main():
    if not RUNG:
        print("the program is not built")
        return 77
    os.environ["LC_ALL"] = "C.UTF-8"
    os.environ["XDG_CONFIG_HOME"] = "/nonexistent"
    failures = 0
    with tempfile.TemporaryDirectory() as name:
        files = make_files(Path(name))
        for check in (check_refused(files), check_works(files), check_config(files, Path(name))):
            for right, what in check:
                if not right:
                    failures += 1
                    print("wrong:", what)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
