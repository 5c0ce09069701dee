#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture(snaplen=700)
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
long = {'ticks': 1280, 'ptime': 0.16, 'payload': b'\x80' * 1280}
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=1, **long).talk(1.1, steady(38))
Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4000', ssrc=2, **long).talk(1.11, steady(38))
call.hang_up(7.3)
capture.save()
