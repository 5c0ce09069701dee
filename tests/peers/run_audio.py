#!/usr/bin/env python3
"""The sound that --audio writes is the speech that was sent, and what the other phone heard: every
codec of ../shared/captures, aligned and compared second by second, in shape and level. What cannot
be heard is named and writes no file."""
import os
import pathlib
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["RUNG_SOURCE"])
CAPTURES = SOURCE.parent / "shared" / "captures"
LIKENESS = pathlib.Path(os.environ["RUNG_BUILD"]) / "tests" / "audio_likeness"
sys.path.insert(0, str(SOURCE / "tests" / "support"))
from pcapbuild import Capture, Dialog, Rtp, sdp  # noqa: E402

SKIPPED = 77
# Waveform codecs follow the wave; the others (CELP and its kin) only sound alike.
FOLDERS = [  # name, reference speech of alice and bob, least correlation
    ("01-g711u-proxy-auth", "sent", 0.999),
    ("05a-srtp-sdes-cm128-80", "sent", 0.999),
    ("05c-srtp-sdes-cm256-80", "8k", 0.99),
    ("05e-srtp-sdes-gcm128", "sent", 0.999),
    ("05g-srtp-roc-wrap", "8k", 0.99),
    ("02-opus-stereo48k", "sent", 0.98),
    ("03-g722", "sent", 0.995),
    ("04a-gsm", "sent", 0.93),
    ("04b-amr-nb", "sent", 0.80),
    ("04c-amr-wb", "sent", 0.93),
    ("04d-g726-32", "sent", 0.99),
    ("04f-g726-24", "sent", 0.97),
    ("04h-l16-16k", "sent", 0.999),
    ("04j-speex-nb", "8k", 0.78),
    ("04l-speex-uwb", "48k", 0.88),
    ("04m-g729", "8k", 0.78),
    ("04n-aal2-g726-32", "8k", 0.97),
    ("04p-g723-63", "8k", 0.94),
    ("04q-mpa-mp2", "48k", 0.98),
    ("04s-l16-stereo-44100", "48k", 0.99),
    ("04u-opus-red", "48k", 0.97),
    ("04v-pcmu-ulpfec", "8k", 0.999),
    ("04w-siren-g7221", "16k", 0.97),
    ("04x-speex-vbr-multi", "8k", 0.75),
    ("04y-asymmetric-codecs", "8k", 0.93),
    ("04z1-pcmu-comfort-noise", "8k", 0.99),
    ("21a-clean", "sent", 0.999),
    ("21b-loss1", "sent", 0.99),
    ("21d-burst-loss", "sent", 0.98),
    ("21f-jitter-in-order", "sent", 0.99),
    ("21g-reorder", "sent", 0.99),
    ("21h-duplicates", "sent", 0.99),
]
HEARD = [  # what the phones recorded: their own jitter buffers and concealment
    ("01-g711u-proxy-auth", 0.999),
    ("02-opus-stereo48k", 0.98),
    ("03-g722", 0.99),
    ("04a-gsm", 0.99),
    ("04b-amr-nb", 0.95),
    ("04d-g726-32", 0.99),
    ("04i-codec2", 0.99),  # it is not a coder of wave forms: likeness to what was sent says little
    ("21b-loss1", 0.99),
]
LOUDER_MAX_DB = 1.5
REFERENCE_FRAMES = [  # of the reference encoder of G.722.1: clock, bit rate, least correlation
    ("16k-24", 16000, 24000, 0.97),
    ("16k-32", 16000, 32000, 0.97),
    ("32k-48", 32000, 48000, 0.98),
]
NAMED = [  # nothing can be heard, and why
    ("06c-zrtp", "encrypted (zrtp) and left out: ZRTP"),
]


def export(capture, folder, *options):
    done = subprocess.run([os.environ["RUNG"], "-r", capture, "--audio", folder, *options],
                          capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{capture}: exit status {done.returncode}: {done.stderr}"
    assert done.stdout == "", f"{capture}: {done.stdout}"
    return sorted(pathlib.Path(folder).iterdir()), done.stderr


def reference(name, party, kind):
    if kind == "sent":
        return CAPTURES / name / f"{party}_sent.flac"
    return CAPTURES / "audio" / f"{party}_{kind}.flac"


def likeness(file, channel, wanted):
    """(median correlation, seconds that were compared, delay in s, dB louder)"""
    done = subprocess.run([LIKENESS, file, str(channel), wanted], capture_output=True, text=True,
                          timeout=300, check=True)
    median, seconds, behind, louder = done.stdout.split()
    return float(median), int(seconds), float(behind), float(louder)


def check(name, kind, least, folder, *options):
    files, remarks = export(CAPTURES / name / "capture.pcap", folder, *options)
    assert len(files) == 1, f"{name}: {files}"
    assert remarks == "", f"{name}: {remarks}"
    heard = 0
    for channel, party in enumerate(("alice", "bob")):
        if kind == "heard":
            wanted = CAPTURES / name / f"{'bob' if party == 'alice' else 'alice'}_heard.flac"
        else:
            wanted = reference(name, party, kind)
        found, seconds, behind, louder = likeness(files[0], channel, wanted)
        print(f"{name} {kind} {' '.join(options)} {party}: {found:.4f} over {seconds} s, "
              f"{behind:.3f} s, {louder:+.2f} dB")
        if seconds == 0:
            continue  # a call too short for that side to speak
        assert found >= least, f"{name}: {party} {found} < {least}"
        assert abs(louder) <= LOUDER_MAX_DB, f"{name}: {party} {louder} dB"
        heard += seconds
    assert heard > 0, f"{name}: silence"


def check_sides(name, party_channels, folder):
    """A file for each party, with the channels of its streams."""
    files, remarks = export(CAPTURES / name / "capture.pcap", folder, "-o", "audio.layout:sides")
    assert [file.stem.rsplit("-", 1)[1] for file in files] == ["callee", "caller"], files
    assert remarks == "", f"{name}: {remarks}"
    for file, party in zip(files, ("bob", "alice")):
        header = file.read_bytes()[:200]
        channels = header[header.index(b"fmt ") + 10]
        assert channels == party_channels, f"{file}: {channels} channels"
        for channel in range(channels):
            found, seconds, _, louder = likeness(file, channel, reference(name, party, "48k"))
            print(f"{name} {party} channel {channel}: {found:.4f} over {seconds} s, {louder:+.2f} dB")
            assert seconds == 0 or found >= 0.98, f"{file}: {found}"
            assert abs(louder) <= LOUDER_MAX_DB, f"{file}: {louder}"


def capture_of(frames, clock_hz, bit_rate):
    """A call whose caller sends @frames, one a packet."""
    capture = Capture()
    call = Dialog(capture)
    told = ((96,), [f"96 G7221/{clock_hz}"], [f"fmtp:96 bitrate={bit_rate}"])
    call.establish(0, sdp("10.0.0.1", 4000, *told), sdp("10.0.0.2", 5000, *told))
    stream = Rtp(capture, "10.0.0.1:4000", "10.0.0.2:5000", payload_type=96)
    size = bit_rate // 400
    for n in range(len(frames) // size):
        stream.send(1.2 + n / 50, 1000 + n, n * clock_hz // 50,
                    payload=frames[n * size:n * size + size])
    call.hang_up(9)
    return capture


def check_reference(name, clock_hz, bit_rate, least, folder):
    path = pathlib.Path(f"{folder}.pcap")
    frames = (SOURCE / "tests" / "peers" / "g7221" / f"{name}.frames").read_bytes()
    path.write_bytes(capture_of(frames, clock_hz, bit_rate).to_bytes())
    files, remarks = export(path, folder)
    assert remarks == "", f"{name}: {remarks}"
    found, seconds, _, louder = likeness(files[0], 0, CAPTURES / "audio" / "alice_48k.flac")
    print(f"G7221 {name}: {found:.4f} over {seconds} s, {louder:+.2f} dB")
    assert seconds >= 4 and found >= least, f"{name}: {found} over {seconds} s"
    assert abs(louder) <= 0.5, f"{name}: {louder} dB"


def main():
    if not os.environ.get("RUNG") or not CAPTURES.exists() or not LIKENESS.exists():
        print("rung was built without libsndfile, or ../shared/captures is not here")
        return SKIPPED
    with tempfile.TemporaryDirectory() as scratch:
        for name, kind, least in FOLDERS:
            check(name, kind, least, f"{scratch}/{name}")
        for name, least in HEARD:
            check(name, "heard", least, f"{scratch}/{name}-heard")
        for kind in ("flac", "ogg", "opus"):
            check("03-g722", "sent", 0.95, f"{scratch}/{kind}", "-o", f"audio.format:{kind}")
        # ffmpeg sends up to 0.7 s of AAC at once: more than a buffer holds
        check("04r-aac-mpeg4-generic", "48k", 0.95, f"{scratch}/aac", "-o", "audio.mode:sent")
        check("21b-loss1", "sent", 0.97, f"{scratch}/as-sent", "-o", "audio.mode:sent")
        check("21f-jitter-in-order", "sent", 0.98, f"{scratch}/adaptive", "-o", "audio.buffer:0")
        check_sides("04s-l16-stereo-44100", 2, f"{scratch}/sides-l16")
        check_sides("02-opus-stereo48k", 2, f"{scratch}/sides-opus")
        for name, clock_hz, bit_rate, least in REFERENCE_FRAMES:
            check_reference(name, clock_hz, bit_rate, least, f"{scratch}/g7221-{name}")
        for name, why in NAMED:
            files, remarks = export(CAPTURES / name / "capture.pcap", f"{scratch}/{name}")
            assert not files and why in remarks, f"{name}: {files} {remarks}"
    return 0


if __name__ == "__main__":
    sys.exit(main())
