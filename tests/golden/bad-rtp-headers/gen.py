#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, rtp, sdp, steady

capture = Capture()
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')
audio.talk(1.1, steady(50))
for n, (first, payload) in enumerate(((0x8f, b'x' * 20), (0x90, b'\0\0\xff\xff'), (0x90, b''),
                                      (0x40, b'x' * 160), (0xc0, b'x' * 160))):
    capture.udp(3 + n, *audio.ends, rtp(0, 1050, 58000, 0x11223344, payload, first=first))
call.hang_up(9)
capture.save()
