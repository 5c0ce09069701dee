#!/usr/bin/env python3
from pcapbuild import PHRASES, Capture, Dialog

PHRASES[422] = 'Session Interval Too Small'
capture = Capture()

# 422, then 120 s, refreshed by the caller after 60 s and once more too late; BYE 40 s before its end
call = Dialog(capture, call_id='ended')
call.fail(0.1, call.request(0, 'INVITE', headers=['Session-Expires: 90', 'Supported: timer']), 422,
          ['Min-SE: 120'])
invite = call.request(0.2, 'INVITE', headers=['Session-Expires: 120', 'Min-SE: 120'])
call.respond(1, invite, 200, ['Session-Expires: 120;refresher=uac', 'Require: timer'])
call.ack(1.05, invite)
for t in (61, 161):
    update = call.request(t, 'UPDATE', headers=['Session-Expires: 120;refresher=uac'])
    call.respond(t + 0.1, update, 200, ['Session-Expires: 120;refresher=uac'])
call.hang_up(161.1 + 120 - 32, side=1)
# the callee should refresh; nobody does, and the call goes on
call = Dialog(capture, call_id='expired')
invite = call.request(10, 'INVITE', headers=['x: 90'])
call.respond(11, invite, 200, ['x: 90;refresher=uas'])
call.ack(11.05, invite)
call.request(120, 'INFO')
# a refresh without Session-Expires ends the timer
call = Dialog(capture, call_id='off')
invite = call.request(20, 'INVITE', headers=['Session-Expires: 1800'])
call.respond(21, invite, 200, ['Session-Expires: 1800;refresher=uac'])
call.ack(21.05, invite)
again = call.request(30, 'INVITE')
call.respond(30.1, again, 200)
call.ack(30.2, again)
call.hang_up(40)
# asked for, and not agreed upon: no timer
call = Dialog(capture, call_id='none')
invite = call.request(50, 'INVITE', headers=['Session-Expires: 1800'])
call.respond(51, invite, 200)
call.ack(51.05, invite)
call.hang_up(52)
capture.save()
