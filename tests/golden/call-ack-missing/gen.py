#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)

invite = call.request(0, 'INVITE')
call.respond(0.1, invite, 180)
for t in (1, 1.5, 2.5, 4.5, 8.5, 12.5, 16.5, 20.5, 24.5, 28.5, 32.5):
    call.respond(t, invite, 200)
call.hang_up(33, side=1)
capture.save()
