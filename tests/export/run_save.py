#!/usr/bin/env python3
"""-Y with -w saves exactly the packets of the calls: read again, they give the same calls and
streams, and no packet is left over. In-place files and compressed ones (spool), pcapng and pcap."""
import gzip
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["RUNG_SOURCE"])
CAPTURES = SOURCE.parent / "shared" / "captures"
SKIPPED = 77


def rung(*arguments):
    done = subprocess.run([os.environ["RUNG"], "-q", *map(str, arguments)], capture_output=True,
                          text=True, timeout=120)
    if done.returncode != 0:
        raise AssertionError(f"{arguments}: exit status {done.returncode}: {done.stderr}")
    return done.stdout


def document(capture, *arguments):
    return json.loads(rung("-r", capture, "-T", "json", *arguments))


def facts(found):
    """What must be the same of a saved call and its original; ids are given anew."""
    calls = [(call["call_ids"], call["state"], call["messages"], call["start_time"],
              [(error["error"], error["count"]) for error in call.get("icmp", [])])
             for call in found["calls"]]
    streams = [(s["ssrc"], s["source"], s["destination"], s["packets"], s["lost"], s["first_time"],
                s["last_time"]) for s in found["streams"]]
    return sorted(calls), sorted(streams)


def check(capture, pattern, saved, exact):
    before = document(capture, "-Y", pattern)
    rung("-r", capture, "-Y", pattern, "-w", saved)
    after = document(saved)
    assert before["calls"], f"{capture}: {pattern} matches nothing"
    assert facts(before) == facts(after), f"{capture}: {facts(before)} != {facts(after)}"
    if exact:
        wanted = sum(call["messages"] for call in before["calls"])
        wanted += sum(stream["packets"] for stream in before["streams"])
        capture_facts = after["capture"]
        errors = capture_facts["fates"]["icmp"] + capture_facts["other_packets"]
        packets = capture_facts["packets"] - errors
        assert packets == wanted, f"{capture}: {packets} packets, not {wanted}"


def main():
    load = CAPTURES / "24-load-100-calls" / "capture.pcap.gz"
    if not os.environ.get("RUNG") or not load.exists():
        print("rung was not built, or ../shared/captures is not here")
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        plain = pathlib.Path(folder) / "load.pcap"
        with gzip.open(load) as packed, open(plain, "wb") as file:
            shutil.copyfileobj(packed, file)
        one = "call.number == 7"
        check(load, one, pathlib.Path(folder) / "spool.pcapng", exact=True)
        check(plain, one, pathlib.Path(folder) / "file.pcapng", exact=True)
        check(plain, one, pathlib.Path(folder) / "file.pcap", exact=True)
        check(plain, "call.number < 20", pathlib.Path(folder) / "many.pcapng", exact=True)
        for name in ("12-fragmented-udp-invite", "12-fragmented-udp-invite-ipv6", "08a-sip-tcp-mtu576"):
            for capture in (CAPTURES / name).glob("capture.pcap*"):
                check(capture, "call.state == completed", pathlib.Path(folder) / f"{name}.pcapng",
                      exact=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
