#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)

invite = call.request(0, 'INVITE')
call.respond(0.1, invite, 180)
cancel = call.request(3, 'CANCEL', cseq=1, vias=invite.vias, contact=False)
call.respond(3.01, cancel, 200)
Dialog(capture, call_id='later@example.org').request(60, 'OPTIONS')
capture.save()
