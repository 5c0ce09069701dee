#!/usr/bin/env python3
from faxbuild import DCS_ECM, Fax, image, turned
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)
call.establish(0, image('10.0.0.1', 4000), image('10.0.0.2', 5000))
fax = Fax(capture, version=2)
fax.t = 1.2
fax.train(DCS_ECM)
for number in (0, 1, 3):
    fax.piece(number, bytes([number]) * 256)
pps = (0xfd, bytes([0x74, 0, 0, turned(3)]))
fax.say(0, pps)
fax.say(1, (0x3d, b'\x10' + b'\0' * 31))
fax.piece(2, b'\2' * 256)
fax.say(0, pps)
fax.say(1, (0x31, b''))
fax.say(0, (0xdf, b''))
call.hang_up(30)
capture.save()
