"""RTP figures computed a second time, straight from the rules and from nothing of rung: what the
tests compare rung with.

Rules (RFC 3550 A.1, A.3, A.8, with what a monitor has to add): a packet whose sequence number was
seen before is a duplicate and enters nothing else; a first copy behind the highest is reordered and
does enter the jitter, in order of arrival; lost = highest - lowest + 1 - distinct numbers.
Good for streams without restarts, events or clock changes."""
import struct


class StreamReference:
    def __init__(self, clock_hz=8000):
        self.clock_hz = clock_hz
        self.packets = self.duplicates = self.reordered = 0
        self.seen = set()
        self.highest = self.lowest = None
        self.jitter = self.jitter_sum = self.jitter_max = 0.0
        self.steps = 0
        self.skew_us = 0.0
        self.previous = None
        self.deltas = []
        self.first_us = self.last_us = None

    def add(self, time_us, seq, ts):
        self.packets += 1
        self.first_us = time_us if self.first_us is None else self.first_us
        self.last_us = time_us
        if self.highest is None:
            extended = seq + 65536
        else:
            extended = self.highest + ((seq - self.highest + 32768) % 65536 - 32768)
        if extended in self.seen:
            self.duplicates += 1
            return
        self.seen.add(extended)
        if self.highest is None or extended > self.highest:
            self.highest = extended
        else:
            self.reordered += 1
        self.lowest = extended if self.lowest is None else min(self.lowest, extended)
        self._time(time_us, ts)

    def add_one(self, time_us, seq, ts):
        """add(), and what it did: (delta, jitter, skew in ms); None each for a copy, the delta of
        the first."""
        before = self.duplicates, len(self.deltas)
        self.add(time_us, seq, ts)
        if self.duplicates > before[0]:
            return None, None, None
        delta = self.deltas[-1] / 1000 if len(self.deltas) > before[1] else None
        return delta, self.jitter / 1000, self.skew_us / 1000

    def _time(self, time_us, ts):
        if self.previous is not None:
            arrival = time_us - self.previous[0]
            ticks = (ts - self.previous[1] + 2 ** 31) % 2 ** 32 - 2 ** 31
            distance = abs(arrival - ticks * 1e6 / self.clock_hz)
            self.skew_us += ticks * 1e6 / self.clock_hz - arrival
            self.jitter += (distance - self.jitter) / 16
            self.jitter_sum += self.jitter
            self.jitter_max = max(self.jitter_max, self.jitter)
            self.steps += 1
            self.deltas.append(arrival)
        self.previous = (time_us, ts)

    @property
    def expected(self):
        return self.highest - self.lowest + 1

    @property
    def lost(self):
        return self.expected - len(self.seen)

    def jitter_ms(self):
        mean = self.jitter_sum / self.steps if self.steps else 0.0
        return {'last': self.jitter / 1000, 'mean': mean / 1000, 'max': self.jitter_max / 1000}

    def delta_ms(self):
        if not self.deltas:
            return {'min': None, 'mean': None, 'max': None}
        return {'min': min(self.deltas) / 1000, 'mean': sum(self.deltas) / len(self.deltas) / 1000,
                'max': max(self.deltas) / 1000}


def read_pcap(path):
    """(time in us, link-layer bytes, wire length) of a little-endian microsecond pcap."""
    with open(path, 'rb') as f:
        if f.read(24)[:4] != b'\xd4\xc3\xb2\xa1':
            raise ValueError('%s: not a little-endian microsecond pcap' % path)
        while True:
            head = f.read(16)
            if len(head) < 16:
                return
            seconds, us, kept, length = struct.unpack('<IIII', head)
            yield seconds * 1000000 + us, f.read(kept), length
