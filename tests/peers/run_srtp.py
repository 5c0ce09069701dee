#!/usr/bin/env python3
"""Encrypted calls of ../shared/captures: what rung decrypts equals the clear packets that an
independent program made of them, byte for byte; from the middle of a call as well. What cannot be
decrypted is left as it was, plays no sound, and says why."""
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["RUNG_SOURCE"])
CAPTURES = SOURCE.parent / "shared" / "captures"
SKIPPED = 77
FOLDERS = [  # name, with a key log, security of its encrypted streams
    ("05a-srtp-sdes-cm128-80", False, "sdes"),
    ("05c-srtp-sdes-cm256-80", False, "sdes"),
    ("05e-srtp-sdes-gcm128", False, "sdes"),
    ("05g-srtp-roc-wrap", False, "sdes"),
    ("06a-dtls-srtp", True, "dtls"),
    ("06b-rtp-to-dtls-srtp", True, "dtls"),
    ("07e-sip-tls13-sdes-srtp", True, "sdes"),
    ("09a-websocket-webrtc", True, "dtls"),
    ("09c-websocket-inbound", True, "dtls"),
]


def records(path):
    data = pathlib.Path(path).read_bytes()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    at = 24
    while at + 16 <= len(data):
        length = struct.unpack(order + "8xI4x", data[at:at + 16])[0]
        yield data[:24], data[at:at + 16], data[at + 16:at + 16 + length]
        at += 16 + length


def udp_of(frame):
    """(source, destination, payload) of UDP in IPv4 in Ethernet, else None."""
    if frame[12:14] != b"\x08\x00" or frame[23] != 17 or frame[20] & 0x3f or frame[21]:
        return None
    ip = 14 + 4 * (frame[14] & 15)
    ports = struct.unpack(">HHH", frame[ip:ip + 6])
    return ((frame[26:30], ports[0]), (frame[30:34], ports[1]), frame[ip + 8:ip + ports[2]])


def is_rtp(payload):
    return len(payload) >= 12 and payload[0] >> 6 == 2 and not 192 <= payload[1] <= 223


def rtp_streams(path):
    """Packets by source, destination and SSRC, in order."""
    streams = {}
    for _, _, frame in records(path):
        udp = udp_of(frame)
        if udp and is_rtp(udp[2]):
            streams.setdefault(udp[:2] + (udp[2][8:12],), []).append(udp[2])
    return streams


def rung(*arguments):
    done = subprocess.run([os.environ["RUNG"], *map(str, arguments)], capture_output=True, text=True,
                          timeout=120)
    assert done.returncode == 0, f"{arguments}: exit status {done.returncode}: {done.stderr}"
    return done


def keys_of(folder, with_log):
    return ["-k", folder / "keys.log"] if with_log else []


def decrypt(capture, keys, folder):
    out = pathlib.Path(folder) / "plain.pcap"
    rung("-r", capture, *keys, "-o", "save.decrypted:yes", "-w", out, "-q")
    return rtp_streams(out)


def json_streams(capture, keys):
    text = rung("-r", capture, *keys, "-T", "ndjson", "-z", "streams").stdout
    return [json.loads(line) for line in text.splitlines()]


def check_equal(name, found, wanted):
    assert wanted, f"{name}: no streams"
    packets = 0
    for key, payloads in wanted.items():
        mine = found.get(key)
        assert mine is not None, f"{name}: no stream {key}"
        assert len(mine) == len(payloads), f"{name}: {len(mine)} instead of {len(payloads)} packets"
        for number, (a, b) in enumerate(zip(mine, payloads)):
            assert a == b, f"{name}: packet {number}: {a.hex()} instead of {b.hex()}"
        packets += len(payloads)
    print(f"{name}: {packets} packets of {len(wanted)} streams are equal")


def check_folder(name, with_log, security, scratch):
    folder = CAPTURES / name
    keys = keys_of(folder, with_log)
    check_equal(name, decrypt(folder / "capture.pcap", keys, scratch),
                rtp_streams(folder / "decrypted_rtp.pcap"))
    secure = [s for s in json_streams(folder / "capture.pcap", keys) if s["security"] != "none"]
    assert secure, f"{name}: no encrypted stream"
    for stream in secure:
        srtp = stream["srtp"]
        assert stream["security"] == security == srtp["key_origin"], f"{name}: {stream}"
        assert srtp["unreadable"] is None and srtp["authentication_failures"] == 0, f"{name}: {srtp}"
        assert srtp["authenticated"] + srtp["unchecked"] == stream["packets"], f"{name}: {srtp}"


def rewrite(source, path, change):
    """A copy of @source of the frames that @change gives back."""
    with open(path, "wb") as out:
        for number, (head, record, frame) in enumerate(records(source)):
            if number == 0:
                out.write(head)
            frame = change(frame)
            if frame is not None:
                out.write(record[:8] + struct.pack("<II", len(frame), len(frame)) + frame)


def check_middle(scratch):
    """The wrap of the sequence numbers is before the capture: its counter has to be found."""
    name = "05g-srtp-roc-wrap"
    cut = pathlib.Path(scratch) / "middle.pcap"
    seen = {}

    def without_begin(frame):
        udp = udp_of(frame)
        if udp and is_rtp(udp[2]):
            seen[udp[:2]] = seen.get(udp[:2], 0) + 1
            if seen[udp[:2]] <= 300:
                return None
        return frame

    rewrite(CAPTURES / name / "capture.pcap", cut, without_begin)
    wanted = rtp_streams(CAPTURES / name / "decrypted_rtp.pcap")
    check_equal(name + " from its middle", decrypt(cut, [], scratch),
                {key: payloads[300:] for key, payloads in wanted.items()})
    for stream in json_streams(cut, []):
        assert stream["srtp"]["rollovers"] == 1, stream["srtp"]


def check_unreadable(title, capture, keys, reason, scratch):
    streams = [s for s in json_streams(capture, keys) if s["security"] != "none"]
    assert streams, f"{title}: no encrypted stream"
    for stream in streams:
        assert stream["srtp"]["unreadable"] == reason, f"{title}: {stream['srtp']}"
        assert stream["srtp"]["authenticated"] == 0 and stream["lost"] == 0, f"{title}: {stream}"
    assert decrypt(capture, keys, scratch) == rtp_streams(capture), f"{title}: something changed"
    sound = pathlib.Path(scratch) / "sound"
    done = rung("-r", capture, *keys, "--audio", sound)
    because = streams[0]["srtp"]["unreadable_because"]
    assert because in done.stderr, f"{title}: {done.stderr}"
    assert not list(sound.iterdir()), f"{title}: a sound of something that cannot be read"
    print(f"{title}: {because}")


def check_secrets_missing(scratch):
    scratch = pathlib.Path(scratch)
    sdes, dtls = CAPTURES / "05a-srtp-sdes-cm128-80", CAPTURES / "06a-dtls-srtp"
    path = scratch / "changed.pcap"

    def wrong_key(frame):
        at = frame.find(b"inline:")
        if at < 0:
            return frame
        other = b"B" if frame[at + 9:at + 10] != b"B" else b"C"
        return frame[:at + 9] + other + frame[at + 10:]

    rewrite(sdes / "capture.pcap", path, wrong_key)
    check_unreadable("a wrong key", path, [], "keys-do-not-fit", scratch)
    rewrite(sdes / "capture.pcap", path, lambda f: f.replace(b"AES_CM_128_HMAC", b"F8_128_HMAC_XYZ"))
    check_unreadable("another suite", path, [], "unsupported-suite", scratch)
    rewrite(sdes / "capture.pcap", path, lambda f: f.replace(b"a=crypto:", b"a=krypto:"))
    check_unreadable("no key", path, [], "no-key", scratch)
    check_unreadable("no key log", dtls / "capture.pcap", [], "no-key-log", scratch)
    check_unreadable("another key log", dtls / "capture.pcap",
                     ["-k", CAPTURES / "09a-websocket-webrtc" / "keys.log"], "not-in-key-log", scratch)

    def without_server(frame):
        udp = udp_of(frame)
        hello = udp and udp[2][:1] == b"\x16" and udp[2][13:14] == b"\x02"
        return None if hello else frame

    rewrite(dtls / "capture.pcap", path, without_server)
    check_unreadable("half a handshake", path, ["-k", dtls / "keys.log"], "handshake-incomplete",
                     scratch)
    check_unreadable("06c-zrtp", CAPTURES / "06c-zrtp" / "capture.pcap", [], "zrtp", scratch)


def check_fingerprint(scratch):
    path = pathlib.Path(scratch) / "fingerprint.pcap"
    folder = CAPTURES / "06a-dtls-srtp"

    def anomalies(capture):
        document = json.loads(rung("-r", capture, "-T", "json", "-z", "capture").stdout)
        return document["capture"]["anomalies"]

    assert "dtls.fingerprint-mismatch" not in anomalies(folder / "capture.pcap")
    rewrite(folder / "capture.pcap", path, lambda f: f.replace(b"SHA-256 2A:64", b"SHA-256 2B:64"))
    assert anomalies(path).get("dtls.fingerprint-mismatch"), anomalies(path)
    print("another certificate than its fingerprint is noticed")


def main():
    if not os.environ.get("RUNG") or not CAPTURES.exists():
        print("../shared/captures is not here")
        return SKIPPED
    if "+ libsrtp2" not in rung("--version").stdout:
        print("rung was built without libsrtp2")
        return SKIPPED
    with tempfile.TemporaryDirectory() as scratch:
        for folder in FOLDERS:
            check_folder(*folder, scratch)
        check_middle(scratch)
        check_secrets_missing(scratch)
        check_fingerprint(scratch)
    return 0


if __name__ == "__main__":
    sys.exit(main())
