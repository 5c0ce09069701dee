#!/usr/bin/env python3
"""Every figure of rung's JSON against the truth of generated captures.

tests/support/siprtp_gen.py writes each capture together with what is in it. Where the truth file
and rung define a figure differently (siprtp_gen.TRUTH.md: jitter over duplicates too), it is
computed again from the packets by tests/support/rtp_reference.py, which knows nothing of rung.

Options: run_truth.py [NAME...] runs only those mixes; KEEP=DIR keeps the captures."""
import concurrent.futures
import datetime
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
SUPPORT = pathlib.Path(__file__).resolve().parents[1] / 'support'
sys.path.insert(0, str(SUPPORT))
from rtp_reference import StreamReference, read_pcap  # noqa: E402
from rungrun import RUNG, SKIPPED, missing  # noqa: E402

EPSILON = 2e-6  # ms: jitter is printed with six digits, and so it stands in the truth
TIMER_B_US = 32_000_000

# name: (seeds, arguments of the generator)
MIXES = {
    'clean': ((1, 2), '--calls 20 --duration 3-8 --concurrency 8'),
    'jitter': ((3, 4), '--calls 20 --duration 3-8 --concurrency 8 --jitter 2 --vary'),
    'overtaking': ((5,), '--calls 12 --duration 4-9 --concurrency 8 --jitter 15'),
    'loss': ((6, 7), '--calls 20 --duration 3-8 --concurrency 8 --loss 0.03 --jitter 1'),
    'bursts': ((8, 9), '--calls 12 --duration 5-12 --concurrency 8 '
               '--burst-loss 0.02,0.2 --jitter 1'),
    'duplicates': ((10, 11), '--calls 20 --duration 3-8 --concurrency 8 --dup 0.05 --loss 0.03'),
    'reordered': ((12, 13), '--calls 20 --duration 3-8 --concurrency 8 --reorder 0.05 --jitter 1'),
    'everything': ((14, 15, 16),
                   '--calls 30 --duration 3-9 --concurrency 15 --loss 0.02 --dup 0.02 '
                   '--reorder 0.02 --jitter 3 --vary --hold 0.5 --auth 0.3 --sip-retrans 0.4 '
                   '--registers 10 --options 10 '
                   '--mix busy:.1,notfound:.1,timeout:.1,cancel:.1,dead:.05'),
    'signalling': ((17, 18), '--calls 300 --duration 10-60 --no-rtp --rate 20 --auth 0.3 '
                   '--sip-retrans 0.5 --registers 60 --options 60 '
                   '--mix busy:.1,notfound:.1,timeout:.1,cancel:.1,dead:.1'),
    'hold': ((19, 20), '--calls 10 --duration 8-12 --concurrency 8 --hold 1 '
             '--loss 0.01 --jitter 1'),
    'ipv6': ((21,), '--calls 12 --duration 3-6 --concurrency 8 --ipv6 0.5 --loss 0.02 --link sll2'),
    'vlan': ((22,), '--calls 8 --duration 3-5 --concurrency 8 --jitter 1 --link vlan'),
    'cooked': ((23,), '--calls 8 --duration 3-5 --concurrency 8 --dup 0.02 --link sll'),
    'few-phones': ((24, 25), '--calls 20 --duration 2-4 --rate 0.5 --uas 2 --loss 0.01'),
    'many-calls': ((26,), '--calls 600 --duration 2 --ring 0.1-0.5 --rate 300 '
                   '--jitter 2 --loss 0.002'),
}
LINK_HEADER = {1: 14, 113: 16, 276: 20}
STATES = {'busy': 'busy', 'cancelled': 'cancelled', 'completed': 'completed'}


class Checker:
    def __init__(self, name):
        self.name, self.problems, self.figures = name, [], 0

    def equal(self, what, got, want, tolerance=None):
        self.figures += 1
        if tolerance is None or want is None or got is None:
            good = got == want
        else:
            good = abs(got - want) <= tolerance
        if not good:
            self.problems.append('%s: %s: rung says %r, the truth is %r'
                                 % (self.name, what, got, want))


def time_us(text):
    """Microseconds since the epoch of an RFC 3339 time with nine digits."""
    if text is None:
        return None
    seconds, _, fraction = text.rstrip('Z').partition('.')
    stamp = datetime.datetime.fromisoformat(seconds).replace(tzinfo=datetime.timezone.utc)
    return int(stamp.timestamp()) * 1000000 + int(fraction) // 1000


# ------------------------------------------------------------------ the packets, read again
def ip_payload(data, link):
    """(source, destination, UDP payload) or None; as little as the generator writes."""
    at = LINK_HEADER[link]
    if link == 1 and data[12:14] == b'\x81\x00':
        at += 4
    if data[at] >> 4 == 6:
        ip, at = data[at + 8:at + 40], at + 40
    else:
        ip, at = data[at + 12:at + 20], at + 20
    half = len(ip) // 2
    ports = data[at:at + 2], data[at + 2:at + 4]
    return (ip[:half], ports[0]), (ip[half:], ports[1]), data[at + 8:]


def reference_streams(path, link):
    streams = {}
    for time, data, _ in read_pcap(path):
        source, destination, payload = ip_payload(data, link)
        if payload[0] != 0x80 or payload[1] & 0x7f not in (0, 8):
            continue
        seq, ts, ssrc = struct.unpack('>HII', payload[2:12])
        key = ('0x%08x' % ssrc, struct.unpack('>H', source[1])[0],
               struct.unpack('>H', destination[1])[0])
        if key not in streams:
            streams[key] = StreamReference(8000)
        streams[key].add(time, seq, ts)
    return streams


# ------------------------------------------------------------------ streams
def endpoint(address, port):
    return '[%s]:%d' % (address, port) if ':' in address else '%s:%d' % (address, port)


def check_counts(check, label, got, truth):
    check.equal(label + 'packets', got['packets'], truth['present'])
    check.equal(label + 'distinct packets', got['packets'] - got['duplicates'], truth['unique'])
    check.equal(label + 'duplicates', got['duplicates'], truth['dups'])
    check.equal(label + 'reordered', got['reordered'], truth['reordered'])
    check.equal(label + 'lost', got['lost'], truth['lost_visible'])
    expected = truth['unique'] + truth['lost_visible']
    check.equal(label + 'expected', got['expected'], expected)
    check.equal(label + 'lost %', got['lost_percent'],
                100 * truth['lost_visible'] / expected if expected else None, 0.00006)
    check.equal(label + 'restarts', got['restarts'], 0)


def check_timing(check, label, got, truth, reference, base_us):
    if truth['dups'] == 0:
        names = (('last', 'jitter_ms'), ('mean', 'jitter_mean_ms'), ('max', 'jitter_max_ms'))
        for ours, theirs in names:
            check.equal(label + 'jitter ' + ours, got['jitter_ms'][ours], truth[theirs], EPSILON)
    for kind, value in reference.jitter_ms().items():
        check.equal(label + 'jitter (computed) ' + kind, got['jitter_ms'][kind], value, EPSILON)
    for kind, value in reference.delta_ms().items():
        check.equal(label + 'delta ' + kind, got['delta_ms'][kind], value, EPSILON)
    check.equal(label + 'first packet', time_us(got['first_time']), base_us + truth['first_us'])
    check.equal(label + 'last packet', time_us(got['last_time']), base_us + truth['last_us'])
    check.equal(label + 'duration', got['duration_ms'],
                (truth['last_us'] - truth['first_us']) / 1000, EPSILON)


def check_reports(check, label, got, truth, peer):
    """@peer: the truth of the other direction, whose sender reported about this one."""
    rtcp = got['rtcp']
    if rtcp is None:
        check.equal(label + 'RTCP of its sender', 0, truth['rtcp'])
        return
    if peer and peer['last_rr']:
        fraction, lost, _, jitter = peer['last_rr']
        check.equal(label + 'reported loss', rtcp['cumulative_lost'], lost)
        check.equal(label + 'reported fraction', rtcp['fraction_lost_percent'],
                    100 * fraction / 256, 0.006)
        check.equal(label + 'reported jitter', rtcp['jitter_ms'], jitter / 8, 0.0006)
    if rtcp['round_trip_ms'] is not None:
        check.equal(label + 'round trip behind the probe', rtcp['round_trip_ms'], 20.0, 0.05)
    if truth['rtcp']:
        check.equal(label + 'RTCP BYE', rtcp['bye'], True)


def check_streams(check, document, truth, path):
    base_us = truth['meta']['epoch_base_s'] * 1000000
    references = reference_streams(path, truth['meta']['linktype'])
    call_ids = {c['id']: c['call_ids'] for c in document['calls']}
    found = {(s['source'], s['destination'], s['ssrc']): s for s in document['streams']}
    peers = {(s['call'], s['src']): s for s in truth['streams']}
    check.equal('streams', len(document['streams']),
                sum(1 for s in truth['streams'] if s['present']))
    for wanted in truth['streams']:
        if not wanted['present']:
            continue
        key = (endpoint(wanted['src'], wanted['sport']), endpoint(wanted['dst'], wanted['dport']),
               wanted['ssrc'].lower())
        label = 'stream %s -> %s %s: ' % key
        got = found.get(key)
        check.equal(label + 'found', got is not None, True)
        if got is None:
            continue
        call = truth['calls'][wanted['call']]
        reference = references[(key[2], wanted['sport'], wanted['dport'])]
        check_counts(check, label, got, wanted)
        check_timing(check, label, got, wanted, reference, base_us)
        check_reports(check, label, got, wanted, peers.get((wanted['call'], wanted['dst'])))
        check.equal(label + 'codec', got['codec'], wanted['codec'])
        check.equal(label + 'payload types', got['payload_types'], [wanted['pt']])
        check.equal(label + 'clock', got['clock_hz'], 8000)
        check.equal(label + 'call', call_ids.get(got['call']), [call['call_id']])
        check.equal(label + 'direction', got['direction'],
                    'from-caller' if wanted['src'] == call['src'] else 'from-callee')


# ------------------------------------------------------------------ calls
def true_state(call, last_us):
    if call['state'] == 'failed':
        return 'timed-out' if call['code'] == 408 else 'failed'
    if call['state'] == 'no_answer':
        return 'timed-out' if last_us - call['t_invite'] >= TIMER_B_US else 'incomplete'
    return STATES[call['state']]


def check_call(check, got, call, base_us, last_us):
    label = 'call %s: ' % call['call_id']
    check.equal(label + 'state', got['state'], true_state(call, last_us))
    check.equal(label + 'from', got['from']['uri'], call['from'])
    check.equal(label + 'to', got['to']['uri'], call['to'])
    check.equal(label + 'source', got['source'], endpoint(call['src'], 5060))
    check.equal(label + 'destination', got['destination'], endpoint(call['dst'], 5060))
    check.equal(label + 'start', time_us(got['start_time']), base_us + call['t_invite'])
    check.equal(label + 'post-dial delay', got['post_dial_delay_ms'], call['pdd_ms'], EPSILON)
    check.equal(label + 'setup', got['setup_ms'], call['setup_ms'], EPSILON)
    check.equal(label + 'talk', got['talk_ms'], call['duration_ms'], EPSILON)
    check.equal(label + 'messages', got['messages'], call['messages'])
    check.equal(label + 'retransmissions', got['retransmissions'], call['retrans'])
    check.equal(label + 'final status', (got['final_status'] or {'code': 0})['code'], call['code'])
    ended = call.get('t_end', call.get('t_final'))
    check.equal(label + 'end', time_us(got['end_time']), None if ended is None else base_us + ended)
    if call['state'] == 'completed':
        check.equal(label + 'ring', got['ring_ms'], (call['t_answer'] - call['t_ring']) / 1000,
                    EPSILON)
        check.equal(label + 'ended by', got['ended_by'], call['bye_by'])
    elif call['state'] == 'cancelled':
        check.equal(label + 'ended by', got['ended_by'], 'caller')


def check_calls(check, document, truth):
    base_us = truth['meta']['epoch_base_s'] * 1000000
    last_us = time_us(document['capture']['last_time']) - base_us
    found = {c['call_ids'][0]: c for c in document['calls']}
    check.equal('calls', len(document['calls']), len(truth['calls']))
    for call in truth['calls']:
        got = found.get(call['call_id'])
        check.equal('call %s: found' % call['call_id'], got is not None, True)
        if got:
            check_call(check, got, call, base_us, last_us)


def check_totals(check, document, truth):
    meta = truth['meta']
    capture, statistics = document['capture'], document['statistics']
    check.equal('packets', capture['packets'], meta['packets'])
    check.equal('SIP messages', capture['sip_messages'], meta['sip_messages'])
    check.equal('media packets', capture['media_packets'],
                meta['rtp_packets'] + meta['rtcp_packets'])
    check.equal('anomalies', capture['anomalies'], {})
    kinds = {**statistics['methods'], **statistics['status_codes']}
    again = statistics['retransmissions']
    check.equal('SIP retransmissions', again['requests'] + again['responses'],
                meta['sip_retransmissions'])
    check.equal('messages of each kind', dict(sorted(kinds.items())), meta['sip_by_kind'])
    check.equal('REGISTER requests', sum(r['requests'] for r in document['registrations']),
                2 * meta['registers'])
    check.equal('challenges', sum(r['challenges'] for r in document['registrations']),
                meta['registers'])
    check.equal('registration states', {r['state'] for r in document['registrations']},
                {'active'} if meta['registers'] else set())
    check.equal('exchanges', [(t['method'], t['status']) for t in document['transactions']],
                [('OPTIONS', 200)] * meta['options'])


# ------------------------------------------------------------------ running
def run_one(name, seed, folder):
    pcap, truth = folder / ('%s-%d.pcap' % (name, seed)), folder / ('%s-%d.json' % (name, seed))
    check = Checker('%s, seed %d' % (name, seed))
    subprocess.run([sys.executable, str(SUPPORT / 'siprtp_gen.py'), *MIXES[name][1].split(),
                    '--seed',
                    str(seed), '--quiet', '--out', str(pcap), '--truth', str(truth)],
                   check=True, stderr=subprocess.DEVNULL, timeout=120)
    done = subprocess.run([RUNG, '-q', '-T', 'json', '-r', str(pcap)], capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=120)
    check.equal('exit status', done.returncode, 0)
    check.equal('standard error', done.stderr, b'')
    try:
        document, known = json.loads(done.stdout), json.loads(truth.read_text())
    except ValueError as error:
        check.problems.append('%s: no JSON: %s' % (check.name, error))
        return check
    check_totals(check, document, known)
    check_calls(check, document, known)
    check_streams(check, document, known, pcap)
    return check


def main():
    reason = missing()
    if reason:
        print('run_truth: skipped: ' + reason)
        return SKIPPED
    jobs = [(name, seed) for name in sys.argv[1:] or MIXES for seed in MIXES[name][0]]
    keep = os.environ.get('KEEP')
    folder = pathlib.Path(keep or tempfile.mkdtemp(prefix='rung-truth-'))
    figures = failed = 0
    try:
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for check in pool.map(lambda job: run_one(*job, folder), jobs):
                figures += check.figures
                failed += bool(check.problems)
                for problem in check.problems[:20]:
                    print(problem)
                if len(check.problems) > 20:
                    print('%s: and %d more' % (check.name, len(check.problems) - 20))
    finally:
        if not keep:
            shutil.rmtree(folder)
    print('%d captures, %d figures compared, %d captures with differences'
          % (len(jobs), figures, failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
