"""MSRP messages (RFC 4975), for tests; written from the RFC, without anything of rung.

    chat = Msrp(capture)                       # a session of its own: two URIs, one connection
    tid = chat.send(1.0, 0, b'hello')          # alice says
    chat.respond(1.1, 1, tid)                  # bob's 200
"""
from pcapbuild import Tcp, sdp


def start(transaction, word, headers, body=None, flag='$', token=None):
    """A request or response: @word is the method or '200 OK'. @body None: no data at all."""
    lines = ['MSRP %s %s' % (transaction, word)] + list(headers)
    data = '\r\n'.join(lines).encode() + b'\r\n'
    if body is not None:
        data += b'\r\n' + body + b'\r\n'
    return data + b'-------%s%s\r\n' % ((token or transaction).encode(), flag.encode())


class Msrp:
    """Side 0 opened the connection. @paths: the whole path of each end, nearest hop first."""

    def __init__(self, capture, ends=('10.0.0.1:40001', '10.0.0.2:7654'),
                 uris=('msrp://10.0.0.1:7654/alice8301;tcp', 'msrp://10.0.0.2:7654/bob92738;tcp'),
                 tcp=None, give=None):
        self.uris = uris
        self.tcp = tcp or Tcp(capture, *ends)
        self.give = give or self.tcp.send
        self.count = 0

    def open(self, t):
        self.tcp.open(t)

    def close(self, t):
        self.tcp.close(t)

    def paths(self, side, to=None, origin=None):
        return ['To-Path: ' + (to or self.uris[1 - side]),
                'From-Path: ' + (origin or self.uris[side])]

    def transaction(self):
        self.count += 1
        return 'tid%05d' % self.count

    def message(self, side, body=b'', message_id='m1', byte_range=None, content_type='text/plain',
                flag='$', headers=(), method='SEND', transaction=None, token=None, to=None,
                origin=None):
        """(transaction id, bytes). @byte_range None: that of a whole message; '': no header."""
        transaction = transaction or self.transaction()
        if byte_range is None:
            byte_range = '1-%d/%d' % (len(body), len(body))
        lines = self.paths(side, to, origin)
        if message_id:
            lines.append('Message-ID: ' + message_id)
        if byte_range:
            lines.append('Byte-Range: ' + byte_range)
        lines += list(headers)
        if content_type:
            lines.append('Content-Type: ' + content_type)
        return transaction, start(transaction, method, lines,
                                  body if content_type else None, flag, token)

    def send(self, t, side, body=b'', **fields):
        transaction, data = self.message(side, body, **fields)
        self.give(t, side, data)
        return transaction

    def respond(self, t, side, transaction, status='200 OK', **paths):
        """@side answers."""
        self.give(t, side, start(transaction, status, self.paths(side, **paths)))

    def exchange(self, t, side, body=b'', answer='200 OK', **fields):
        """A message and, 20 ms later, its response."""
        self.respond(t + 0.02, 1 - side, self.send(t, side, body, **fields), answer)

    def report(self, t, side, message_id, status='000 200 OK', byte_range='1-5/5'):
        transaction = self.transaction()
        self.give(t, side, start(transaction, 'REPORT',
                                 self.paths(side) + ['Message-ID: ' + message_id,
                                                     'Byte-Range: ' + byte_range,
                                                     'Status: ' + status]))
        return transaction


def msrp_sdp(address, port, path, setup='active', attributes=(), profile='TCP/MSRP'):
    return sdp(address, port, ['*'], media='message', profile=profile,
               attributes=['accept-types:text/plain message/cpim *', 'path:' + path,
                           'setup:' + setup, *attributes])


def cpim(content, content_type='text/plain; charset=utf-8', headers=()):
    """RFC 3862 section 2."""
    head = ['From: Alice <im:alice@example.org>', 'To: Bob <im:bob@example.org>',
            'DateTime: 2023-11-14T22:13:20Z', '', 'Content-Type: ' + content_type, *headers, '', '']
    return '\r\n'.join(head).encode() + content


def composing(state='active'):
    """RFC 3994."""
    return ('<?xml version="1.0" encoding="UTF-8"?>'
            '<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing">'
            '<state>%s</state></isComposing>' % state).encode()
