"""Running rung on captures: what the tests that do it share."""
import json
import os
import pathlib
import re
import subprocess

SOURCE = pathlib.Path(os.environ.get('RUNG_SOURCE', pathlib.Path(__file__).resolve().parents[2]))
SHARED = SOURCE.parent / 'shared'
RUNG = os.path.abspath(os.environ['RUNG']) if os.environ.get('RUNG') else ''
SKIPPED = 77
SECONDS = 120

# C0 (but for line ends and tabs), DEL, C1, and what turns the direction of text.
FORBIDDEN = re.compile('[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]')


def missing(*needed):
    """Why the test cannot run, or None."""
    if not RUNG or not os.access(RUNG, os.X_OK):
        return 'RUNG does not name a program'
    for path in needed:
        if not pathlib.Path(path).exists():
            return '%s is not there' % path
    return None


def fate_problems(document):
    """Nothing goes uncounted: every packet has one fate, and what was not read a reason."""
    capture = document.get('capture')
    if not capture:
        return []
    fates, found = capture['fates'], []
    if sum(fates.values()) != capture['packets']:
        found.append('fates %r of %d packets' % (fates, capture['packets']))
    reasons = sum(count for name, count in capture['unread'].items()
                  if name not in ('fragment', 'sctp'))  # a fate of their own, counted in chunks
    if fates['other'] + fates['undecoded'] != reasons:
        found.append('fates %r, but unread %r' % (fates, capture['unread']))
    return found


class Run:
    """One run of rung: status, stdout and stderr as text, and what is wrong with them in any case:
    a crash, a sanitizer's report, a hang, control characters, a message of several lines."""

    def __init__(self, capture, *arguments):
        self.problems = []
        environment = dict(os.environ, LC_ALL='C.UTF-8', TZ='UTC', XDG_CONFIG_HOME='/nonexistent')
        command = [RUNG, '-q', '-r', str(capture), *arguments]
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True,
                                  timeout=SECONDS, env=environment)
        except subprocess.TimeoutExpired:
            self.status, self.stdout, self.stderr = None, '', ''
            self.problems.append('hangs: not done in %d s' % SECONDS)
            return
        self.status = done.returncode
        self.stdout = done.stdout.decode('utf-8', 'surrogateescape')
        self.stderr = done.stderr.decode('utf-8', 'surrogateescape')
        self._judge()

    def _judge(self):
        if self.status not in (0, 2):
            self.problems.append('exit status %d: %s' % (self.status, self.stderr[-400:]))
        if 'Sanitizer' in self.stderr or 'runtime error' in self.stderr:
            self.problems.append('sanitizer: ' + self.stderr[:400])
        elif self.stderr.count('\n') > 1:
            self.problems.append('a message of several lines: %r' % self.stderr[:400])
        found = FORBIDDEN.search(self.stdout) or FORBIDDEN.search(self.stderr)
        if found:
            self.problems.append('control character %r in the output' % found.group())
        try:
            self.stdout.encode('utf-8')
        except UnicodeEncodeError:
            self.problems.append('the output is no UTF-8')

    def document(self):
        """The JSON document; {} and a problem when it is none."""
        try:
            document = json.loads(self.stdout)
        except ValueError as error:
            self.problems.append('no valid JSON: %s' % error)
            return {}
        self.problems += fate_problems(document)
        return document


TEXT_REPORTS = [word for report in ('calls', 'ladder', 'streams', 'capture', 'statistics',
                                    'registrations', 'subscriptions', 'transactions', 'endpoints')
                for word in ('-z', report)]
