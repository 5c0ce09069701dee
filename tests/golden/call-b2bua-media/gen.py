#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, sdp

capture = Capture()


def invite(t, source, destination, users, port):
    call = Dialog(capture, source + ':5060', destination + ':5060', users=users,
                  call_id='call-%d@%s' % (t, source))
    call.request(t, 'INVITE', body=sdp('10.0.0.1', port))


invite(0, '10.0.0.1', '10.0.0.9', ('alice', 'bob'), 4000)
invite(1, '10.1.0.9', '10.1.0.2', ('trunk', 'x1'), 4000)
invite(40, '10.0.0.1', '10.0.0.9', ('alice', 'carol'), 4002)
invite(41, '10.0.0.1', '10.0.0.9', ('alice', 'dave'), 4002)
invite(80, '10.1.0.9', '10.1.0.2', ('trunk', 'x2'), 4002)
capture.save()
