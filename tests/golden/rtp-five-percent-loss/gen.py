#!/usr/bin/env python3
from pcapbuild import Capture, Rtp, steady

capture = Capture()
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')

plan = [p for p in steady(1000) if p[0] % 20 != 7]
plan += [(n, n + 0.1) for n in range(5, 1000, 10)]
audio.talk(0, plan)
capture.save()
