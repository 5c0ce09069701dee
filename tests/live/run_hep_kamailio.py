#!/usr/bin/env python3
"""Kamailio's siptrace sends HEP3 to rung -L, over UDP, TCP and TLS, of a call that it answers with
486. Skipped without kamailio; TLS without its module or openssl."""
import glob
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1] / 'support'))
sys.path.insert(0, str(HERE.parent))
from certificates import make_authority, make_certificate  # noqa: E402
from pcapbuild import Dialog, sdp  # noqa: E402
from run_hep import Listener, check, free_port, problems  # noqa: E402
from rungrun import SKIPPED, missing  # noqa: E402

SECONDS = 30
CONFIGURATION = '''
children=1
tcp_children=1
log_stderror=yes
listen=udp:127.0.0.1:{sip}
listen=tcp:127.0.0.1:{sip}
{tls}
loadmodule "pv.so"
loadmodule "sl.so"
loadmodule "tm.so"
loadmodule "siptrace.so"
modparam("siptrace", "duplicate_uri", "sip:127.0.0.1:{hep};transport={transport}")
modparam("siptrace", "hep_mode_on", 1)
modparam("siptrace", "hep_version", 3)
modparam("siptrace", "hep_capture_id", 2001)
modparam("siptrace", "trace_to_database", 0)
modparam("siptrace", "trace_on", 1)
modparam("siptrace", "trace_mode", 1)
request_route {{
    if (method == "INVITE") sl_send_reply("486", "Busy Here");
    exit;
}}
'''


def exchange(sip):
    """INVITE, which is repeated until its answer comes, and ACK. The 486."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind(('127.0.0.1', 0))
        phone.settimeout(0.5)
        call = Dialog(None, '127.0.0.1:%d' % phone.getsockname()[1], '127.0.0.1:%d' % sip,
                      send=lambda t, side, data: phone.sendto(data, ('127.0.0.1', sip)))
        deadline = time.monotonic() + SECONDS
        invite = call.request(None, 'INVITE', body=sdp('127.0.0.1', 4000))
        while time.monotonic() < deadline:
            phone.sendto(invite.bytes, ('127.0.0.1', sip))
            try:
                answer = phone.recv(65536)
            except OSError:  # it is not up yet
                continue
            tag = answer.split(b'\nTo: ')[1].split(b'tag=')[1].split(b'\r')[0].decode()
            call.ack(0, invite, success=False, to_tag=tag)
            return answer
    return b''


# It connects to the collector from a socket that it listens on.
TLS = '''enable_tls=yes
listen=tls:127.0.0.1:{port}
loadmodule "tls.so"
modparam("tls", "tls_method", "TLSv1.2+")
modparam("tls", "certificate", "{folder}/collector.pem")
modparam("tls", "private_key", "{folder}/collector.key")'''


def trace(transport, folder):
    kind = socket.SOCK_DGRAM if transport == 'udp' else socket.SOCK_STREAM
    hep, sip = free_port(kind), free_port(socket.SOCK_DGRAM)
    tls, arguments = '', []
    if transport == 'tls':
        tls = TLS.format(port=free_port(socket.SOCK_STREAM), folder=folder)
        for name, ending in ('certificate', 'pem'), ('private_key', 'key'):
            arguments += ['-o', 'hep.%s:%s/collector.%s' % (name, folder, ending)]
    configuration = pathlib.Path(folder) / (transport + '.cfg')
    configuration.write_text(CONFIGURATION.format(sip=sip, hep=hep, transport=transport,
                                                  tls=tls))
    rung = Listener('%s://127.0.0.1:%d' % (transport, hep), arguments=arguments)
    with open(pathlib.Path(folder) / 'log', 'w+b') as log:
        kamailio = subprocess.Popen(['kamailio', '-DD', '-E', '-f', configuration, '-Y', folder, '-P',
                                     pathlib.Path(folder) / 'pid', '-m', '64', '-M', '8'],
                                    stdout=log, stderr=log)
        try:
            answer = exchange(sip)
            time.sleep(3)  # on a busy machine its connection to rung takes a while
        finally:
            kamailio.terminate()
            kamailio.wait(SECONDS)
        log.seek(0)
        check('the answer of kamailio: ' + log.read().decode(errors='replace')[-300:],
              answer[:11], b'SIP/2.0 486')
    document = rung.stop()
    calls = [(call['state'], call['final_status']['code'],
              call['messages'] - call['retransmissions'])
             for call in document['calls']]
    check(transport, calls, [('busy', 486, 3)])
    capture = document['capture']
    check(transport, (capture['hep']['malformed'], capture['sources'][0]['refused']), (0, 0))


def main():
    reason = missing()
    if not reason and not shutil.which('kamailio'):
        reason = 'kamailio is not installed'
    if reason:
        print('hep_kamailio: skipped:', reason)
        return SKIPPED
    with tempfile.TemporaryDirectory() as folder:
        transports = ['udp', 'tcp']
        if shutil.which('openssl') and glob.glob('/usr/lib/*/kamailio/modules/tls.so'):
            make_authority(pathlib.Path(folder))
            make_certificate(pathlib.Path(folder), 'collector', 'collector.example.org')
            transports.append('tls')
        else:
            print('hep_kamailio: openssl or kamailio-tls-modules is missing: TLS was not tried')
        for transport in transports:
            trace(transport, folder)
    print('\n'.join(problems))
    return bool(problems)


if __name__ == '__main__':
    sys.exit(main())
