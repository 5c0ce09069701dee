#!/usr/bin/env python3
import struct

from faxbuild import HDLC_DATA, FCS_OK, T4_DATA, V17_14400, V21, Fax, data, image, indicator
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)
call.establish(0, image('10.0.0.1', 4000), image('10.0.0.2', 5000))
fax = Fax(capture)
fax.t = 1.2
fax.negotiate()
base = fax.seq[0]


def raw(payload):
    capture.udp(fax.t, *fax.ends, payload)
    fax.t += 0.02


def number(n):
    return struct.pack('>H', base + n)


raw(b'')                                                  # nothing at all
raw(number(0))                                            # no packet
raw(number(0) + b'\xff\xff')                              # fragmented length
raw(number(0) + b'\x82\x00' + b'\x06' * 100)              # 512 octets announced, 100 there
raw(number(0) + b'\x01\x06\x00\xff')                      # 255 copies, none there
raw(number(1) + b'\x01\x06\x80\x01\x00\x01\x01\x06')      # parity over no packet
raw(number(2) + b'\x02\xc0\xff\x00\x00')                  # an IFP packet of 255 fields
raw(number(3) + b'\x05\xc0\x01\x80\xff\xff\x00\x00')      # 65536 octets in one of five
raw(number(4) + b'\x02\xfe\x00\x00\x00')                  # a data type that does not exist
raw(number(5) + b'\x03' + bytes([0xc0, 1, 0x70]) + b'\x00\x00')  # the end of a page in V.21
fax.seq[0] = base + 6
fax.frames(0, (0x6f, b'?'))                               # a control field T.30 does not have
fax.packet(0, data(V21, (HDLC_DATA, b'\x03\x73\x97'), (FCS_OK, None)))  # another address
for n in range(12):                                       # a frame far too long
    fax.packet(0, data(V21, (HDLC_DATA, b'\xff' * 40)))
fax.packet(0, data(V21, (FCS_OK, None)))
fax.seq[0] = 20000                                        # a jump, confirmed
fax.sent[0].clear()
fax.packet(0, indicator(3))
fax.packet(0, indicator(3))
fax.packet(0, data(V17_14400, (T4_DATA, b'\0' * 300)))
call.hang_up(30)
capture.save()
