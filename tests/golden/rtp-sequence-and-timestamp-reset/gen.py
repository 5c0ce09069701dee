#!/usr/bin/env python3
from pcapbuild import Capture, Rtp, steady

capture = Capture()
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')

audio.seq, audio.ts = 30000, 4000000000
audio.talk(0, steady(25))
audio.seq, audio.ts = 7, 0
audio.talk(25 * 0.02, steady(25))
capture.save()
