#!/usr/bin/env python3
from pcapbuild import Capture, Rtp, steady

capture = Capture()
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')

audio.talk(0, steady(25))
audio.seq, audio.ts = audio.seq + 25, audio.ts + 45 * 160
audio.talk(45 * 0.02, steady(25), markers=(0,))
capture.save()
