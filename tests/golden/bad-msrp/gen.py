#!/usr/bin/env python3
from msrpbuild import Msrp, msrp_sdp, start
from pcapbuild import Capture, Dialog

capture = Capture()
chat = Msrp(capture)
call = Dialog(capture)
call.establish(0, msrp_sdp('10.0.0.1', 7654, chat.uris[0]),
               msrp_sdp('10.0.0.2', 7654, chat.uris[1], 'passive'))
chat.open(1.2)
for n, byte_range in enumerate(('0-5/5', '7-3/9', 'x-y/z', '1-5')):
    chat.exchange(1.5 + n / 10, 0, b'hello', message_id='range%d' % n, byte_range=byte_range)
chat.exchange(2.0, 0, b'hello', message_id='absurd',
              byte_range='1-9000000000000000000/9000000000000000000')
chat.exchange(2.1, 0, b'hello, world', message_id='short', byte_range='1-5/5')
chat.send(2.2, 0, b'wrong token', message_id='token', token='tid00000')
tid, data = chat.message(0, b'no end-line', message_id='noend')
chat.give(2.3, 0, data[:data.index(b'-------')])
chat.exchange(2.4, 0, b'still in step', message_id='after')
chat.exchange(2.5, 0, b'one', message_id='size', byte_range='1-3/6', flag='+')
chat.exchange(2.6, 0, b'two', message_id='size', byte_range='4-6/7')
chat.give(2.7, 0, start('nopaths1', 'SEND', ['Message-ID: lost', 'Content-Type: text/plain'],
                        b'to whom?'))
chat.give(2.8, 0, start('badpath1', 'SEND', ['To-Path: nowhere', 'From-Path: sip:me',
                                             'Message-ID: lost2', 'Content-Type: text/plain'],
                        b'to nobody'))
chat.exchange(2.9, 0, b'untyped', message_id='line', headers=['no colon here'])
chat.give(3.0, 0, b'\x00\x01garbage\r\n\r\nMSRP or not\r\n')
chat.exchange(3.1, 0, b'in step again', message_id='again')
chat.give(3.2, 0, b'MSRP endless1 SEND\r\n' + b'X-Filler: yes\r\n' * 1300)
chat.exchange(3.3, 0, b'the last', message_id='last')
chat.report(3.4, 1, 'last', 'fine, thank you')
chat.close(4)
call.hang_up(4.5)
capture.save()
