#!/usr/bin/env python3
import random

from pcapbuild import Capture, Dialog, Rtp, sdp

capture = Capture()
RELAY_A, RELAY_B = '10.0.0.9:6000', '10.0.0.9:6002'
PHONE, TRUNK = '10.0.0.1:4000', '10.0.0.2:5000'
LOST = (20, 50, 51)

inside = Dialog(capture, '10.0.0.1:5060', '10.0.0.8:5060', users=('alice', '4711'),
                call_id='inside')
outside = Dialog(capture, '10.0.0.8:5060', '10.0.0.2:5060', users=('trunk', 'desk'),
                 call_id='outside', tags=('c', 'd'))
inside.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.9', 6000), pick_up=4)
outside.establish(3, sdp('10.0.0.9', 6002), sdp('10.0.0.2', 5000), pick_up=0.9)


def pass_on(seed, came, went, lost):
    frames = random.Random(seed)
    first = Rtp(capture, *came, ssrc=seed, seq=100, ts=8000)
    second = Rtp(capture, *went, ssrc=seed + 100, seq=61000, ts=777777)
    number = 0
    for n in range(100):
        payload, t = frames.randbytes(160), 4.1 + n * 0.02
        first.send(t, 100 + n, 8000 + 160 * n, payload=payload)
        if n not in lost:
            second.send(t + 0.005, 61000 + number, 777777 + 160 * n, payload=payload)
            number += 1


pass_on(1, (PHONE, RELAY_A), (RELAY_B, TRUNK), LOST)
pass_on(2, (TRUNK, RELAY_B), (RELAY_A, PHONE), ())
inside.hang_up(7)
outside.hang_up(7.01)
capture.save()
