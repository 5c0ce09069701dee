#!/usr/bin/env python3
"""Redirect server (RFC 3261 section 8.3), registrar (10.3), gateway (RFC 3372), and who is not."""
from pcapbuild import Capture, Dialog, sdp

PHONE, REGISTRAR, EDGE = '10.0.0.1:5060', '10.0.0.9:5060', '10.0.0.8:5060'
REDIRECT, FORWARDER = '10.0.0.7:5060', '10.0.0.2:5060'
GATEWAY, SWITCH, BORDER, FAR = ('10.0.0.%d:5060' % n for n in (6, 5, 4, 3))
IAM = bytes.fromhex('010061010a00020907049094986745230a070413940321436500')
ISUP = {'content_type': 'application/isup; version=itu-t92+'}
capture = Capture()

# a phone registers through an edge proxy: that passes REGISTER on, and is no registrar
near = Dialog(capture, PHONE, EDGE, users=('alice', 'alice'), call_id='reg')
far = Dialog(capture, EDGE, REGISTRAR, users=('alice', 'alice'), call_id='reg')
register = near.request(0, 'REGISTER')
onward = far.request(0.01, 'REGISTER', vias=[far.via(0)] + register.vias)
far.respond(0.02, onward, 200)
near.respond(0.03, register, 200)

# the redirect server is asked, and asked whether it lives
for n in range(2):
    ask = Dialog(capture, PHONE, REDIRECT, users=('alice', 'b%d' % n), call_id='moved%d' % n)
    ask.fail(1.1 + n, ask.request(1 + n, 'INVITE'), 302, ['Contact: <sip:b@10.0.0.3>'])
ping = Dialog(capture, REGISTRAR, REDIRECT, users=('ping', 'ping'), call_id='ping')
ping.respond(3.01, ping.request(3, 'OPTIONS'), 200)

# a phone that forwards its calls answers with 302 too; it registers, and talks at other times
own = Dialog(capture, FORWARDER, REGISTRAR, users=('bob', 'bob'), call_id='reg2')
own.respond(4.01, own.request(4, 'REGISTER'), 200)
ask = Dialog(capture, PHONE, FORWARDER, call_id='forwarded')
ask.fail(5.1, ask.request(5, 'INVITE'), 302, ['Contact: <sip:cell@10.0.0.3>'])
talk = Dialog(capture, PHONE, FORWARDER, call_id='talk')
talk.establish(6)
talk.hang_up(9)

# ISUP comes from a gateway, and goes through a border element that is none
call = Dialog(capture, GATEWAY, SWITCH, users=('4930', '4711'), call_id='isup')
invite = call.request(10, 'INVITE', body=IAM, **ISUP)
call.respond(10.2, invite, 486)
call.ack(10.3, invite, success=False)
call = Dialog(capture, SWITCH, BORDER, users=('4931', '4712'), call_id='in')
other = Dialog(capture, BORDER, FAR, users=('4931', '4712'), call_id='out', tags=('x', 'y'))
first = call.request(20, 'INVITE', body=IAM, **ISUP)
second = other.request(20.1, 'INVITE', body=IAM, **ISUP)
other.respond(20.2, second, 486)
other.ack(20.3, second, success=False)
call.respond(20.3, first, 486)
call.ack(20.4, first, success=False)
capture.save()
