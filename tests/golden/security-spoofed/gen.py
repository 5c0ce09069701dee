#!/usr/bin/env python3
"""Whoever knows Call-ID and tags can speak in a dialog (RFC 3261 section 26.1.3 and 26.1.4)."""
from pcapbuild import Capture, Dialog, sdp

capture = Capture()
PHONE, PBX = '10.0.0.1:5060', '10.0.0.9:5060'


def begin(t, name, callee_media='10.0.0.9'):
    call = Dialog(capture, PHONE, PBX, call_id=name)
    call.establish(t, sdp('10.0.0.1', 4000), sdp(callee_media, 5000))
    return call


def move(call, side, host):
    """What @side sends from now on comes from another host, and its answers go there."""
    ends = list(call.ends)
    ends[side] = host
    call.ends = tuple(ends)


# 71 hangs up for the caller, 72 for the callee
call = begin(0, 'bye-caller')
move(call, 0, '10.0.0.71:5060')
call.hang_up(5)
call = begin(10, 'bye-callee')
move(call, 1, '10.0.0.72:5060')
call.hang_up(15, side=1)

# 73 turns the media of the callee to itself; the caller is still there, and hangs up
call = begin(20, 'hijack')
move(call, 0, '10.0.0.73:5060')
invite = call.request(25, 'INVITE', body=sdp('10.0.0.73', 4000))
call.respond(25.1, invite, 200, body=sdp('10.0.0.9', 5000))
call.ack(25.2, invite)
move(call, 0, PHONE)
call.hang_up(29)

# 74 tries that and is refused
call = begin(30, 'refused')
move(call, 1, '10.0.0.74:5060')
invite = call.request(35, 'INVITE', side=1, body=sdp('10.0.0.74', 4000))
call.respond(35.1, invite, 481)
call.ack(35.2, invite, success=False)
move(call, 1, PBX)
call.hang_up(39)

# no attacks: the exchange fails, its twin takes the dialog over and ends it
call = begin(40, 'failover-callee')
move(call, 1, '10.0.0.10:5060')
invite = call.request(45, 'INVITE', side=1, body=sdp('10.0.0.10', 5000))
call.respond(45.1, invite, 200, body=sdp('10.0.0.1', 4000))
call.ack(45.2, invite)
call.hang_up(49, side=1)
call = Dialog(capture, PBX, '10.0.0.2:5060', call_id='failover-caller')
call.establish(50, sdp('10.0.0.9', 5000), sdp('10.0.0.2', 4000))
move(call, 0, '10.0.0.10:5060')
invite = call.request(55, 'INVITE', body=sdp('10.0.0.10', 5000))
call.respond(55.1, invite, 200, body=sdp('10.0.0.2', 4000))
call.ack(55.2, invite)
call.hang_up(59)
# the PBX was a proxy that does not stay in the dialog: the phone behind it hangs up by itself
call = begin(60, 'past-proxy', callee_media='10.0.0.3')
move(call, 1, '10.0.0.3:5060')
call.hang_up(65, side=1)
# and a re-INVITE from the other side, as always
call = begin(70, 'hold')
invite = call.request(75, 'INVITE', side=1, body=sdp('10.0.0.9', 5000, attributes=['sendonly']))
call.respond(75.1, invite, 200, body=sdp('10.0.0.1', 4000, attributes=['recvonly']))
call.ack(75.2, invite)
call.hang_up(79)
capture.save()
