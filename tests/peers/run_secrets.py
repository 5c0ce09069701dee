#!/usr/bin/env python3
"""Saved calls open without the keys they were read with: with save.secrets the pcapng holds lines of
a key log for TLS and DTLS, made from a server's private key too, and the handshakes they are for.
tshark and rung read such a file with nothing else at hand; without the setting it holds none."""
import collections
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ['RUNG_SOURCE'])
CAPTURES = SOURCE.parent / 'shared' / 'captures'
SKIPPED = 77
DSB = 10  # decryption secrets block
problems = []


def check(what, ok, said=''):
    if not ok:
        problems.append('%s %s' % (what, said))


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True,
                          timeout=120, check=True).stdout


def rung(*arguments):
    return run(os.environ['RUNG'], '-q', *arguments)


def secrets_of(path):
    """The lines of all decryption secrets blocks."""
    data, at, lines = path.read_bytes(), 0, []
    while at < len(data):
        kind, size = struct.unpack_from('<II', data, at)
        if kind == DSB:
            length, = struct.unpack_from('<I', data, at + 12)
            lines += data[at + 16:at + 16 + length].decode().splitlines()
        at += size
    return lines


def save(folder, name, key, scratch, *settings):
    out = scratch / (name + '.pcapng')
    rung('-r', folder / 'capture.pcap', '-k', folder / key, *settings, '-Y',
         'call.state == completed', '-w', out)
    return out


def methods(path, *keys):
    """SIP requests as tshark reads them."""
    found = run('tshark', '-r', path, *keys, '-Y', 'sip.Method', '-T', 'fields', '-e',
                'sip.Method').replace(',', '\n').split()
    return collections.Counter(found)


def calls(path, *keys):
    text = rung('-r', path, *keys, '-T', 'json', '-z', 'calls', '-Y', 'call.state == completed')
    return [(c['call_ids'], c['messages'], c['state']) for c in json.loads(text)['calls']]


def check_server_key(scratch):
    folder = CAPTURES / '07c-sip-tls12-rsa-kx'
    saved = save(folder, 'rsa', 'proxy.key', scratch, '-o', 'save.secrets:yes')
    lines = secrets_of(saved)
    logged = [line for line in (folder / 'keys.log').read_text().splitlines()
              if line.startswith('CLIENT_RANDOM')]
    check('RSA: secrets', lines and set(lines) <= set(logged), lines)
    # of the connections that the key is for (the other one is to bob)
    read, wanted = methods(saved), methods(folder / 'capture.pcap', '-o',
                                           'uat:rsa_keys:"%s",""' % (folder / 'proxy.key'))
    check('RSA: tshark reads', read['INVITE'] and all(read[m] == wanted[m] for m in
                                                      ('INVITE', 'ACK', 'BYE')), (read, wanted))
    check('RSA: rung reads', calls(saved) == calls(folder / 'capture.pcap', '-k',
                                                   folder / 'proxy.key'), calls(saved))
    check('RSA: unasked', not secrets_of(save(folder, 'rsa', 'proxy.key', scratch)))


def check_dtls(name, scratch):
    folder = CAPTURES / name
    saved = save(folder, 'dtls', 'keys.log', scratch, '-o', 'save.secrets:yes')
    lines = secrets_of(saved)
    logged = set((folder / 'keys.log').read_text().splitlines())
    check(name + ': secrets', lines and len(lines) == len(set(lines)) and set(lines) <= logged, lines)
    # tshark 4.0 follows no DTLS of these phones, but it takes the lines from the file
    log = scratch / 'dtls.log'
    run('tshark', '-r', saved, '-o', 'dtls.debug_file:%s' % log, '-Y', 'dtls.handshake')
    taken = log.read_text()
    check(name + ': tshark takes', taken.count('    matched') >= len(lines) and
          all('line: ' + line in taken for line in lines), taken[:500])
    streams = json.loads(rung('-r', saved, '-T', 'json', '-z', 'streams'))['streams']
    secure = [s['srtp'] for s in streams if s['security'] == 'dtls']
    check(name + ': rung decrypts', secure and all(s['unreadable'] is None and s['authenticated']
                                                   for s in secure), secure)
    check(name + ': unasked', not secrets_of(save(folder, 'dtls', 'keys.log', scratch)))
    # in the clear nothing speaks of DTLS any more, so that nobody looks for its keys
    plain = save(folder, 'dtls', 'keys.log', scratch, '-o', 'save.decrypted:yes')
    check(name + ': no DTLS beside RTP', not run('tshark', '-r', plain, '-Y', 'dtls && !icmp'))


def main():
    if not os.environ.get('RUNG') or not CAPTURES.exists():
        print('../shared/captures is not here')
        return SKIPPED
    if not shutil.which('tshark'):
        print('tshark is not installed')
        return SKIPPED
    if '+ libsrtp2' not in run(os.environ['RUNG'], '--version'):
        print('rung was built without libsrtp2')
        return SKIPPED
    with tempfile.TemporaryDirectory() as name:
        check_server_key(pathlib.Path(name))
        check_dtls('06a-dtls-srtp', pathlib.Path(name))
        check_dtls('09a-websocket-webrtc', pathlib.Path(name))
    print('\n'.join(problems))
    return bool(problems)


if __name__ == '__main__':
    sys.exit(main())
