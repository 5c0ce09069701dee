#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture, users=('\udcff\udcfe', 'b\udc80b'))
call.fail(0.1, call.request(0, 'INVITE', headers=['Subject: \udcc3(']), 486)
capture.save()
