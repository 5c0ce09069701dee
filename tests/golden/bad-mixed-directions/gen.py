#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)
invite = call.request(0, 'INVITE')
answer = call.respond(None, invite, 486)
capture.udp(0.1, '10.0.0.77:5060', '10.0.0.1:5060', answer)
stray = Dialog(capture, call_id='stray@example.org')
stray.respond(1, stray.request(None, 'OPTIONS'), 200)
capture.save()
