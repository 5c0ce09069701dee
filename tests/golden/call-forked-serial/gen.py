#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
caller, proxy = '10.0.0.1:5060', '10.0.0.9:5060'
call = Dialog(capture, caller, proxy)
invite = call.request(0, 'INVITE')
call.respond(0.001, invite, 100)


def leg_to(t, host, tag, number):
    leg = Dialog(capture, proxy, host, tags=('a1', tag))
    vias = ['Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK-fork-%d' % number] + invite.vias
    return leg, leg.request(t, 'INVITE', cseq=1, vias=vias)


first, request = leg_to(0.01, '10.0.0.2:5060', 'b1', 1)
first.respond(0.1, request, 180)
call.respond(0.101, invite, 180)
cancel = first.request(10, 'CANCEL', cseq=1, vias=request.vias[:1], contact=False)
first.respond(10.01, cancel, 200)
second, again = leg_to(10.015, '10.0.0.3:5060', 'b2', 2)
first.fail(10.02, request, 487)
second.respond(10.1, again, 180)
call.respond(10.101, invite, 180, to_tag='b2')
second.respond(12, again, 200)
call.tags[1] = 'b2'
call.respond(12.001, invite, 200)
call.ack(12.05, invite)
call.hang_up(15)
capture.save()
