#!/usr/bin/env python3
import json

from hepbuild import hep3
from pcapbuild import (BASE, Capture, Dialog, Rtp, receiver_report, report_block, sdp, sender_report,
                       steady)

AGENT, SERVER = '10.8.0.1:40000', '10.8.0.9:9060'
CALLER, CALLEE = '10.0.0.1:4001', '10.0.0.2:5001'
capture = Capture()
NTP = BASE + 2208988800


def report(t, payload, source, destination, call_id):
    capture.udp(t + 0.05, AGENT, SERVER, hep3(t, source, destination, payload, kind=5,
                                              correlation=call_id.encode()))


def middle(seconds):
    """Of an NTP time, as LSR has it."""
    return int(seconds * 65536) & 0xffffffff


def rtcp(t, call_id, ssrc, packets, about, ends=(CALLER, CALLEE), lost=0, fraction=0, jitter=0,
         lsr=0.0, kept=0.0):
    report(t, json.dumps({
        'sender_information': {'ntp_timestamp_sec': NTP + int(t),
                               'ntp_timestamp_usec': int(t % 1 * 2 ** 32),
                               'octets': packets * 160, 'rtp_timestamp': 0, 'packets': packets},
        'ssrc': ssrc, 'type': 200, 'report_count': 1,
        'report_blocks': [{'source_ssrc': about, 'highest_seq_no': packets,
                           'fraction_lost': fraction, 'ia_jitter': jitter, 'packets_lost': lost,
                           'lsr': middle(NTP + lsr) if lsr else 0, 'dlsr': int(kept * 65536)}],
    }).encode(), *ends, call_id)


# no RTP at all: each end says what it sends and what it gets
call = Dialog(capture, call_id='blind@example.org')
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
back = (CALLEE, CALLER)
rtcp(2, 'blind@example.org', 0xa, 50, 0xb)
rtcp(2.5, 'blind@example.org', 0xb, 75, 0xa, back, lost=1, fraction=5, jitter=80, lsr=2, kept=0.46)
rtcp(7, 'blind@example.org', 0xa, 300, 0xb, lost=0, jitter=16, lsr=2.5, kept=4.49)
rtcp(7.5, 'blind@example.org', 0xb, 325, 0xa, back, lost=15, fraction=14, jitter=40, lsr=7,
     kept=0.47)
call.hang_up(9)

# one direction is captured: its figures are measured, and only the other's are hearsay
call = Dialog(capture, call_id='half@example.org')
call.establish(20, sdp('10.0.0.1', 4100), sdp('10.0.0.2', 5100))
Rtp(capture, '10.0.0.1:4100', '10.0.0.2:5100', ssrc=0x1a).talk(21.1, steady(50))
ends = ('10.0.0.2:5101', '10.0.0.1:4101')
rtcp(22.5, 'half@example.org', 0x1b, 60, 0x1a, ends, lost=2, fraction=10, jitter=8)
rtcp(23, 'half@example.org', 0x1a, 95, 0x1b, ends[::-1], lost=6, fraction=25, jitter=24)
call.hang_up(25)

# RTCP as it was, not JSON; and of a codec whose clock nobody knows
call = Dialog(capture, call_id='binary@example.org')
call.establish(40, sdp('10.0.0.1', 4200, formats=(96,), rtpmaps=['96 opus/48000/2']),
               sdp('10.0.0.2', 5200, formats=(96,), rtpmaps=['96 opus/48000/2']))
report(42, sender_report(0x2a, 42, 0, 100, 6000), '10.0.0.1:4201', '10.0.0.2:5201',
       'binary@example.org')
report(42.1, receiver_report(0x2b, [report_block(0x2a, fraction=3, lost=4, highest=100, jitter=96)]),
       '10.0.0.2:5201', '10.0.0.1:4201', 'binary@example.org')
report(43, receiver_report(0x2a, [report_block(0x2b, lost=-1, jitter=96)]), '192.0.2.1:9',
       '192.0.2.2:9', 'binary@example.org')
call.hang_up(45)
capture.save()
