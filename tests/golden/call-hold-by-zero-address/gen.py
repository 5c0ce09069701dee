#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
call = Dialog(capture)

call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
again = call.request(2, 'INVITE', body=sdp('0.0.0.0', 4000, version=2))
call.respond(2.01, again, 200, body=sdp('10.0.0.2', 5000, version=2))
call.ack(2.02, again)
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=1).talk(2.5, steady(50))
call.hang_up(5)
capture.save()
