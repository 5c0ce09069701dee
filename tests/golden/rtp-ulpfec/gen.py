#!/usr/bin/env python3
import struct

from pcapbuild import Capture, Dialog, Rtp, sdp

capture = Capture()
call = Dialog(capture)
maps = ['127 ulpfec/8000']
call.establish(0, sdp('10.0.0.1', 4000, (0, 127), maps), sdp('10.0.0.2', 5000, (0, 127), maps))
stream = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')
lost_media = {40, 80, 81, 101}  # 80 and 81 are protected by the same packet
for n in range(200):
    seq, ts, t = stream.seq + n + n // 2, stream.ts + 160 * n, 1.1 + 0.02 * n
    if n not in lost_media:
        stream.send(t, seq, ts)
    if n % 2:
        fec = struct.pack('>BBHIHHH', 0, 0, (seq - 1) & 0xffff, ts - 160, 0, 160, 0xc000) + bytes(160)
        stream.send(t + 0.0001, seq + 1, ts, payload_type=127, payload=fec)
call.hang_up(7)
capture.save()
