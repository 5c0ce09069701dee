#!/usr/bin/env python3
import struct
from pcapbuild import BASE, Capture, Dialog, Rtp, sdp, steady, write

capture = Capture()
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000').talk(1.1, steady(50))
call.hang_up(5)

write(capture.to_bytes() + struct.pack('<IIII', BASE, 0, 0xfffffff0, 0xfffffff0) + b'x' * 99)
