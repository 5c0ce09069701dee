#!/usr/bin/env python3
from hepbuild import hep3
from pcapbuild import Capture, Dialog, Rtp, receiver_report, sdp, steady

AGENT, SERVER = '10.8.0.1:40000', '10.8.0.9:9060'
capture = Capture()
order = 0


def both(t, side, data):
    """Captured, and reported: now before it, now behind it."""
    global order
    order += 1
    source, destination = call.ends[side], call.ends[1 - side]
    capture.udp(t, source, destination, data)
    capture.udp(t + (0.02 if order % 2 else -0.005), AGENT, SERVER,
                hep3(t + 0.01, source, destination, data))


call = Dialog(capture, '10.0.0.1:5060', '10.0.0.2:5060', send=both)
invite = call.request(0, 'INVITE', body=sdp('10.0.0.1', 4000))
capture.udp(0.5, *call.ends, invite.bytes)  # a retransmission is one all the same
call.respond(0.6, invite, 180)
call.respond(1, invite, 200, body=sdp('10.0.0.2', 5000))
call.ack(1.1, invite)
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=1).talk(1.2, steady(10))
report = receiver_report(2, [])
capture.udp(2, '10.0.0.1:4001', '10.0.0.2:5001', report)
capture.udp(2.1, AGENT, SERVER, hep3(2, '10.0.0.1:4001', '10.0.0.2:5001', report, kind=5))
call.hang_up(5)
capture.save()
