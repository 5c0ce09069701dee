#!/usr/bin/env python3
from pcapbuild import Capture

capture = Capture()
for n, data in enumerate((b'', b'\r\n', b'\r\n\r\n', b'\0', b'INVITE', b'INVITE sip:x SIP/2.0',
                          b'SIP/2.0 ', b'SIP/2.0 200 OK\r\n', b'SIP/2.0 200 OK\r\n\r\n',
                          b' SIP/2.0')):
    capture.udp(n, '10.0.0.1:5060', '10.0.0.2:5060', data)
capture.save()
