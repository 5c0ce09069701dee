#!/usr/bin/env python3
"""What -z sound says of ../shared/captures is what their READMEs and truth.json say: digits and their
times by all three ways, who hears nothing, sound that is missing, and why there is none."""
import json
import os
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(os.environ["RUNG_SOURCE"])
CAPTURES = SOURCE.parent / "shared" / "captures"
SKIPPED = 77
KEYS = "1234567890*#ABCD"


def sound_of(name, *options):
    done = subprocess.run([os.environ["RUNG"], "-q", "-r", CAPTURES / name, "-T", "json", "-z",
                           "sound", *options], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{name}: exit status {done.returncode}: {done.stderr}"
    return json.loads(done.stdout)["sound"]


def one_call(folder, *options):
    calls = sound_of(f"{folder}/capture.pcap", *options)
    assert len(calls) == 1, f"{folder}: {len(calls)} calls"
    return calls[0]


def same(what, found, wanted):
    assert found == wanted, f"{what}: {found}, not {wanted}"


def near(what, found, wanted, tolerance):
    assert found is not None and abs(found - wanted) <= tolerance, f"{what}: {found}, not {wanted}"


def digits():
    """17a: one each 0.7 s from 3 s on, of the 180 ms that its packets say; 17c: as its README."""
    for folder, origin, begin_ms, step_ms, held_ms, slack_ms in (
            ("17a-dtmf-rfc4733", "rfc4733", 3000, 700, 180, 40),
            ("17c-dtmf-inband", "inband", 2000, 350, 120, 20)):
        events = one_call(folder)["dtmf"]
        same(folder, "".join(e["event"] for e in events), KEYS)
        for n, event in enumerate(events):
            same(folder, (event["origin"], event["from"]), (origin, "caller"))
            near(f"{folder} {n}", event["at_ms"], begin_ms + n * step_ms, slack_ms)
            near(f"{folder} {n}", event["duration_ms"], held_ms, 30)
    events = one_call("17b-dtmf-sip-info")["dtmf"]
    same("17b", [(e["event"], e["origin"]) for e in events], [(k, "info") for k in "1790*#"])
    for folder in ("01-g711u-proxy-auth", "04a-gsm", "02-opus-stereo48k", "04m-g729"):
        same(f"{folder}: no digit in speech", one_call(folder)["dtmf"], [])


def hearing():
    both = one_call("01-g711u-proxy-auth")
    same("01", (both["caller"]["hears"], both["callee"]["hears"]), (True, True))
    nat = one_call("23-one-way-audio-nat")
    same("23", (nat["caller"]["hears"], nat["callee"]["hears"]), (False, True))
    assert "private address" in nat["caller"]["why"], nat
    relayed = one_call("22a-rtpengine-relay")
    same("22a", (relayed["caller"]["hears"], relayed["callee"]["hears"]), (True, True))


def levels():
    """RFC 6464's level of the speech that was sent, of every codec the same within a decibel."""
    sent = {s["direction"]: s for s in one_call("01-g711u-proxy-auth")["streams"]}
    for folder in ("03-g722", "04a-gsm", "04c-amr-wb", "04d-g726-32", "04h-l16-16k"):
        for stream in one_call(folder)["streams"]:
            near(f"{folder} {stream['direction']}", stream["active_level_dbov"],
                 sent[stream["direction"]]["active_level_dbov"], 1.2)
            same(folder, stream["clipped_samples"], 0)


def missing():
    """20 ms of G.711 for each packet that the truth says was lost."""
    for folder in ("21a-clean", "21b-loss1", "21d-burst-loss", "21j-outage"):
        truth = json.loads((CAPTURES / folder / "truth.json").read_text())
        lost = sum(s["lost"] for name, s in truth.items() if "lost" in s)
        streams = one_call(folder, "-o", "audio.buffer:400")["streams"]
        near(folder, sum(s["missing_ms"] for s in streams), lost * 20, 1)


def reasons():
    capture = "06c-zrtp/capture.pcap"
    calls = sound_of(capture)
    same(capture, [len(call["streams"]) for call in calls], [2])
    for stream in calls[0]["streams"]:
        same(capture, stream["heard"], False)
        assert "encrypted" in stream["remark"], f"{capture}: {stream['remark']}"


def transcoding():
    """Both sides of a transcoding relay are as loud at the same times: who speaks is heard behind it."""
    capture = CAPTURES / "22d-sbc-topoh-transcode/capture.pcap"
    done = subprocess.run([os.environ["RUNG"], "-q", "-r", capture, "-T", "json", "-z", "sound",
                           "-z", "streams"], capture_output=True, text=True, timeout=120)
    streams = {s["id"]: s for s in json.loads(done.stdout)["streams"]}
    pairs = {(s["source"].split(":")[0], streams[to["stream"]]["destination"].split(":")[0])
             for s in streams.values() for to in s["transcoded"]
             if to["place"] == "later" and "levels" in to["reasons"]}
    same("22d", pairs, {("10.55.0.11", "10.55.0.12"), ("10.55.0.12", "10.55.0.11")})


def main():
    if not os.environ.get("RUNG") or not CAPTURES.exists():
        print("rung was not built, or ../shared/captures is not here")
        return SKIPPED
    for check in (digits, hearing, levels, missing, reasons, transcoding):
        check()
        print("ok", check.__name__)
    return 0


if __name__ == "__main__":
    sys.exit(main())
