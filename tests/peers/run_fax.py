#!/usr/bin/env python3
"""Pages of faxes, T.38 and inside G.711, are those that were sent, pixel for pixel; what the reports
say of them is what the captures' own records say. Captures with other modems, codings and losses are
made here, by two terminals of spandsp (tests/support/fax_calls.c)."""
import hashlib
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

SOURCE = pathlib.Path(os.environ["RUNG_SOURCE"])
CAPTURES = SOURCE.parent / "shared" / "captures"
PIXELS = pathlib.Path(os.environ["RUNG_BUILD"]) / "tests" / "fax_pixels"
CALLS = pathlib.Path(os.environ["RUNG_BUILD"]) / "tests" / "fax_calls"
SKIPPED = 77

MODES = [
    ["carrier=t38", "ecm=1", "coding=mmr"],
    ["carrier=t38", "ecm=0", "coding=mh", "version=3"],
    ["carrier=t38", "ecm=0", "coding=mr", "modem=v29"],
    ["carrier=t38", "ecm=1", "coding=mr", "modem=v27ter", "silent=1"],
    ["carrier=t38", "drop=7", "repair=copies"],
    ["carrier=t38", "drop=9", "repair=parity", "ecm=0"],
    ["carrier=audio", "ecm=1", "coding=mmr"],
    ["carrier=audio", "ecm=0", "coding=mh"],
    ["carrier=audio", "ecm=0", "coding=mr", "modem=v29"],
    ["carrier=audio", "ecm=1", "coding=mr", "modem=v27ter"],
]
MODEMS = {"v17": "V.17", "v29": "V.29", "v27ter": "V.27ter"}
BROKEN = [  # and what is said of them
    (["carrier=t38", "drop=3", "repair=none", "ecm=0"], "packets were lost beyond repair"),
    (["carrier=t38", "cut=12"], "no page followed the training"),
    (["carrier=t38", "cut=4"], "tones only"),
    (["carrier=audio", "cut=8"], "DCS was never answered"),
]

# From each folder's README: what the endpoints logged. Repaired is by side: caller, callee.
EXPECTED = {
    "20a-t38-reinvite": {"carrier": "t38", "repaired": [0, 0], "packets": [441, 79]},
    "20b-t38-loss-redundancy": {"carrier": "t38", "repaired": [29, 5], "packets": [412, 74]},
    "20d-fax-g711-passthrough": {"carrier": "audio", "repaired": None, "packets": None},
}
COMMON = {"result": "ok", "reason": None, "pages_confirmed": 1, "rate_bps": 14400, "modem": "V.17", "ecm": True}
IDENTITIES = {"caller": "+49 30 1234567", "callee": "+49 89 7654321"}
FRAMES = ["CSI", "DIS", "TSI", "DCS", "CFR", "PPS", "MCF", "DCN"]


def tiff_pages(path):
    """(width, height, sha256 of rows) of each page, by libtiff."""
    done = subprocess.run([PIXELS, path], capture_output=True, text=True, check=True)
    if done.stderr:
        raise ValueError(done.stderr.strip())
    return [(int(w), int(h), digest) for w, h, digest in (line.split() for line in done.stdout.splitlines())]


def png_page(path):
    """The same of a PNG of one bit a pixel without filters."""
    data = path.read_bytes()
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        raise ValueError("no PNG")
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if zlib.crc32(kind + body) != struct.unpack(">I", data[at + 8 + length:at + 12 + length])[0]:
            raise ValueError(f"wrong check sum of {kind}")
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            if (depth, colour) != (1, 0):
                raise ValueError("not black and white")
        packed += body if kind == b"IDAT" else b""
        at += 12 + length
    raw, octets = zlib.decompress(packed), (width + 7) // 8
    rows = hashlib.sha256()
    mask = 0xff << (8 - width % 8) & 0xff if width % 8 else 0xff
    for y in range(height):
        row = bytearray(255 - b for b in raw[y * (octets + 1) + 1:(y + 1) * (octets + 1)])
        row[-1] &= mask
        rows.update(row)
    return width, height, rows.hexdigest()


def report_faults(name, fax, expected):
    wanted = {**COMMON, "carrier": expected["carrier"]}
    for key, value in wanted.items():
        if fax[key] != value:
            yield f"{name}: {key} is {fax[key]!r}, not {value!r}"
    sides = {side["party"]: side for side in fax["sides"]}
    for party, identity in IDENTITIES.items():
        if sides[party]["identity"] != identity:
            yield f"{name}: identity of the {party} is {sides[party]['identity']!r}"
    signals = [event["signal"] for event in fax["events"] if event["signal"]]
    if signals != FRAMES:
        yield f"{name}: frames {signals}"
    for key, of in (("packets", ["packets"]), ("repaired", ["recovered_by_copies", "recovered_by_parity"])):
        for party, want in zip(("caller", "callee"), expected[key] or ()):
            got = sum(sides[party]["udptl"][k] for k in of)
            if got != want:
                yield f"{name}: {key} of the {party}: {got}, not {want}"
        if expected[key] and any(side["udptl"]["lost"] for side in fax["sides"]):
            yield f"{name}: packets are lost for good"
    if fax["anomalies"] or fax["unknown_frames"]:
        yield f"{name}: anomalies {fax['anomalies']}, {fax['unknown_frames']} unknown frames"


def capture_faults(name, expected, folder):
    command = [os.environ["RUNG"], "-q", "-r", CAPTURES / name / "capture.pcap", "-T", "json", "-z", "fax",
               "--fax", folder]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if done.returncode or done.stderr:
        yield f"{name}: status {done.returncode}: {done.stderr.strip()}"
        return
    faxes = json.loads(done.stdout)["faxes"]
    if len(faxes) != 1:
        yield f"{name}: {len(faxes)} faxes"
        return
    yield from report_faults(name, faxes[0], expected)
    tiffs, pngs = sorted(folder.glob("*.tif")), sorted(folder.glob("*.png"))
    if len(tiffs) != 1 or len(pngs) != 1:
        yield f"{name}: {len(tiffs)} TIFF and {len(pngs)} PNG files"
        return
    for truth in ("sent.tif", "received.tif"):
        wanted = tiff_pages(CAPTURES / name / truth)
        if tiff_pages(tiffs[0]) != wanted:
            yield f"{name}: the TIFF is not {truth}"
        if [png_page(pngs[0])] != wanted:
            yield f"{name}: the PNG is not {truth}"


def made_fax(folder, options):
    """The only fax of a call made like that, the packets the capture misses, and what was complained of."""
    command = [CALLS, folder / "call.pcap", folder / "sent.tif", folder / "received.tif", *options]
    made = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    command = [os.environ["RUNG"], "-q", "-r", folder / "call.pcap", "-T", "json", "-z", "fax", "--fax", folder / "out"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    (fax,) = json.loads(done.stdout)["faxes"]
    return fax, sum(map(int, made.stdout.split())), done.stderr.strip()


def mode_faults(options, folder):
    fax, dropped, complaint = made_fax(folder, options)
    chosen = {"modem": "v17", "coding": "mmr", "ecm": "1"} | dict(option.split("=") for option in options)
    wanted = {"result": "ok", "reason": None, "carrier": chosen["carrier"], "pages_confirmed": 2,
              "modem": MODEMS[chosen["modem"]], "ecm": chosen["ecm"] == "1", "anomalies": [],
              "call": None if "silent" in chosen else 1}
    if "coding=" in " ".join(options):
        wanted["coding"] = chosen["coding"].upper()
    yield from (f"{key} is {fax[key]!r}, not {value!r}" for key, value in wanted.items() if fax[key] != value)
    if complaint:
        yield complaint
    if chosen["carrier"] == "t38":
        counts = [side["udptl"] for side in fax["sides"]]
        repaired = sum(c["recovered_by_copies"] + c["recovered_by_parity"] for c in counts)
        # behind the last packet of a side nothing tells of one more
        if not dropped - 2 <= repaired <= dropped or any(c["lost"] for c in counts):
            yield f"{dropped} packets are missing, {repaired} repaired"
    (tiff,) = (folder / "out").glob("*.tif")
    if tiff_pages(tiff) != tiff_pages(folder / "sent.tif"):
        yield "the TIFF is not what was sent"
    pngs = [png_page(path) for path in sorted((folder / "out").glob("*.png"))]
    if pngs != tiff_pages(folder / "sent.tif"):
        yield "the PNGs are not what was sent"


def broken_faults(options, reason, folder):
    fax, _, _ = made_fax(folder, options)
    if fax["result"] != "failed" or reason not in fax["reason"]:
        yield f"{fax['result']}, because {fax['reason']!r}"


def in_folder(name, faults, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        return [f"{name}: {fault}" for fault in faults(*arguments, pathlib.Path(folder))]


def main():
    if not os.environ.get("RUNG") or not PIXELS.exists() or not CALLS.exists():
        print("rung, tests/fax_pixels (libtiff) or tests/fax_calls (spandsp) was not built")
        return SKIPPED
    about = subprocess.run([os.environ["RUNG"], "--version"], capture_output=True, text=True, check=True).stdout
    if "+ spandsp" not in about:
        print("rung was built without spandsp")
        return SKIPPED
    names = [name for name in EXPECTED if (CAPTURES / name).is_dir()]
    faults = []
    for options in MODES:
        faults += in_folder(" ".join(options), mode_faults, options)
    for options, reason in BROKEN:
        faults += in_folder(" ".join(options), broken_faults, options, reason)
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            faults += capture_faults(name, EXPECTED[name], pathlib.Path(folder))
    print("\n".join(faults) or f"{len(MODES) + len(BROKEN)} calls made, {len(names)} captures")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
