#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
caller, proxy = '10.0.0.1:5060', '10.0.0.9:5060'
call = Dialog(capture, caller, proxy)
offer = sdp('10.0.0.1', 4000)
invite = call.request(0, 'INVITE', body=offer)
call.respond(0.001, invite, 100)
legs = []
for n, host in enumerate(('10.0.0.2', '10.0.0.3', '10.0.0.4')):
    leg = Dialog(capture, proxy, host + ':5060', tags=('a1', 'b%d' % n))
    vias = ['Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK-fork-%d' % n] + invite.vias
    legs.append((leg, leg.request(0.01, 'INVITE', cseq=1, vias=vias, body=offer,
                                  uri='sip:bob@' + host)))


def relay(t, n, status, **more):
    """What a phone says, and the proxy passes on."""
    leg, request = legs[n]
    leg.respond(t, request, status, **more)
    call.respond(t + 0.001, invite, status, to_tag='b%d' % n, **more)


relay(0.1, 0, 183, body=sdp('10.0.0.2', 5000))
relay(0.2, 1, 180)
relay(0.3, 2, 180)
Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4000', ssrc=2).talk(0.15, steady(90))
legs[1][0].fail(1.0, legs[1][1], 480)
call.respond(1.001, invite, 199, to_tag='b1', headers=['Reason: SIP;cause=480'])
relay(2.0, 2, 200, body=sdp('10.0.0.4', 5000))
cancel = legs[0][0].request(2.01, 'CANCEL', cseq=1, vias=legs[0][1].vias[:1], contact=False)
legs[0][0].respond(2.02, cancel, 200)
legs[0][0].fail(2.03, legs[0][1], 487)
call.tags[1] = 'b2'
call.ack(2.05, invite)
Rtp(capture, '10.0.0.4:5000', '10.0.0.1:4000', ssrc=4).talk(2.1, steady(100))
Rtp(capture, '10.0.0.1:4000', '10.0.0.4:5000', ssrc=1).talk(2.1, steady(100))
call.hang_up(5)
capture.save()
