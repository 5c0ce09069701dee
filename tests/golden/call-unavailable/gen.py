#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)

call.fail(0.5, call.request(0, 'INVITE'), 503, ['Retry-After: 30'])
capture.save()
