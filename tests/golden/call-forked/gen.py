#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
call = Dialog(capture)

invite = call.request(0, 'INVITE', body=sdp('10.0.0.1', 4000))
call.respond(0.1, invite, 180, to_tag='b1')
call.respond(0.2, invite, 180, to_tag='b2')
call.tags[1] = 'b2'
call.respond(1, invite, 200, body=sdp('10.0.0.3', 5000))
call.ack(1.05, invite)
Rtp(capture, '10.0.0.3:5000', '10.0.0.1:4000').talk(1.1, steady(50))
call.hang_up(5)
capture.save()
