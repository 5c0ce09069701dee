#!/usr/bin/env python3
"""permessage-deflate (RFC 7692) as others do it: a server and clients of the websockets library hold
calls of SIP over WebSocket, in every way that can be negotiated, which rung sees live on loopback
and reads again afterwards. Skipped without that library, or without the right to capture."""
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1] / 'support'))
sys.path.insert(0, str(HERE.parent))
from certificates import make_authority, make_certificate  # noqa: E402
from run_hep import SECONDS, check, free_port, problems  # noqa: E402
from run_kamailio import Watcher  # noqa: E402
from rungrun import SKIPPED, Run, missing  # noqa: E402

PEER = HERE.parent / 'websocket_peer.py'
# of a call: INVITE, 180, 200, ACK, BYE, 200
CALLS = {'takeover': 'WS', 'fresh': 'WS', 'small-window': 'WS', 'fragments': 'WS', 'binary': 'WS',
         'plain': 'WS', 'in-tls': 'WSS'}
MESSAGES = 6
REPORTS = ['-T', 'json', '-z', 'calls', '-z', 'capture']


def interpreter():
    """One that has the library: Debian's package is for Debian's Python."""
    for python in sys.executable, '/usr/bin/python3':
        if shutil.which(python) and subprocess.run(
                [python, '-c', 'import websockets.extensions.permessage_deflate'],
                capture_output=True).returncode == 0:
            return python
    return None


def check_document(what, document):
    found = {call['from']['user'].removeprefix('alice-'):
             (call['state'], call['transport'], call['messages'], call['retransmissions'])
             for call in document['calls']}
    check(what + ': calls', found, {name: ('completed', transport, MESSAGES, 0)
                                    for name, transport in CALLS.items()})
    capture = document['capture']
    check(what + ': anomalies', capture['anomalies'], {})
    websocket = capture['websocket']
    counts = {key: websocket[key] for key in ('connections', 'messages', 'compressed',
                                              'fragmented', 'unreadable')}
    # besides the messages of SIP nothing is compressed, and only one way has fragments
    check(what + ': WebSocket', counts,
          {'connections': len(CALLS), 'messages': MESSAGES * len(CALLS),
           'compressed': MESSAGES * (len(CALLS) - 1), 'fragmented': MESSAGES, 'unreadable': 0})


def watch(folder, python):
    """False when it may not capture."""
    port, keys, written = free_port(socket.SOCK_STREAM), folder / 'keys.log', folder / 'all.pcapng'
    keys.touch()
    watcher = Watcher({'ws': port}, *REPORTS, '-k', keys, '-w', written)
    why = watcher.refused()
    if why:
        print('websockets: skipped:', why.strip())
        return False
    peer = subprocess.run([python, PEER, str(port), folder / 'server.pem', folder / 'server.key',
                           keys], capture_output=True, text=True, timeout=4 * SECONDS)
    document = watcher.stop()
    check('the peers: ' + peer.stderr[-500:], peer.returncode, 0)
    check_document('live', document)
    again = Run(written, *REPORTS, '-k', str(keys))
    problems.extend(again.problems)
    check_document('read again', again.document())
    return True


def main():
    python = interpreter()
    reason = missing() or (None if python else 'python3-websockets is not installed')
    if reason is None and not shutil.which('openssl'):
        reason = 'openssl is not installed'
    if reason:
        print('websockets: skipped:', reason)
        return SKIPPED
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        make_authority(folder)
        make_certificate(folder, 'server', 'sip.example.org')
        if not watch(folder, python):
            return SKIPPED
    print('\n'.join(problems))
    return bool(problems)


if __name__ == '__main__':
    sys.exit(main())
