#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)

invite = call.request(0.0005, 'INVITE')
call.respond(0, invite, 100)
call.respond(0.1, invite, 180)
call.respond(1, invite, 200)
call.ack(1.05, invite)
call.hang_up(5)
capture.save()
