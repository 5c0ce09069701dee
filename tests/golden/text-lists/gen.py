#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
call = Dialog(capture)

invite = call.request(0, 'INVITE', body=sdp('10.0.0.1', 4000, (8, 96), ['96 opus/48000/2']))
call.send(0.5, 0, invite.bytes)
call.respond(0.6, invite, 180)
call.respond(1, invite, 200, body=sdp('10.0.0.2', 5000, (8,)))
call.ack(1.05, invite)
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', payload_type=8, ssrc=1).talk(1.1, steady(100))
Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4000', payload_type=8, ssrc=2).talk(1.1, steady(100))
call.hang_up(5)
capture.save()
