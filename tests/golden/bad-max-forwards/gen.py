#!/usr/bin/env python3
from pcapbuild import Capture, message

capture = Capture()
headers = ['Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1', 'From: <sip:alice@example.org>;tag=a',
           'To: <sip:bob@example.org>', 'Call-ID: call-1@example.org', 'CSeq: 1 INVITE',
           'Contact: <sip:alice@10.0.0.1>', 'Max-Forwards: 70']
headers[6] = 'Max-Forwards: 4711'
data = message('INVITE sip:bob@example.org SIP/2.0', headers + ['Expires: soon'])
capture.udp(0, '10.0.0.1:5060', '10.0.0.2:5060', data)
capture.save()
