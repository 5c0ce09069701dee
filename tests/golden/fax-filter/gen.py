#!/usr/bin/env python3
from faxbuild import Fax, image
from pcapbuild import Capture, Dialog

capture = Capture()
for n, answer in enumerate((0x31, 0x32)):  # MCF, RTN
    call = Dialog(capture, call_id='call-%d@example.org' % (n + 1))
    call.establish(40 * n, image('10.0.0.1', 4000 + n), image('10.0.0.2', 5000 + n))
    fax = Fax(capture, '10.0.0.1:%d' % (4000 + n), '10.0.0.2:%d' % (5000 + n))
    fax.t = 40 * n + 1.2
    fax.train()
    fax.octets(0, b'\x5a' * 100)
    fax.say(0, (0xf4, b''))
    fax.say(1, (answer, b''))
    fax.say(0, (0xdf, b''))
    call.hang_up(40 * n + 30)
capture.save()
