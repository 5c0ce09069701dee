#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

CALLER, CALLEE, MIDDLE, LATER = ('%032x' % n for n in (0xa1, 0xb2, 0xc3, 0xd4))
NULL = '0' * 32
capture = Capture()
front = Dialog(capture, '10.0.0.1:5060', '10.0.0.9:5060', call_id='front', users=('alice', 'bob'))
back = Dialog(capture, '10.1.0.9:5060', '10.1.0.2:5060', call_id='back', users=('trunk', 'x1'))
third = Dialog(capture, '10.0.0.3:5060', '10.0.0.9:5060', call_id='third', users=('carol', 'bob'))
asked = front.request(0, 'INVITE', headers=['Session-ID: %s;remote=%s' % (CALLER, NULL)])
passed = back.request(3, 'INVITE', headers=['Session-ID: %s;remote=%s' % (MIDDLE, NULL)])
back.respond(3.5, passed, 200, ['Session-ID: %s;remote=%s' % (CALLEE, MIDDLE)])
front.respond(3.6, asked, 200, ['Session-ID: %s;remote=%s' % (CALLEE, CALLER)])
other = third.request(60, 'INVITE', headers=['Session-ID: %s;remote=%s' % (LATER, NULL)])
third.respond(61, other, 200, ['Session-ID: %s;remote=%s' % (NULL, LATER)])
capture.save()
