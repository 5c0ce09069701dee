#!/usr/bin/env python3
from pcapbuild import Capture, Rtp, steady

capture = Capture()
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')

plan = steady(1000)
for n in range(10, 1000, 22):
    plan[n], plan[n + 1] = (n + 1, n), (n, n + 1)
audio.talk(0, plan)
capture.save()
