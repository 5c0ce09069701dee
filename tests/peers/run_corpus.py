#!/usr/bin/env python3
"""Every real capture of ../shared/corpus: no crash, hang, sanitizer report, control character or
invalid JSON; and its figures are those of the index, which are tshark's, or the difference is
explained in corpus_differences.md, and then it has to be exactly the one explained there.

Skipped when the folder is absent. run_corpus.py [--list] [NAME...] runs only the named captures;
--list prints every difference as a row for corpus_differences.md."""
import concurrent.futures
import csv
import os
import pathlib
import re
import sys

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'support'))
from rungrun import SHARED, SKIPPED, TEXT_REPORTS, Run, missing  # noqa: E402

CORPUS = SHARED / 'corpus'
DIFFERENCES = HERE / 'corpus_differences.md'
STREAM = re.compile(r'\s*-?[\d.]+\s+-?[\d.]+\s+(\S+)\s+(\d+)\s+(\S+)\s+(\d+)\s+(0x[0-9A-F]{8})\s+'
                    r'\S.*?\s+(\d+)\s+(-?\d+) \(')


def endpoint(address, port):
    return '[%s]:%s' % (address, port) if ':' in address else '%s:%s' % (address, port)


def peer_streams(name):
    """{source -> destination SSRC: "packets/lost"} as tshark counts them, or None."""
    path = CORPUS / 'expected' / (name.replace('/', '__') + '.rtpstreams.txt')
    if not path.exists():
        return None
    streams = {}
    for line in path.read_text().splitlines():
        found = STREAM.match(line)
        if not found:
            continue
        source, sport, destination, dport, ssrc, packets, lost = found.groups()
        key = '%s -> %s %s' % (endpoint(source, sport), endpoint(destination, dport), ssrc.lower())
        before = streams.get(key, (0, 0))
        streams[key] = before[0] + int(packets), before[1] + int(lost)
    return {key: '%d/%d' % figures for key, figures in streams.items()}


def own_streams(document):
    streams = {}
    for s in document['streams']:
        key = '%(source)s -> %(destination)s %(ssrc)s' % s
        before = streams.get(key, (0, 0))
        streams[key] = before[0] + s['packets'], before[1] + s['lost']
    return {key: '%d/%d' % figures for key, figures in streams.items()}


def own_call_ids(document):
    ids = {x for call in document['calls'] for x in call['call_ids']}
    for part in ('transactions', 'registrations', 'subscriptions'):
        ids |= {entry['call_id'] for entry in document[part]}
    return len(ids)


def figures(row, document):
    """(figure, ours, theirs), where they differ."""
    found = []

    def compare(figure, ours, theirs):
        if ours is not None and str(ours) != str(theirs):
            found.append((figure, str(ours), str(theirs)))

    compare('sip-messages', document['capture']['sip_messages'], row['SIP messages'])
    compare('call-ids', own_call_ids(document), row['distinct Call-IDs'])
    compare('streams', len(document['streams']), row['RTP streams'])
    theirs = peer_streams(row['file'])
    if theirs is not None:
        ours = own_streams(document)
        for key in sorted(set(ours) | set(theirs)):
            compare('packets/lost ' + key, ours.get(key, '-'), theirs.get(key, '-'))
    return found


def explained():
    """{(capture, figure): (ours, theirs)} of the rows "| capture | figure | ours | theirs | why |".
    A figure that ends in * stands for all that begin so; then ours and theirs are *."""
    rows = {}
    for line in DIFFERENCES.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip('|').split('|')]
        if len(cells) == 5 and '/' in cells[0] and cells[4]:
            rows[cells[0], cells[1]] = cells[2], cells[3]
    return rows


def explanation(rows, capture, figure):
    """The explained values; (None, None) when there is no row; the key that gave them."""
    if (capture, figure) in rows:
        return rows[capture, figure], (capture, figure)
    for (name, pattern), values in rows.items():
        if name == capture and pattern.endswith('*') and figure.startswith(pattern[:-1]):
            return values, (name, pattern)
    return None, None


def matches(values, ours, theirs):
    return values is not None and values[0] in ('*', ours) and values[1] in ('*', theirs)


def check(row):
    """(problems, differences)"""
    path = CORPUS / row['file']
    run = Run(path, '-T', 'json')
    document = run.document()
    problems = run.problems + Run(path, *TEXT_REPORTS).problems
    if not document:
        return problems, []
    if 'NEGATIVE' in row['notes'] and document['calls']:
        problems.append('a negative capture gives %d calls' % len(document['calls']))
    differences = figures(row, document)
    if run.status:
        differences.append(('exit-status', str(run.status), '0'))
    return problems, differences


def read_index():
    with open(CORPUS / 'INDEX.tsv', newline='') as f:
        return list(csv.DictReader(f, delimiter='\t', quoting=csv.QUOTE_NONE))


def report(rows, results, known):
    failed, used = 0, set()
    for row, (problems, differences) in zip(rows, results):
        lines = list(problems)
        for figure, ours, theirs in differences:
            values, key = explanation(known, row['file'], figure)
            if matches(values, ours, theirs):
                used.add(key)
            else:
                lines.append('%s is %s, in the index %s; not explained' % (figure, ours, theirs))
        failed += bool(lines)
        for line in lines[:6]:
            print('%s: %s' % (row['file'], line))
    names = {row['file'] for row in rows}
    for capture, figure in known:
        if capture in names and (capture, figure) not in used:
            print('corpus_differences.md: %s, %s: there is no such difference any more'
                  % (capture, figure))
            failed += 1
    return failed, used


def main():
    reason = missing(CORPUS / 'INDEX.tsv')
    if reason:
        print('run_corpus: skipped: ' + reason)
        return SKIPPED
    names = [a for a in sys.argv[1:] if a != '--list']
    rows = [r for r in read_index() if not names or any(n in r['file'] for n in names)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(check, rows))
    if '--list' in sys.argv:
        for row, (_, differences) in zip(rows, results):
            for figure, ours, theirs in differences:
                print('| %s | %s | %s | %s | |' % (row['file'], figure, ours, theirs))
        return 0
    failed, used = report(rows, results, explained())
    print('%d captures, %d differences explained, %d failed' % (len(rows), len(used), failed))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
