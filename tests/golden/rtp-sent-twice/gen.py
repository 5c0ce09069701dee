#!/usr/bin/env python3
from pcapbuild import Capture, Rtp, steady

capture = Capture()
for again in (0, 1):
    for n, slot in steady(100):
        audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ident=1000 + 2 * n + again)
        audio.talk(0.0001 * again, [(n, slot)])
capture.save()
