#!/usr/bin/env python3
import struct

from pcapbuild import Capture, Tcp

# CN=old.example.org, for *.example.org, of CN=Example CA; valid in 2020
CERTIFICATE = bytes.fromhex(
    '3082019d30820143a003020102020101300a06082a8648ce3d04030230273110300e060355040a0c074578616d'
    '706c653113301106035504030c0a4578616d706c65204341301e170d3230303130313030303030305a170d3231'
    '303130313030303030305a301a3118301606035504030c0f6f6c642e6578616d706c652e6f7267305930130607'
    '2a8648ce3d020106082a8648ce3d0301070342000495aa49bed20301169b23f91ef08bf80968a7a3afb4bdf750'
    'aea0b32428dbd60307f9de3d9dbacfbb280330ec48e8bf82f0a13b6af5e2bb72e194962e4f2c19fea36d306b30'
    '290603551d1104223020820d2a2e6578616d706c652e6f7267820f6f6c642e6578616d706c652e6f7267301d06'
    '03551d0e041604143de2572624a726616d442cce9dbd1983829a7530301f0603551d23041830168014b7cbcb20'
    '6468365263b80624e33b83f490dc31fb300a06082a8648ce3d040302034800304502207e6aba8411f02e68d14f'
    'b4f3898da128201b33d630157a6da1e5d4d0d66511350221008ecc53b89cee0a102859ed46a71378bed758d9bf'
    '25a3e7dfe50777c733950b7c')


def record(kind, body):
    return struct.pack('>BHH', kind, 0x0303, len(body)) + body


def handshake(kind, body):
    return record(22, struct.pack('>I', kind << 24 | len(body)) + body)


def extension(kind, body):
    return struct.pack('>HH', kind, len(body)) + body


def sized(data):
    return struct.pack('>I', len(data))[1:] + data


def hellos(name, suite, random):
    host = struct.pack('>HBH', len(name) + 3, 0, len(name)) + name
    extensions = extension(0, host)
    client = b'\x03\x03' + bytes([random] * 32) + b'\x00\x00\x02' + suite + b'\x01\x00' \
        + struct.pack('>H', len(extensions)) + extensions
    server = b'\x03\x03' + bytes([random + 1] * 32) + b'\x00' + suite + b'\x00'
    return handshake(1, client), handshake(2, server)


capture = Capture()
for n, name in enumerate((b'sip.example.org', b'a.b.example.org')):
    tcp = Tcp(capture, '10.0.0.%d:40000' % (n + 1), '10.0.0.9:5061')
    client, server = hellos(name, b'\xc0\x2b', 10 * n)
    tcp.open(n)
    tcp.send(n + 0.1, 0, client)
    tcp.send(n + 0.2, 1, server + handshake(11, sized(sized(CERTIFICATE))) + handshake(14, b''))
    tcp.send(n + 0.3, 0, record(21, b'\x02\x2d'))  # fatal: certificate_expired
    tcp.close(n + 0.4)
capture.save()
