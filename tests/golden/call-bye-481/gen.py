#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)

call.establish(0)
call.respond(5.01, call.request(5, 'BYE'), 481)
capture.save()
