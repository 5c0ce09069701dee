#!/usr/bin/env python3
"""A session border controller with one address a side (RFC 5853 section 2): topology hiding."""
import random

from pcapbuild import Capture, Dialog, Rtp, sdp

INSIDE, OUTSIDE = '10.0.0.9:5060', '203.0.113.9:5060'
PHONE, CARRIER = '10.0.0.1:5060', '198.51.100.1:5060'
capture = Capture()


def relay(t, seed, came, went):
    frames = random.Random(seed)
    for n in range(60):
        payload, at = frames.randbytes(160), t + n * 0.02
        for late, ends in ((0, came), (0.001, went)):  # other addresses, the same packets
            Rtp(capture, *ends, ssrc=seed).send(at + late, 100 + n, 8000 + 160 * n,
                                                payload=payload)


def call(t, name, headers, users):
    near = Dialog(capture, PHONE, INSIDE, call_id=name + '@phone', users=users[0])
    far = Dialog(capture, OUTSIDE, CARRIER, call_id=name + '@sbc', users=users[1], tags=('c', 'd'))
    a = near.request(t, 'INVITE', headers=headers, body=sdp('10.0.0.1', 4000 + t))
    b = far.request(t + 0.1, 'INVITE', headers=headers, body=sdp('203.0.113.9', 7000 + t))
    for at, status in ((0.3, 180), (2, 200)):
        far.respond(t + at, b, status, body=sdp('198.51.100.1', 5000 + t) if status == 200 else '')
        near.respond(t + at + 0.05, a, status,
                     body=sdp('10.0.0.9', 6000 + t) if status == 200 else '')
    far.ack(t + 2.1, b)
    near.ack(t + 2.2, a)
    near.hang_up(t + 8)
    far.hang_up(t + 8.05)


# the first call is told by Session-ID (RFC 7989), the second by its media alone
call(0, 'one', ['Session-ID: ab30317f1a784dc48ff824d0d3715d86;remote=' + '0' * 32],
     (('alice', 'bob'), ('+4930111', '+4989222')))
call(20, 'two', [], (('alice', 'carol'), ('trunk', 'desk')))
relay(22.5, 1, ('10.0.0.1:4020', '10.0.0.9:6020'), ('203.0.113.9:7020', '198.51.100.1:5020'))
relay(22.5, 2, ('198.51.100.1:5020', '203.0.113.9:7020'), ('10.0.0.9:6020', '10.0.0.1:4020'))

# no SBC: a phone that is transferred has two legs of one session as well, one after the other
SESSION = ['Session-ID: cd30317f1a784dc48ff824d0d3715d86;remote=' + '0' * 32]
first = Dialog(capture, '10.0.0.5:5060', '10.0.0.6:5060', call_id='before', users=('erin', 'fay'))
invite = first.request(40, 'INVITE', headers=SESSION)
first.respond(40.5, invite, 200)
first.ack(40.6, invite)
second = Dialog(capture, '10.0.0.7:5060', '10.0.0.8:5060', call_id='after', users=('gil', 'hal'))
invite = second.request(45, 'INVITE', headers=SESSION)
second.respond(45.5, invite, 200)
second.ack(45.6, invite)
second.hang_up(49)
first.hang_up(49.1)
capture.save()
