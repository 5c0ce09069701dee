#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

UUID, NULL = 'ab30317f1a784dc48ff824d0d3715d86', '0' * 32
capture = Capture()
front = Dialog(capture, '10.0.0.1:5060', '10.0.0.9:5060', call_id='front', users=('alice', 'bob'))
back = Dialog(capture, '10.1.0.9:5060', '10.1.0.2:5060', call_id='back', users=('trunk', 'x1'))
third = Dialog(capture, '10.0.0.3:5060', '10.0.0.9:5060', call_id='third', users=('carol', 'dave'))
fourth = Dialog(capture, '10.1.0.9:5060', '10.1.0.4:5060', call_id='fourth', users=('x', 'y'))
for t, call, local in ((0, front, UUID), (0.5, back, UUID.upper().lower()), (1, third, NULL),
                       (1.5, fourth, NULL)):
    call.request(t, 'INVITE', headers=['Session-ID: %s;remote=%s' % (local, NULL)])
capture.save()
