#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
caller, proxy = '10.0.0.1:5060', '10.0.0.9:5060'
call = Dialog(capture, caller, proxy)
invite = call.request(0, 'INVITE', uri='sip:bob@example.org')


def leg_to(t, host, tag, number, uri):
    leg = Dialog(capture, proxy, host, tags=('a1', tag))
    vias = ['Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK-try-%d' % number] + invite.vias
    return leg, leg.request(t, 'INVITE', cseq=1, vias=vias, uri=uri)


first, request = leg_to(0.01, '10.0.0.2:5060', 'r1', 1, 'sip:bob@example.org')
first.fail(0.1, request, 302, ['Contact: <sip:dave@10.0.0.4>;q=0.3, <sip:carol@10.0.0.3>;q=0.8'])
second, request = leg_to(0.2, '10.0.0.3:5060', 'r2', 2, 'sip:carol@10.0.0.3')
second.fail(0.3, request, 302, ['Contact: sip:bob@example.org'])
third, request = leg_to(0.4, '10.0.0.4:5060', 'd1', 3, 'sip:dave@10.0.0.4')
third.respond(1, request, 200)
call.tags[1] = 'd1'
call.respond(1.01, invite, 200)
call.ack(1.05, invite)
call.hang_up(3)
capture.save()
