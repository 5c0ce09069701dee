#!/usr/bin/env python3
from pcapbuild import Capture, Rtp, steady

capture = Capture()
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')

audio.payload_type, audio.ticks, audio.payload = 11, 441, bytes(882)
audio.ptime = 0.01
audio.talk(0, steady(200))
capture.save()
