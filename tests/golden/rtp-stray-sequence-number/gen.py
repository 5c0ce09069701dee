#!/usr/bin/env python3
from pcapbuild import Capture, Rtp, steady

capture = Capture()
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')

audio.talk(0, steady(50))
audio.send(0.505, 30000, 50000 + 25 * 160)
capture.save()
