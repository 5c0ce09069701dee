#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
call = Dialog(capture)

call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
for t, side, status in ((2, 0, 488), (3, 1, 491)):
    again = call.request(t, 'INVITE', side, body=sdp('10.0.0.9', 4444, version=2))
    call.respond(t + 0.01, again, status)
    call.ack(t + 0.02, again, success=False)
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=1).talk(3.5, steady(50))
call.hang_up(5)
capture.save()
