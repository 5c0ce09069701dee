#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)

invite = call.request(0, 'INVITE')
call.respond(0.01, invite, 100)
call.fail(0.5, invite, 486)
capture.save()
