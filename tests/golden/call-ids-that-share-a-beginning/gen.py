#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
for n in range(120):
    options = Dialog(capture, call_id='live-%d' % n)
    options.respond(n * 0.01 + 0.004, options.request(n * 0.01, 'OPTIONS'), 200)
capture.save()
