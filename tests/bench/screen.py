"""Key press to new screen: rung on a pseudo-terminal, all the calls of a capture in its list."""
import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

ROWS, COLUMNS = 50, 200
QUIET_S = 0.06  # an answer is complete when nothing more came for so long
LOADED_S = 1.5  # so long nothing moves any more once the capture has been read
# As a terminal sends them in application mode.
KEYS = (('Down', b'\x1bOB'), ('Page Down', b'\x1b[6~'), ('End', b'\x1bOF'), ('Page Up', b'\x1b[5~'),
        ('Up', b'\x1bOA'), ('ladder', b'\r'), ('back', b'q'), ('Home', b'\x1bOH'), ('help', b'?'),
        ('back', b'q'))


class Screen:
    def __init__(self, command):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM='xterm-256color', ESCDELAY='25', XDG_CONFIG_HOME='/nonexistent')
            os.execv(command[0], command)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack('HHHH', ROWS, COLUMNS, 0, 0))

    def read(self, quiet_s, limit_s):
        """(bytes, seconds to the last of them) until it is quiet."""
        start = last = time.perf_counter()
        data = b''
        while time.perf_counter() - last < quiet_s and time.perf_counter() - start < limit_s:
            ready, _, _ = select.select([self.terminal], [], [], quiet_s / 10)
            if not ready:
                continue
            try:
                data += os.read(self.terminal, 1 << 16)
            except OSError:  # it has gone
                break
            last = time.perf_counter()
        return data, last - start

    def press(self, key):
        """Milliseconds until the screen has changed; None when it does not."""
        os.write(self.terminal, key)
        data, seconds = self.read(QUIET_S, 5)
        return 1000 * seconds if data else None

    def close(self):
        try:
            os.kill(self.pid, signal.SIGTERM)
            self.read(0.2, 2)
            os.waitpid(self.pid, 0)
        finally:
            os.close(self.terminal)


def key_times(rung, pcap, rounds, limit_s):
    """[(key, worst milliseconds of @rounds)] with the whole of @pcap in the list."""
    screen = Screen([os.path.abspath(rung), '-r', str(pcap)])
    try:
        screen.read(LOADED_S, limit_s)
        worst = {}
        for _ in range(rounds):
            for name, key in KEYS:
                took = screen.press(key)
                if took is not None:
                    worst[name] = max(worst.get(name, 0.0), took)
        return list(worst.items())
    finally:
        screen.close()
