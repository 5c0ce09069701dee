#!/usr/bin/env python3
"""-o save.decrypted in whatever is around the media: each saved frame is, byte for byte, the one
that the same generator makes of RTP instead of SRTP. In tunnels that vouch for what they hold, and
in fragments, media stays encrypted, and one line says so."""
import base64
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

sys.dont_write_bytecode = True
SOURCE = pathlib.Path(os.environ['RUNG_SOURCE'])
sys.path.insert(0, str(SOURCE / 'tests/support'))
import tunnelbuild  # noqa: E402
from pcapbuild import (Capture, Dialog, checksum, ethernet, fragments, mpls, pppoe,  # noqa: E402
                       rtp, sdp, udp)
from rungrun import RUNG, SKIPPED, missing  # noqa: E402

SUITE = 'AES_CM_128_HMAC_SHA1_80'
MASTER = bytes(range(30))
SEALED = tunnelbuild.authenticated, tunnelbuild.esp_null, tunnelbuild.esp_in_udp
PHONE, PEER, RELAY = '10.0.0.1:4000', '10.0.0.2:5000', '10.0.0.7:3478'
problems = []


def offer(address, port, attributes=()):
    key = base64.b64encode(MASTER).decode()
    return sdp(address, port, profile='RTP/SAVP',
               attributes=['crypto:1 %s inline:%s' % (SUITE, key), *attributes])


EXTMAP = ['extmap:1 urn:ietf:params:rtp-hdrext:encrypt '
          'urn:ietf:params:rtp-hdrext:ssrc-audio-level']
EXTENSION = bytes([0xbe, 0xde, 0, 2, 1 << 4, 0x94, 2 << 4 | 2, 7, 8, 9, 0, 0])


def build(put, protect, relayed=False, extended=False):
    """A call whose media goes by @put(capture, time, datagram)."""
    capture = Capture(encapsulate=lambda frame: frame)
    call = Dialog(capture, send=lambda t, side, data: capture.frame(
        t, ethernet(udp('10.0.0.%d:5060' % (1 + side), '10.0.0.%d:5060' % (2 - side), data))))
    if relayed:
        description = offer('10.0.0.7', 50000, [
            'candidate:1 1 udp 9 10.0.0.1 4000 typ host',
            'candidate:2 1 udp 1 10.0.0.7 50000 typ relay raddr 10.0.0.1 rport 4000'])
    else:
        description = offer('10.0.0.1', 4000, EXTMAP if extended else [])
    call.establish(0, description, offer('10.0.0.2', 5000, EXTMAP if extended else []))
    for n in range(12):
        size = 160 if n % 3 else 163  # odd sizes need padding in some places
        data = rtp(0, 100 + n, 160 * n, 0xa, EXTENSION * extended + bytes([n]) * size,
                   first=0x90 if extended else 0x80)
        put(capture, 1.1 + 0.02 * n, protect(data))
    call.hang_up(3)
    return capture.to_bytes()


def in_tunnel(tunnel):
    def put(capture, t, data):
        packet = tunnel(udp(PHONE, PEER, data))
        capture.frame(t, packet if tunnel in FRAMES else ethernet(packet))
    return put


def gre_with_checksum(packet):
    head = struct.pack('>HHHH', 0x8000, 0x0800, 0, 0)
    total = checksum(head + packet)
    return tunnelbuild.outer(47, head[:4] + struct.pack('>HH', total, 0) + packet)


def nested(packet):
    return tunnelbuild.gtp(tunnelbuild.vxlan(packet))


def in_mpls(packet):
    return mpls(packet, [16, 17])


def with_options(packet):
    """IPv4 with a router alert, behind a length of IEEE 802.3 and SNAP."""
    head = bytearray(packet[:20] + bytes((148, 4, 0, 0)))
    head[0], head[10:12] = 0x46, b'\0\0'
    head[2:4] = struct.pack('>H', len(packet) + 4)
    head[10:12] = struct.pack('>H', checksum(bytes(head)))
    frame = b'\xaa\xaa\3\0\0\0\x08\0' + bytes(head) + packet[20:]
    return ethernet(packet)[:12] + struct.pack('>H', len(frame)) + frame


FRAMES = tunnelbuild.vn_tag, tunnelbuild.backbone, in_mpls, pppoe, with_options


def attribute(kind, value):
    return struct.pack('>HH', kind, len(value)) + value + bytes(-len(value) % 4)


def stun(data, fingerprint):
    body = attribute(0x12, struct.pack('>BBHI', 0, 1, 5000 ^ 0x2112, 0x0a000002 ^ 0x2112a442))
    body += attribute(0x13, data) + attribute(0x8022, b'x')
    head = struct.pack('>HHI', 0x16, len(body) + 8 * fingerprint, 0x2112a442) + bytes(range(12))
    if fingerprint:
        body += attribute(0x8028, struct.pack('>I', zlib.crc32(head + body) ^ 0x5354554e))
    return head + body


def channel(data, padding=True):
    return struct.pack('>HH', 0x4001, len(data)) + data + bytes(-len(data) % 4 if padding else 0)


def in_turn(wrap, tunnel=lambda packet: packet):
    def put(capture, t, data):
        capture.frame(t, ethernet(tunnel(udp(PHONE, RELAY, wrap(data)))))
    return put


def in_fragments(capture, t, data):
    for part in fragments(PHONE, PEER, data, 96, ident=round(t * 100)):
        capture.frame(t, ethernet(part))


def frames(data):
    """Of a pcap file, whatever its byte order."""
    order = '<' if data[:4] in (b'\xd4\xc3\xb2\xa1', b'\x4d\x3c\xb2\xa1') else '>'
    at, out = 24, []
    while at < len(data):
        size, = struct.unpack_from(order + 'I', data, at + 8)
        out.append(data[at + 16:at + 16 + size])
        at += 16 + size
    return out


def save(folder, secret):
    source, out = folder / 'in.pcap', folder / 'out.pcap'
    source.write_bytes(secret)
    done = subprocess.run([RUNG, '-q', '-r', source, '-o', 'save.decrypted:yes', '-w', out],
                          capture_output=True, text=True, timeout=60)
    if done.returncode:
        problems.append('exit status %d: %s' % (done.returncode, done.stderr))
    return frames(out.read_bytes()), done.stderr


def try_it(folder, name, put, protect, stays=0, **form):
    secret = build(put, protect, **form)
    plain = secret if stays else build(put, lambda data: data, **form)
    saved, said = save(folder, secret)
    wanted = frames(plain)
    if len(saved) != len(wanted):
        problems.append('%s: %d frames instead of %d' % (name, len(saved), len(wanted)))
    for number, (a, b) in enumerate(zip(saved, wanted), 1):
        if a != b:
            problems.append('%s: frame %d is\n%s, not\n%s' % (name, number, a.hex(), b.hex()))
            break
    line = '%d packets of media stay encrypted' % stays
    if bool(stays) != ('stay encrypted' in said) or (stays and line not in said) or \
            said.count('\n') != bool(stays):
        problems.append('%s: it said %r' % (name, said))


def main():
    reason = missing()
    try:
        from srtp_vectors import cover_extension, protect as srtp
    except ImportError:
        reason = 'python3-cryptography is not there'
    if reason is None and '+ libsrtp2' not in subprocess.run([RUNG, '--version'], text=True,
                                                             capture_output=True).stdout:
        reason = 'rung was built without libsrtp2'
    if reason:
        print('plain: skipped:', reason)
        return SKIPPED

    def protect(data):
        return srtp(SUITE, MASTER, data, 0)

    def cover(data):
        return protect(cover_extension(SUITE, MASTER, data, 0, {1}))

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for tunnel in tunnelbuild.TUNNELS + [gre_with_checksum, nested, *FRAMES]:
            try_it(folder, tunnel.__name__, in_tunnel(tunnel), protect,
                   12 if tunnel in SEALED else 0)
        for name, put in (('channel', in_turn(channel)),
                          ('channel without padding', in_turn(lambda d: channel(d, False))),
                          ('indication', in_turn(lambda d: stun(d, False))),
                          ('fingerprint', in_turn(lambda d: stun(d, True))),
                          ('TURN in GTP', in_turn(channel, tunnelbuild.gtp))):
            try_it(folder, name, put, protect, relayed=True)
        try_it(folder, 'fragments', in_fragments, protect, 12)
        try_it(folder, 'encrypted extensions', in_tunnel(nested), cover, extended=True)
    print('\n'.join(problems))
    return bool(problems)


if __name__ == '__main__':
    sys.exit(main())
