#!/usr/bin/env python3
import hashlib

from msrpbuild import Msrp, msrp_sdp
from pcapbuild import Capture, Dialog

DATA = bytes(range(256)) * 24  # 6144 bytes
capture = Capture()
chat = Msrp(capture)
offered = Msrp(capture, tcp=chat.tcp, uris=('msrp://10.0.0.1:7654/alicefile1;tcp',
                                            'msrp://10.0.0.2:7654/bobsfile22;tcp'))
offered.count = 500
wrong = ':'.join('%02X' % b for b in hashlib.sha1(b'another').digest())


def description(side, setup, direction):
    address = '10.0.0.%d' % (side + 1)
    second = msrp_sdp(address, 7654, offered.uris[side], setup, [
        direction, 'file-selector:name:"a.bin" size:290 hash:sha-1:' + wrong])
    return msrp_sdp(address, 7654, chat.uris[side], setup) + second[second.index('m='):]


call = Dialog(capture)
call.establish(0, description(0, 'active', 'sendonly'), description(1, 'passive', 'recvonly'))
chat.open(1.2)
offered.exchange(1.5, 0, DATA[:300], message_id='differs', content_type='application/octet-stream')
for n, flag in ((0, '+'), (1, '+'), (2, '$')):
    part = DATA[n * 2048:n * 2048 + 2048]
    tid, data = chat.message(0, part, message_id='hole', content_type='image/png', flag=flag,
                             byte_range='%d-%d/6144' % (n * 2048 + 1, n * 2048 + 2048))
    half = len(data) - 1024
    chat.tcp.send(2 + n / 10, 0, data[:half])
    if n == 1:
        chat.tcp.sent[0] += len(data) - half  # the rest of this chunk was not captured
    else:
        chat.tcp.send(2.01 + n / 10, 0, data[half:])
    chat.respond(2.02 + n / 10, 1, tid)
chat.exchange(3, 0, DATA[:1000], message_id='given-up', content_type='image/png', flag='#',
              byte_range='1-*/6144')
chat.exchange(3.2, 0, DATA[:500], message_id='endless', content_type='image/png', flag='+',
              byte_range='1-*/*')
chat.exchange(3.4, 0, DATA[:100], message_id='far', content_type='image/png',
              byte_range='9223372036854770000-9223372036854770099/9223372036854770099')
chat.close(4)
call.hang_up(4.5)
capture.save()
