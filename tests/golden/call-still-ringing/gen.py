#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)

call.respond(0.1, call.request(0, 'INVITE'), 180)
capture.save()
