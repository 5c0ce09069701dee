#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)

call.establish(0)
call.hang_up(5, side=1)
capture.save()
