#!/usr/bin/env python3
from pcapbuild import Capture, Rtp, steady

capture = Capture()
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', tos=0xb8).talk(0, steady(50))
capture.save()
