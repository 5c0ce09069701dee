#!/usr/bin/env python3
"""Kamailio as a real proxy and registrar over TLS 1.2 and 1.3, WebSocket (ws and wss), TCP and SCTP,
between phones that rung sees live on loopback: they register, send a MESSAGE and call, with a key
log that grows meanwhile, and again with one that comes when all is over; afterwards what was
written is read again. Arguments: the ways to go, else all. Skipped without kamailio and its
modules, or without the right to capture; SCTP where the kernel has none (run_sctp.py finds one)."""
import collections
import glob
import json
import os
import pathlib
import shutil
import signal
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
import phones  # noqa: E402
from certificates import AUTHORITY, make_authority, make_certificate  # noqa: E402
from run_hep import SECONDS, check, free_port, problems  # noqa: E402
from rungrun import RUNG, SKIPPED, Run, missing  # noqa: E402

HOST = '127.0.0.1'
NAME = 'sip.example.org'
MODULES = '/usr/lib/*/kamailio/modules/'
CONFIGURATION = '''
children=2
tcp_children=4
tcp_accept_no_cl=yes
log_stderror=yes
alias="example.org"
enable_tls=yes
listen=tcp:{host}:{tcp}
listen=tls:{host}:{tls}
{sctp}
loadmodule "pv.so"
loadmodule "sl.so"
loadmodule "tm.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "nathelper.so"
loadmodule "xhttp.so"
loadmodule "tls.so"
loadmodule "websocket.so"
modparam("tls", "private_key", "{folder}/server.key")
modparam("tls", "certificate", "{folder}/server.pem")
modparam("tls", "tls_method", "TLSv1.2+")
modparam("nathelper|registrar", "received_avp", "$avp(received)")
request_route {{
    if (method == "REGISTER") {{
        fix_nated_register();
        save("location");
        exit;
    }}
    if (!lookup("location")) {{
        if (method != "ACK") sl_send_reply("404", "Not Found");
        exit;
    }}
    t_relay();
    exit;
}}
event_route[xhttp:request] {{
    if ($hdr(Upgrade) == "websocket" && ws_handle_handshake()) exit;
    xhttp_reply("404", "Not Found", "", "");
}}
'''


# ---------------------------------------------------------------------------------- the server
class Kamailio:
    def __init__(self, folder, ports):
        # one child: of two, one may have a message before the other knows of its association
        sctp = 'loadmodule "sctp.so"\nsctp_children=1\nlisten=sctp:%s:%d' \
            % (HOST, ports['sctp']) if 'sctp' in ports else ''
        configuration = folder / 'kamailio.cfg'
        configuration.write_text(CONFIGURATION.format(folder=folder, host=HOST, tcp=ports['tcp'],
                                                      tls=ports['tls'], sctp=sctp))
        self.log = open(folder / 'kamailio.log', 'w+b')
        self.process = subprocess.Popen(
            ['kamailio', '-DD', '-E', '-f', configuration, '-Y', folder, '-P', folder / 'pid',
             '-m', '64', '-M', '16'], stdout=self.log, stderr=self.log)
        self.ports = ports

    def await_port(self):
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                return socket.create_connection((HOST, self.ports['tls'])).close()
            except OSError:
                time.sleep(0.1)
        raise ConnectionError('kamailio is not there: ' + self.stop()[-2000:])

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(SECONDS)
        self.log.seek(0)
        text = self.log.read().decode(errors='replace')
        self.log.close()
        return text


# ---------------------------------------------------------------------------------- rung
def packet_sockets(pid):
    """Of the packet sockets of this host, those of the process; None: cannot be known."""
    try:
        files = [os.readlink(path) for path in glob.glob('/proc/%d/fd/*' % pid)]
    except OSError:
        return None
    with open('/proc/net/packet') as table:
        inodes = {line.split()[8] for line in list(table)[1:]}
    return sum(file[8:-1] in inodes for file in files if file.startswith('socket:['))


class Watcher:
    """rung on loopback, until stop()."""

    def __init__(self, ports, *arguments):
        bpf = ' or '.join('port %d' % port for port in ports.values())
        environment = dict(os.environ, LC_ALL='C.UTF-8', TZ='UTC', XDG_CONFIG_HOME='/nonexistent')
        self.process = subprocess.Popen([RUNG, '-i', 'lo', '-q', '-f', bpf, *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=environment)

    def refused(self):
        """Waits until it captures; why it does not, or None."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if packet_sockets(self.process.pid) != 0:
                time.sleep(0.3)
                return None
            time.sleep(0.05)
        return self.process.communicate(timeout=SECONDS)[1].decode()

    def stop(self):
        time.sleep(0.5)
        self.process.send_signal(signal.SIGINT)
        out, error = self.process.communicate(timeout=SECONDS)
        check('exit status of rung: ' + error.decode(), self.process.returncode, 0)
        return json.loads(out) if out else {}


# ---------------------------------------------------------------------------------- the phones
# name, transport in its Via, what rung is to call it, newest version of TLS
Way = collections.namedtuple('Way', 'name via transport version')
WAYS = [
    Way('tcp', 'TCP', 'TCP', None),
    Way('tls12', 'TLS', 'TLS', ssl.TLSVersion.TLSv1_2),
    Way('tls13', 'TLS', 'TLS', ssl.TLSVersion.TLSv1_3),
    Way('ws', 'WS', 'WS', None),
    Way('wss', 'WSS', 'WSS', ssl.TLSVersion.TLSv1_3),
    Way('sctp', 'SCTP', 'SCTP', None),
]


def link(way, ports, folder):
    if way.transport == 'SCTP':
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, phones.SCTP)
        sock.settimeout(SECONDS)
        sock.connect((HOST, ports['sctp']))
        return phones.SctpLink(sock)
    port = ports['tls' if way.version else 'tcp']
    sock = socket.create_connection((HOST, port), timeout=SECONDS)
    if way.version:
        context = phones.tls_context(folder / 'authority.pem', folder / 'keys.log', way.version)
        sock = context.wrap_socket(sock, server_hostname=NAME)
    if way.transport.startswith('WS'):
        return phones.WebSocketLink(sock, NAME)
    return phones.StreamLink(sock)


def conversation(way, ports, folder):
    """What two phones say by way of Kamailio; the statuses they got."""
    alice, bob = (phones.Phone(user + '-' + way.name, link(way, ports, folder), way.via)
                  for user in ('alice', 'bob'))
    answers = [alice.register(), bob.register(), alice.message(bob, b'Hello over ' +
                                                               way.name.encode()),
               *alice.call(bob)]
    alice.link.close()
    bob.link.close()
    return [answer.status for answer in answers]


# ---------------------------------------------------------------------------------- what is seen
def check_document(what, document, ways, hops=2):
    """Every transport has its call, its registrations and its MESSAGE, each message once on every
    hop: phone to Kamailio, Kamailio to phone."""
    calls = {call['from']['user']: call for call in document['calls']}
    check(what + ': calls', sorted(calls), sorted('alice-' + way.name for way in ways))
    contacts = collections.Counter((r['aor'], r['state']) for r in document['registrations'])
    check(what + ': registrations', contacts,
          {('sip:%s-%s@example.org' % (user, way.name), 'active'): 1
           for user in ('alice', 'bob') for way in ways})
    sent = collections.Counter((t['method'], t['status'], t['transport'])
                               for t in document['transactions'] if t['method'] == 'MESSAGE')
    transports = collections.Counter(way.transport for way in ways)
    check(what + ': MESSAGE', sent,
          {('MESSAGE', 200, name): count * hops for name, count in transports.items()})
    for way in ways:
        call = calls.get('alice-' + way.name)
        if call:
            check('%s: call over %s' % (what, way.name),
                  (call['state'], call['transport'], call['final_status']['code'],
                   call['ended_by'], call['retransmissions']),
                  ('completed', way.transport, 200, 'caller', 0))
            # INVITE, 180, 200, ACK, BYE and 200 on both hops, and a 100 where Kamailio sent one
            check('%s: messages over %s' % (what, way.name), call['messages'] - 12 in (0, 1), True)


def check_tls(what, document, ways):
    expected = collections.Counter()
    for way in ways:
        if way.version:
            expected['TLS 1.%d' % (way.version - ssl.TLSVersion.TLSv1_2 + 2)] += 2
    sessions = [s for s in document['tls_sessions'] if s['server_name']]
    check(what + ': TLS sessions', collections.Counter(s['version'] for s in sessions), expected)
    for session in sessions:
        check(what + ': server name', session['server_name'], NAME)
        check(what + ': outcome', (session['outcome'], session['undecrypted']), ('decrypted', 0))
        check(what + ': certificate',
              [session['certificate'][key] for key in ('subject', 'issuer', 'names')],
              ['CN=' + NAME, 'CN=' + AUTHORITY, [NAME]])
        check(what + ': suite', session['cipher_suite'].startswith('TLS_'), True)


def check_all(what, document, ways):
    check_document(what, document, ways)
    check_tls(what, document, ways)
    capture = document['capture']
    check(what + ': anomalies', capture['anomalies'], {})
    check(what + ': WebSocket connections',
          capture.get('websocket', {}).get('connections', 0),
          2 * sum(way.transport.startswith('WS') for way in ways))


REPORTS = [word for name in ('calls', 'registrations', 'transactions', 'tls', 'capture')
           for word in ('-z', name)]


def watch(folder, ports, ways):
    """False when it may not capture."""
    keys = folder / 'keys.log'
    keys.touch()
    late_keys = folder / 'late.log'
    late_keys.touch()
    written, carried = folder / 'all.pcapng', folder / 'carried.pcapng'
    kamailio = Kamailio(folder, ports)
    answers = {}
    try:
        kamailio.await_port()
        watchers = [Watcher(ports, '-T', 'json', *REPORTS, '-k', keys, '-w', written),
                    Watcher(ports, '-T', 'json', *REPORTS, '-k', late_keys, '-w', carried,
                            '-o', 'save.secrets:yes')]
        for watcher in watchers:
            why = watcher.refused()
            if why:
                print('kamailio: skipped:', why.strip())
                return False
        for way in ways:
            answers[way.name] = conversation(way, ports, folder)
        time.sleep(1)
        late_keys.write_bytes(keys.read_bytes())
        document, late = (watcher.stop() for watcher in watchers)
    finally:
        log = kamailio.stop()
        if sys.exc_info()[0]:
            print('kamailio said: ' + log[-3000:])
    for way in ways:
        check('what phones were told over %s: %s' % (way.name, log[-300:]),
              answers[way.name], [200] * 5)
    check_all('live', document, ways)
    again = Run(written, '-T', 'json', *REPORTS, '-k', str(keys))
    problems.extend(again.problems)
    check_all('read again', again.document(), ways)
    check_all('keys that came late', late, ways)
    again = Run(carried, '-T', 'json', *REPORTS)
    check_all('the file with its keys', again.document(), ways)
    check_by_tshark(carried, document, ways, ports['tls'])
    return True


def check_by_tshark(path, document, ways, port):
    """What others make of the file with its keys: as many messages of SIP in TLS."""
    if not shutil.which('tshark'):
        print('kamailio: tshark is not installed: the keys in the file were not tried by it')
        return
    done = subprocess.run(['tshark', '-r', path, '-d', 'tls.port==%d,sip' % port, '-Y', 'tls && sip',
                           '-T', 'fields', '-e', 'sip.CSeq'], capture_output=True, timeout=SECONDS)
    told = done.stdout.decode().replace(',', '\n').split('\n')
    messages = sum(call['messages'] for call in document['calls']
                   if call['transport'] in ('TLS', 'WSS'))
    # besides the calls: REGISTER and 200 of two phones, MESSAGE and 200 on two hops
    others = 8 * sum(1 for way in ways if way.version)
    check('messages that tshark finds in TLS', len([line for line in told if line]),
          messages + others)


def reason_to_skip():
    reason = missing()
    if reason:
        return reason
    for program in 'kamailio', 'openssl':
        if not shutil.which(program):
            return program + ' is not installed'
    for module in 'tls', 'websocket':
        if not glob.glob(MODULES + module + '.so'):
            return 'kamailio-%s-modules is not installed' % module
    return None


def main():
    reason = reason_to_skip()
    if reason:
        print('kamailio: skipped:', reason)
        return SKIPPED
    chosen = sys.argv[1:]
    ways = [way for way in WAYS if way.name in chosen or not chosen]
    ports = {name: free_port(socket.SOCK_STREAM) for name in ('tcp', 'tls')}
    if not phones.has_sctp() or not glob.glob(MODULES + 'sctp.so'):
        print('kamailio: no SCTP in this kernel, or no kamailio-sctp-modules: left out')
        ways = [way for way in ways if way.name != 'sctp']
    else:
        ports['sctp'] = free_port(socket.SOCK_STREAM)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        make_authority(folder)
        make_certificate(folder, 'server', NAME)
        if not watch(folder, ports, ways):
            return SKIPPED
    print('\n'.join(problems))
    return bool(problems)


if __name__ == '__main__':
    sys.exit(main())
