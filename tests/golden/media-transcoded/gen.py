#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady, telephone_event

RELAY = '10.0.0.9'
capture = Capture()
digits_at = {}


def offer(host, port, kind):
    return sdp(host, port, (kind, 101), ('%d %s/8000' % (kind, ('PCMU', 'PCMA')[kind // 8]),
                                         '101 telephone-event/8000'))


def legs(t, number, kinds=(0, 8)):
    """Two calls that a back-to-back user agent makes of one, 8 s from their answer on."""
    net = '10.%d.0.' % number
    ends = ((net + '1', 4000), (RELAY, 6000 + 10 * number), (RELAY, 6002 + 10 * number),
            (net + '2', 5000))
    for leg in range(2):
        near, far = ends[2 * leg], ends[2 * leg + 1]
        call = Dialog(capture, (net + '1' if leg == 0 else RELAY) + ':5060',
                      (RELAY if leg == 0 else net + '2') + ':5060',
                      call_id='call-%d-%s' % (number, 'ab'[leg]),
                      users=('user%d%d' % (number, leg), 'peer%d%d' % (number, leg)))
        session = ['Session-ID: %032x;remote=%032x' % (number, 0)]
        invite = call.request(t + 0.1 * leg, 'INVITE', headers=session,
                              body=offer(*near, kinds[leg]))
        call.respond(t + 0.9, invite, 200, body=offer(*far, kinds[leg]))
        call.ack(t + 0.95, invite)
        call.hang_up(t + 30 + 0.01 * leg)
    return ['%s:%d' % end for end in ends]


def talk(t, ends, kind, plan, ssrc, digits=''):
    """Packets of 60 ms. @digits: pressed from 6 s after the beginning of the plan on, one each 1.2 s."""
    audio = Rtp(capture, *ends, ssrc=ssrc, payload_type=kind, payload=bytes([ssrc]) * 48)
    seq = 1000
    for n, slot in plan:
        place = n - 100
        pressed = digits[place // 20:place // 20 + 1] if 0 <= place and place % 20 < 3 else ''
        at, ts = t + slot * 0.06, 50000 + 480 * n
        if pressed:
            step = place % 20
            audio.send(at, seq, ts - 480 * step, step == 0, 101,
                       telephone_event(int(pressed), (step + 1) * 480, step == 2))
        else:
            audio.send(at, seq, ts)
        seq += 1


def bursts(begin, end):
    """Three seconds of talk, three of silence."""
    return [(n, n) for n in range(begin, end) if n % 100 < 50]


# 1: the relay has the caller's first seconds for itself, and sends to the caller after the callee.
phone, front, back, trunk = legs(0, 1)
talk(1, (phone, front), 0, bursts(0, 450), 11)
talk(1.03, (back, trunk), 8, bursts(100, 450), 12)
talk(1, (trunk, back), 8, steady(200), 13, '4711')
talk(1.06, (front, phone), 0, [(n, n) for n in range(40, 200)], 14, '4711')
# 2: an announcement for the callee's words.
phone, front, back, trunk = legs(40, 2)
talk(41, (trunk, back), 8, steady(200), 21, '4711')
talk(41, (front, phone), 0, steady(200), 22, '99')
# 3: to whom it goes is not clear.
phone, front, back, trunk = legs(80, 3)
talk(81, (phone, front), 0, steady(100), 31)
talk(81, (back, trunk), 8, steady(100), 32)
talk(81, (back, trunk), 8, steady(100), 33)
# 4: the relay does not change the codec; what it says is not what it hears.
phone, front, back, trunk = legs(120, 4, (0, 0))
talk(121, (phone, front), 0, steady(100), 41)
talk(121, (back, trunk), 0, steady(100), 42)
# 5: one call, whose offer and answer a proxy changes on their way.
hops = [Dialog(capture, *ends, call_id='call-5', users=('user5', 'peer5'))
        for ends in (('10.5.0.1:5060', '10.0.0.8:5060'), ('10.0.0.8:5060', '10.5.0.2:5060'))]
bodies = ((offer('10.5.0.1', 4000, 0), offer(RELAY, 7000, 0)),
          (offer(RELAY, 7002, 8), offer('10.5.0.2', 5000, 8)))
invites = []
for hop, call in enumerate(hops):
    vias = [via for past in invites for via in past.vias] + [call.via(0, 'z9hG4bK-5-%d' % hop)]
    invites.append(call.request(160 + 0.001 * hop, 'INVITE', body=bodies[hop][0],
                                vias=list(reversed(vias))))
for hop in (1, 0):
    hops[hop].respond(161 - 0.001 * hop, invites[hop], 200, body=bodies[hop][1])
for hop in (0, 1):
    hops[hop].ack(161.05 + 0.001 * hop, invites[hop])
talk(161.1, ('10.5.0.1:4000', RELAY + ':7000'), 0, steady(100), 51)
talk(161.13, (RELAY + ':7002', '10.5.0.2:5000'), 8, steady(100), 52)
for hop in (0, 1):
    hops[hop].hang_up(168 + 0.001 * hop)
capture.save()
