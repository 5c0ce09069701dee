#!/usr/bin/env python3
from pcapbuild import Capture, message, sdp

capture = Capture()
invite = message('INVITE tel:+4989123456 SIP/2.0', [
    'v: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bK1',
    'f: "A. \\"Q\\" <User>" <sip:alice@example.org>', '  ;tag=a1', 't: <tel:+4989123456>',
    'i: compact@example.org', 'CSeq:', '\t1 INVITE', 'Max-Forwards: 70', 'm: <sip:alice@10.0.0.1>',
    'c: application/sdp'], sdp('10.0.0.1', 4000))
capture.udp(0, '10.0.0.1:5060', '10.0.0.2:5060', invite)
capture.save()
