#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Rtp, sdp, steady
from sctpbuild import Sctp

capture = Capture()
A, B = '10.0.0.1:5060', '10.0.0.2:5060'
LONG = ['x-padding:' + 'x' * 900]

# Two homes: every second message goes by the other network; long ones are in pieces.
association = Sctp(capture, A, B, homes=('10.9.0.1', '10.9.0.2'))
association.open(0)
count = 0


def send(t, side, data):
    global count
    count += 1
    association.send(t, side, data, size=300, home=count % 2)


call = Dialog(capture, A, B, transport='SCTP', send=send)
call.establish(1, sdp('10.0.0.1', 4000, attributes=LONG), sdp('10.0.0.2', 5000))
Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=1).talk(2.1, steady(10))
call.hang_up(5)
# A retransmission, and two messages bundled in one packet.
again = Dialog(capture, A, B, call_id='bundled@example.org', transport='SCTP',
               send=lambda t, side, data: bundle.append(data))
bundle = []
options = again.request(0, 'OPTIONS')
again.request(0, 'OPTIONS')
chunks = [c for data in bundle for c in association.data_chunks(0, data, 4000)]
association.send_chunks(6, 0, chunks)
association.send_chunks(7, 0, chunks)

# The same in UDP, captured from the middle on.
inside = Sctp(capture, '10.0.1.1:5060', '10.0.1.2:5060', udp_port=9899, tags=(3, 4))
second = Dialog(capture, '10.0.1.1:5060', '10.0.1.2:5060', call_id='call-2@example.org',
                transport='SCTP', send=lambda t, side, data: inside.send(t, side, data, size=300))
second.establish(10, sdp('10.0.1.1', 4000), sdp('10.0.1.2', 5000))
second.hang_up(15)
capture.save()
