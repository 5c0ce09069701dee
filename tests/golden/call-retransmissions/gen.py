#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)

invite = call.request(0, 'INVITE')
call.send(0.5, 0, invite.bytes)
call.respond(0.6, invite, 180)
for t in (1, 1.5, 2.5):
    call.respond(t, invite, 200)
ack = call.ack(2.6, invite)
call.send(2.7, 0, ack.bytes)
bye = call.request(5, 'BYE')
for t in (5.5, 6.5):
    call.send(t, 0, bye.bytes)
for t in (6.6, 6.7):
    call.respond(t, bye, 200)
capture.save()
