#!/usr/bin/env python3
from pcapbuild import Capture, Rtp, steady

capture = Capture(snaplen=54)
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000').talk(1.1, steady(50))
capture.save()
