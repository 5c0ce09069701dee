#!/usr/bin/env python3
from pcapbuild import Capture, Rtp, rtp

capture = Capture()
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')

for n in range(50):
    capture.udp(n * 0.02, *audio.ends,
                rtp(0, n, n * 160, 7, audio.payload + b'\0\0\0\x04', first=0xa0))
capture.save()
