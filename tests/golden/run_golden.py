#!/usr/bin/env python3
"""Runs every case of this folder; see README.md.

GOLDEN_UPDATE=1 rewrites in.pcap and expect.* of every case (or of those named as arguments)."""
import concurrent.futures
import json
import os
import pathlib
import runpy
import shlex
import subprocess
import sys
import tempfile
import traceback

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'support'))
from rungrun import FORBIDDEN, RUNG, SKIPPED, fate_problems, missing  # noqa: E402

UPDATE = os.environ.get('GOLDEN_UPDATE') == '1'
SECONDS = 60


def environment(case):
    env = {k: v for k, v in os.environ.items() if not k.startswith('LC_') and k != 'LANG'}
    env.update(LC_ALL='C.UTF-8', TZ='UTC', XDG_CONFIG_HOME='/nonexistent')
    extra = case / 'env'
    if extra.exists():
        env.update(pair.split('=', 1) for pair in shlex.split(extra.read_text()))
    return env


def generate(case, out):
    """In a child of its own: what a generator does to its modules stays there, and starting an
    interpreter for each would take longer than all else."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            sys.argv = [str(case / 'gen.py'), str(out)]
            runpy.run_path(sys.argv[0], run_name='__main__')
            status = 0
        except BaseException:  # whatever it was, the parent has to hear of it
            traceback.print_exc()
        finally:
            os._exit(status)
    if os.waitpid(child, 0)[1]:
        raise OSError('gen.py failed')


def run(case, arguments):
    done = subprocess.run([RUNG, '-r', 'in.pcap', *arguments], cwd=case, env=environment(case),
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS)
    return (done.returncode, done.stdout.decode('utf-8', 'surrogateescape'),
            done.stderr.decode('utf-8', 'surrogateescape'))


# ------------------------------------------------------------------ the truth, told by hand
def differences(truth, got, path=''):
    """Where @got does not have what @truth says. Objects may have more members than the truth;
    arrays have to be as long. {"about": [x, d]}, {"has": [...]}, {"keys": [...]} and
    {"in": [...]} say what their names say."""
    if isinstance(truth, dict) and set(truth) == {'about'}:
        value, distance = truth['about']
        ok = isinstance(got, (int, float)) and abs(got - value) <= distance
        return [] if ok else ['%s: %r is not %r +- %r' % (path, got, value, distance)]
    if isinstance(truth, dict) and set(truth) in ({'has'}, {'keys'}):
        missing = [x for x in next(iter(truth.values())) if x not in (got or ())]
        return ['%s: no %s in %r' % (path, ', '.join(missing), got)] if missing else []
    if isinstance(truth, dict) and set(truth) == {'in'}:
        return [] if got in truth['in'] else ['%s: %r is none of %r' % (path, got, truth['in'])]
    if isinstance(truth, dict):
        if not isinstance(got, dict):
            return ['%s: %r is no object' % (path, got)]
        return [d for key, value in truth.items()
                for d in (differences(value, got[key], path + '.' + key) if key in got
                          else ['%s.%s: is not there' % (path, key)])]
    if isinstance(truth, list):
        if not isinstance(got, list) or len(got) != len(truth):
            count = len(got) if isinstance(got, list) else got
            return ['%s: %s instead of %d entries' % (path, count, len(truth))]
        return [d for n, value in enumerate(truth)
                for d in differences(value, got[n], '%s[%d]' % (path, n))]
    if isinstance(truth, float) or (isinstance(truth, int) and isinstance(got, float)):
        ok = isinstance(got, (int, float)) and abs(got - truth) <= 1e-5
    else:
        ok = type(got) is type(truth) and got == truth
    return [] if ok else ['%s: %r instead of %r' % (path, got, truth)]


def check_truth(case, status, stdout, stderr):
    truth = json.loads((case / 'truth.json').read_text())
    problems = differences(truth.pop('exit', 0), status, 'exit status')
    error = truth.pop('error', None)
    if error is None and stderr:
        problems.append('unexpected message: %r' % stderr)
    elif error is not None and (error not in stderr or stderr.count('\n') != 1):
        problems.append('message %r is not one line with %r' % (stderr, error))
    problems += ['%r is not in the output' % x for x in truth.pop('contains',
                                                                  []) if x not in stdout]
    problems += ['%r is in the output' % x for x in truth.pop('absent', []) if x in stdout]
    if truth.pop('ascii', False) and not stdout.isascii():
        problems.append('the output is not ASCII')
    if truth:
        try:
            document = json.loads(stdout)
            problems += differences(truth, document) + fate_problems(document)
        except ValueError as error:
            problems.append('the output is no JSON: %s' % error)
    return problems


# ------------------------------------------------------------------ one case
def pretty(stdout):
    """(suffix, text): JSON is kept readable, so that reviewers can read a difference; the version
    of rung is left out."""
    try:
        document = json.loads(stdout)
    except ValueError:
        return 'txt', stdout
    document.pop('rung', None)
    return 'json', json.dumps(document, indent=1, ensure_ascii=False) + '\n'


def check_expected(case, stdout):
    suffix, text = pretty(stdout)
    path = case / ('expect.' + suffix)
    if UPDATE:
        for old in case.glob('expect.*'):
            old.unlink()
        path.write_text(text, encoding='utf-8', errors='surrogateescape', newline='')
        return []
    if not path.exists():
        return ['no %s: GOLDEN_UPDATE=1 writes it' % path.name]
    with open(path, encoding='utf-8', errors='surrogateescape', newline='') as f:
        want = f.read()
    if want == text:
        return []
    lines = list(zip(want.splitlines(), text.splitlines()))
    for number, (a, b) in enumerate(lines, 1):
        if a != b:
            return ['%s:%d: %r instead of %r' % (path.name, number, b, a)]
    return ['%s: %d instead of %d characters' % (path.name, len(text), len(want))]


def check_generated(case):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / 'in.pcap'
        generate(case, out)
        if UPDATE:
            (case / 'in.pcap').write_bytes(out.read_bytes())
        elif out.read_bytes() != (case / 'in.pcap').read_bytes():
            return ['gen.py does not make this in.pcap']
    return []


def check_every_report(case):
    """Whatever the case is about: no report crashes, and none passes a control character on."""
    problems = []
    for arguments in (['-T', 'text', '-z', 'calls', '-z', 'ladder', '-z', 'streams', '-z',
                       'capture',
                       '-z', 'statistics'], ['-T', 'ndjson'], ['-T', 'csv', '-z', 'calls']):
        status, stdout, stderr = run(case, arguments)
        if status not in (0, 2):
            problems.append('%s: exit status %d, %r' % (' '.join(arguments), status, stderr[-300:]))
        found = FORBIDDEN.search(stdout.replace('\r\n', '\n') + stderr)
        if found:
            problems.append('%s: control character %r in the output' % (' '.join(arguments),
                                                                        found.group()))
    return problems


def check(case):
    try:
        problems = check_generated(case)
        status, stdout, stderr = run(case, shlex.split((case / 'cmd').read_text()))
        problems += check_truth(case, status, stdout, stderr)
        problems += check_expected(case, stdout)
        found = FORBIDDEN.search(stdout.replace('\r\n', '\n') + stderr)
        if found:
            problems.append('control character %r in the output' % found.group())
        return problems + check_every_report(case)
    except (subprocess.SubprocessError, OSError) as error:
        return [str(error)]


def main():
    reason = missing()
    if reason:
        print('run_golden: skipped: ' + reason)
        return SKIPPED
    names = sys.argv[1:]
    cases = sorted(p.parent for p in HERE.glob('*/gen.py') if not names or p.parent.name in names)
    failed = 0
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        for case, problems in zip(cases, pool.map(check, cases)):
            failed += bool(problems)
            for problem in problems:
                print('%s: %s' % (case.name, problem))
    print('%d cases, %d failed' % (len(cases), failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
