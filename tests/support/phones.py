"""Phones for live tests: SIP in plain Python over TCP, TLS, WebSocket (ws, wss) and SCTP, each
message whole. Standard library only."""
import base64
import collections
import os
import socket
import ssl
import struct
import time
import zlib

from pcapbuild import websocket_frame

SECONDS = 20
SCTP = 132


def has_sctp():
    try:
        socket.socket(socket.AF_INET, socket.SOCK_STREAM, SCTP).close()
        return True
    except OSError:
        return False


# ---------------------------------------------------------------------------------- links
class StreamLink:
    """TCP, and TLS over it: messages are told apart by their Content-Length."""

    def __init__(self, sock):
        self.sock = sock
        self.buffer = b''

    def send(self, message):
        self.sock.sendall(message)

    def more(self):
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionError('the other end closed the connection')
        self.buffer += data

    def take(self, size):
        while len(self.buffer) < size:
            self.more()
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def take_head(self):
        """Up to an empty line; line ends before it are keep-alives."""
        while True:
            self.buffer = self.buffer.lstrip(b'\r\n')
            end = self.buffer.find(b'\r\n\r\n')
            if end >= 0:
                return self.take(end + 4)
            self.more()

    def receive(self):
        head = self.take_head()
        return head + self.take(int(Message(head).header('Content-Length') or 0))

    def close(self):
        self.sock.close()


class SctpLink(StreamLink):
    """A message of the association is one of SIP (RFC 4168)."""

    def receive(self):
        return self.sock.recv(65536)


class WebSocketLink:
    """RFC 7118: a client, which masks (RFC 6455) and compresses (RFC 7692) if the server agrees."""

    def __init__(self, sock, host):
        self.stream = StreamLink(sock)
        key = base64.b64encode(os.urandom(16)).decode()
        self.stream.send(('GET / HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade'
                          '\r\nSec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n'
                          'Sec-WebSocket-Protocol: sip\r\nSec-WebSocket-Extensions: '
                          'permessage-deflate\r\n\r\n' % (host, key)).encode())
        answer = self.stream.take_head()
        if not answer.startswith(b'HTTP/1.1 101 '):
            raise ConnectionError('no WebSocket: %r' % answer)
        self.compresses = b'permessage-deflate' in answer.lower()
        self.inflate, self.deflate = zlib.decompressobj(-15), zlib.compressobj(wbits=-15)

    def send(self, message):
        first = 0x81
        if self.compresses:
            message = (self.deflate.compress(message)
                       + self.deflate.flush(zlib.Z_SYNC_FLUSH))[:-4]
            first = 0xc1
        self.stream.send(websocket_frame(message, mask=os.urandom(4), first=first))

    def frame(self):
        first, size = self.stream.take(2)
        if size & 0x7f == 126:
            size = struct.unpack('>H', self.stream.take(2))[0]
        elif size & 0x7f == 127:
            size = struct.unpack('>Q', self.stream.take(8))[0]
        return first, self.stream.take(size)  # servers do not mask

    def receive(self):
        message, compressed = b'', False
        while True:
            first, payload = self.frame()
            if first & 0x0f == 9:  # ping
                self.stream.send(websocket_frame(payload, opcode=10, mask=os.urandom(4)))
            elif first & 0x0f == 8:
                raise ConnectionError('the server closed the WebSocket')
            elif first & 0x0f < 3:
                message += payload
                compressed |= bool(first & 0x40)
                if first & 0x80:
                    return self.inflate.decompress(message + b'\0\0\xff\xff') \
                        if compressed else message

    def close(self):
        self.stream.close()


def tls_context(authority, key_log=None, maximum=ssl.TLSVersion.TLSv1_3):
    context = ssl.create_default_context(cafile=authority)
    context.maximum_version = maximum
    if key_log:
        context.keylog_filename = key_log
    return context


# ---------------------------------------------------------------------------------- messages
class Message:
    """Enough of SIP to answer, and to be answered."""

    def __init__(self, data):
        head, _, self.body = data.partition(b'\r\n\r\n')
        self.start, *lines = head.decode().split('\r\n')
        self.lines = [line for line in lines if line]

    def headers(self, name):
        return [line.split(':', 1)[1].strip() for line in self.lines
                if line.split(':')[0].strip().lower() == name.lower()]

    def header(self, name):
        return (self.headers(name) or [''])[0]

    @property
    def status(self):
        """0: a request."""
        return int(self.start.split()[1]) if self.start.startswith('SIP/2.0 ') else 0

    @property
    def method(self):
        return self.header('CSeq').split()[1]


def text(start, headers, body=b''):
    kind = ['Content-Type: text/plain'] if body else []
    return '\r\n'.join([start, *headers, *kind, 'Content-Length: %d' % len(body), '', '']) \
        .encode() + body


class Phone:
    """A user at one end of a link; its contact is a name for it (a GRUU), so that a proxy needs
    nothing but its registration to reach it."""

    def __init__(self, user, link, transport):
        self.user, self.link, self.transport = user, link, transport
        self.numbers = collections.Counter()
        self.tag = 'tag-' + user

    def uri(self, user=None):
        return 'sip:%s@example.org' % (user or self.user)

    def request(self, method, peer, call_id, headers=(), body=b'', to_tag='', cseq=None):
        self.numbers['branch'] += 1
        if cseq is None:
            self.numbers[call_id] += 1
            cseq = self.numbers[call_id]
        to = '<%s>%s' % (self.uri(peer), ';tag=' + to_tag if to_tag else '')
        self.link.send(text('%s %s SIP/2.0' % (method, self.uri(peer)), [
            'Via: SIP/2.0/%s %s.invalid;branch=z9hG4bK-%s-%d' % (
                self.transport, self.user, self.user, self.numbers['branch']),
            'Max-Forwards: 70', 'From: <%s>;tag=%s' % (self.uri(), self.tag), 'To: ' + to,
            'Call-ID: ' + call_id, 'CSeq: %d %s' % (cseq, method),
            'User-Agent: phone of a test', *headers], body))

    def contact(self):
        return 'Contact: <%s;transport=%s>' % (self.uri(), self.transport.lower())

    def register(self):
        """The status that ends it."""
        self.request('REGISTER', self.user, 'register-%s' % self.user,
                     [self.contact(), 'Expires: 600'])
        return self.final()

    def final(self):
        """Of the request that was sent last."""
        while True:
            answer = Message(self.link.receive())
            if answer.status >= 200:
                return answer

    def respond(self, request, status, phrase, body=b''):
        to = request.header('To')
        self.link.send(text('SIP/2.0 %d %s' % (status, phrase), [
            *('Via: ' + via for via in request.headers('Via')),
            'From: ' + request.header('From'),
            'To: ' + (to if ';tag=' in to else '%s;tag=%s' % (to, self.tag)),
            'Call-ID: ' + request.header('Call-ID'), 'CSeq: ' + request.header('CSeq'),
            self.contact()], body))

    def expect(self, method):
        while True:
            request = Message(self.link.receive())
            if request.status == 0 and request.method == method:
                return request

    def message(self, peer, body):
        """MESSAGE to the Phone @peer, which answers it. The status."""
        self.request('MESSAGE', peer.user, 'message-%s' % self.user, body=body)
        peer.respond(peer.expect('MESSAGE'), 200, 'OK')
        return self.final()

    def call(self, peer, talk_s=0.2):
        """A whole call to @peer, with the statuses of its INVITE and its BYE."""
        call_id = 'call-%s' % self.user
        self.request('INVITE', peer.user, call_id, [self.contact()])
        invite = peer.expect('INVITE')
        peer.respond(invite, 180, 'Ringing')
        peer.respond(invite, 200, 'OK')
        answer = self.final()
        self.request('ACK', peer.user, call_id, to_tag=peer.tag, cseq=1)
        peer.expect('ACK')
        time.sleep(talk_s)
        self.request('BYE', peer.user, call_id, to_tag=peer.tag)
        peer.respond(peer.expect('BYE'), 200, 'OK')
        return answer, self.final()
