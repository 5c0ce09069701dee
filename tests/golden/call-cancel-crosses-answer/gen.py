#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)

invite = call.request(0, 'INVITE')
call.respond(0.1, invite, 180)
cancel = call.request(3, 'CANCEL', cseq=1, vias=invite.vias, contact=False)
call.respond(3.001, invite, 200)
call.respond(3.01, cancel, 200)
call.ack(3.02, invite)
call.hang_up(3.05)
capture.save()
