#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)

call.fail(0.5, call.request(0, 'INVITE'), 302, ['Contact: <sip:carol@example.org>'])
invite = call.request(0.6, 'INVITE', uri='sip:carol@example.org')
call.respond(0.7, invite, 180)
call.respond(2, invite, 200)
call.ack(2.05, invite)
call.hang_up(5)
capture.save()
