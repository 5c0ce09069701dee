#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)

invite = call.request(0, 'INVITE')
call.respond(0.1, invite, 180)
call.fail(20, invite, 408)
capture.save()
