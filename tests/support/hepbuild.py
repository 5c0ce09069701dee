"""HEP packets for tests (version 3, and its precursors). Addresses are "ip:port"."""
import struct

from pcapbuild import BASE, endpoint


def chunk(kind, value, vendor=0):
    return struct.pack('>HHH', vendor, kind, len(value) + 6) + value


def hep3(t, source, destination, payload, kind=1, agent=2001, correlation=None, key=None,
         protocol=17, payload_chunk=0x0f, extra=b''):
    """@t: seconds from BASE, the time that the agent tells."""
    (a, sport), (b, dport) = endpoint(source), endpoint(destination)
    v6 = a.version == 6
    us = round((BASE + t) * 1e6)
    body = chunk(1, bytes((10 if v6 else 2,))) + chunk(2, bytes((protocol,))) \
        + chunk(5 if v6 else 3, a.packed) + chunk(6 if v6 else 4, b.packed) \
        + chunk(7, struct.pack('>H', sport)) + chunk(8, struct.pack('>H', dport)) \
        + chunk(9, struct.pack('>I', us // 1000000)) + chunk(10, struct.pack('>I', us % 1000000)) \
        + chunk(11, bytes((kind,))) + chunk(12, struct.pack('>I', agent))
    if key is not None:
        body += chunk(14, key)
    if correlation is not None:
        body += chunk(17, correlation)
    body += extra + chunk(payload_chunk, payload)
    return b'HEP3' + struct.pack('>H', len(body) + 6) + body


def hep_old(version, t, source, destination, payload):
    (a, sport), (b, dport) = endpoint(source), endpoint(destination)
    size = 16 if a.version == 4 else 40
    time = b''
    if version == 2:
        us = round((BASE + t) * 1e6)
        time = struct.pack('<IIHH', us // 1000000, us % 1000000, 7, 0)
    return struct.pack('>BBBBHH', version, size + len(time), 2 if size == 16 else 10, 17, sport,
                       dport) + a.packed + b.packed + time + payload
