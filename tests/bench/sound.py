"""How many times faster than real time a core turns calls into sound files: seconds of calls (both
sides) over seconds of processor time."""
import os
import pathlib
import shutil
import struct
import subprocess

GOALS = {'G.711': 200, 'Opus': 50}  # times real time


def length_s(path):
    """Of a WAV file, by its header."""
    with open(path, 'rb') as f:
        head = f.read(512)
    rate = struct.unpack_from('<I', head, head.index(b'fmt ') + 16)[0]
    return (path.stat().st_size - head.index(b'data') - 8) / rate


def times_real_time(rung, pcap, folder, rounds):
    """(times, calls, seconds of them) of the fastest round; None without a sound file."""
    best = None
    target = pathlib.Path(folder) / 'sound'
    for _ in range(rounds):
        shutil.rmtree(target, ignore_errors=True)
        child = subprocess.Popen([rung, '-r', str(pcap), '--audio', str(target)],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        usage = os.wait4(child.pid, 0)[2]
        files = list(target.glob('*.wav'))
        seconds = sum(map(length_s, files))
        if not seconds:
            return None
        spent = max(usage.ru_utime + usage.ru_stime, 1e-3)
        if best is None or seconds / spent > best[0]:
            best = (seconds / spent, len(files), seconds)
    shutil.rmtree(target, ignore_errors=True)
    return best


def show_sound(rung, codec, pcap, folder, rounds):
    found = times_real_time(rung, pcap, folder, rounds)
    if found is None:
        print('  sound of %s: none (built without libsndfile, or a decoder?)' % codec)
        return None
    times, calls, seconds = found
    print('  sound of %-5s %4d calls, %5.0f s %8.0f x    must be >= %d: %s'
          % (codec, calls, seconds, times, GOALS[codec],
             'yes' if times >= GOALS[codec] else 'NO'))
    return times
