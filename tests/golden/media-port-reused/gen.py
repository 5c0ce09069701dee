#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
for n, t in ((1, 0), (2, 10)):
    call = Dialog(capture, call_id='call-%d@example.org' % n)
    call.establish(t, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
    Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=n, seq=1).talk(t + 1.1, steady(50))
    Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4000', ssrc=10 + n, seq=1).talk(t + 1.11, steady(50))
    call.hang_up(t + 5)
capture.save()
