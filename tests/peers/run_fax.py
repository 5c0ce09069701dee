#!/usr/bin/env python3
"""Pages of faxes, T.38 and inside G.711, are those that were sent, pixel for pixel; what the reports
say of them is what the captures' own records say."""
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
SKIPPED = 77

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


def main():
    if not os.environ.get("RUNG") or not PIXELS.exists():
        print("rung or tests/fax_pixels (libtiff) was not built")
        return SKIPPED
    about = subprocess.run([os.environ["RUNG"], "--version"], capture_output=True, text=True, check=True).stdout
    if "+ spandsp" not in about:
        print("rung was built without spandsp")
        return SKIPPED
    names = [name for name in EXPECTED if (CAPTURES / name).is_dir()]
    if not names:
        print("no captures with faxes here")
        return SKIPPED
    faults = []
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            faults += capture_faults(name, EXPECTED[name], pathlib.Path(folder))
    print("\n".join(faults) or f"{len(names)} captures")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
