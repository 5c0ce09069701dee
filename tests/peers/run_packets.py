#!/usr/bin/env python3
"""RTP packet by packet (-z packets), beside a second computation of delta, jitter, skew and
bandwidth from the bytes of the capture, and -z rtp,streams beside tshark's where that is right.

The captures are made here, with jitter, loss, copies and disorder."""
import collections
import csv
import io
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
SOURCE = pathlib.Path(os.environ.get('RUNG_SOURCE', pathlib.Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(SOURCE / 'tests/support'))
from rtp_reference import StreamReference, read_pcap  # noqa: E402
from rungrun import RUNG, SKIPPED  # noqa: E402

OFFICE = SOURCE / 'tests/captures/office.pcap'
CLEAN = '--calls 3 --duration 8 --jitter 0 --seed 11'
ROUGH = '--calls 4 --duration 12 --jitter 8 --loss 0.03 --dup 0.02 --reorder 0.02 --seed 12'
TOLERANCE_MS = 2e-6  # of the digits printed
SECOND_US = 1000000


def generate(folder, name, arguments):
    path = folder / name
    subprocess.run([sys.executable, str(SOURCE / 'tests/support/siprtp_gen.py'),
                    *arguments.split(), '--quiet', '--out', str(path),
                    '--truth', str(path) + '.json'], check=True)
    return path


def rung(path, *arguments):
    done = subprocess.run([RUNG, '-q', '-r', str(path), *arguments], check=True,
                          capture_output=True, text=True)
    return done.stdout


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


class Bandwidth:
    """kbit/s of the IP packets of the second up to each."""
    def __init__(self):
        self.window = collections.deque()

    def add(self, time_us, length):
        self.window.append((time_us, length))
        while time_us - self.window[0][0] > SECOND_US:
            self.window.popleft()
        return sum(bytes_ for _, bytes_ in self.window) * 8 / 1000


def rtp_of(frame):
    """((source, destination, ssrc), sequence, timestamp, IP length) of Ethernet, IPv4, UDP, RTP."""
    if frame[12:14] != b'\x08\x00' or frame[23] != 17:
        return None
    ip, header = frame[14:], 4 * (frame[14] & 15)
    udp = ip[header:]
    rtp = udp[8:]
    if len(rtp) < 12 or rtp[0] >> 6 != 2 or 64 <= rtp[1] & 127 <= 95:
        return None
    source, destination = struct.unpack('>HH', udp[:4])
    sequence, timestamp, ssrc = struct.unpack('>HII', rtp[2:12])
    if 5060 in (source, destination):
        return None
    return (ip[12:16], source, ip[16:20], destination, ssrc), sequence, timestamp, \
        struct.unpack('>H', ip[2:4])[0]


def reference_rows(path):
    """{packet number: (ssrc, sequence, delta, jitter, skew, bandwidth)}"""
    streams, rows = {}, {}
    for number, (time_us, frame, _) in enumerate(read_pcap(path), 1):
        found = rtp_of(frame)
        if not found:
            continue
        key, sequence, timestamp, length = found
        stream, bandwidth = streams.setdefault(key, (StreamReference(), Bandwidth()))
        rows[number] = (key[4], sequence, *stream.add_one(time_us, sequence, timestamp),
                        bandwidth.add(time_us, length))
    return rows


def near(text, value, tolerance):
    if value is None or text == '':
        return value is None and text == ''
    return abs(float(text) - value) <= tolerance


def packet_faults(path):
    expected = reference_rows(path)
    got = {int(row['packet']): row for row in table(rung(path, '-z', 'packets', '-T', 'csv'))}
    if set(expected) != set(got) or not got:
        yield '%d packets instead of %d' % (len(got), len(expected))
        return
    for number, (ssrc, sequence, delta, jitter, skew, bandwidth) in expected.items():
        row = got[number]
        if (int(row['ssrc'], 16), int(row['sequence'])) != (ssrc, sequence):
            yield 'packet %d: %s instead of 0x%08x %d' % (number, row, ssrc, sequence)
        for column, value, tolerance in (('delta_ms', delta, TOLERANCE_MS),
                                         ('jitter_ms', jitter, TOLERANCE_MS),
                                         ('skew_ms', skew, TOLERANCE_MS),
                                         ('bandwidth_kbps', bandwidth, 0.006)):
            if not near(row[column], value, tolerance):
                yield 'packet %d: %s %s instead of %s' % (number, column, row[column], value)


def sum_faults(path):
    """The packets of a stream add up to what -z streams says of it."""
    rows = collections.defaultdict(list)
    for row in table(rung(path, '-z', 'packets', '-T', 'csv')):
        rows[row['stream']].append(row)
    for stream in table(rung(path, '-z', 'streams', '-T', 'csv')):
        mine = rows[stream['id']]
        lost = sum(int(word.split()[0]) for row in mine for word in row['status'].split(', ')
                   if word.endswith('lost before'))
        late = sum('reordered' in row['status'] for row in mine)
        copies = sum('duplicate' in row['status'] for row in mine)
        found = {'packets': len(mine), 'lost': lost - late, 'duplicates': copies,
                 'reordered': late}
        for column, value in found.items():
            if int(stream[column]) != value:
                yield 'stream %s: %s %s, its packets say %d' % (stream['id'], column,
                                                                 stream[column], value)


def tshark_rows(path):
    """{(source, port, destination, port, SSRC): the other fields}"""
    done = subprocess.run(['tshark', '-n', '-q', '-r', str(path), '-z', 'rtp,streams'],
                          capture_output=True, text=True, check=True)
    rows = {}
    for line in done.stdout.splitlines():
        words = line.replace('(', ' ').replace('%)', '').split()
        if len(words) >= 15 and words[6].startswith('0x'):
            rows[tuple(words[2:7])] = words[:2] + words[8:17]
    return rows


def tshark_faults(path):
    names = ['Start time', 'End time', 'Pkts', 'Lost', '', 'Min Delta(ms)', 'Mean Delta(ms)',
             'Max Delta(ms)', 'Min Jitter(ms)', 'Mean Jitter(ms)', 'Max Jitter(ms)']
    text = rung(path, '-z', 'rtp,streams', '-T', 'csv')
    header, *lines = csv.reader(io.StringIO(text))
    expected = tshark_rows(path)
    if len(lines) != len(expected) or not lines:
        yield '%d streams, tshark has %d' % (len(lines), len(expected))
    for line in lines:
        want = expected.get(tuple(line[2:7]))
        if not want:
            yield 'tshark has no stream %s' % line[2:7]
            continue
        for name, value in zip(names, want):
            got = line[header.index(name)].split()[0] if name else value
            if abs(float(got) - float(value)) > 0.0011:
                yield '%s: %s %s, tshark has %s' % (line[6], name, got, value)


def main():
    if not RUNG:
        print('rung was not built')
        return SKIPPED
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        clean = generate(folder, 'clean.pcap', CLEAN)
        rough = generate(folder, 'rough.pcap', ROUGH)
        checks = [(packet_faults, p) for p in (OFFICE, clean, rough)]
        checks += [(sum_faults, p) for p in (OFFICE, clean, rough)]
        if shutil.which('tshark'):
            checks += [(tshark_faults, p) for p in (OFFICE, clean)]
        else:
            print('tshark is not installed: not compared')
        for check, path in checks:
            faults = list(check(path))
            for fault in faults[:5]:
                print('%s: %s: %s' % (path.name, check.__name__, fault))
            failed += bool(faults)
    print('%d checks, %d failed' % (len(checks), failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
