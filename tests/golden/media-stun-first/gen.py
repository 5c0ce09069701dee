#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
stun = bytes.fromhex('000100002112a442') + bytes(range(12))
for a, b in (('10.0.0.1:4000', '10.0.0.2:5000'), ('10.0.0.2:5000', '10.0.0.1:4000')):
    capture.udp(1.06, a, b, stun)
    capture.udp(1.07, a, b, bytes.fromhex('16fefd0000000000000000000401000000'))
    Rtp(capture, a, b, ssrc=3).talk(1.1, steady(50))
call.hang_up(5)
capture.save()
