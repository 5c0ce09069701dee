#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
call = Dialog(capture)

call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
for t, mine, theirs, version in ((3, 'sendonly', 'recvonly', 2), (5, 'sendrecv', 'sendrecv', 3)):
    again = call.request(t, 'INVITE',
                         body=sdp('10.0.0.1', 4000, attributes=[mine], version=version))
    call.respond(t + 0.01, again, 200,
                 body=sdp('10.0.0.2', 5000, attributes=[theirs], version=version))
    call.ack(t + 0.02, again)
caller = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=1)
callee = Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4000', ssrc=2)
caller.talk(1.1, steady(250))
callee.talk(1.1, steady(95))
callee.seq, callee.ts = callee.seq + 95, callee.ts + 195 * 160
callee.talk(5.0, steady(55), markers=(0,))
call.hang_up(6.5)
capture.save()
