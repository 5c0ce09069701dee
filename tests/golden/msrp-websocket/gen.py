#!/usr/bin/env python3
from msrpbuild import Msrp, msrp_sdp
from pcapbuild import WEBSOCKET_ANSWER, WEBSOCKET_REQUEST, Capture, Dialog, Tcp, websocket_frame

MASK = b'\x37\xfa\x21\x3d'
capture = Capture()
tcp = Tcp(capture, '10.0.0.1:40000', '10.0.0.2:80')
chat = Msrp(capture, tcp=tcp, uris=('msrp://df7jal23ls0d.invalid/98cjs82js;ws',
                                    'msrp://10.0.0.2:2855/kwvin5f19n3;ws'))
chat.give = lambda t, side, data: tcp.send(
    t, side, websocket_frame(data, opcode=2 - side, mask=None if side else MASK))
call = Dialog(capture)
call.establish(0, msrp_sdp('10.0.0.1', 9, 'msrp://sbc.example.org:2855/98cjs82js;ws',
                           profile='TCP/WS/MSRP'),
               msrp_sdp('10.0.0.3', 9, 'msrp://sbc.example.org:2855/other12345;ws', 'passive',
                        profile='TCP/WS/MSRP'))
tcp.open(1.2)
tcp.send(1.3, 0, WEBSOCKET_REQUEST)
tcp.send(1.4, 1, WEBSOCKET_ANSWER)
chat.exchange(2, 0, b'hello over WebSocket', message_id='w1')
chat.exchange(2.5, 1, b'hello yourself', message_id='w2')
tcp.close(4)
call.hang_up(4.5)
capture.save()
