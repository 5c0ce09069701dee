#!/usr/bin/env python3
from pcapbuild import Capture, Rtp, steady

capture = Capture()
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')

audio.talk(0, [p for p in steady(200) if not 60 <= p[0] < 135])
capture.save()
