#!/usr/bin/env python3
from msrpbuild import Msrp, msrp_sdp
from pcapbuild import Capture, Dialog

ALICE = 'msrp://alice.example.org:7777/iau39soe2843z;tcp'
RELAY = 'msrps://relay.example.org:2855/jui787s2f;tcp'
BOB = 'msrp://bob.example.org:9999/9di4eae923wzd;tcp'
capture = Capture()
near = Msrp(capture, ('10.0.0.1:40001', '10.0.0.9:2855'), (ALICE, RELAY))
far = Msrp(capture, ('10.0.0.9:40002', '10.0.0.2:9999'), (ALICE, BOB))
far.count = 100
near.open(0)
near.exchange(0.1, 0, method='AUTH', content_type=None, message_id=None, byte_range='',
              answer='401 Unauthorized', to='msrps://relay.example.org:2855;tcp')
near.exchange(0.2, 0, method='AUTH', content_type=None, message_id=None, byte_range='',
              to='msrps://relay.example.org:2855;tcp')
call = Dialog(capture)
call.establish(1, msrp_sdp('10.0.0.9', 2855, RELAY + ' ' + ALICE),
               msrp_sdp('10.0.0.2', 9999, BOB, 'passive'))
far.open(2.2)
for t, text, message_id in ((2.5, b'hello through a relay', 'm1'), (3.5, b'and again', 'm2')):
    tid = near.send(t, 0, text, message_id=message_id, to=RELAY + ' ' + BOB, origin=ALICE)
    near.respond(t + 0.01, 1, tid)
    tid = far.send(t + 0.02, 0, text, message_id=message_id, to=BOB, origin=RELAY + ' ' + ALICE)
    far.respond(t + 0.03, 1, tid, to=RELAY)
call.hang_up(5)
capture.save()
