#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

capture = Capture()
for n in (1, 2):
    call = Dialog(capture, call_id='call-%d@example.org' % n, tags=('a', 'b'))
    call.establish(n / 10, sdp('10.0.0.1', 4000 + 10 * n), sdp('10.0.0.2', 5000 + 10 * n))
    Rtp(capture, '10.0.0.1:%d' % (4000 + 10 * n), '10.0.0.2:%d' % (5000 + 10 * n)).talk(2,
                                                                                        steady(50))
    call.hang_up(5 + n)
capture.save()
