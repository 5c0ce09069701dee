#!/usr/bin/env python3
import hashlib

from msrpbuild import Msrp, cpim, msrp_sdp
from pcapbuild import Capture, Dialog

DATA = bytes(range(256)) * 40  # 10240 bytes
SHA1 = ':'.join('%02X' % b for b in hashlib.sha1(DATA).digest())
SELECTOR = ('file-selector:name:"My %22cool%22 picture.jpg" type:image/jpeg size:10240 hash:sha-1:'
            + SHA1)
capture = Capture()
ends = ('10.0.0.1:40001', '10.0.0.2:7654')
chat = Msrp(capture, ends)
# RFC 4975 section 5.4: one connection may carry several sessions.
files = Msrp(capture, tcp=chat.tcp, uris=('msrp://10.0.0.1:7654/alicefile1;tcp',
                                          'msrp://10.0.0.2:7654/bobsfile22;tcp'))
files.count = 500


def description(side, setup, direction):
    address = '10.0.0.%d' % (side + 1)
    second = msrp_sdp(address, 7654, files.uris[side], setup,
                      [direction, SELECTOR, 'file-transfer-id:Q6LMoGymJdh0IKIgD6wD0jkcfgva4xvE',
                       'file-disposition:render'])
    return msrp_sdp(address, 7654, chat.uris[side], setup) + second[second.index('m='):]


call = Dialog(capture)
call.establish(0, description(0, 'active', 'sendonly'), description(1, 'passive', 'recvonly'))
chat.open(1.2)


def chunk(t, n, size=2048, flag='+'):
    begin = n * size
    part = DATA[begin:begin + size]
    files.exchange(t, 0, part, message_id='photo', content_type='image/jpeg', flag=flag,
                   byte_range='%d-%d/%d' % (begin + 1, begin + len(part), len(DATA)))


chunk(1.5, 0)
chunk(1.6, 3)
chat.exchange(1.65, 0, b'look at this', message_id='c1')
chunk(1.7, 1)
chunk(1.75, 1)  # once more
chunk(1.8, 4, flag='$')
chat.exchange(1.85, 1, b'wow', message_id='c2')
chunk(1.9, 2)
# Without SDP: named by Content-Disposition; and wrapped, named inside of CPIM.
chat.exchange(2.1, 1, DATA[:300], message_id='pdf', content_type='application/pdf',
              headers=['Content-Disposition: attachment; filename="../../etc/notes.pdf"'])
chat.exchange(2.3, 1, cpim(DATA[:200], 'application/octet-stream',
                           ['Content-Disposition: attachment; filename=tone.raw']),
              message_id='wrapped', content_type='message/cpim')
chat.close(3)
call.hang_up(3.5)
capture.save()
