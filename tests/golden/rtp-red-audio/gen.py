#!/usr/bin/env python3
import struct

from pcapbuild import Capture, Dialog, Rtp, sdp

capture = Capture()
call = Dialog(capture)
maps = ['63 red/48000/2', '111 opus/48000/2']
extra = ['fmtp:63 111/111']
call.establish(0, sdp('10.0.0.1', 4000, (63, 111), maps, extra),
               sdp('10.0.0.2', 5000, (63, 111), maps, extra))
stream = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', payload_type=63, ticks=960)
for n in range(500):
    frame = bytes([0x78]) * 80
    payload = struct.pack('>IB', (0x80 | 111) << 24 | 960 << 10 | len(frame), 111) + frame * 2
    if n not in (50, 100, 150, 151):
        stream.send(1.1 + 0.02 * n, stream.seq + n, stream.ts + 960 * n, payload=payload)
call.hang_up(12)
capture.save()
