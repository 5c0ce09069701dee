#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
call = Dialog(capture)

invite = call.request(0, 'INVITE', headers=['Supported: 100rel'], body=sdp('10.0.0.1', 4000))
call.respond(0.2, invite, 183, ['Require: 100rel', 'RSeq: 1'], body=sdp('10.0.0.2', 5000))
prack = call.request(0.25, 'PRACK', headers=['RAck: 1 1 INVITE'], to_tag='b1')
call.respond(0.27, prack, 200)
update = call.request(0.4, 'UPDATE', body=sdp('10.0.0.1', 4002, version=2), to_tag='b1')
call.respond(0.45, update, 200, body=sdp('10.0.0.2', 5000))
Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4002', ssrc=9).talk(0.5, steady(50))
call.respond(1.5, invite, 180)
call.respond(2, invite, 200)
call.ack(2.05, invite)
call.hang_up(5)
capture.save()
