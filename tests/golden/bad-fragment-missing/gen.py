#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, fragments, sdp

capture = Capture()
call = Dialog(capture)
invite = call.request(None, 'INVITE', body=sdp('10.0.0.1', 4000, attributes=['x:' + 'x' * 900]))
for n, part in enumerate(fragments(*call.ends, invite.bytes, 400)[:-1]):
    capture.ip(n * 0.001, part)
call.respond(0.1, invite, 180)
call.respond(1, invite, 200)
call.ack(1.05, invite)
call.hang_up(5)
Dialog(capture, call_id='later@example.org').request(60, 'OPTIONS')
capture.save()
