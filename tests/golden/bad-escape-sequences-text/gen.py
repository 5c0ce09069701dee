#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
bell = '\x1b]0;owned\x07\x1b[2J\x9b31m'
call = Dialog(capture, users=('al' + bell + 'ice', 'b' + bell), call_id='call-1' + bell)
invite = call.request(0, 'INVITE', body=sdp('10.0.0.1', 4000, (96,), ['96 op' + bell + '/48000']))
call.respond(0.1, invite, 180, phrase='Ring' + bell)
call.respond(1, invite, 486, phrase='Bu' + bell)
Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4000', payload_type=96).talk(0.2, steady(20))
capture.save()
