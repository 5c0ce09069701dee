#!/usr/bin/env python3
from msrpbuild import Msrp, composing, cpim, msrp_sdp
from pcapbuild import Capture, Dialog

ISCOMPOSING = 'application/im-iscomposing+xml'
capture = Capture()
chat = Msrp(capture)
call = Dialog(capture)
call.establish(0, msrp_sdp('10.0.0.1', 7654, chat.uris[0]),
               msrp_sdp('10.0.0.2', 7654, chat.uris[1], 'passive'))
chat.open(1.2)
chat.exchange(1.5, 0, byte_range='1-0/0', content_type=None, message_id='empty')
chat.exchange(2.0, 0, composing(), content_type=ISCOMPOSING, message_id='c1')
chat.exchange(2.5, 0, 'Grüß dich, Bob'.encode(), message_id='a1',
              headers=['Success-Report: yes'])
chat.report(2.6, 1, 'a1', byte_range='1-16/16')
chat.exchange(3.0, 1, cpim(b'Hello "Alice" \x1b[31m'), content_type='message/cpim', message_id='b1')
# A long message gives way to a short one (section 5.1) and goes on in its rest.
chat.exchange(3.5, 1, b'one two ', message_id='b2', byte_range='1-*/18', flag='+')
chat.exchange(3.6, 1, b'in between', message_id='b3')
chat.exchange(3.7, 1, b'three four', message_id='b2', byte_range='9-18/18')
chat.exchange(4.0, 0, b'never mi', message_id='a2', byte_range='1-*/2000', flag='#')
chat.exchange(4.2, 0, b'<html>no</html>', content_type='text/html', message_id='a3',
              answer='415 Media type not understood')
chat.send(4.4, 0, b'anybody there?', message_id='a4')
chat.send(4.5, 0, b'no answer wanted', message_id='a5', headers=['Failure-Report: no'])
chat.report(4.6, 1, 'a5', '000 408 Timed out', '1-16/16')
chat.exchange(4.8, 1, method='NICKNAME', content_type=None, message_id=None, byte_range='',
              headers=['Use-Nickname: "Bob the builder"'])
chat.exchange(4.9, 1, method='KEEPALIVE', content_type=None, message_id=None, byte_range='',
              answer='501 Unknown method')
chat.close(5.2)
call.hang_up(5.5)
capture.save()
