#!/usr/bin/env python3
"""MSRP over TCP inside of tunnels: out of order, sent again, and in IP fragments."""
from msrpbuild import Msrp, msrp_sdp
from pcapbuild import Capture, Dialog, Tcp, ethernet
from tunnelbuild import cut, erspan2, gre, gtp, ip_in_ip, vxlan

capture = Capture(encapsulate=lambda frame: frame)
for n, tunnel in enumerate((gre, vxlan, gtp, erspan2, ip_in_ip)):
    capture.encapsulate = lambda packet, tunnel=tunnel: ethernet(tunnel(packet))
    a, b = '10.0.%d.1' % n, '10.0.%d.2' % n
    uris = 'msrp://%s:7654/a%d;tcp' % (a, n), 'msrp://%s:7654/b%d;tcp' % (b, n)
    call = Dialog(capture, a + ':5060', b + ':5060', call_id='call%d' % n)
    call.establish(10 * n, msrp_sdp(a, 7654, uris[0]), msrp_sdp(b, 7654, uris[1], 'passive'))
    chat = Msrp(capture, (a + ':40001', b + ':7654'), uris)
    chat.open(10 * n + 1.5)
    chat.exchange(10 * n + 2, 0, b'in %s' % tunnel.__name__.encode())
    tid, data = chat.message(1, b'y' * 300, message_id='late')
    at, tcp = chat.tcp.sent[1], chat.tcp
    tcp.segment(10 * n + 3.2, 1, data[200:], at + 200)
    tcp.segment(10 * n + 3.3, 1, data[:200], at)
    tcp.segment(10 * n + 3.4, 1, data[:200], at)
    tcp.sent[1] += len(data)
    chat.respond(10 * n + 3.5, 0, tid)
    whole = []
    tcp.capture = type('Parts', (), {'ip': lambda self, t, packet: whole.append((t, packet))})()
    chat.exchange(10 * n + 4, 0, b'z' * 200, message_id='parts')
    for t, packet in whole:
        for k, part in enumerate(cut(packet, 160, 1000 + n)):
            capture.ip(t + k / 1000, part)
    call.hang_up(10 * n + 6)
capture.save()
