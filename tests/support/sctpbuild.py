"""SCTP associations for tests: INIT and INIT ACK, then user messages in DATA chunks."""
import struct

from pcapbuild import endpoint, ip_packet, udp

DATA, INIT, INIT_ACK, SACK = 0, 1, 2, 3


def chunk(kind, flags, value):
    return struct.pack('>BBH', kind, flags, len(value) + 4) + value + bytes(-len(value) % 4)


class Sctp:
    """Side 0 is the client. @homes: a second address of each side, or None."""

    def __init__(self, capture, client, server, homes=(None, None), udp_port=None,
                 tags=(0x1111, 0x2222), tsn=(0xfffffffe, 100)):
        self.capture, self.homes, self.udp_port = capture, homes, udp_port
        self.ends, self.tags, self.tsn = [client, server], tags, list(tsn)

    def send_chunks(self, t, side, chunks, tag=None, home=0):
        (source, sport), (destination, dport) = (endpoint(self.ends[s]) for s in (side, 1 - side))
        if home:
            source, destination = (endpoint(self.homes[s] + ':1')[0] for s in (side, 1 - side))
        data = struct.pack('>HHII', sport, dport, self.tags[1 - side] if tag is None else tag, 0) \
            + b''.join(chunks)
        if self.udp_port:
            self.capture.udp(t, '%s:%d' % (source, self.udp_port),
                             '%s:%d' % (destination, self.udp_port), data)
        else:
            self.capture.ip(t, ip_packet(source, destination, 132, data))

    def open(self, t):
        for side, kind, tag in ((0, INIT, 0), (1, INIT_ACK, None)):
            value = struct.pack('>IIHHI', self.tags[side], 65536, 10, 10, self.tsn[side])
            if self.homes[side]:
                value += struct.pack('>HH', 5, 8) + endpoint(self.homes[side] + ':1')[0].packed
            self.send_chunks(t + side * 0.001, side, [chunk(kind, 0, value)], tag)

    def data_chunks(self, side, data, size):
        parts = [data[at:at + size] for at in range(0, len(data), size)]
        chunks = []
        for n, part in enumerate(parts):
            flags = (2 if n == 0 else 0) | (1 if n == len(parts) - 1 else 0)
            chunks.append(chunk(DATA, flags, struct.pack('>IHHI', self.tsn[side], 0, 0, 0) + part))
            self.tsn[side] = (self.tsn[side] + 1) & 0xffffffff
        return chunks

    def send(self, t, side, data, size=1400, home=0):
        for n, one in enumerate(self.data_chunks(side, data, size)):
            self.send_chunks(t + n * 0.0001, side, [one], home=home)
