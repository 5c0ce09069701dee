#!/usr/bin/env python3
import struct

from hepbuild import chunk, hep3
from pcapbuild import Capture, Dialog

AGENT, SERVER = '10.8.0.1:40000', '10.8.0.9:9060'
A, B = '10.0.0.1:5060', '10.0.0.2:5060'
capture = Capture()
messages = []
dialog = Dialog(capture, A, B, send=lambda t, side, data: messages.append(data))
options = dialog.request(0, 'OPTIONS')
SIP = messages[0]
good = hep3(0, A, B, SIP, key=b'secret')
PACKETS = [
    good,
    hep3(0, A, B, SIP, key=b'wrong'), hep3(0, A, B, SIP),               # not allowed
    hep3(-10 * 365 * 86400, A, B, SIP, key=b'secret'),                 # years ago: not believed
    hep3(0, A, B, SIP, key=b'secret', payload_chunk=0x10),             # compressed
    hep3(0, A, B, b'no SIP at all', key=b'secret'),
    b'HEP3\0\x06',                                                     # nothing in it
    hep3(0, A, B, SIP, key=b'secret', extra=struct.pack('>HHH', 0, 9, 3)),
    hep3(0, A, B, SIP, key=b'secret', extra=struct.pack('>HHH', 0, 9, 0xffff)),
    hep3(0, A, B, SIP, key=b'secret', extra=chunk(7, b'\0')),          # a port of one byte
    good[:4] + b'\0\x20' + good[6:],                                   # another length: no HEP
]
for n, packet in enumerate(PACKETS):
    capture.udp(n, AGENT, SERVER, packet)
capture.save()
