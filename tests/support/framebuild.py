"""Packets framed in TCP streams, for pcapbuild: RFC 4571, and STUN and TURN (RFC 8489, RFC 8656)."""
import ipaddress
import struct

COOKIE = 0x2112a442
BINDING, BINDING_DONE = 0x0001, 0x0101
ALLOCATE, ALLOCATE_DONE = 0x0003, 0x0103
CHANNEL_BIND, CHANNEL_BIND_DONE = 0x0009, 0x0109
SEND, DATA = 0x0016, 0x0017


def framed(*packets):
    return b''.join(struct.pack('>H', len(packet)) + packet for packet in packets)


def attribute(kind, value):
    return struct.pack('>HH', kind, len(value)) + value + bytes(-len(value) % 4)


def address(kind, endpoint):
    """XOR-MAPPED-ADDRESS and its like, of IPv4."""
    host, port = endpoint.split(':')
    number = int(ipaddress.ip_address(host)) ^ COOKIE
    return attribute(kind, struct.pack('>BBHI', 0, 1, int(port) ^ COOKIE >> 16, number))


def peer(endpoint):
    return address(0x12, endpoint)


def relayed(endpoint):
    return address(0x16, endpoint)


def stun(kind, *attributes, transaction=bytes(range(12))):
    body = b''.join(attributes)
    return struct.pack('>HHI', kind, len(body), COOKIE) + transaction + body


def indication(kind, endpoint, data):
    return stun(kind, peer(endpoint), attribute(0x13, data))


def channel(number, data):
    """Over TCP, always padded."""
    return struct.pack('>HH', number, len(data)) + data + bytes(-len(data) % 4)
