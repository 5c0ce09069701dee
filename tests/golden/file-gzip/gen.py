#!/usr/bin/env python3
import gzip
from pcapbuild import Capture, Dialog, Rtp, sdp, steady, write

capture = Capture()
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000').talk(1.1, steady(50))
call.hang_up(5)
frames = sorted(capture.frames, key=lambda frame: frame[0])

write(gzip.compress(capture.to_bytes(), 0, mtime=0))
