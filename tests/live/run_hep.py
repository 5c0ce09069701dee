#!/usr/bin/env python3
"""rung -L takes HEP as it comes, over UDP and TCP and both kinds of IP: made here, and as Kamailio
and rtpengine sent it (../shared/captures/32-hep-kamailio-rtpengine, where it is). It says what the
agents said, refuses who lies, and writes all of it when it is interrupted."""
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
from hepbuild import hep3  # noqa: E402
from pcapbuild import BASE, Dialog, sdp  # noqa: E402
from rungrun import RUNG, SHARED, SKIPPED, Run, missing  # noqa: E402

REAL = SHARED / 'captures' / '32-hep-kamailio-rtpengine' / 'capture.pcap'
SECONDS = 60
problems = []


def check(what, got, expected):
    if got != expected:
        problems.append('%s: %r, not %r' % (what, got, expected))


def free_port(kind, family=socket.AF_INET):
    host = '::1' if family == socket.AF_INET6 else '127.0.0.1'
    with socket.socket(family, kind) as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


class Listener:
    """rung with some -L, until stop()."""

    def __init__(self, *urls, arguments=()):
        words = [word for url in urls for word in ('-L', url)]
        environment = dict(os.environ, LC_ALL='C.UTF-8', TZ='UTC', XDG_CONFIG_HOME='/nonexistent')
        self.process = subprocess.Popen([RUNG, '-q', '-T', 'json', *words, *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=environment)
        self.await_sockets(urls)

    def await_sockets(self, urls):
        """An address that is taken cannot be bound: rung is there."""
        for url in urls:
            kind = socket.SOCK_DGRAM if url.startswith('udp') else socket.SOCK_STREAM
            host, port = url[6:].rsplit(':', 1)
            family = socket.AF_INET6 if '[' in host else socket.AF_INET
            deadline = time.monotonic() + SECONDS
            while time.monotonic() < deadline and self.process.poll() is None:
                with socket.socket(family, kind) as probe:
                    try:
                        probe.bind((host.strip('[]') or '127.0.0.1', int(port)))
                    except OSError:
                        break
                time.sleep(0.05)

    def stop(self, how=signal.SIGINT):
        """The JSON document, after what was sent has had the time to arrive."""
        time.sleep(0.5)
        self.process.send_signal(how)
        out, error = self.process.communicate(timeout=SECONDS)
        check('exit status after %s' % how.name, self.process.returncode, 0)
        check('standard error', error.decode(), '')
        return json.loads(out) if out else {}


def send_udp(family, host, port, packets):
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        for packet in packets:
            sender.sendto(packet, (host, port))


def made_call(number):
    """The HEP3 packets of a completed call, with the times of now."""
    packets = []
    start = time.time() - BASE
    ends = '10.0.%d.1:5060' % number, '10.0.%d.2:5060' % number
    call = Dialog(None, *ends, call_id='call-%d@example.org' % number,
                  send=lambda t, side, data: packets.append(
                      hep3(t, call.ends[side], call.ends[1 - side], data, agent=2000 + number)))
    call.establish(start, sdp('10.0.%d.1' % number, 4000), sdp('10.0.%d.2' % number, 5000))
    call.hang_up(start + 5)
    return packets


def test_everywhere():
    """Calls over UDP and TCP, IPv4 and IPv6 at once, each as it was told; again from the file."""
    udp = free_port(socket.SOCK_DGRAM)
    tcp = free_port(socket.SOCK_STREAM)
    tcp6 = free_port(socket.SOCK_STREAM, socket.AF_INET6)
    with tempfile.TemporaryDirectory() as folder:
        written = pathlib.Path(folder) / 'heard.pcapng'
        rung = Listener('udp://:%d' % udp, 'tcp://127.0.0.1:%d' % tcp, 'tcp://[::1]:%d' % tcp6,
                        arguments=('-w', str(written)))
        send_udp(socket.AF_INET, '127.0.0.1', udp, made_call(1))
        send_udp(socket.AF_INET6, '::1', udp, made_call(2))
        with socket.create_connection(('127.0.0.1', tcp)) as agent:
            for byte in b''.join(made_call(3)):
                agent.send(bytes((byte,)))
        with socket.create_connection(('::1', tcp6)) as agent:
            agent.sendall(b''.join(made_call(4)))
        heard = rung.stop()
        again = Run(written, '-T', 'json')
        problems.extend(again.problems)
        for what, document in ('heard', heard), ('read again', again.document()):
            got = sorted((call['source'], call['state'], call['messages'], call['talk_ms'])
                         for call in document['calls'])
            check(what, got, [('10.0.%d.1:5060' % n, 'completed', 6, 4000) for n in (1, 2, 3, 4)])
            hep = document['capture']['hep']
            check(what, (hep['packets'], hep['sip'], hep['malformed']), (24, 24, 0))
            check(what, [(t['number'], t['packets']) for t in document['capture']['link_types']],
                  [(101, 24)])
        check('packets of each', [s['packets'] for s in heard['capture']['sources']], [12, 6, 6])
        check('refused', [s['refused'] for s in heard['capture']['sources']], [0, 0, 0])
        check('dropped', any(heard['capture']['drops'].values()), False)


def lie(port, data, wait=True):
    """Sends @data, and waits until rung has closed the connection."""
    with socket.create_connection(('127.0.0.1', port), timeout=SECONDS) as agent:
        try:
            agent.sendall(data)
            check('what is answered to %r' % data[:20], agent.recv(10) if wait else b'', b'')
        except ConnectionError:
            pass


def test_liars():
    """They are closed and counted; who tells the truth is heard all the same."""
    port = free_port(socket.SOCK_STREAM)
    rung = Listener('tcp://127.0.0.1:%d' % port)
    packets = made_call(1)
    with socket.create_connection(('127.0.0.1', port)) as agent:
        agent.sendall(packets[0])
        lie(port, b'GET / HTTP/1.1\r\nHost: collector\r\n\r\n')
        lie(port, b'HEP3' + struct.pack('>H', 5) + bytes(100))
        lie(port, b'HEP3' + struct.pack('>H', 10) + bytes(400))
        lie(port, b'HEP3' + struct.pack('>H', 65535) + bytes(1000), wait=False)
        lie(port, os.urandom(1) * 4 + bytes(1 << 20))
        agent.sendall(b''.join(packets[1:]))
    document = rung.stop(signal.SIGTERM)
    check('calls', [(c['state'], c['messages']) for c in document['calls']], [('completed', 6)])
    check('refused', document['capture']['sources'][0]['refused'], 5)


def test_taken_address():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(('127.0.0.1', 0))
        url = 'udp://127.0.0.1:%d' % other.getsockname()[1]
        done = subprocess.run([RUNG, '-q', '-L', url], capture_output=True, timeout=SECONDS)
    check('status of a taken address', done.returncode, 2)
    check('its error', done.stderr.decode(), 'rung: %s: cannot be listened on: Address already in '
          'use; another program listens there\n' % url)


def datagrams_to(path, port):
    """The UDP payloads of a pcap file of Ethernet and IPv4 without options."""
    data = path.read_bytes()
    order = '<' if data[:4] in (b'\xd4\xc3\xb2\xa1', b'\x4d\x3c\xb2\xa1') else '>'
    at = 24
    while at < len(data):
        size = struct.unpack_from(order + 'I', data, at + 8)[0]
        frame = data[at + 16:at + 16 + size]
        at += 16 + size
        if frame[12:15] == b'\x08\x00\x45' and frame[23] == 17 and \
                struct.unpack_from('>H', frame, 36)[0] == port:
            yield frame[42:34 + struct.unpack_from('>H', frame, 38)[0]]


def test_real_agents():
    if not REAL.exists():
        print('hep: %s is not there: what real agents sent was not tried' % REAL)
        return
    packets = list(datagrams_to(REAL, 9060))
    check('datagrams in the capture', len(packets), 33)
    udp, tcp = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_STREAM)
    for number, url in enumerate(('udp://127.0.0.1:%d' % udp, 'tcp://127.0.0.1:%d' % tcp)):
        rung = Listener(url)
        if number == 0:
            send_udp(socket.AF_INET, '127.0.0.1', udp, packets)
        else:
            with socket.create_connection(('127.0.0.1', tcp)) as agent:
                agent.sendall(b''.join(packets))
        document = rung.stop()
        hep = document['capture']['hep']
        check(url, (hep['packets'], hep['sip'], hep['reports']), (33, 25, 8))
        check(url, [call['state'] for call in document['calls']], ['completed'])


def main():
    reason = missing()
    if reason:
        print('hep: skipped:', reason)
        return SKIPPED
    for test in test_everywhere, test_liars, test_taken_address, test_real_agents:
        before = len(problems)
        test()
        if len(problems) > before:
            print('%s:' % test.__name__)
            print('\n'.join('  ' + problem for problem in problems[before:]))
    return bool(problems)


if __name__ == '__main__':
    sys.exit(main())
