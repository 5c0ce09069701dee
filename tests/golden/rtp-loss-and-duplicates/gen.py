#!/usr/bin/env python3
from pcapbuild import Capture, Rtp, steady

capture = Capture()
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')

plan = [p for p in steady(50) if p[0] not in (10, 20, 30)]
plan += [(n, n + 0.05) for n in (15, 25, 35)]
audio.talk(0, plan)
capture.save()
