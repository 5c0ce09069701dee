#!/usr/bin/env python3
import json

from hepbuild import hep3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady

AGENT, SERVER = '10.8.0.1:40000', '10.8.0.9:9060'
CALLER, CALLEE = '10.0.0.1:4000', '10.0.0.2:5000'
CALL_ID = 'call-1@example.org'
capture = Capture()


def report(t, kind, payload, source, destination, correlation=CALL_ID, agent=2002):
    capture.udp(t, AGENT, SERVER, hep3(t, source, destination, payload, kind=kind, agent=agent,
                                       correlation=correlation and correlation.encode()))


def rtcp(t, ssrc, packets, block, source, destination, **more):
    about, lost, jitter = block
    report(t, 5, json.dumps({
        'sender_information': {'ntp_timestamp_sec': 3908988800 + int(t), 'ntp_timestamp_usec': 0,
                               'octets': packets * 160, 'rtp_timestamp': 0, 'packets': packets},
        'ssrc': ssrc, 'type': 200, 'report_count': 1,
        'report_blocks': [{'source_ssrc': about, 'highest_seq_no': 1049, 'fraction_lost': lost,
                           'ia_jitter': jitter, 'packets_lost': lost, 'lsr': 0, 'dlsr': 0}],
        'sdes_information': [{'sdes_chunk_ssrc': ssrc, 'type': 1, 'text': 'name-%d' % ssrc}],
    }).encode(), source, destination, **more)


call = Dialog(capture, call_id=CALL_ID)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
Rtp(capture, CALLER, CALLEE, ssrc=1).talk(1.1, steady(50))
Rtp(capture, CALLEE, CALLER, ssrc=2).talk(1.1, steady(50))

# By its addresses; behind a NAT that the agent sees from the other side, by the call and the SSRC.
rtcp(1.5, 1, 20, (2, 64, 16), '10.0.0.1:4001', '10.0.0.2:5001')
rtcp(1.6, 2, 25, (1, 0, 8), '192.0.2.7:61001', '192.0.2.8:61003', agent=2003)
# Of a call that nobody knows.
rtcp(1.7, 77, 1, (78, 0, 0), '192.0.2.7:1', '192.0.2.8:2', correlation='nobody@example.org')
# It breaks off.
report(1.8, 5, b'{"ssrc":1,"sender_information":{"packets":30,"octets":4800},"report_bl',
       '10.0.0.1:4001', '10.0.0.2:5001')
report(2.2, 35, b'{"TYPE":"PERIODIC","SSRC":"0x1","MOS":4.1,"PACKET_LOSS":2,"EXPECTED_PK":"50",'
       b'"RTP_SIP_CALL_ID":"call-1@example.org"}', CALLER, CALLEE, correlation=None)
report(2.3, 34, b'{"TYPE":"FINAL","SSRC":2,"MOS":4.38,"RFACTOR":93,"PACKET_LOSS":0,'
       b'"EXPECTED_PK":50,"TOTAL_PK":50,"MEAN_JITTER":1.25,"CODEC_NAME":"PCMU"}', CALLEE, CALLER)
# Lines of logs: by their correlation, by what they say, and of nobody.
report(2.4, 100, b'proxy: relayed to \x1b[31mtrunk\nsecond line', '10.0.0.9:5060', '10.0.0.2:5060')
report(2.5, 100, b'WARNING: [ID="call-1@example.org"]: no answer to keep-alives', '10.0.0.9:0',
       '10.0.0.9:0', correlation=None)
report(2.6, 100, b'nothing of any call', '10.0.0.9:0', '10.0.0.9:0', correlation=None)
call.hang_up(3)
capture.save()
