#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
caller, proxy, phones = '10.0.0.1:5060', '10.0.0.9:5060', ('10.0.0.2:5060', '10.0.0.3:5060')
call = Dialog(capture, caller, proxy)
invite = call.request(0, 'INVITE')
call.respond(0.001, invite, 100)
branches = []
for n, phone in enumerate(phones):
    branch = Dialog(capture, proxy, phone, tags=('a1', 'b%d' % n))
    vias = ['Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK-fork-%d' % n] + invite.vias
    branches.append((branch, branch.request(0.01, 'INVITE', cseq=1, vias=vias)))
(busy, first), (free, second) = branches
busy.fail(0.1, first, 486)
free.respond(0.2, second, 180)
call.tags[1] = 'b1'
call.respond(0.21, invite, 180)
free.respond(2.0, second, 200)
call.respond(2.01, invite, 200)
call.ack(2.05, invite)
call.hang_up(6)
capture.save()
