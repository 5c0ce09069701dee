#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)

invite = call.request(0, 'INVITE')
for t in (0.5, 1.5, 3.5, 7.5, 15.5, 31.5):
    call.send(t, 0, invite.bytes)
Dialog(capture, call_id='later@example.org').request(40, 'OPTIONS')
capture.save()
