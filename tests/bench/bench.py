#!/usr/bin/env python3
"""How fast rung is, and how much memory it takes, beside tcpdump, tshark and sngrep.

Makes its own captures (tests/support/siprtp_gen.py, the same bytes every time), runs the tools on
them in turn, and prints medians, ratios and what DESIGN section 6 asks for. Needs no network.
Absolute numbers say little on a shared machine: the ratios of one run are what counts.

    RUNG=build/release/rung tests/bench/bench.py           # 1 M RTP packets: a minute
    RUNG=build/release/rung tests/bench/bench.py --full    # 10 M RTP, 1 M SIP, 20,000 streams
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
from screen import key_times  # noqa: E402
from sound import show_sound  # noqa: E402

SOURCE = pathlib.Path(os.environ.get('RUNG_SOURCE', pathlib.Path(__file__).resolve().parents[2]))
GENERATOR = SOURCE / 'tests/support/siprtp_gen.py'
OPUS_CALL = SOURCE.parent / 'shared/captures/02-opus-stereo48k/capture.pcap'
MIB = 1 << 20

RTP = '--duration 60 --concurrency 100 --jitter 2 --loss 0.002 --dup 0.0005 --vary'
MANY = '--rate 5000 --duration 6 --ring 0.1-0.5 --jitter 2 --loss 0.002 --vary --uas 10000'
DATA_SETS = {
    'smoke': '--calls 4 --duration 3 --concurrency 4 --jitter 2 --loss 0.002 --seed 101',
    'rtp1m': '--calls 167 %s --seed 102' % RTP,
    'rtp10m': '--calls 1670 %s --seed 103' % RTP,
    'sip1m': '--calls 150000 --rate 1000 --duration 10-60 --no-rtp '
             '--registers 15000 --options 15000 '
             '--mix busy:.05,notfound:.03,timeout:.02,cancel:.05,dead:.005 --sip-retrans 0.02 '
             '--auth 0.05 --uas 5000 --seed 104',
    'many': '--calls 10000 %s --seed 105' % MANY,
    'few': '--calls 400 %s --seed 106' % MANY,  # what is there with the first calls
}


# ------------------------------------------------------------------ the captures
class DataSet:
    def __init__(self, name, folder):
        self.name = name
        self.pcap = folder / (name + '.pcap')
        truth = folder / (name + '.json')
        if not (self.pcap.exists() and truth.exists()):
            print('making %s ...' % self.pcap, file=sys.stderr, flush=True)
            subprocess.run([sys.executable, str(GENERATOR), *DATA_SETS[name].split(), '--quiet',
                            '--out',
                            str(self.pcap), '--truth', str(truth) + '.new'], check=True)
            os.replace(str(truth) + '.new', truth)
        with open(truth) as f:
            self.facts = json.loads(f.read().split('\n"calls":[')[0].rstrip(',') + '}')['meta']

    def warm(self):
        with open(self.pcap, 'rb') as f:
            while f.read(8 * MIB):
                pass


# ------------------------------------------------------------------ the tools
def commands(rung, data, peers):
    pcap = str(data.pcap)
    tools = {'rung': [rung, '-q', '-z', 'streams', '-z', 'statistics', '-r', pcap],
             'tcpdump': ['tcpdump', '-n', '-r', pcap, '-w', '/dev/null'],
             'tshark': ['tshark', '-n', '-q', '-z', 'rtp,streams', '-z', 'sip,stat', '-r', pcap],
             'sngrep': ['sngrep', '-N', '-q', '-r', '-l', '200000', '-I', pcap]}
    wanted = ['rung', 'tcpdump'] + (['tshark', 'sngrep'] if peers else [])
    return {name: tools[name] for name in wanted if name == 'rung' or shutil.which(name)}


def peak_memory(pid):
    """Of a running process, in bytes. Not ru_maxrss: that counts what this program had in memory
    when it started the other one."""
    try:
        with open('/proc/%d/status' % pid) as f:
            for line in f:
                if line.startswith('VmHWM:'):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def start(command):
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE)


def check_status(command, child):
    message = child.stderr.read().decode(errors='replace').strip()
    if child.returncode:
        raise RuntimeError('%s: exit status %d: %s' % (command[0], child.returncode,
                                                       message[-300:]))


def run(command, limit_s):
    """Wall seconds, or None when it took too long. Nobody else does anything meanwhile: looking at
    the process every millisecond costs a program of several threads a tenth of its time."""
    begin = time.perf_counter()
    child = start(command)
    late = threading.Timer(limit_s, child.kill)
    late.start()
    child.wait()
    elapsed = time.perf_counter() - begin
    late.cancel()
    if elapsed >= limit_s:
        return None
    check_status(command, child)
    return elapsed


def peak_of(command):
    """Peak bytes, of a run that nobody times."""
    child, peak = start(command), 0
    while child.poll() is None:
        peak = max(peak, peak_memory(child.pid))
        time.sleep(0.001)
    check_status(command, child)
    return peak


def measure(tools, rounds, limit_s):
    """{tool: (median seconds, peak bytes) or None}; the tools take turns."""
    found = {name: [] for name in tools}
    for number in range(rounds):
        for name, command in tools.items():
            slow = name in ('tshark', 'sngrep')
            if slow and number or None in found[name]:
                continue
            found[name].append(run(command, limit_s))
    return {name: None if None in runs else (statistics.median(runs), peak_of(tools[name]))
            for name, runs in found.items()}


def idle_memory(rung, folder):
    """Peak of rung on a capture of nothing: what is there before any packet."""
    path = folder / 'nothing.pcap'
    path.write_bytes(bytes.fromhex('d4c3b2a1020004000000000000000000' '0000040001000000'))
    return peak_of([rung, '-q', '-T', 'json', '-r', str(path)])


def memory_a_call(rung, data, peak, folder):
    """Of each call more, in bytes: packet blocks and tables are there with the first ones."""
    few = DataSet('few', folder)
    few_peak = peak_of(commands(rung, few, False)['rung'])
    return (peak - few_peak) / (data.facts['calls'] - few.facts['calls'])


# ------------------------------------------------------------------ what DESIGN section 6 asks for
def goals(data, results, idle, a_call):
    """(text, value, limit, unit, at_most)"""
    seconds, peak = results['rung']
    rows = []
    if data.name.startswith('rtp') and results.get('tcpdump'):
        rows.append(('time against tcpdump -r -w', seconds / results['tcpdump'][0], 2.0, 'x', True))
    for peer in ('tshark', 'sngrep'):
        if data.name.startswith('rtp') and results.get(peer):
            rows.append(('times as fast as ' + peer, results[peer][0] / seconds, 15, 'x', False))
    if data.name.startswith('rtp'):
        rows.append(('peak memory', peak / MIB, 64, 'MiB', True))
    if data.name == 'sip1m':
        messages = data.facts['sip_messages']
        rows.append(('SIP messages a second', messages / seconds / 1e6, 1.0, 'M/s', False))
        rows.append(('memory a message', (peak - idle) / messages, 300, 'B', True))
    if data.name == 'many':
        rows.append(('memory a call with two streams', a_call / 1024, 10, 'KiB', True))
    return rows


def show(data, results, idle, a_call):
    packets = data.facts['packets']
    print('\n%s: %d packets (%d SIP messages, %d streams), %.1f MB'
          % (data.name, packets, data.facts['sip_messages'], data.facts['streams'],
             data.facts['bytes'] / 1e6))
    print('  %-9s %9s %12s %10s %9s' % ('tool', 'seconds', 'packets/s', 'peak MiB', 'to rung'))
    for name, result in results.items():
        if result is None:
            print('  %-9s took too long' % name)
            continue
        seconds, peak = result
        print('  %-9s %9.3f %12.0f %10.1f %8.2fx' % (name, seconds, packets / seconds, peak / MIB,
                                                     seconds / results['rung'][0]))
    for text, value, limit, unit, at_most in goals(data, results, idle, a_call):
        met = value <= limit if at_most else value >= limit
        print('  %-32s %8.2f %-4s must be %s %g: %s' % (text, value, unit,
                                                        '<=' if at_most else '>=',
                                                        limit, 'yes' if met else 'NO'))


def show_keys(rung, data, options):
    times = key_times(rung, data.pcap, options.rounds, options.limit)
    print('  keys, with %d calls in the list (worst of %d, ms): %s'
          % (data.facts['dialogs'], options.rounds, ', '.join('%s %.0f' % row for row in times)))
    worst = max((ms for _, ms in times), default=float('nan'))
    print('  %-32s %8.2f %-4s must be <= 50: %s' % ('key press to new screen', worst, 'ms',
                                                    'yes' if worst <= 50 else 'NO'))
    return times


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--full', action='store_true', help='all data sets: 4.6 GB on disk')
    parser.add_argument('--smoke', action='store_true', help='a tiny data set: does it work at all')
    parser.add_argument('--only', choices=sorted(DATA_SETS), action='append')
    parser.add_argument('--rounds', type=int, default=5,
                        help='of rung and tcpdump; the peers run once')
    parser.add_argument('--no-peers', action='store_true', help='without tshark and sngrep')
    parser.add_argument('--limit', type=float, default=300, help='seconds a run may take')
    parser.add_argument('--dir', type=pathlib.Path,
                        help='where the captures are kept (else: removed)')
    parser.add_argument('--json', type=pathlib.Path, help='the figures for a program')
    return parser.parse_args()


def chosen(options):
    if options.only:
        return options.only
    if options.smoke:
        return ['smoke']
    return ['rtp1m', 'rtp10m', 'sip1m', 'many'] if options.full else ['rtp1m']


def sound_figures(rung, data, folder, rounds):
    """Of the small data sets, and of a real Opus call where it is at hand."""
    if data.name not in ('smoke', 'rtp1m'):
        return None
    figures = {'G.711': show_sound(rung, 'G.711', data.pcap, folder, min(rounds, 2))}
    if OPUS_CALL.exists():
        figures['Opus'] = show_sound(rung, 'Opus', OPUS_CALL, folder, rounds)
    return figures


def bench(options, rung, folder):
    idle = idle_memory(rung, folder)
    print('rung %s; on an empty capture: %.1f MiB' % (rung, idle / MIB))
    figures = {}
    for name in chosen(options):
        data = DataSet(name, folder)
        data.warm()
        tools = commands(rung, data, not options.no_peers)
        results = measure(tools, 1 if options.smoke else options.rounds, options.limit)
        if results['rung'] is None:
            raise RuntimeError('rung is not done with %s in %g s' % (name, options.limit))
        a_call = 0
        if name == 'many':
            a_call = memory_a_call(rung, data, results['rung'][1], folder)
        show(data, results, idle, a_call)
        keys = show_keys(rung, data, options) if name in ('sip1m', 'smoke') else None
        sound = sound_figures(rung, data, folder, options.rounds)
        figures[name] = {'keys_ms': keys, 'sound_times_real_time': sound, 'packets': data.facts['packets'], 'tools': results,
                         'goals': [row[:4] for row in goals(data, results, idle, a_call)]}
        if not options.dir:
            data.pcap.unlink()
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + '\n')


def main():
    options = arguments()
    rung = os.environ.get('RUNG', '')
    if not rung or not os.access(rung, os.X_OK):
        print('bench: RUNG does not name a program')
        return 77
    folder = options.dir or pathlib.Path(tempfile.mkdtemp(prefix='rung-bench-'))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        bench(options, rung, folder)
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        print('bench: %s' % error)
        return 1
    finally:
        if not options.dir:
            shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
