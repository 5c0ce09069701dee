#!/usr/bin/env python3
"""A WebSocket server and clients of the websockets library (RFC 6455) that hold calls of SIP (RFC
7118) with permessage-deflate (RFC 7692), one call a way. For run_websockets.py, which may have to
find another interpreter for it. Arguments: port, and the certificate, key and key log of wss."""
import asyncio
import pathlib
import ssl
import sys

import websockets
from websockets.extensions.permessage_deflate import (ClientPerMessageDeflateFactory,
                                                      ServerPerMessageDeflateFactory)

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'support'))
from pcapbuild import Dialog, sdp  # noqa: E402

HOST = '127.0.0.1'
SECONDS = 30
FRESH = {'server_no_context_takeover': True, 'client_no_context_takeover': True}
SMALL = {'server_max_window_bits': 9, 'client_max_window_bits': 9}
# name, what is negotiated, how a message is put into frames
WAYS = [
    ('takeover', {}, lambda text: text),
    ('fresh', FRESH, lambda text: text),
    ('small-window', SMALL, lambda text: text),
    ('fragments', {}, lambda text: [text[:100], text[100:101], text[101:]]),
    ('binary', {}, lambda text: text.encode()),
    ('plain', None, lambda text: text),
]


def messages(name):
    """(side, text) of a call: what is said, in order."""
    said = []
    dialog = Dialog(None, HOST + ':1', HOST + ':2', call_id='%s@example.org' % name,
                    users=('alice-' + name, 'bob'), transport='WS',
                    send=lambda t, side, data: said.append((side, data.decode())))
    offer = sdp(HOST, 4000, formats=(0, 8, 101), rtpmaps=['101 telephone-event/8000'],
                attributes=['candidate:%d 1 udp %d 10.0.0.%d 40%02d typ host' % (n, 99 - n, n, n)
                            for n in range(20)])
    dialog.establish(0, offer, offer)
    dialog.hang_up(1)
    return said


async def play(connection, name, side, frame):
    """Says what is @side's when its turn has come."""
    for who, text in messages(name):
        if who == side:
            await connection.send(frame(text))
        else:
            heard = await asyncio.wait_for(connection.recv(), SECONDS)
            heard = heard.decode() if isinstance(heard, bytes) else heard
            assert heard == text, '%s: %r instead of %r' % (name, heard, text)


def extensions(factory, wanted):
    return [] if wanted is None else [factory(**wanted)]


async def hold_call(port, way, tls):
    name, wanted, frame = way
    server_tls, client_tls = tls
    over = asyncio.Event()

    async def answer(connection, path=None):
        await play(connection, name, 1, frame)
        over.set()

    async with websockets.serve(answer, HOST, port, subprotocols=['sip'], compression=None,
                                extensions=extensions(ServerPerMessageDeflateFactory, wanted),
                                ssl=server_tls):
        uri = '%s://%s:%d/' % ('wss' if client_tls else 'ws', HOST, port)
        async with websockets.connect(
                uri, subprotocols=['sip'], compression=None, ssl=client_tls,
                extensions=extensions(ClientPerMessageDeflateFactory, wanted)) as client:
            assert client.subprotocol == 'sip'
            negotiated = client.response_headers.get('Sec-WebSocket-Extensions', '')
            assert ('permessage-deflate' in negotiated) == (wanted is not None), negotiated
            await play(client, name, 0, frame)
            await asyncio.wait_for(over.wait(), SECONDS)


def tls_contexts(certificate, key, log):
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    client.keylog_filename = log
    return server, client


async def main():
    port = int(sys.argv[1])
    for way in WAYS:
        await hold_call(port, way, (None, None))
    await hold_call(port, ('in-tls', {}, lambda text: text), tls_contexts(*sys.argv[2:5]))


asyncio.run(main())
