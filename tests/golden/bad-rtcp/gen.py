#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, receiver_report, sdp, steady

capture = Capture()
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=1).talk(1.1, steady(50))
for n, data in enumerate((b'\x80\xc8\xff\xff', b'\x9f\xc9\0\x01\0\0\0\x01',
                          b'\x81\xca\0\x01\0\0\0\x01',
                          b'\x80\xc8\0\0', b'\x81\xcb\0\0', receiver_report(2)[:6])):
    capture.udp(2 + n * 0.1, '10.0.0.1:4001', '10.0.0.2:5001', data)
call.hang_up(9)
capture.save()
