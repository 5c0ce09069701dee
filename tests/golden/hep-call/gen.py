#!/usr/bin/env python3
from hepbuild import hep3, hep_old
from pcapbuild import Capture, Dialog, Tcp, sdp, sender_report

AGENT, SERVER = '10.8.0.1:40000', '10.8.0.9:9060'
capture = Capture()
DELAY = 0.05  # of the agent; times are its own


def reported(t, side, data):
    capture.udp(t + DELAY, AGENT, SERVER, hep3(t, call.ends[side], call.ends[1 - side], data,
                                               correlation=b'call-1@example.org'))


call = Dialog(capture, '10.0.0.1:5060', '10.0.0.2:5060', send=reported)
call.establish(0, sdp('10.0.0.1', 4000), sdp('10.0.0.2', 5000))
for n, (kind, payload) in enumerate((
        (5, b'{"ssrc":1,"type":200,"report_blocks":[]}'), (34, b'{"CODEC_NAME":"PCMU"}'),
        (100, b'a line of a log'), (60, b'{}'))):
    capture.udp(1.2 + n + DELAY, AGENT, SERVER,
                hep3(1.2 + n, '10.0.0.1:4001', '10.0.0.2:5001', payload, kind=kind, agent=2002,
                     correlation=b'call-1@example.org'))
capture.udp(2, AGENT, SERVER, hep3(2, '10.0.0.1:4001', '10.0.0.2:5001',
                                   sender_report(1, 2, 0, 10, 1600), kind=5, agent=2002))
capture.udp(3, AGENT, SERVER, hep3(3, '10.0.0.1:4001', '10.0.0.2:5001', b'{}', kind=5,
                                   correlation=b'nobody-knows@example.org'))
call.hang_up(6)

# The precursors, and a connection whose segments cut the packets anywhere.
for version in (1, 2):
    def send(t, side, data, version=version):
        capture.udp(t, AGENT, SERVER, hep_old(version, t, old.ends[side], old.ends[1 - side], data))

    old = Dialog(capture, '10.0.%d.1:5060' % version, '10.0.%d.2:5060' % version,
                 call_id='version-%d@example.org' % version, send=send)
    old.establish(10 * version, sdp('10.0.%d.1' % version, 4000), sdp('10.0.%d.2' % version, 5000))
    old.hang_up(10 * version + 5)
stream = []
last = Dialog(capture, '10.0.3.1:5060', '10.0.3.2:5060', call_id='tcp@example.org', transport='TCP',
              send=lambda t, side, data: stream.append(
                  hep3(t, last.ends[side], last.ends[1 - side], data, protocol=6)))
last.establish(30, sdp('10.0.3.1', 4000), sdp('10.0.3.2', 5000))
last.hang_up(35)
connection = Tcp(capture, AGENT, SERVER)
connection.open(36)
data = b''.join(stream)
for n, at in enumerate(range(0, len(data), 333)):
    connection.send(36.1 + n * 0.01, 0, data[at:at + 333])
capture.save()
