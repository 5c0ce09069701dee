#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)

call.answered = True
call.cseq = [1, 0]
call.hang_up(5)
capture.save()
