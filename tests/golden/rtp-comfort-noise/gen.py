#!/usr/bin/env python3
from pcapbuild import Capture, Rtp, steady

capture = Capture()
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')

audio.talk(0, steady(20))
for n in range(5):
    audio.send(0.4 + n * 0.2, 1020 + n, 50000 + 20 * 160 + n * 1600, payload_type=13, payload=b'@')
audio.seq, audio.ts = 1025, 50000 + 20 * 160 + 5 * 1600
audio.talk(1.4, steady(25), markers=(0,))
capture.save()
