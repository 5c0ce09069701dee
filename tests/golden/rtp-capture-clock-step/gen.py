#!/usr/bin/env python3
from pcapbuild import Capture, Rtp, steady

capture = Capture()
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')

audio.talk(7200, steady(25))
audio.seq, audio.ts = audio.seq + 25, audio.ts + 25 * 160
audio.talk(3600 + 0.5, steady(25))
capture.save(sort=False)
