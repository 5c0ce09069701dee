#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
for n in range(6):
    call = Dialog(capture, call_id='call-%d@example.org' % n)
    if n % 2:
        call.fail(n + 0.1, call.request(n, 'INVITE'), 486)
    else:
        call.establish(n)
        call.hang_up(n + 2)
capture.save()
