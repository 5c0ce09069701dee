#!/usr/bin/env python3
from framebuild import framed
from pcapbuild import Capture, Dialog, Tcp, receiver_report, report_block, rtp, sdp

capture = Capture()
call = Dialog(capture)
call.establish(0, sdp('10.0.0.1', 9, profile='TCP/RTP/AVP',
                      attributes=['setup:active', 'connection:new', 'rtcp-mux']),
               sdp('10.0.0.2', 5000, profile='TCP/RTP/AVP',
                   attributes=['setup:passive', 'connection:new', 'rtcp-mux']))
tcp = Tcp(capture, '10.0.0.1:42000', '10.0.0.2:5000')
tcp.open(1.1)


def packet(n, ssrc):
    return framed(rtp(0, 100 + n, 160 * n, ssrc, bytes([0xd5]) * 160))


SIZE = len(packet(0, 0))  # 174
# To the callee: packet n is sent at 1.2 + n * 0.02. Its last 50 bytes come with the next one, so
# that no segment but the first begins a frame.
for n in range(40):
    whole = packet(n, 0xa)
    data = whole[:-50] if n == 0 else packet(n - 1, 0xa)[-50:] + whole[:-50]
    at = 0 if n == 0 else n * SIZE - 50
    t = 1.2 + 0.02 * n
    if n == 10:  # comes 15 ms late, behind the next one
        t += 0.035
    if n not in (20, 21):  # never captured: 19 and 21 are cut, 20 is gone
        tcp.segment(t, 0, data, offset=at)
    if n == 30:  # again
        tcp.segment(t + 0.005, 0, data, offset=at)
tcp.segment(2.01, 0, packet(39, 0xa)[-50:], offset=40 * SIZE - 50)
# To the caller: two packets a segment, every 40 ms, and a report.
for n in range(0, 40, 2):
    tcp.send(1.21 + 0.02 * n, 1, packet(n, 0xb) + packet(n + 1, 0xb))
tcp.send(2.02, 1, framed(receiver_report(0xb, [report_block(0xa, highest=139)])))
tcp.sent[0] = 40 * SIZE
tcp.close(2.5)
call.hang_up(3)
capture.save()
