#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, Tcp

WITH_STATE = b'\xf9' + bytes.fromhex('8e9a21c04d77') + bytes(range(64, 140))
WITH_CODE = b'\xfd\x05' + b'sixsix' + b'compressed by it'

if __name__ == '__main__':
    capture = Capture()
    for n in range(3):
        capture.udp(0.1 * n, '10.0.0.1:5060', '10.0.0.2:5060', WITH_STATE)
        capture.udp(0.1 * n + 0.05, '10.0.0.2:5060', '10.0.0.1:5060', WITH_CODE)
    Dialog(capture, '10.0.0.1:5070', '10.0.0.2:5070').establish(2)  # a flow of SIP, elsewhere
    capture.udp(5, '10.0.0.1:5070', '10.0.0.2:5070', WITH_STATE)
    capture.udp(6, '10.0.0.1:7000', '10.0.0.2:7000', WITH_STATE)  # nothing says that this is SIP
    tcp = Tcp(capture, '10.0.0.1:40000', '10.0.0.2:5060')
    tcp.open(7)
    tcp.send(7.1, 0, WITH_STATE + b'\xff\xff' + WITH_STATE)
    tcp.close(8)
    capture.save()
