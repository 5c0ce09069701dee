#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
call = Dialog(capture, callee='10.0.0.9:5060')
a, b = ('10.0.0.1', 4000), ('10.0.0.2', 5000)


def exchange(t, side, mine, theirs, version, status=200):
    """Requests of the callee come through the proxy: with two Via."""
    vias = None if side == 0 else [call.via(1), 'Via: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bK-x%d' % t]
    again = call.request(t, 'INVITE', side=side, vias=vias,
                         body=sdp(*(a, b)[side], attributes=[mine], version=version))
    if status != 200:
        call.fail(t + 0.02, again, status)
        return
    call.respond(t + 0.02, again, 200,
                 body=sdp(*(b, a)[side], attributes=[theirs], version=version))
    call.ack(t + 0.03, again)


call.establish(0, sdp(*a), sdp(*b))
exchange(3, 0, 'sendonly', 'recvonly', 2)
exchange(6, 1, 'inactive', 'inactive', 3)
exchange(9, 0, 'sendrecv', 'sendonly', 4)
exchange(12, 1, 'sendrecv', 'sendrecv', 5)
exchange(14, 1, 'sendonly', '', 6, status=488)
exchange(15, 1, 'sendrecv', 'sendrecv', 7)
caller = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=1)
callee = Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4000', ssrc=2)
caller.talk(1.1, steady(240))  # until 5.9: music for the callee
callee.talk(1.1, steady(95))
call.hang_up(18)
capture.save()
