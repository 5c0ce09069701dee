"""Small captures, byte by byte, for tests: links, IP, UDP, TCP, SIP, SDP, RTP and RTCP.

Everything is deterministic: times are given in seconds from BASE, identifiers follow from the
arguments. Addresses are "ip:port" or "[ip6]:port". Standard library only.

    capture = Capture()
    call = Dialog(capture)
    invite = call.request(0.0, 'INVITE', body=sdp('10.0.0.1', 4000))
    call.respond(0.1, invite, 200, body=sdp('10.0.0.2', 5000))
    call.ack(0.2, invite)
    Rtp(capture, '10.0.0.1:4000', '10.0.0.2:5000').talk(0.3, steady(50))
    capture.save()
"""
import ipaddress
import struct
import sys

BASE = 1_700_000_000
ETHERNET, RAW, PPP, NULL, SLL, SLL2, PPPOE_LINK = 1, 101, 9, 0, 113, 276, 51
MAC_A, MAC_B = b'\x02\0\0\0\0\x0a', b'\x02\0\0\0\0\x0b'
PHRASES = {
    100: 'Trying', 180: 'Ringing', 181: 'Call Is Being Forwarded', 183: 'Session Progress',
    199: 'Early Dialog Terminated', 200: 'OK', 202: 'Accepted', 302: 'Moved Temporarily',
    401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found',
    407: 'Proxy Authentication Required', 408: 'Request Timeout', 423: 'Interval Too Brief',
    480: 'Temporarily Unavailable', 481: 'Call/Transaction Does Not Exist', 486: 'Busy Here',
    487: 'Request Terminated', 488: 'Not Acceptable Here', 491: 'Request Pending',
    500: 'Server Internal Error', 503: 'Service Unavailable', 603: 'Decline',
}


# ---------------------------------------------------------------------------------- files
class Capture:
    """Frames in order of time. @encapsulate turns an IP packet into a frame of @link."""

    def __init__(self, link=ETHERNET, encapsulate=None, snaplen=262144):
        self.link = link
        self.encapsulate = encapsulate or LINKS[link]
        self.snaplen = snaplen
        self.frames = []

    def frame(self, t, data):
        self.frames.append((round(t * 1e6), data))

    def ip(self, t, packet):
        self.frame(t, self.encapsulate(packet))

    def udp(self, t, source, destination, payload, **ip_fields):
        self.ip(t, udp(source, destination, payload, **ip_fields))

    def to_bytes(self, sort=True):
        order = sorted(self.frames, key=lambda f: f[0]) if sort else self.frames
        out = [struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, self.snaplen, self.link)]
        for us, data in order:
            kept = data[:self.snaplen]
            out += [struct.pack('<IIII', BASE + us // 1000000, us % 1000000, len(kept), len(data)),
                    kept]
        return b''.join(out)

    def save(self, sort=True):
        write(self.to_bytes(sort))


def write(data):
    """To the file named on the command line, or in.pcap."""
    with open(sys.argv[1] if len(sys.argv) > 1 else 'in.pcap', 'wb') as f:
        f.write(data)


# ---------------------------------------------------------------------------------- links
def ethertype(packet):
    return 0x86dd if packet[0] >> 4 == 6 else 0x0800


def ethernet(packet, tags=(), kind=None):
    """@tags: (ethertype, number) of 802.1Q and 802.1ad tags, outermost first."""
    frame = MAC_B + MAC_A
    for tpid, vid in tags:
        frame += struct.pack('>HH', tpid, vid)
    return frame + struct.pack('>H', kind or ethertype(packet)) + packet


def mpls(packet, labels):
    stack = b''.join(struct.pack('>I', label << 12 | (i == len(labels) - 1) << 8 | 64)
                     for i, label in enumerate(labels))
    return ethernet(stack + packet, kind=0x8847)


def pppoe(packet):
    protocol = 0x57 if packet[0] >> 4 == 6 else 0x21
    return ethernet(struct.pack('>BBHHH', 0x11, 0, 1, len(packet) + 2, protocol) + packet,
                    kind=0x8864)


def ppp(packet):
    return b'\xff\x03' + struct.pack('>H', 0x57 if packet[0] >> 4 == 6 else 0x21) + packet


def sll(packet):
    return struct.pack('>HHH', 0, 1, 6) + MAC_A + b'\0\0' + struct.pack('>H', ethertype(packet)) \
        + packet


def sll2(packet):
    return struct.pack('>HHIHBB', ethertype(packet), 0, 2, 1, 0, 6) + MAC_A + b'\0\0' + packet


def null(packet):
    return struct.pack('<I', 30 if packet[0] >> 4 == 6 else 2) + packet


LINKS = {ETHERNET: ethernet, RAW: lambda packet: packet, PPP: ppp, NULL: null, SLL: sll,
         SLL2: sll2}


# ---------------------------------------------------------------------------------- IP
def endpoint(text):
    host, _, port = text.rpartition(':')
    return ipaddress.ip_address(host.strip('[]')), int(port)


def host_of(text):
    return text.rpartition(':')[0]


def checksum(data):
    if len(data) % 2:
        data += b'\0'
    total = sum(struct.unpack('>%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ip_packet(source, destination, protocol, payload, ident=0, flags=0, offset=0, tos=0,
              options=b'', ttl=64):
    """@flags: 1 = more fragments, 2 = do not fragment. @offset: bytes, a multiple of 8."""
    if source.version == 6:
        if flags & 1 or offset:
            payload = struct.pack('>BBHI', protocol, 0, offset | flags & 1, ident) + payload
            protocol = 44
        return struct.pack('>IHBB', 6 << 28 | tos << 20, len(payload), protocol, ttl) \
            + source.packed + destination.packed + payload
    header = struct.pack('>BBHHHBBH4s4s', 0x45 + len(options) // 4, tos,
                         20 + len(options) + len(payload), ident, flags << 13 | offset // 8, ttl,
                         protocol, 0, source.packed, destination.packed) + options
    return header[:10] + struct.pack('>H', checksum(header)) + header[12:] + payload


def pseudo(source, destination, protocol, length):
    if source.version == 6:
        return source.packed + destination.packed + struct.pack('>II', length, protocol)
    return source.packed + destination.packed + struct.pack('>HH', protocol, length)


def udp_datagram(source, destination, payload):
    (a, sport), (b, dport) = endpoint(source), endpoint(destination)
    length = 8 + len(payload)
    head = struct.pack('>HHHH', sport, dport, length & 0xffff, 0)
    total = checksum(pseudo(a, b, 17, length) + head + payload) or 0xffff
    return head[:6] + struct.pack('>H', total) + payload


def udp(source, destination, payload, **ip_fields):
    a, b = endpoint(source)[0], endpoint(destination)[0]
    return ip_packet(a, b, 17, udp_datagram(source, destination, payload), **ip_fields)


def fragments(source, destination, payload, size, ident=7):
    """The UDP datagram in IP fragments of @size bytes (a multiple of 8)."""
    a, b = endpoint(source)[0], endpoint(destination)[0]
    data = udp_datagram(source, destination, payload)
    return [ip_packet(a, b, 17, data[at:at + size], ident=ident, offset=at,
                      flags=1 if at + size < len(data) else 0)
            for at in range(0, len(data), size)]


# ---------------------------------------------------------------------------------- TCP
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


class Tcp:
    """A connection from @client to @server. Data is given by direction and may be placed at any
    offset of its stream, which is how retransmission, disorder and loss are made."""

    def __init__(self, capture, client, server, isn=(1000, 5000)):
        self.capture = capture
        self.ends = (client, server)
        self.isn = isn
        self.sent = [0, 0]

    def segment(self, t, side, data=b'', offset=None, flags=ACK, length=None):
        """@side: 0 the client sends, 1 the server. @offset: of the stream; None: what is next."""
        source, destination = self.ends[side], self.ends[1 - side]
        at = self.sent[side] if offset is None else offset
        if offset is None:
            self.sent[side] += len(data)
        seq = (self.isn[side] + (0 if flags & SYN else 1) + at) & 0xffffffff
        peer = 0 if flags == SYN else (self.isn[1 - side] + 1 + self.sent[1 - side]) & 0xffffffff
        (a, sport), (b, dport) = endpoint(source), endpoint(destination)
        head = struct.pack('>HHIIBBHHH', sport, dport, seq, peer, 5 << 4, flags, 65535, 0, 0)
        total = checksum(pseudo(a, b, 6, len(head) + len(data)) + head + data)
        self.capture.ip(t, ip_packet(a, b, 6, head[:16] + struct.pack('>H', total) + head[18:]
                                     + data))

    def open(self, t):
        self.segment(t, 0, flags=SYN)
        self.segment(t + 0.0001, 1, flags=SYN | ACK)
        self.segment(t + 0.0002, 0)

    def close(self, t):
        self.segment(t, 0, flags=FIN | ACK)
        self.segment(t + 0.0001, 1, flags=FIN | ACK)

    def send(self, t, side, data):
        self.segment(t, side, data, flags=PSH | ACK)


# ---------------------------------------------------------------------------------- SIP
def sdp(address, port, formats=(0,), rtpmaps=(), attributes=(), version=1, media='audio',
        profile='RTP/AVP'):
    net = 'IP6' if ':' in address else 'IP4'
    lines = ['v=0', 'o=- 1 %d IN %s %s' % (version, net, address), 's=-',
             'c=IN %s %s' % (net, address), 't=0 0',
             'm=%s %d %s %s' % (media, port, profile, ' '.join(map(str, formats)))]
    lines += ['a=rtpmap:' + r for r in rtpmaps] + ['a=' + a for a in attributes]
    return '\r\n'.join(lines) + '\r\n'


def message(start, headers, body='', content_type='application/sdp', newline='\r\n'):
    """Headers as 'Name: value'. Content-Type and Content-Length are added unless given."""
    body = body.encode() if isinstance(body, str) else body
    lines = [start] + list(headers)
    named = {h.split(':')[0].strip().lower() for h in lines[1:]}
    if body and not named & {'content-type', 'c'}:
        lines.append('Content-Type: ' + content_type)
    if not named & {'content-length', 'l'}:
        lines.append('Content-Length: %d' % len(body))
    return (newline.join(lines) + newline * 2).encode('utf-8', 'surrogateescape') + body


class Request:
    """What a response has to repeat."""

    def __init__(self, method, side, cseq, vias, dialog_headers, bytes_):
        self.method, self.side, self.cseq, self.vias = method, side, cseq, vias
        self.dialog_headers, self.bytes = dialog_headers, bytes_


class Dialog:
    """The messages of one Call-ID between two parties; side 0 is the caller."""

    def __init__(self, capture, caller='10.0.0.1:5060', callee='10.0.0.2:5060',
                 call_id='call-1@example.org', users=('alice', 'bob'), send=None,
                 transport='UDP', tags=('a1', 'b1')):
        self.capture, self.ends, self.call_id, self.users = capture, (caller, callee), call_id, users
        self.send = send or (lambda t, side, data: capture.udp(t, self.ends[side],
                                                               self.ends[1 - side], data))
        self.transport, self.tags = transport, list(tags)
        self.cseq = [0, 0]
        self.branches = 0
        self.answered = False

    def uri(self, side):
        return 'sip:%s@example.org' % self.users[side]

    def via(self, side, branch=None):
        if branch is None:
            self.branches += 1
            branch = 'z9hG4bK-%s-%d' % (self.call_id.split('@')[0], self.branches)
        return 'Via: SIP/2.0/%s %s;branch=%s' % (self.transport, self.ends[side], branch)

    def _parties(self, side, to_tag):
        def name(who, tag):
            return '<%s>' % self.uri(who) + (';tag=' + tag if tag else '')
        return ['From: ' + name(side, self.tags[side]), 'To: ' + name(1 - side, to_tag)]

    def request(self, t, method, side=0, headers=(), body='', cseq=None, vias=None, uri=None,
                to_tag=None, contact=True, **form):
        """@to_tag None: that of the dialog once it is answered; '' leaves it out."""
        if cseq is None:
            self.cseq[side] += 1
            cseq = self.cseq[side]
        if to_tag is None:
            to_tag = self.tags[1 - side] if self.answered else ''
        vias = vias or [self.via(side)]
        common = self._parties(side, to_tag) + ['Call-ID: ' + self.call_id,
                                                'CSeq: %d %s' % (cseq, method)]
        lines = vias + ['Max-Forwards: 70'] + common
        if contact:
            lines.append('Contact: <sip:%s@%s>' % (self.users[side], self.ends[side]))
        data = message('%s %s SIP/2.0' % (method, uri or self.uri(1 - side)),
                       lines + list(headers), body, **form)
        request = Request(method, side, cseq, vias, common, data)
        if t is not None:
            self.send(t, side, data)
        return request

    def respond(self, t, request, status, headers=(), body='', to_tag=None, phrase=None, **form):
        common = list(request.dialog_headers)
        if to_tag is None:
            to_tag = self.tags[1 - request.side] if status > 100 else ''
        if to_tag and ';tag=' not in common[1]:
            common[1] += ';tag=' + to_tag
        if request.method == 'INVITE' and 200 <= status < 300:
            self.answered = True
        lines = request.vias + common
        if 100 < status < 300 and request.method != 'REGISTER':
            side = 1 - request.side
            lines.append('Contact: <sip:%s@%s>' % (self.users[side], self.ends[side]))
        data = message('SIP/2.0 %d %s' % (status, phrase or PHRASES[status]),
                       lines + list(headers), body, **form)
        if t is not None:
            self.send(t, 1 - request.side, data)
        return data

    def ack(self, t, invite, success=True, to_tag=None, **more):
        vias = None if success else invite.vias
        to_tag = self.tags[1 - invite.side] if to_tag is None else to_tag
        return self.request(t, 'ACK', invite.side, cseq=invite.cseq, vias=vias, to_tag=to_tag,
                            contact=False, **more)

    def establish(self, t, offer='', answer='', ring=0.1, pick_up=1.0):
        """INVITE, 180, 200, ACK; returns the INVITE."""
        invite = self.request(t, 'INVITE', body=offer)
        self.respond(t + ring, invite, 180)
        self.respond(t + pick_up, invite, 200, body=answer)
        self.ack(t + pick_up + 0.05, invite)
        return invite

    def fail(self, t, invite, status, headers=()):
        self.respond(t, invite, status, headers)
        self.ack(t + 0.01, invite, success=False)

    def hang_up(self, t, side=0):
        bye = self.request(t, 'BYE', side)
        self.respond(t + 0.01, bye, 200)


# ---------------------------------------------------------------------------------- media
def steady(count):
    """Packets 0, 1, 2 … each in its slot: a plan for Rtp.talk(), to be spoiled by hand."""
    return [(i, i) for i in range(count)]


class Rtp:
    """One stream; a plan is (packet, slot): packet n has the n-th sequence number and timestamp
    and arrives at the time of its slot, which may be fractional."""

    def __init__(self, capture, source, destination, ssrc=0x11223344, payload_type=0, seq=1000,
                 ts=50000, ticks=160, ptime=0.02, payload=bytes([0xd5]) * 160, **ip_fields):
        self.capture, self.ends = capture, (source, destination)
        self.ssrc, self.payload_type, self.seq, self.ts = ssrc, payload_type, seq, ts
        self.ticks, self.ptime, self.payload, self.ip_fields = ticks, ptime, payload, ip_fields

    def send(self, t, seq, ts, marker=False, payload_type=None, payload=None):
        kind = self.payload_type if payload_type is None else payload_type
        data = rtp(kind, seq, ts, self.ssrc, self.payload if payload is None else payload, marker)
        self.capture.udp(t, *self.ends, data, **self.ip_fields)

    def talk(self, t, plan, markers=()):
        for n, slot in plan:
            self.send(t + slot * self.ptime, self.seq + n, self.ts + n * self.ticks,
                      marker=n in markers)


def rtp(payload_type, seq, ts, ssrc, payload, marker=False, first=0x80):
    return struct.pack('>BBHII', first, payload_type | marker << 7, seq & 0xffff, ts & 0xffffffff,
                       ssrc) + payload


def report_block(ssrc, fraction=0, lost=0, highest=0, jitter=0, lsr=0, dlsr=0):
    return struct.pack('>IIIIII', ssrc, fraction << 24 | lost & 0xffffff, highest, jitter, lsr,
                       dlsr)


def sender_report(ssrc, t, ts, packets, octets, blocks=()):
    body = struct.pack('>IIIIII', ssrc, BASE + int(t) + 2208988800, int(t % 1 * 2 ** 32), ts,
                       packets, octets) + b''.join(blocks)
    return rtcp(200, len(blocks), body)


def receiver_report(ssrc, blocks=()):
    return rtcp(201, len(blocks), struct.pack('>I', ssrc) + b''.join(blocks))


def source_description(ssrc, cname):
    item = b'\x01' + bytes([len(cname)]) + cname + b'\0'
    return rtcp(202, 1, struct.pack('>I', ssrc) + item + b'\0' * (-len(item) % 4))


def rtcp(kind, count, body):
    return struct.pack('>BBH', 0x80 | count, kind, len(body) // 4) + body


def telephone_event(digit, duration, end=False):
    return struct.pack('>BBH', digit, end << 7 | 10, duration)


def websocket_frame(payload, opcode=1, mask=None, first=None):
    """RFC 6455 section 5.2; with FIN set, unless @first is the whole first byte."""
    head = bytes([0x80 | opcode if first is None else first])
    bit = 0x80 if mask else 0
    if len(payload) < 126:
        head += bytes([bit | len(payload)])
    elif len(payload) < 65536:
        head += bytes([bit | 126]) + struct.pack('>H', len(payload))
    else:
        head += bytes([bit | 127]) + struct.pack('>Q', len(payload))
    if mask:
        payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        head += mask
    return head + payload


WEBSOCKET_REQUEST = (b'GET / HTTP/1.1\r\nHost: b\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
                     b'Sec-WebSocket-Protocol: sip\r\n\r\n')
WEBSOCKET_ANSWER = (b'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n'
                    b'Connection: Upgrade\r\nSec-WebSocket-Protocol: sip\r\n\r\n')
