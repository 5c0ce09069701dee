#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
call = Dialog(capture)

invite = call.request(0, 'INVITE')
call.respond(0.1, invite, 180)
call.respond(1, invite, 200, body=sdp('10.0.0.2', 5000, (97,), ['97 iLBC/8000']))
call.ack(1.05, invite, body=sdp('10.0.0.1', 4000, (97,), ['97 iLBC/8000']))
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', payload_type=97, ssrc=1).talk(1.1, steady(50))
Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4000', payload_type=97, ssrc=2).talk(1.1, steady(50))
call.hang_up(5)
capture.save()
