#!/usr/bin/env python3
import random

from pcapbuild import Capture, Dialog, Rtp, sdp

capture = Capture()
frames = random.Random(7)
RECORDING = [frames.randbytes(160) for _ in range(60)]
for call in range(20):
    begin, near, far = call * 0.05, 4000 + 2 * call, 6000 + 2 * call
    dialog = Dialog(capture, '10.0.0.1:5060', '10.0.0.2:5060', users=('load', 'echo'),
                    call_id='load-%d' % call)
    dialog.establish(begin, sdp('10.0.0.1', near), sdp('10.0.0.2', far), ring=0.01, pick_up=0.02)
    ends = '10.0.0.1:%d' % near, '10.0.0.2:%d' % far
    # a load generator gives all its streams one SSRC and begins all with the same numbers
    there = Rtp(capture, *ends, ssrc=0xca110000)
    back = Rtp(capture, *reversed(ends), ssrc=0xca110001)
    for n, frame in enumerate(RECORDING):
        t = begin + 0.03 + 0.02 * n
        there.send(t, 1000 + n, 160 * n, payload=frame)
        back.send(t + 0.0002, 1000 + n, 160 * n, payload=frame)
    dialog.hang_up(begin + 3)

# one server plays to all callers what they play to it
for call in range(6):
    begin, caller = 10 + call * 0.007, '10.1.0.%d' % (call + 1)
    dialog = Dialog(capture, caller + ':5060', '10.0.0.50:5060', users=('user%d' % call, 'play'),
                    call_id='play-%d' % call)
    dialog.establish(begin, sdp(caller, 4000), sdp('10.0.0.50', 7000 + call), ring=0.001,
                     pick_up=0.002)
    ends = caller + ':4000', '10.0.0.50:%d' % (7000 + call)
    there, back = Rtp(capture, *ends, ssrc=500 + call), Rtp(capture, *reversed(ends), ssrc=call)
    for n, frame in enumerate(RECORDING):
        t = begin + 0.01 + 0.02 * n
        there.send(t, 300 * call + n, 160 * n, payload=frame)
        back.send(t + 0.003, 7 + n, 9000 * call + 160 * n, payload=frame)
    dialog.hang_up(begin + 3)
capture.save()
