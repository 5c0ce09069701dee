#!/usr/bin/env python3
from pcapbuild import Capture, Rtp, rtp

capture = Capture()
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')

head = b'\0\0\0\x01\0\0\0\x02' + b'\xbe\xde\0\x01\x10\x7f\0\0'
for n in range(50):
    capture.udp(n * 0.02, *audio.ends, rtp(0, n, n * 160, 7, head + audio.payload, first=0x92))
capture.save()
