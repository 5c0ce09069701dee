#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady, telephone_event

capture = Capture()
call = Dialog(capture)
maps = ['101 telephone-event/8000']
call.establish(0, sdp('10.0.0.1', 4000, (0, 101), maps), sdp('10.0.0.2', 5000, (0, 101), maps))
audio = Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000')
audio.talk(1.1, steady(50))
seq, now = audio.seq + 50, 2.2


def event(code, states, drop=(), gap=0.3):
    """@states: (ticks since the beginning of its segment, segment's timestamp, end)"""
    global seq, now
    for i, (duration, ts, end) in enumerate(states):
        if i not in drop:
            audio.send(now, seq, ts, marker=i == 0, payload_type=101,
                       payload=telephone_event(code, duration, end))
        seq += 1
        now += 0.02
    now += gap


def press(code, ts, updates=4, drop=()):
    states = [(160 * i, ts, False) for i in range(1, updates + 1)]
    event(code, states + [(160 * updates + 160, ts, True)] * 3, drop)


press(1, 100000)
press(2, 110000, drop=(4, 5, 6))             # no end came
press(3, 120000, drop=(0, 1))                # no beginning
press(10, 130000, drop=(0, 1, 2, 3, 4, 5))   # the last of its three ends alone
event(11, [(160, 140000, False), (0xffff, 140000, False), (160, 140000 + 0xffff, False),
           (320, 140000 + 0xffff, True)])    # longer than 8 s
press(16, 300000)
press(34, 310000)
call.hang_up(9)
capture.save()
