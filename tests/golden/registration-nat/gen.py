#!/usr/bin/env python3
from pcapbuild import Capture, Dialog

capture = Capture()
phone = Dialog(capture, '203.0.113.7:61425', '10.0.0.9:5060', users=('alice', 'alice'),
               call_id='reg@192.168.7.10')
contact = '<sip:alice@192.168.7.10:5060>'
path = 'Path: <sip:edge.example.org;lr>'

for n, t in enumerate((0, 30)):
    via = 'Via: SIP/2.0/UDP 192.168.7.10:5060;branch=z9hG4bK%d' % n
    ask = phone.request(t, 'REGISTER', uri='sip:example.org', cseq=n + 1, contact=False,
                        headers=['Contact: %s;expires=60' % contact], vias=[via + ';rport'])
    ask.vias = [via + ';received=203.0.113.7;rport=61425']
    phone.respond(t + 0.02, ask, 200, ['Contact: %s;expires=60' % contact, path])
# another message only moves the clock of the packets on
other = Dialog(capture, '10.0.0.3:5060', '10.0.0.9:5060', call_id='options@10.0.0.3')
other.request(40.02, 'OPTIONS')
capture.save()
