#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
front = Dialog(capture, '10.0.0.1:5060', '10.0.0.9:5060')
back = Dialog(capture, '10.0.0.9:5060', '10.0.0.2:5060')


def request(t, method, **more):
    a = front.request(t, method, **more)
    vias = ['Via: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK-hop-%s' % method] + a.vias
    b = back.request(t + 0.001, method, cseq=a.cseq, vias=vias, **more)
    return a, b


def respond(t, pair, status):
    back.respond(t, pair[1], status)
    front.respond(t + 0.001, pair[0], status)


invite = request(0, 'INVITE')
respond(0.1, invite, 180)
respond(1, invite, 200)
request(1.05, 'ACK', to_tag='b1')
respond(5.01, request(5, 'BYE'), 200)
capture.save()
