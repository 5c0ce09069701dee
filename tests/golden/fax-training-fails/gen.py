#!/usr/bin/env python3
from faxbuild import Fax, image
from pcapbuild import Capture, Dialog

capture = Capture()
call = Dialog(capture)
call.establish(0, image('10.0.0.1', 4000), image('10.0.0.2', 5000))
fax = Fax(capture)
fax.t = 1.2
for attempt in range(3):
    fax.negotiate()
    fax.say(1, (0x22, b''))
fax.say(0, (0xdf, b''))
call.hang_up(30)
capture.save()
