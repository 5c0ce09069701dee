#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, MAC_A, Rtp, checksum, sdp, steady

MAC_C = b'\x02\0\0\0\0\x0c'
capture = Capture()
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')
audio.talk(1.1, [p for p in steady(100) if p[0] not in (40, 41)])
call.hang_up(5)


def routed(frame):
    header = frame[14:34]
    header = header[:8] + bytes([header[8] - 1]) + header[9:10] + b'\0\0' + header[12:]
    header = header[:10] + checksum(header).to_bytes(2, 'big') + header[12:]
    return MAC_C + MAC_A + frame[12:14] + header + frame[34:]


capture.frames += [(us + 30, routed(data)) for us, data in capture.frames]
capture.save()
