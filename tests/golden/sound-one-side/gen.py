#!/usr/bin/env python3
import math

from pcapbuild import Capture, Dialog, Rtp, sdp

FRAME = 800  # 100 ms


def ulaw(sample):
    """ITU-T G.711, by the definition: sign, segment, step."""
    sample = max(-32635, min(32635, round(sample)))
    magnitude = abs(sample) + 132
    segment = magnitude.bit_length() - 8
    code = segment << 4 | (magnitude >> (segment + 3) & 15)
    return ~(code | (0x80 if sample < 0 else 0)) & 0xff


def tones(start, frequencies, height):
    return bytes(ulaw(height * sum(math.sin(2 * math.pi * f * n / 8000) for f in frequencies))
                 for n in range(start, start + FRAME))


capture = Capture()
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
speech = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=1)
silence = Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4000', ssrc=2)
for n in range(105):
    at = n * FRAME
    if 20 <= n < 24:  # "5", ITU-T Q.23: 400 ms from 2.0 s on
        sound = tones(at, (770, 1336), 5000)
    elif n == 30:  # beyond what G.711 can say
        sound = bytes([0x80, 0x00]) * (FRAME // 2)
    elif n < 20:
        sound = tones(at, (400,), 4634)  # -20 dBov: 32768 * 10^(-20/20) * sqrt(2)
    else:
        sound = b'\xff' * FRAME
    if n != 10 and n < 60:
        speech.send(1.1 + n * 0.1, 1000 + n, 50000 + at, payload=sound)
    silence.send(1.1 + n * 0.1, 1000 + n, 70000 + at, payload=b'\xff' * FRAME)
call.hang_up(11.7)
capture.save()
