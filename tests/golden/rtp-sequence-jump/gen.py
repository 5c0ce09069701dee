#!/usr/bin/env python3
from pcapbuild import Capture, Rtp, steady

capture = Capture()
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')

audio.talk(0, steady(500))
audio.seq, audio.ts = audio.seq + 20500, audio.ts + 500 * 160
audio.talk(500 * 0.02, steady(500))
capture.save()
