#!/usr/bin/env python3
"""rung -L tls:// takes HEP from agents over TLS 1.2 and 1.3, however their bytes are cut into
records, wants their certificates when told to, and closes and counts who lies, stalls or floods,
while others are heard. Skipped without the openssl program."""
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1] / 'support'))
sys.path.insert(0, str(HERE.parent))
from certificates import make_authority, make_certificate  # noqa: E402
from hepbuild import hep3  # noqa: E402
from pcapbuild import BASE  # noqa: E402
from run_hep import Listener, SECONDS, check, free_port, made_call, problems  # noqa: E402
from rungrun import RUNG, SKIPPED, Run, missing  # noqa: E402

NAME = 'collector.example.org'
STALL_S = 10  # HEP_HANDSHAKE_S
BURST = 100  # HEP_HANDSHAKES


def option(name, path):
    return ['-o', 'hep.%s:%s' % (name, path)]


class Collector(Listener):
    """rung with a certificate, on a port of its own."""

    def __init__(self, folder, *arguments):
        self.folder, self.port = folder, free_port(socket.SOCK_STREAM)
        super().__init__('tls://127.0.0.1:%d' % self.port, arguments=[
            *option('certificate', folder / 'server.pem'),
            *option('private_key', folder / 'server.key'), *arguments])

    def connect(self):
        return socket.create_connection(('127.0.0.1', self.port), timeout=SECONDS)

    def agent(self, version=ssl.TLSVersion.TLSv1_3, certificate=None):
        context = ssl.create_default_context(cafile=self.folder / 'authority.pem')
        context.minimum_version = context.maximum_version = version
        if certificate:
            context.load_cert_chain(self.folder / (certificate + '.pem'),
                                    self.folder / (certificate + '.key'))
        return context.wrap_socket(self.connect(), server_hostname=NAME)


def states(document):
    return sorted((call['source'], call['state'], call['messages'])
                  for call in document['calls'])


def completed(*numbers):
    return [('10.0.%d.1:5060' % number, 'completed', 6) for number in numbers]


def test_agents(folder):
    """Two calls by TLS 1.2 and 1.3, in many records and in few, with a packet of 60 kB: what was
    written reads the same."""
    written = folder / 'heard.pcapng'
    rung = Collector(folder, '-w', str(written))
    large = hep3(time.time() - BASE, '10.0.9.1:1', '10.0.9.2:2', bytes(60000), kind=100)
    with rung.agent(ssl.TLSVersion.TLSv1_2) as one, rung.agent() as other:
        other.sendall(large + b''.join(made_call(1)))
        for byte in b''.join(made_call(2)):
            one.sendall(bytes((byte,)))
        other.sendall(b''.join(made_call(3)) + large)
    heard = rung.stop()
    again = Run(written, '-T', 'json')
    problems.extend(again.problems)
    for what, document in ('heard', heard), ('read again', again.document()):
        check(what, states(document), completed(1, 2, 3))
        hep = document['capture']['hep']
        check(what, (hep['packets'], hep['sip'], hep['malformed']), (20, 18, 0))
    check('refused', heard['capture']['sources'][0]['refused'], 0)


def lie(rung, data):
    """Without TLS; waits until rung has closed the connection."""
    with rung.connect() as agent:
        try:
            agent.sendall(data)
            while agent.recv(4096):  # an alert, perhaps
                pass
        except ConnectionError:
            pass


def lie_within(rung, data):
    with rung.agent() as agent:
        try:
            agent.sendall(data)
            check('what is answered to %r' % data[:8], agent.recv(10), b'')
        except OSError:
            pass


def test_liars(folder):
    """In clear, after the handshake, and in the middle of a packet."""
    rung = Collector(folder)
    with rung.agent() as honest:
        packets = made_call(1)
        honest.sendall(packets[0])
        lie(rung, b''.join(packets))
        lie(rung, b'GET / HTTP/1.1\r\n\r\n')
        lie(rung, b'\x16\x03\x01\x40\x00' + os.urandom(0x4000))
        lie_within(rung, b'GET / HTTP/1.1\r\n\r\n')
        with rung.agent() as leaves:
            leaves.sendall(packets[1][:-1])
            leaves.unwrap()
        with rung.connect():  # leaves before it said anything
            pass
        honest.sendall(b''.join(packets[1:]))
    document = rung.stop()
    check('calls', states(document), completed(1))
    check('refused', document['capture']['sources'][0]['refused'], 6)


def test_stalled(folder):
    """They begin a handshake, then a byte now and then, then nothing."""
    rung = Collector(folder)
    stalled = [rung.connect() for _ in range(3)]
    begun = time.monotonic()
    stalled[0].sendall(b'\x16')
    with rung.agent() as honest:
        stalled[1].sendall(b'\x16\x03\x01\x02\x00\x01')
        honest.sendall(b''.join(made_call(1)))
        for sock in stalled:
            check('what those are told who stall', sock.recv(10), b'')
        waited = time.monotonic() - begun
        check('closed after %.1f s' % waited, STALL_S - 1 < waited < STALL_S + 5, True)
        honest.sendall(b''.join(made_call(2)))
    document = rung.stop()
    check('calls', states(document), completed(1, 2))
    check('refused', document['capture']['sources'][0]['refused'], 3)


def test_flood(folder):
    """Connections that come and go, faster than there is room for."""
    rung = Collector(folder)
    with rung.agent() as honest:
        honest.sendall(b''.join(made_call(1)))
        flood = 0
        end = time.monotonic() + 3
        while time.monotonic() < end and flood < 20 * BURST:
            rung.connect().close()
            flood += 1
        honest.sendall(b''.join(made_call(2)))
        time.sleep(1.5)
        with rung.agent() as late:
            late.sendall(b''.join(made_call(3)))
    document = rung.stop()
    check('calls', states(document), completed(1, 2, 3))
    check('refused', document['capture']['sources'][0]['refused'], flood)


def test_certificates_of_agents(folder):
    rung = Collector(folder, *option('authorities', folder / 'authority.pem'))
    with rung.agent(certificate='agent') as known:
        known.sendall(b''.join(made_call(1)))
    try:
        with rung.agent() as unknown:
            unknown.sendall(b''.join(made_call(2)))
            unknown.recv(10)
        check('an agent without a certificate', 'is heard', 'is refused')
    except OSError:
        pass
    document = rung.stop()
    check('calls', states(document), completed(1))
    check('refused', document['capture']['sources'][0]['refused'], 1)


def test_errors(folder):
    """One line: what, where, what to do."""
    url = 'tls://127.0.0.1:%d' % free_port(socket.SOCK_STREAM)
    cases = [
        ([], 'needs a certificate: -o hep.certificate:FILE'),
        (option('certificate', folder / 'none.pem'), 'none.pem: no certificate (PEM)'),
        (option('certificate', folder / 'server.pem'), 'server.pem: no private key'),
        (option('certificate', folder / 'server.pem') +
         option('private_key', folder / 'authority.key'), 'authority.key: no private key'),
        (option('certificate', folder / 'server.pem') +
         option('private_key', folder / 'server.key') +
         option('authorities', folder / 'server.key'), 'server.key: no certificates of auth'),
    ]
    for arguments, expected in cases:
        done = subprocess.run([RUNG, '-q', '-L', url, *arguments], capture_output=True,
                              timeout=SECONDS)
        error = done.stderr.decode()
        check('status of ' + expected, done.returncode, 2)
        check('error %r' % error, error.startswith('rung: %s: ' % url) and expected in error
              and error.count('\n') == 1, True)


def main():
    reason = missing()
    if not reason and not shutil.which('openssl'):
        reason = 'openssl is not installed'
    if reason:
        print('hep_tls: skipped:', reason)
        return SKIPPED
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_authority(folder)
        make_certificate(folder, 'server', NAME)
        make_certificate(folder, 'agent', 'agent.example.org')
        for test in (test_agents, test_liars, test_stalled, test_flood,
                     test_certificates_of_agents, test_errors):
            before = len(problems)
            test(folder)
            if len(problems) > before:
                print('%s:' % test.__name__)
                print('\n'.join('  ' + problem for problem in problems[before:]))
    return bool(problems)


if __name__ == '__main__':
    sys.exit(main())
