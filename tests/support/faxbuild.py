"""Faxes over T.38 for the cases of tests/golden: T.30 frames in IFP packets (ITU-T T.38, both syntaxes)
in UDPTL with copies."""
import struct

from pcapbuild import sdp

V21, V17_14400 = 0, 8
CNG, CED, V21_PREAMBLE, V17_SHORT, V17_LONG = 1, 2, 3, 14, 15
HDLC_DATA, HDLC_END, FCS_OK, FCS_BAD, T4_DATA, T4_END = 0, 1, 2, 3, 6, 7

# Facsimile information as T.30 prints it, the first bit in the highest place.
DIS = b'\x20\x77\x1f\x23'           # up to V.17, fine, MR, ECM, MMR
DCS = b'\x00\x46\x0e'               # V.17 14400, fine, MH
DCS_ECM = b'\x00\x46\x01\x22'       # V.17 14400, fine, ECM, MMR


def image(address, port, version=0):
    return sdp(address, port, ('t38',), attributes=('T38FaxVersion:%d' % version,), media='image',
               profile='udptl')


def turned(byte):
    return int('{:08b}'.format(byte)[::-1], 2)


def identity(text):
    return bytes(turned(ord(c)) for c in text.ljust(20)[::-1])


def open_type(data):
    length = len(data)
    return (bytes([length]) if length < 128 else struct.pack('>H', 0x8000 | length)) + data


def indicator(number):
    return bytes([number << 1])


def data(kind, *fields, version=0):
    """IFP packet of (field type, octets or None)."""
    out, half = bytes([0xc0 | kind << 1, len(fields)]), None
    for number, octets in fields:
        has = octets is not None
        if version:
            out += bytes([has << 7 | number << 3])
        elif half is None:
            half = has << 7 | number << 4
            if not has:
                continue
            out, half = out + bytes([half]), None
        else:
            out, half = out + bytes([half | has << 3 | number]), None
        if has:
            out += struct.pack('>H', len(octets) - 1) + octets
    return out if half is None else out + bytes([half])


class Fax:
    """Both directions; side 0 calls and, unless told otherwise, sends."""

    def __init__(self, capture, caller='10.0.0.1:4000', callee='10.0.0.2:5000', version=0, copies=2):
        self.capture, self.ends = capture, (caller, callee)
        self.version, self.copies = version, copies
        self.seq, self.sent = [0, 0], [[], []]
        self.t, self.skip = 0, 0

    def lose(self, count):
        """The next packets never come, though the sender counts them."""
        self.skip = count

    def packet(self, side, ifp):
        earlier = self.sent[side][::-1][:self.copies]
        payload = struct.pack('>H', self.seq[side] & 0xffff) + open_type(ifp)
        payload += bytes([0, len(earlier)]) + b''.join(open_type(e) for e in earlier)
        self.seq[side] += 1
        self.sent[side].append(ifp)
        if self.skip:
            self.skip -= 1
        else:
            self.capture.udp(self.t, self.ends[side], self.ends[1 - side], payload)
        self.t += 0.02

    def tone(self, side, number):
        self.packet(side, indicator(number))
        self.t += 0.2

    def frames(self, side, *frames, kind=V21):
        """(code, information) each; the last one is final. One IFP packet brings up to 20 octets."""
        for n, (code, information) in enumerate(frames):
            last = n + 1 == len(frames)
            octets = bytes([0xff, 0xc8 if last and kind == V21 else 0xc0, code]) + information
            for at in range(0, len(octets), 20):
                self.packet(side, data(kind, (HDLC_DATA, octets[at:at + 20]), version=self.version))
            self.packet(side, data(kind, (FCS_OK, None), version=self.version))
        self.packet(side, data(kind, (HDLC_END, None), version=self.version))
        self.t += 0.1

    def say(self, side, *frames):
        self.packet(side, indicator(V21_PREAMBLE))
        self.frames(side, *frames)

    def octets(self, side, octets):
        for at in range(0, len(octets), 40):
            self.packet(side, data(V17_14400, (T4_DATA, octets[at:at + 40]), version=self.version))
        self.packet(side, data(V17_14400, (T4_END, None), version=self.version))
        self.t += 0.1

    def negotiate(self, terms=DCS):
        self.say(1, (0x02, identity('+1 555 0199')), (0x01, DIS))
        self.say(0, (0xc2, identity('+1 555 0100')), (0xc1, terms))
        self.packet(0, indicator(V17_LONG))
        self.octets(0, b'\0' * 120)

    def train(self, terms=DCS):
        self.negotiate(terms)
        self.say(1, (0x21, b''))
        self.packet(0, indicator(V17_SHORT))

    def piece(self, number, octets):
        """An ECM frame."""
        frame = bytes([0xff, 0xc0, 0x60, turned(number)]) + octets
        for at in range(0, len(frame), 40):
            self.packet(0, data(V17_14400, (HDLC_DATA, frame[at:at + 40]), version=self.version))
        self.packet(0, data(V17_14400, (FCS_OK, None), version=self.version))
