#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)
history = ['History-Info: <sip:bob@example.org>;index=1',
           'History-Info: <sip:carol@example.org;cause=486>;index=1.1;mp=1']
invite = call.request(0, 'INVITE', headers=history[:1])
call.respond(0.5, invite, 181, history)
call.respond(0.6, invite, 180, history[:1])
call.respond(2, invite, 200, history)
call.ack(2.05, invite)
call.hang_up(4)
capture.save()
