#!/usr/bin/env python3
from pcapbuild import Capture, Rtp, steady

capture = Capture()
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')

audio.seq, audio.ts = 65530, 2 ** 32 - 800
audio.talk(0, [p for p in steady(50) if p[0] != 6])
capture.save()
