#!/usr/bin/env python3
import struct

from pcapbuild import Capture, Tcp


def record(kind, body):
    return struct.pack('>BHH', kind, 0x0303, len(body)) + body


def handshake(kind, body):
    return record(22, struct.pack('>I', kind << 24 | len(body)) + body)


def extension(kind, body):
    return struct.pack('>HH', kind, len(body)) + body


name = b'sip.example.org'
extensions = extension(0, struct.pack('>HBH', len(name) + 3, 0, len(name)) + name)
extensions += extension(16, b'\x00\x04\x03sip')
client_hello = (b'\x03\x03' + bytes(range(32)) + b'\x00' + b'\x00\x02\xc0\x30' + b'\x01\x00' +
                struct.pack('>H', len(extensions)) + extensions)
server_hello = b'\x03\x03' + bytes(range(100, 132)) + b'\x00' + b'\xc0\x30' + b'\x00'

capture = Capture()
tcp = Tcp(capture, '10.0.0.1:40000', '10.0.0.2:5061')
tcp.open(0)
tcp.send(0.1, 0, handshake(1, client_hello))
tcp.send(0.2, 1, handshake(2, server_hello) + handshake(14, b''))
tcp.send(0.3, 0, record(20, b'\x01') + record(22, bytes(40)))
tcp.send(0.4, 1, record(20, b'\x01') + record(22, bytes(40)))
for n in range(5):
    tcp.send(1 + n, 0, record(23, bytes(100)))
tcp.close(7)
tcp = Tcp(capture, '10.0.0.1:40001', '10.0.0.2:5061')  # begun before the capture
for n in range(3):
    tcp.send(10 + n, 1, record(23, bytes(200)))
tcp = Tcp(capture, '10.0.0.1:40002', '10.0.0.2:5061')  # refused
tcp.open(20)
tcp.send(20.1, 0, handshake(1, client_hello))
tcp.send(20.2, 1, record(21, b'\x02\x28'))
tcp.close(21)
capture.save()
