#!/usr/bin/env python3
import struct

from pcapbuild import Capture, Dialog
from sctpbuild import Sctp, chunk

capture = Capture()
association = Sctp(capture, '10.0.0.1:5060', '10.0.0.2:5060', tsn=(10, 100))
association.open(0)
messages = []
dialog = Dialog(capture, '10.0.0.1:5060', '10.0.0.2:5060', transport='SCTP',
                send=lambda t, side, data: messages.append(data))
dialog.request(0, 'OPTIONS')
association.send(1, 0, messages[0])
# The second of three pieces was never captured.
parts = association.data_chunks(0, messages[0], (len(messages[0]) + 2) // 3)
association.send_chunks(2, 0, parts[:1])
association.send_chunks(2.1, 0, parts[2:])
# Lengths that cannot be, and a chunk that ends the packet early.
for n, bad in enumerate((b'\0\3\0\0', b'\0\3\0\3\0\0\0\0', b'\0\3\xff\xff' + bytes(12),
                         struct.pack('>BBH', 0, 3, 8) + bytes(4), b'\0\3')):
    association.send_chunks(3 + n, 0, [bad])
# What is no SIP.
association.send_chunks(9, 0, [chunk(0, 3, struct.pack('>IHHI', 14, 0, 0, 3) + b'\1\0\1\1\0\0\0\x08')])
capture.save()
