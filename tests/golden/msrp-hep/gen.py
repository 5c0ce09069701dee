#!/usr/bin/env python3
"""HEP has no number for MSRP: agents send it as SIP or under one of their own. A message may come
in two chunks, several in one packet, and be cut by the agent; what is captured as well is a copy."""
from hepbuild import hep3
from msrpbuild import Msrp, msrp_sdp
from pcapbuild import Capture, Dialog

AGENT, SERVER = '10.8.0.1:40000', '10.8.0.9:9060'
capture = Capture()


def report(ends, kind=1, protocol=6, cut=None):
    def send(t, side, data):
        capture.udp(t + 0.01, AGENT, SERVER, hep3(t, ends[side], ends[1 - side], data[:cut],
                                                  kind=kind, protocol=protocol))
    return send


def call(n, ends):
    a, b = 'msrp://%s/s%da;tcp' % (ends[0], n), 'msrp://%s/s%db;tcp' % (ends[1], n)
    dialog = Dialog(capture, '10.0.%d.1:5060' % n, '10.0.%d.2:5060' % n, call_id='call%d' % n)
    dialog.send = report(dialog.ends, protocol=17)
    dialog.establish(10 * n, msrp_sdp(ends[0].split(':')[0], 7654, a),
                     msrp_sdp(ends[1].split(':')[0], 7654, b, 'passive'))
    return dialog, Msrp(capture, ends, (a, b), give=report(ends))


dialog, chat = call(1, ('10.0.1.1:40001', '10.0.1.2:7654'))
chat.exchange(12, 0, b'hello from afar')
chat.give = report(chat.tcp.ends, kind=60)  # a number that nobody knows
tid = chat.send(13, 1, b'in two ', message_id='m2', byte_range='1-7/13', flag='+')
chat.respond(13.02, 0, tid)
tid = chat.send(13.1, 1, b'pieces', message_id='m2', byte_range='8-13/13')
chat.respond(13.12, 0, tid)
pair = [chat.message(0, text, message_id=text.decode())[1] for text in (b'third', b'fourth')]
chat.give(14, 0, b''.join(pair))
chat.give = report(chat.tcp.ends, protocol=22, cut=240)  # over TLS, and the agent cuts
chat.send(15, 0, b'x' * 500, message_id='m5')
dialog.hang_up(17)

# captured, and reported by an agent as well
dialog, chat = call(2, ('10.0.2.1:40001', '10.0.2.2:7654'))
both = report(chat.tcp.ends)


def captured(t, side, data):
    chat.tcp.send(t, side, data)
    both(t + 0.001, side, data)


chat.open(21.5)
chat.give = captured
chat.exchange(22, 0, b'seen twice')
dialog.hang_up(27)
capture.save()
