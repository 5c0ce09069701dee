#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
one = Dialog(capture, call_id='call-1@example.org')
data = one.request(None, 'OPTIONS').bytes * 65
capture.udp(0, *one.ends, data)
capture.save()
