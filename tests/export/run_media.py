#!/usr/bin/env python3
"""What is saved and heard is what was counted: media inside of TURN, in fragments, framed in TCP and
TLS, and behind ports that only -d explains (a tunnel on a port of its own, media that nothing
announces)."""
import json
import os
import pathlib
import shutil
import ssl
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
SOURCE = pathlib.Path(os.environ['RUNG_SOURCE'])
sys.path.insert(0, str(SOURCE / 'tests/support'))
from certificates import make_authority  # noqa: E402
from framebuild import (ALLOCATE, ALLOCATE_DONE, channel, framed, relayed as relayed_address,  # noqa: E402
                        stun)
from hepbuild import hep3  # noqa: E402
from pcapbuild import (Capture, Dialog, Rtp, Tcp, ethernet, fragments, rtp, sdp,  # noqa: E402
                       steady)
from rungrun import RUNG, SKIPPED, missing  # noqa: E402
from tunnelbuild import vxlan  # noqa: E402

problems = []
SECONDS = 60


def check(what, got, expected):
    if got != expected:
        problems.append('%s: %r, not %r' % (what, got, expected))


def rung(*arguments):
    done = subprocess.run([RUNG, '-q', *map(str, arguments)], capture_output=True, text=True,
                          timeout=SECONDS)
    check('exit status of %s: %s' % (arguments, done.stderr), done.returncode, 0)
    return done.stdout


def document(path, *arguments):
    return json.loads(rung('-r', path, '-T', 'json', '-z', 'calls', '-z', 'streams', '-z', 'packets',
                           *arguments))


def wave(data):
    """Seconds and samples; Python's module does not know the extensible form."""
    at, rate, block = 12, 1, 1
    while at + 8 <= len(data):
        kind, size = struct.unpack_from('<4sI', data, at)
        if kind == b'fmt ':
            rate, _, block = struct.unpack_from('<IIH', data, at + 12)
        elif kind == b'data':
            return size / block / rate, data[at + 8:at + 8 + size]
        at += 8 + size + size % 2
    return 0, b''


def turn(data):
    return bytes((0x40, 1)) + len(data).to_bytes(2, 'big') + data + bytes(-len(data) % 4)


def relayed(capture):
    """Of 50 packets each way every one in ChannelData."""
    call = Dialog(capture)
    candidates = ['candidate:1 1 udp 9 10.0.0.1 4000 typ host',
                  'candidate:2 1 udp 1 10.0.0.7 50000 typ relay raddr 10.0.0.1 rport 4000']
    call.establish(0, sdp('10.0.0.7', 50000, attributes=candidates), sdp('10.0.0.2', 5000))
    for n in range(50):
        for ssrc, ends in (1, ('10.0.0.1:4000', '10.0.0.7:3478')), \
                (2, ('10.0.0.7:3478', '10.0.0.1:4000')):
            capture.udp(1.1 + 0.02 * n + ssrc / 1000, *ends,
                        turn(rtp(0, n, 160 * n, ssrc, bytes((0x20 + n,)) * 160)))
    call.hang_up(3)


def tunnelled(capture):
    """In VXLAN on a port where nobody looks for it."""
    capture.encapsulate = lambda packet: ethernet(vxlan(packet, 33333))
    call = Dialog(capture)
    call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
    Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000', ssrc=1, payload=bytes(160)).talk(1.1, steady(50))
    Rtp(capture, '10.0.0.2:5000', '10.0.0.1:4000', ssrc=2, payload=bytes(160)).talk(1.1, steady(50))
    call.hang_up(3)


def in_fragments(capture):
    """Packets of 100 ms of L16 do not fit a frame."""
    call = Dialog(capture)
    l16 = ['96 L16/8000']
    call.establish(0, sdp('10.0.0.1', 4000, formats=(96,), rtpmaps=l16),
                   sdp('10.0.0.2', 5000, formats=(96,), rtpmaps=l16))
    for n in range(20):
        for ssrc, ends in (1, ('10.0.0.1:4000', '10.0.0.2:5000')), \
                (2, ('10.0.0.2:5000', '10.0.0.1:4000')):
            data = rtp(96, n, 800 * n, ssrc, bytes((0x10, n)) * 800)
            for at, part in enumerate(fragments(*ends, data, 1200, ident=100 * ssrc + n)):
                capture.ip(1.1 + 0.1 * n + ssrc / 1000 + at / 10000, part)
    call.hang_up(4)


def both_ways(capture, connection, wrap):
    """Of 50 packets each way every one cut in two, the second segment of the fifth repeated."""
    for n in range(50):
        for side in 0, 1:
            data = wrap(rtp(0, n, 160 * n, side + 1, bytes((0x20 + n,)) * 160))
            t = 1.1 + 0.02 * n + side / 1000
            connection.send(t, side, data[:60])
            connection.send(t + 0.0002, side, data[60:])
            if n == 5 and isinstance(connection, Tcp):
                connection.segment(t + 0.0004, side, data[60:],
                                   offset=connection.sent[side] - len(data[60:]))


def in_frames(capture):
    """Each packet behind its length (RFC 4571)."""
    call = Dialog(capture)
    call.establish(0, sdp('10.0.0.1', 9, profile='TCP/RTP/AVP', attributes=['setup:active']),
                   sdp('10.0.0.2', 5000, profile='TCP/RTP/AVP', attributes=['setup:passive']))
    connection = Tcp(capture, '10.0.0.1:42000', '10.0.0.2:5000')
    connection.open(1.05)
    both_ways(capture, connection, framed)
    call.hang_up(3)


class Tls:
    """A connection in TLS on one of TCP, and what it carries so far."""

    def __init__(self, connection, t, certificate, key_log):
        self.connection, self.sent = connection, [0, 0]
        client, server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), \
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
        client.keylog_filename = str(key_log)
        server.load_cert_chain(*certificate)
        self.pipes = [(ssl.MemoryBIO(), ssl.MemoryBIO()) for _ in range(2)]
        self.ends = [client.wrap_bio(*self.pipes[0]),
                     server.wrap_bio(*self.pipes[1], server_side=True)]
        for round_trip in range(3):
            for side in 0, 1:
                try:
                    self.ends[side].do_handshake()
                except ssl.SSLWantReadError:
                    pass
                self.flush(t + (2 * round_trip + side) / 1000, side)

    def flush(self, t, side):
        data = self.pipes[side][1].read()
        if data:
            self.connection.send(t, side, data)
            self.pipes[1 - side][0].write(data)

    def send(self, t, side, data):
        self.ends[side].write(data)
        self.flush(t, side)


def in_turn_over_tls(folder, key_log):
    make_authority(folder)
    end = folder / 'authority.pem', folder / 'authority.key'
    return lambda capture: in_turn_over_tcp(capture,
                                            lambda plain: Tls(plain, 0.001, end, key_log))


def in_turn_over_tcp(capture, protect=lambda connection: connection):
    plain = Tcp(capture, '10.0.0.1:44000', '10.0.0.7:3478')
    plain.open(0)
    connection = protect(plain)
    connection.send(0.01, 0, stun(ALLOCATE))
    connection.send(0.02, 1, stun(ALLOCATE_DONE, relayed_address('10.0.0.7:50000')))
    call = Dialog(capture)
    call.establish(0.03, sdp('10.0.0.7', 50000), sdp('10.0.0.2', 5000))
    both_ways(capture, connection, lambda data: channel(0x4001, data))
    call.hang_up(3)


def reported(folder):
    """All by a capture agent (HEP): messages, RTP, its RTCP as JSON, a line of a log. A second call
    beside it stays out."""
    capture = Capture()
    ends = {4: ('10.0.%d.1:4000', '10.0.%d.2:5000'), 5: ('10.0.%d.1:4001', '10.0.%d.2:5001')}

    def agent(t, n, kind, payload, pair=None, side=0):
        pair = pair or [end % n for end in ends[kind]]
        capture.udp(t, '10.8.0.1:40000', '10.8.0.9:9060',
                    hep3(t, pair[side], pair[1 - side], payload, kind=kind,
                         correlation=b'call-%d' % n))

    for n in 1, 2:
        call = Dialog(capture, '10.0.%d.1:5060' % n, '10.0.%d.2:5060' % n, call_id='call-%d' % n)
        call.send = lambda t, side, data, n=n, call=call: agent(t, n, 1, data, call.ends, side)
        call.establish(0, sdp('10.0.%d.1' % n, 4000), sdp('10.0.%d.2' % n, 5000))
        for k in range(30):
            agent(1.1 + 0.02 * k, n, 4, rtp(0, k, 160 * k, n, bytes(160)))
        agent(2, n, 5, b'{"ssrc":%d,"type":201,"report_blocks":[{"source_ssrc":77,"packets_lost":3}]}'
              % (10 + n))
        agent(2.1, n, 100, b'something about call-%d' % n, call.ends)
        call.hang_up(3)
    path, saved = folder / 'reported.pcap', folder / 'reported-saved.pcapng'
    path.write_bytes(capture.to_bytes())
    rung('-r', path, '-Y', 'call.number == 1', '-w', saved)
    after = document(saved, '-z', 'capture')
    check('reported: streams saved', [(s['ssrc'], s['packets']) for s in after['streams']],
          [('0x00000001', 30)])
    check('reported: calls saved', [(c['call_ids'], c['state'], len(c['reports']),
                                     [(f['ssrc'], f['cumulative_lost']) for f in c['far_end']])
                                    for c in after['calls']],
          [(['call-1'], 'completed', 2, [('0x0000004d', 3)])])
    check('reported: packets saved', after['capture']['packets'], 6 + 30 + 2)


def try_it(folder, name, build, packets, seconds, *rules, transport=None):
    capture = Capture()
    build(capture)
    path, saved = folder / (name + '.pcap'), folder / (name + '-saved.pcapng')
    path.write_bytes(capture.to_bytes())
    before = document(path, *rules)
    check(name + ': streams', [s['packets'] for s in before['streams']], [packets] * 2)
    check(name + ': transport', [s.get('transport') for s in before['streams']], [transport] * 2)
    check(name + ': packets listed', len(before['packets']), 2 * packets)
    rung('-r', path, *rules, '-Y', 'call.state == completed', '-w', saved)
    after = document(saved, *rules)
    for key in 'calls', 'streams', 'packets':
        check('%s: %s of what was saved' % (name, key), len(after[key]), len(before[key]))
    check(name + ': packets saved', [s['packets'] for s in after['streams']], [packets] * 2)
    sound = folder / (name + '-sound')
    rung('-r', path, *rules, '--audio', sound)
    files = list(sound.glob('*.wav'))
    check(name + ': sound files', len(files), 1)
    for file in files:
        length_s, samples = wave(file.read_bytes())
        check('%s: %.2f s are heard' % (name, length_s), abs(length_s - seconds) < 0.3, True)
        check(name + ': something is heard', any(samples), True)


def main():
    reason = missing()
    if reason:
        print('media: skipped:', reason)
        return SKIPPED
    if '+ sndfile' not in rung('--version'):
        print('media: skipped: rung was built without sndfile')
        return SKIPPED
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        try_it(folder, 'turn', relayed, 50, 1)
        try_it(folder, 'tunnel', tunnelled, 50, 1, '-d', 'udp.port==33333,vxlan')
        try_it(folder, 'fragments', in_fragments, 20, 2)
        try_it(folder, 'frames', in_frames, 50, 1, transport='TCP')
        try_it(folder, 'turn-over-tcp', in_turn_over_tcp, 50, 1, transport='TCP')
        if shutil.which('openssl'):
            key_log = folder / 'keys.txt'
            key_log.touch()
            try_it(folder, 'turn-over-tls', in_turn_over_tls(folder, key_log), 50, 1, '-k', key_log,
                   transport='TLS')
        reported(folder)
    print('\n'.join(problems))
    return bool(problems)


if __name__ == '__main__':
    sys.exit(main())
