#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()


def invite(t, source, destination, users):
    call = Dialog(capture, source + ':5060', destination + ':5060', users=users,
                  call_id='call-%d@%s' % (t * 10, source), tags=('a%d' % (t * 10), 'b'))
    call.request(t, 'INVITE')


invite(0, '10.0.0.1', '10.0.0.9', ('4930111222', '030333444'))
invite(0.5, '10.0.0.9', '10.0.0.2', ('030111222', '+4930333444'))
invite(2.6, '10.0.0.9', '10.0.0.2', ('030111222', '+4930333444'))
invite(10, '10.0.0.1', '10.0.0.9', ('alice', 'bob'))
invite(10.5, '10.0.0.8', '10.0.0.2', ('alice', 'bob'))
invite(11, '10.0.0.9', '10.0.0.2', ('carol', 'bob'))
invite(11.5, '10.0.0.9', '10.0.0.2', ('anonymous', 'bob'))
capture.save()
