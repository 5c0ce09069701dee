#!/usr/bin/env python3
from pcapbuild import Capture, Rtp

capture = Capture()
PHONE, PUBLIC, SERVER = '192.168.1.5:4000', '203.0.113.1:61000', '198.51.100.1:5000'


def send_twice(first, second, ssrc, lost, ttls, delay=0.0005):
    here = Rtp(capture, *first, ssrc=ssrc, ttl=ttls[0])
    there = Rtp(capture, *second, ssrc=ssrc, ttl=ttls[1])
    here.talk(1, [(n, n) for n in range(200)])
    there.talk(1 + delay, [(n, n) for n in range(200) if n not in lost])


send_twice((PHONE, SERVER), (PUBLIC, SERVER), 0xa0000001, (40, 41, 150), (64, 63))
send_twice((SERVER, PUBLIC), (SERVER, PHONE), 0xa0000002, (), (54, 53))
send_twice(('10.9.9.9:7000', '10.0.0.1:8000'), ('10.9.9.9:7000', '10.0.0.2:8000'), 0xa0000003, (),
           (64, 64))
capture.save()
