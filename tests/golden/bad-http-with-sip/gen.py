#!/usr/bin/env python3
from pcapbuild import Capture, Tcp

capture = Capture()
tcp = Tcp(capture, '10.0.0.1:40000', '10.0.0.2:80')
tcp.open(0)
tcp.send(0.1, 0, b'GET / HTTP/1.1\r\nHost: SIP/2.0\r\n\r\n')
tcp.send(0.2, 1, b'HTTP/1.1 200 OK SIP/2.0\r\nContent-Length: 5\r\n\r\nhello')
tcp.close(1)
capture.udp(2, '10.0.0.1:1900', '239.255.255.250:1900',
            b'M-SEARCH * HTTP/1.1\r\nHost: SIP/2.0 SIP/2.0\r\n\r\n')
capture.save()
