#!/usr/bin/env python3
from msrpbuild import Msrp
from pcapbuild import Capture

capture = Capture()
chat = Msrp(capture)
tid, data = chat.message(0, bytes(range(256)) * 160, message_id='big', content_type='image/png')
for n, begin in enumerate(range(1000, len(data), 1400)):
    chat.tcp.send(n / 100, 0, data[begin:begin + 1400])
chat.respond(1, 1, tid)
chat.exchange(2, 1, b'got it', message_id='b1')
chat.exchange(3, 0, b'fine', message_id='a1')
chat.close(4)
capture.save()
