#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, fragments, sdp

capture = Capture()


def fragmented(t, side, data):
    parts = fragments(call.ends[side], call.ends[1 - side], data, 400)
    for n, part in enumerate(reversed(parts) if side else parts):
        capture.ip(t - 0.0001 * (len(parts) - 1 - n), part)


call = Dialog(capture, '[2001:db8::1]:5060', '[2001:db8::2]:5060', send=fragmented)
call.establish(1, sdp('10.0.0.1', 4000, attributes=['x-padding:' + 'x' * 900]),
               sdp('10.0.0.2', 5000, attributes=['x-padding:' + 'x' * 900]))
call.hang_up(5)
capture.save()
