#!/usr/bin/env python3
"""The captures of ../shared/captures: calls made with real phones and servers.

truth_streams.json there was counted without signalling by an independent program: packets, lost and
duplicate ones of every stream have to be the same here. What the READMEs say of the calls is in the
tables below. Skipped when the folder is absent. run_captures.py [NAME...] runs only those."""
import concurrent.futures
import ipaddress
import json
import os
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
from rungrun import SHARED, SKIPPED, TEXT_REPORTS, Run, missing  # noqa: E402

CAPTURES = SHARED / 'captures'
COMPLETED = ['completed']

# Capture: states of its calls, in order of arrival. What is not here: one completed call.
STATES = {
    '13c-forking-two-200': ['incomplete'],  # the second 200 is never acknowledged and never ended
    '14a-cancel': ['cancelled'],
    '14b-busy-486': ['busy'],
    '14c-404': ['failed'],
    '14d-no-answer-408': ['timed-out'],
    '14f-blackhole-retransmit': ['timed-out'],
    '14i-403': ['rejected'],
    '08b-tcp-split-1to40-bytes': COMPLETED * 16 + ['incomplete'] * 4,  # it ends before their BYE
    '08d-tcp-out-of-order-retrans': COMPLETED * 16 + ['incomplete'] * 4,
    '15b-refer-blind-transfer': COMPLETED * 2,
    '15d-conference-mixer': COMPLETED * 2,
    '22d-sbc-topoh-transcode': COMPLETED * 2,  # two Call-IDs; nothing in the messages joins them
    '24-load-100-calls': COMPLETED * 100,
    '10a-sip-sctp': COMPLETED * 3,
}
FINAL_STATUS = {
    '14a-cancel': 487, '14b-busy-486': 486, '14c-404': 404, '14d-no-answer-408': 408,
    '14f-blackhole-retransmit': 408, '14i-403': 403,
}
# What the READMEs say of how the calls are built: targets of a fork with their state, whether they
# won, were acknowledged and got a BYE; contacts of a 302; who held for how many seconds.
STRUCTURE = {
    '13a-forking-3-answer-1': {
        'forking': 'parallel',
        'branches': [('10.55.0.12:5060', 'cancelled', False, None, False),
                     ('10.55.0.13:5060', 'answered', True, True, True),
                     ('10.55.0.14:5060', 'cancelled', False, None, False)]},
    '13c-forking-two-200': {
        'forking': 'parallel',
        'branches': [('10.55.0.12:5060', 'answered', False, False, False),
                     ('10.55.0.13:5060', 'answered', True, True, True)],
        'branch_media': ['10.55.0.12', '10.55.0.13']},
    '14e-redirect-302': {'redirects': [[('sip:bob@lab.test', 0.7, 'caller'),
                                        ('sip:carol@lab.test', 0.5, None)]]},
    '14i-403': {'authentication': (1, 'forbidden')},
    '01-g711u-proxy-auth': {'authentication': (1, 'accepted'), 'holds': []},
    '15a-hold-resume': {'holds': [('caller', 5, True), ('callee', 4, True)]},
    '15d-conference-mixer': {'conference': '10.55.0.12'},
    '16a-early-media-183': {'early_media': (183, 5, True)},
    '20a-t38-reinvite': {'renegotiations': [('caller', ['t38'], 200)]},
}
# Captures whose signalling a later version reads; their RTP is counted exactly all the same.
NO_CALLS_YET = {
    '29c-malformed-messages': 'no calls: hostile messages, judged by the golden cases',
}
# Relayed by rtpengine without transcoding: each stream of one leg goes on as one of the other, and
# the READMEs name no loss. Everywhere else in what is checked nothing may be taken for relayed.
RELAYED = ['05e-srtp-sdes-gcm128', '06b-rtp-to-dtls-srtp', '09a-websocket-webrtc',
           '09c-websocket-inbound', '22a-rtpengine-relay', '32-hep-kamailio-rtpengine']
# SIP messages in TLS: all of them, and those of connections whose key exchange is RSA.
TLS_MESSAGES = {'07a-sip-tls13': 24, '07c-sip-tls12-rsa-kx': 24, '07e-sip-tls13-sdes-srtp': 24}
TLS_BY_SERVER_KEY = {'07c-sip-tls12-rsa-kx': 18}
# 26-encapsulations: the same call in every file, whatever is around it.
ENCAPSULATED = (27, [251, 251], COMPLETED)  # SIP messages, RTP packets, calls
OTHER_CONTENT = {
    'hep3.pcap': (27, [], COMPLETED),  # the SIP and RTCP of it
    'file-ng-dsb-tls13.pcapng': (24, [751, 751], COMPLETED),     # 07a, with its keys
    'file-ng-two-sections.pcapng': (54, [502, 502], COMPLETED),  # the call twice
    '6in4.pcap': (20, [328, 328], ['incomplete']),
    'vxlan-over-ipv6-inner-ipv6.pcap': (20, [328, 328], ['incomplete']),
    'ipv6-ext-headers.pcap': (20, [328, 328], ['incomplete']),   # of 11-ipv6-call, without its end
}
# Cut and partial captures made of 01: (exit status, calls, streams, packets of each or None).
PARTIAL = {
    'snaplen54': (0, None, 2, 2001), 'snaplen96': (0, None, 2, 2001),
    'snaplen256': (0, None, 2, 2001), 'midcall-no-sip-start': (0, 0, 2, 500),
    'one-direction': (0, 1, 1, 2001), 'clock-step-back': (0, 1, 2, 2001),
    'unsorted': (0, 1, 2, 2001), 'no-timestamps': (0, 1, 2, 2001),
    'cut-in-packet': (2, 1, 2, None),
}


def endpoint(address, port):
    if ':' not in address and '.' not in address:  # IPv6 as 32 digits
        address = str(ipaddress.ip_address(bytes.fromhex(address)))
    return '[%s]:%d' % (address, port) if ':' in address else '%s:%d' % (address, port)


def key_of(stream):
    return (endpoint(stream['src'], stream['sport']), endpoint(stream['dst'], stream['dport']),
            stream['ssrc'].lower())


def check_streams(document, truth, problems):
    found = {(s['source'], s['destination'], s['ssrc']): s for s in document['streams']}
    for stream in truth:
        key = key_of(stream)
        got = found.pop(key, None)
        if got is None:
            problems.append('stream %s -> %s %s: not found' % key)
            continue
        figures = got['packets'], got['lost'], got['duplicates'], got['restarts']
        true = stream['packets'], stream['missing'], stream['duplicates'], 0
        if figures != true:
            problems.append('stream %s -> %s %s: ' % key + 'packets, lost, duplicates, restarts '
                            '%r instead of %r' % (figures, true))
        wanted = [int(t) for t in stream['payload_types']]
        if sorted(got['payload_types']) != sorted(wanted):
            problems.append('stream %s -> %s %s: ' % key + 'payload types %r instead of %r'
                            % (got['payload_types'], wanted))
    problems += ['stream %s -> %s %s: is none' % key for key in found]


def check_calls(name, document, problems):
    if name in NO_CALLS_YET:
        return
    states = [c['state'] for c in document['calls']]
    if states != STATES.get(name, COMPLETED):
        problems.append('calls %r instead of %r' % (states, STATES.get(name, COMPLETED)))
    for call in document['calls']:
        code = (call['final_status'] or {}).get('code')
        if name in FINAL_STATUS and code != FINAL_STATUS[name]:
            problems.append('final status %r instead of %d' % (code, FINAL_STATUS[name]))
    for stream in document['streams']:
        if stream['call'] is None:
            problems.append('stream %(source)s -> %(destination)s belongs to no call' % stream)


def check_places(name, document, problems):
    seen = [s.get('seen_also', []) for s in document['streams']]
    if name in RELAYED:
        right = len(seen) == 4 and all(
            len(places) == 1 and places[0]['kind'] == 'relay' and places[0]['numbers_kept'] and
            places[0]['lost_between'] == 0 for places in seen)
    else:
        right = not any(seen)
    if not right:
        problems.append('seen also: %r' % seen)
    if any(r['reason'] == 'relayed-media' for c in document['calls'] for r in c['related']):
        problems.append('calls joined by relayed media')


def check_transcoding(name, document, problems):
    """What comes to rtpengine in one codec leaves it, on the same way, in the other."""
    pairs = {(s['source'].rpartition(':')[0], to['codec'])
             for s in document['streams'] for to in s.get('transcoded', [])
             if to['place'] == 'later' and 'up-together' in to['reasons']}
    right = {('10.55.0.11', 'PCMA'), ('10.55.0.12', 'G722')} if name.startswith('22d') else set()
    if pairs != right:
        problems.append('transcoded: %r' % pairs)


def structure_of(call, streams):
    """In the words of STRUCTURE."""
    branches = call.get('branches', [])
    sources = {s['id']: s['source'].rpartition(':')[0] for s in streams}
    return {
        'forking': call.get('forking'),
        'branches': [(b['target'], b['state'], b['winner'], b['acknowledged'],
                      b['bye_time'] is not None) for b in branches],
        'branch_media': [next((sources[n] for n in b['streams'] if sources[n] != '10.55.0.11'), None)
                         for b in branches],
        'redirects': [[(c['uri'], c['q'], c['tried_by']) for c in r['contacts']]
                      for r in call.get('redirects', [])],
        'authentication': tuple(call['authentication'][k] for k in ('rounds', 'result'))
        if 'authentication' in call else None,
        'early_media': (call['early_media']['status'],
                        round(call['early_media']['duration_ms'] / 1000),
                        call['early_media']['media_time'] is not None)
        if 'early_media' in call else None,
        'holds': [(h['by'], round(h['duration_ms'] / 1000), h['resumed'])
                  for h in call.get('holds', [])],
        'conference': call['conference']['uri'].partition('@')[2].partition(';')[0]
        if 'conference' in call else None,
        'renegotiations': [(r['by'], r['reasons'], r['status'])
                           for r in call.get('renegotiations', [])],
    }


def check_structure(name, document, problems):
    for call in document['calls'] if name in STRUCTURE else []:
        got = structure_of(call, document['streams'])
        problems += ['%s of call %d: %r instead of %r' % (key, call['id'], got[key], want)
                     for key, want in STRUCTURE[name].items() if got[key] != want]


def check_impaired(path, document, problems):
    """truth.json of 21*: sender and receiver compared; jitter without duplicates, 3 digits. Each
    direction was measured where it arrives: alice's at capture.pcap, bob's at sender.pcap."""
    by_ssrc = {s['ssrc']: s for s in document['streams']}
    for name, direction in json.loads((path.parent / 'truth.json').read_text()).items():
        if name.startswith('alice_to_bob') != (path.name == 'capture.pcap'):
            continue
        got = by_ssrc.get(direction['ssrc'].lower())
        if got is None:
            problems.append('no stream %s' % direction['ssrc'])
            continue
        figures = {'reordered': (got['reordered'], direction['reordered']),
                   'duplicates': (got['duplicates'], direction['duplicates']),
                   'distinct': (got['packets'] - got['duplicates'], direction['arrived_distinct']),
                   'longest delta': (got['delta_ms']['max'], direction['max_interarrival_ms'])}
        for kind in ('mean', 'max', 'last'):
            figures['jitter ' + kind] = (got['jitter_ms'][kind],
                                         direction['rfc3550_jitter_ms'][kind])
        for figure, (ours, true) in figures.items():
            if abs(ours - true) > 0.0006:
                problems.append('%s: %s %r instead of %r' % (direction['ssrc'], figure, ours, true))


def keys_of(path):
    keys = path.parent / 'keys.log'
    return ['-k', str(keys)] if keys.is_file() else []


def check_plain(path, truth):
    run = Run(path, '-T', 'json', *keys_of(path))
    document = run.document()
    if document:
        if run.status:
            run.problems.append('exit status %d: %s' % (run.status, run.stderr))
        name = path.parent.name
        check_streams(document, truth, run.problems)
        check_calls(name, document, run.problems)
        check_structure(name, document, run.problems)
        check_places(name, document, run.problems)
        check_transcoding(name, document, run.problems)
        if name.startswith('21'):
            check_impaired(path, document, run.problems)
    if path.parent.name in TLS_MESSAGES:
        run.problems += check_tls(path)
    return run.problems + Run(path, *TEXT_REPORTS).problems


def check_tls(path):
    """Every message by the key log; by the server's key alone where the key exchange is RSA."""
    problems = []
    name = path.parent.name
    ways = {'the key log': (keys_of(path), TLS_MESSAGES[name]),
            'the server key': (['-k', str(path.parent / 'proxy.key')],
                               TLS_BY_SERVER_KEY.get(name, 0)),
            'nothing': ([], 0)}
    for way, (arguments, messages) in ways.items():
        run = Run(path, '-T', 'json', *arguments)
        document = run.document()
        problems += run.problems
        if not document:
            continue
        got = document['capture']['sip_messages']
        if got != messages:
            problems.append('%d SIP messages by %s instead of %d' % (got, way, messages))
    return problems


def check_sender(path):
    run = Run(path, '-T', 'json')
    document = run.document()
    if document:
        check_impaired(path, document, run.problems)
    return run.problems


def check_encapsulation(path):
    run = Run(path, '-T', 'json')
    document = run.document()
    if not document:
        return run.problems
    got = (document['capture']['sip_messages'], sorted(s['packets'] for s in document['streams']),
           [c['state'] for c in document['calls']])
    if got != OTHER_CONTENT.get(path.name, ENCAPSULATED):
        run.problems.append('SIP messages, RTP packets, calls: %r' % (got,))
    return run.problems


def check_partial(path):
    run = Run(path, '-T', 'json')
    document = run.document()
    if not document:
        return run.problems
    status, calls, streams, packets = PARTIAL[path.stem]
    if run.status != status:
        run.problems.append('exit status %d instead of %d' % (run.status, status))
    if calls is not None and len(document['calls']) != calls:
        run.problems.append('%d calls instead of %d' % (len(document['calls']), calls))
    if len(document['streams']) != streams:
        run.problems.append('%d streams instead of %d' % (len(document['streams']), streams))
    for stream in document['streams']:
        if stream['lost'] or stream['duplicates'] or (packets and stream['packets'] != packets):
            run.problems.append('packets, lost, duplicates: %(packets)d, %(lost)d, %(duplicates)d'
                                % stream)
    return run.problems


def check_mirrored(path):
    """Each stream of 601 packets, some or all twice."""
    run = Run(path, '-T', 'json')
    document = run.document()
    if document and [c['state'] for c in document['calls']] != COMPLETED:
        run.problems.append('not one completed call')
    for stream in document.get('streams', []):
        distinct = stream['packets'] - stream['duplicates']
        if stream['mirror_copies'] != stream['duplicates']:
            run.problems.append('%(mirror_copies)d of %(duplicates)d copies are the mirror\'s'
                                % stream)
        if (distinct, stream['lost'], stream['expected']) != (601, 0, 601):
            run.problems.append('distinct packets, lost, expected: %d, %d, %d'
                                % (distinct, stream['lost'], stream['expected']))
    return run.problems


def check(path, truths):
    folder = path.parent.name
    if path.parent.parent == CAPTURES and path.name == 'capture.pcap' and folder in truths:
        return check_plain(path, truths[folder])
    if path.name == 'sender.pcap':
        return check_sender(path)
    if folder == '26-encapsulations':
        return check_encapsulation(path)
    if path.stem in PARTIAL and folder.startswith('28-'):
        return check_partial(path)
    if folder.startswith('27-'):
        return check_mirrored(path)
    return Run(path, '-T', 'json').problems + Run(path, *TEXT_REPORTS).problems


def main():
    reason = missing(CAPTURES / 'truth_streams.json')
    if reason:
        print('run_captures: skipped: ' + reason)
        return SKIPPED
    truths = json.loads((CAPTURES / 'truth_streams.json').read_text())
    names = sys.argv[1:]
    paths = [p for p in sorted(CAPTURES.rglob('*.pcap*'))
             if p.is_file() and (not names or any(n in str(p) for n in names))]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, problems in zip(paths, pool.map(lambda p: check(p, truths), paths)):
            failed += bool(problems)
            for problem in problems[:8]:
                print('%s: %s' % (path.relative_to(CAPTURES), problem))
    streams = sum(map(len, truths.values()))
    print('%d files, %d streams of known truth, %d files with differences'
          % (len(paths), streams, failed))
    for name, why in NO_CALLS_YET.items():
        print('signalling not judged: %s: %s' % (name, why))
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
