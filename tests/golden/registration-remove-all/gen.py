#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, message

capture = Capture()
phone = Dialog(capture, '10.0.0.1:5060', '10.0.0.9:5060', users=('alice', 'alice'),
               call_id='reg@10.0.0.1')

for n in (1, 2):
    phone.ends = ('10.0.0.%d:5060' % n, '10.0.0.9:5060')
    phone.respond(n + 0.05, phone.request(n, 'REGISTER', uri='sip:example.org',
                                          headers=['Expires: 3600']), 200, ['Expires: 3600'])
star = phone.request(5, 'REGISTER', uri='sip:example.org', contact=False,
                     headers=['Contact: *', 'Expires: 0'])
phone.send(5.05, 1, message('SIP/2.0 200 OK', star.vias + star.dialog_headers))
capture.save()
