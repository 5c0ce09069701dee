#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
phone = Dialog(capture, '10.0.0.1:5060', '10.0.0.9:5060', users=('alice', 'alice'),
               call_id='reg@10.0.0.1')
first = phone.request(0, 'REGISTER', uri='sip:example.org', headers=['Expires: 3600'])
phone.respond(0.02, first, 401, ['WWW-Authenticate: Digest realm="example.org", nonce="a"'])
for t, expires in ((0.1, 3600), (1800, 3600), (2000, 0)):
    again = phone.request(t, 'REGISTER', uri='sip:example.org', headers=[
        'Expires: %d' % expires, 'Authorization: Digest username="alice", realm="example.org", '
        'nonce="a", uri="sip:example.org", response="00000000000000000000000000000000"'])
    phone.respond(t + 0.02, again, 200)
capture.save()
