#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
phone = Dialog(capture, '10.0.0.1:5060', '10.0.0.9:5060', users=('alice', 'alice'),
               call_id='reg@10.0.0.1')

ask = phone.request(0, 'REGISTER', uri='sip:example.org', headers=['Expires: 3600'])
phone.respond(0.05, ask, 200, ['Contact: <sip:alice@10.0.0.1:5060>;expires=300'])
capture.save()
