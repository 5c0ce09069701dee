#!/usr/bin/env python3
from pcapbuild import Capture, Rtp, steady

capture = Capture()
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')

audio.talk(0, steady(1000) + [(n, n + 0.1) for n in range(5, 1000, 10)])
capture.save()
