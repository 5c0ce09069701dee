#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture, users=('alice', 'bob'))
invite = call.request(0, 'INVITE', uri='sip:dave@example.org', headers=[
    'Diversion: "Carol" <sip:carol@example.org>;reason=no-answer;counter=1;privacy=off',
    'Diversion: <sip:bob@example.org>;reason=user-busy;counter=1'])
call.respond(1, invite, 200)
call.ack(1.05, invite)
call.hang_up(3)
capture.save()
