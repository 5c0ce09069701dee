#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp

PHONE, SERVER = '10.0.0.1:5060', '10.0.0.2:5060'
capture = Capture()


def send(t, side, data):
    ends = (PHONE, SERVER) if side == 0 else (SERVER, PHONE)
    # the mirror copies what has crossed a router before what has not
    if side == 0:
        capture.udp(t, *ends, data, tos=0, ttl=63)
    capture.udp(t + 0.0001, *ends, data, tos=(24 if side == 0 else 26) << 2, ttl=64)


call = Dialog(capture, PHONE, SERVER, send=send)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=1, ttl=63).talk(1.1, [(n, n) for n in range(50)])
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=1, ttl=64, tos=46 << 2).talk(
    1.1001, [(n, n) for n in range(50)])
Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4000', ssrc=2, tos=34 << 2).talk(
    1.1, [(n, n) for n in range(50)])
call.hang_up(5)
capture.save()
