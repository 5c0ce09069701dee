#!/usr/bin/env python3
from faxbuild import CED, CNG, Fax, image
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)
call.establish(0, image('10.0.0.1', 4000), image('10.0.0.2', 5000))
fax = Fax(capture)
fax.t = 1.2
fax.tone(0, CNG)
fax.tone(1, CED)
fax.train()
fax.octets(0, b'\x00\x14\xd9' * 100)
fax.say(0, (0xf4, b''))
fax.say(1, (0x31, b''))
fax.say(0, (0xdf, b''))
call.hang_up(30)
capture.save()
