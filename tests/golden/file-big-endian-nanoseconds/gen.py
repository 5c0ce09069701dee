#!/usr/bin/env python3
import struct
from pcapbuild import BASE, Capture, Dialog, ETHERNET, Rtp, sdp, steady, write

capture = Capture()
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000').talk(1.1, steady(50))
call.hang_up(5)
frames = sorted(capture.frames, key=lambda frame: frame[0])

out = [struct.pack('>IHHiIII', 0xa1b23c4d, 2, 4, 0, 0, 262144, ETHERNET)]
for us, data in frames:
    out += [struct.pack('>IIII', BASE + us // 1000000, us % 1000000 * 1000, len(data), len(data)),
            data]
write(b''.join(out))
