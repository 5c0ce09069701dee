#!/usr/bin/env python3
"""MSRP sessions, their files and texts: against the truth of a real capture (18b), against tshark's
dissector, and against files put together again by a few lines that know nothing of rung."""
import collections
import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
SOURCE = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(SOURCE / 'tests' / 'support'))
from rungrun import SHARED, SKIPPED, Run, missing  # noqa: E402

REAL = SHARED / 'captures' / '18b-msrp-session' / 'capture.pcap'
GOLDEN = SOURCE / 'tests' / 'golden'
COMPARED = [REAL] + [GOLDEN / name / 'in.pcap' for name in
                     ('msrp-chat', 'msrp-file', 'msrp-relay')]
failures = []


def check(what, got, want):
    if got != want:
        failures.append('%s: %r, not %r' % (what, got, want))


def tshark(capture, *fields):
    command = ['tshark', '-r', str(capture), '-Y', 'msrp', '-T', 'fields', '-E', 'aggregator=|']
    for field in fields:
        command += ['-e', field]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [line.split('\t') for line in text.splitlines()]


def sessions_of(capture):
    run = Run(capture, '-T', 'json', '-z', 'msrp')
    failures.extend('%s: %s' % (capture, problem) for problem in run.problems)
    return json.loads(run.stdout)['msrp_sessions']


# ------------------------------------------------------------------ beside tshark
def compare(capture):
    name = capture.parent.name
    sessions = sessions_of(capture)
    methods, statuses, ids = collections.Counter(), collections.Counter(), set()
    known = {'SEND', 'REPORT', 'AUTH', 'NICKNAME'}
    for method, status, message_id in tshark(capture, 'msrp.method', 'msrp.status.code',
                                             'msrp.messageid'):
        methods.update(m if m in known else 'other' for m in method.split('|') if m)
        statuses.update(int(s) for s in status.split('|') if s)
        ids.update(i for i in message_id.split('|') if i)
    mine = collections.Counter()
    for session in sessions:
        for end in session['ends']:
            mine.update(end['requests'])
    check(name + ': requests', mine, methods)
    mine = collections.Counter()
    for session in sessions:
        mine.update({row['status']: row['count'] for row in session['responses']})
    check(name + ': responses', mine, statuses)
    check(name + ': messages', {m['message_id'] for s in sessions for m in s['messages']
                                if m['message_id']}, ids)


# ------------------------------------------------------------------ files, put together again
def streams_of(capture):
    """Bytes of every direction of TCP, in the order of sequence numbers, by tshark."""
    text = subprocess.run(['tshark', '-r', str(capture), '-Y', 'tcp.len > 0', '-T', 'fields',
                           '-e', 'tcp.stream', '-e', 'tcp.srcport', '-e', 'tcp.seq',
                           '-e', 'tcp.payload'], capture_output=True, text=True, check=True).stdout
    pieces = collections.defaultdict(dict)
    for line in text.splitlines():
        stream, port, seq, payload = line.split('\t')
        pieces[stream, port].setdefault(int(seq), bytes.fromhex(payload))
    return [b''.join(data for _, data in sorted(p.items())) for p in pieces.values()]


CHUNK = re.compile(rb'MSRP (\S+) SEND\r\n((?:[^\r\n]+\r\n)+)\r\n(.*?)\r\n-------\1[$+#]\r\n', re.S)


def messages_of(capture):
    """Message-ID: bytes, of every message whose chunks tell where they belong."""
    whole = collections.defaultdict(dict)
    for stream in streams_of(capture):
        for _, headers, data in CHUNK.findall(stream):
            message_id = re.search(rb'^Message-ID: (\S+)', headers, re.M).group(1)
            begin = re.search(rb'^Byte-Range: (\d+)-', headers, re.M)
            whole[message_id.decode()][int(begin.group(1)) if begin else 1] = data
    return {i: b''.join(d for _, d in sorted(chunks.items())) for i, chunks in whole.items()}


def saved(capture, folder, remarks):
    run = Run(capture, '--msrp', folder)
    check('%s: remarks' % capture.parent.name, run.stderr.count('\n'), remarks)
    return {p.name: p.read_bytes() for p in pathlib.Path(folder).iterdir()}


def by_end(files, end):
    names = [name for name in files if name.endswith(end)]
    check('files called *%s' % end, len(names), 1)
    return files[names[0]] if names else b''


# ------------------------------------------------------------------ what 18b's README says
def check_real():
    session, = sessions_of(REAL)
    texts = [m for m in session['messages'] if m['method'] == 'SEND']
    check('18b: messages', [(m['content']['type'], m['content']['chunks'], m['content']['cpim'])
                            for m in texts],
          [('text/plain', 1, False), ('image/png', 3, False), ('text/plain', 1, True)])
    check('18b: what alice said', texts[0]['content']['summary'], '"Hello Bob, this is MSRP :)"')
    check('18b: its report', (texts[0]['report'], session['ends'][1]['success_reports']), (200, 1))
    check('18b: the picture', (texts[1]['file']['size'], texts[1]['content']['state']),
          (5000, 'complete'))
    check('18b: ports', sorted(e['endpoint'].split(':')[1] for e in session['ends'])[1], '7394')
    check('18b: relays', session['relays'], 0)
    with tempfile.TemporaryDirectory() as folder:
        files = saved(REAL, folder, 0)
    check('18b: files', len(files), 2)
    check('18b: the picture as sent', by_end(files, '.png'), messages_of(REAL)['img12345'])
    text = by_end(files, '.txt').decode()
    for said in ('caller: Hello Bob, this is MSRP :)', 'callee: Grüße aus CPIM'):
        check('18b: %s in the text' % said, said in text, True)


def check_saved_call():
    """A call saved to a capture brings its MSRP along."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'saved' / 'call.pcap'
        path.parent.mkdir()
        Run(REAL, '-Y', 'call.number == 1', '-w', path)
        check('saved call', tshark(path, 'msrp.transaction.id'), tshark(REAL, 'msrp.transaction.id'))


# ------------------------------------------------------------------ files of the generated cases
def check_files():
    capture = GOLDEN / 'msrp-file' / 'in.pcap'
    sent = messages_of(capture)
    with tempfile.TemporaryDirectory() as folder:
        files = saved(capture, folder, 0)
    check('msrp-file: files', len(files), 5)
    check('msrp-file: photo', by_end(files, '-My__cool__picture.jpg'), sent['photo'])
    check('msrp-file: its hash', hashlib.sha1(sent['photo']).hexdigest(),
          sessions_of(capture)[0]['messages'][0]['file']['hash'].replace(':', ''))
    check('msrp-file: notes', by_end(files, '-notes.pdf'), sent['pdf'])
    check('msrp-file: inside of CPIM', by_end(files, '-tone.raw'),
          sent['wrapped'].split(b'\r\n\r\n', 2)[2])


def check_damaged():
    capture = GOLDEN / 'msrp-file-damaged' / 'in.pcap'
    with tempfile.TemporaryDirectory() as folder:
        files = saved(capture, folder, 7)
    data = bytes(range(256)) * 24
    check('damaged: not whole', sorted(n.count('.incomplete') for n in files), [0, 0, 0, 1, 1, 1, 1])
    check('damaged: the hole', by_end(files, '-2-1.png.incomplete'),
          data[:3092] + bytes(1004) + data[4096:])
    check('damaged: given up', by_end(files, '-2-2.png.incomplete'), data[:1000])
    check('damaged: another file than announced', by_end(files, '-a.bin'), data[:300])


def check_symbolic_link():
    """A link that waits in the folder is not followed."""
    with tempfile.TemporaryDirectory() as folder:
        outside = pathlib.Path(folder) / 'precious'
        outside.write_text('precious')
        inside = pathlib.Path(folder) / 'chat'
        Run(REAL, '--msrp', inside)
        picture, = inside.glob('*.txt')
        picture.unlink()
        picture.symlink_to(outside)
        run = Run(REAL, '--msrp', inside)
        check('link: status', run.status, 2)
        check('link: what it names', outside.read_text(), 'precious')


def main():
    needed = missing()
    if needed or not shutil.which('tshark'):
        print('skipped: ' + (needed or 'tshark is not installed'))
        return SKIPPED
    for capture in COMPARED:
        if capture.exists():
            compare(capture)
    check_files()
    check_damaged()
    if REAL.exists():
        check_real()
        check_saved_call()
        check_symbolic_link()
    else:
        print('%s is not there: what it holds was not compared' % REAL)
    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
