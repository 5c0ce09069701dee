#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, sdp

capture = Capture()
call = Dialog(capture)
invite = call.request(0, 'INVITE', body=sdp('10.0.0.1', 4000))
for n in (1, 2, 3):
    call.respond(0.1 * n, invite, 180, to_tag='b%d' % n)
for n in (1, 2, 3):
    call.respond(2 + 0.01 * n, invite, 200, to_tag='b%d' % n, body=sdp('10.0.0.2', 5000 + 2 * n))
call.tags[1] = 'b1'
call.ack(2.1, invite)
call.tags[1] = 'b2'
call.ack(2.11, invite)
call.hang_up(2.12)
call.tags[1] = 'b1'
call.hang_up(8)
capture.save()
