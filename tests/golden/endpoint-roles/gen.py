#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

PHONE, PROXY, PEER = '10.0.0.1:5060', '10.0.0.9:5060', '10.0.0.2:5060'
REDIRECT, B2BUA, TRUNK = '10.0.0.8:5060', '10.0.0.7:5060', '10.0.0.6:5060'

capture = Capture()
phone = Dialog(capture, PHONE, PROXY, users=('alice', 'alice'), call_id='reg@phone')
phone.respond(0.01, phone.request(0, 'REGISTER', headers=['User-Agent: Phone 1']), 200,
              ['Contact: <sip:alice@10.0.0.1:5060>;expires=60', 'Server: Proxy 2'])

# one call, two hops: the second with the Via of the proxy on top
near = Dialog(capture, PHONE, PROXY, call_id='call@phone')
far = Dialog(capture, PROXY, PEER, call_id='call@phone')
invite = near.request(1, 'INVITE')
onward = far.request(1.01, 'INVITE', vias=['Via: SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKp'] +
                     invite.vias, headers=['Record-Route: <sip:10.0.0.9;lr>'])
for status, t in ((180, 1.2), (200, 2)):
    far.respond(t, onward, status)
    near.respond(t + 0.01, invite, status)
near.ack(2.1, invite)

ask = Dialog(capture, PHONE, REDIRECT, call_id='moved@phone')
invite = ask.request(5, 'INVITE')
ask.respond(5.1, invite, 302)
ask.ack(5.2, invite, success=False)

inside = Dialog(capture, PHONE, B2BUA, users=('alice', '4711'), call_id='in@phone')
outside = Dialog(capture, B2BUA, TRUNK, users=('trunk', '4711'), call_id='out@b2bua', tags=('c', 'd'))
first = inside.request(10, 'INVITE')
second = outside.request(10.1, 'INVITE')
outside.respond(10.5, second, 486)
outside.ack(10.51, second, success=False)
inside.respond(10.6, first, 486)
inside.ack(10.61, first, success=False)
capture.save()
