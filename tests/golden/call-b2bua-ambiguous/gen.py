#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()


def invite(t, source, destination, tag):
    call = Dialog(capture, source + ':5060', destination + ':5060', tags=(tag, 'b'),
                  call_id='call-%d@%s' % (t * 10, source), users=('sipp', 'service'))
    call.request(t, 'INVITE')


invite(0, '10.0.0.1', '10.0.0.9', 'one')
invite(0.1, '10.0.0.1', '10.0.0.9', 'two')
invite(0.2, '10.0.0.9', '10.0.0.2', 'other')
invite(0.3, '10.0.0.9', '10.0.0.2', 'two')
capture.save()
