#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)
invite = call.request(0, 'INVITE')
call.respond(0.1, invite, 180, to_tag='b1')
call.respond(3.0, invite, 199, to_tag='b1', headers=['Reason: SIP;cause=408'])
call.respond(3.1, invite, 180, to_tag='b2')
call.respond(6.0, invite, 199, to_tag='b2', headers=['Reason: SIP;cause=408'])
call.respond(6.1, invite, 180, to_tag='b3')
call.tags[1] = 'b3'
call.respond(7, invite, 200)
call.ack(7.05, invite)
call.hang_up(9)
capture.save()
