#!/usr/bin/env python3
from pcapbuild import Capture, Dialog, endpoint, ip_packet, udp_datagram

capture = Capture()
call = Dialog(capture, send=lambda t, side, data: capture.udp(
    t, call.ends[side], call.ends[1 - side], data, options=b'\x94\x04\0\0'))
call.establish(0)
call.hang_up(5)


def with_extensions(t, side, data):
    a, b = call6.ends[side], call6.ends[1 - side]
    padding = bytes([60, 0, 1, 4, 0, 0, 0, 0]) + bytes([17, 0, 1, 4, 0, 0, 0, 0])
    capture.ip(t, ip_packet(endpoint(a)[0], endpoint(b)[0], 0, padding + udp_datagram(a, b, data)))


call6 = Dialog(capture, '[2001:db8::1]:5060', '[2001:db8::2]:5060', call_id='six@example.org',
               send=with_extensions)
call6.establish(10)
call6.hang_up(15)
capture.save()
