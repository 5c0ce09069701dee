#!/usr/bin/env python3
"""make_calls.py FOLDER - pieces of a capture (classic pcap, raw IP) that a test puts together."""
import struct
import sys

CALLER, CALLEE = "10.0.0.1", "10.0.0.2"
MANY = 10000


def address(text):
    return bytes(int(part) for part in text.split("."))


class Writer:
    def __init__(self, folder):
        self.folder = folder
        self.time_us = 1_700_000_000_000_000

    def packet(self, source, destination, ports, payload):
        udp = struct.pack(">HHHH", *ports, 8 + len(payload), 0) + payload
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0,
                         address(source), address(destination))
        data = ip + udp
        self.time_us += 1000
        return struct.pack("<IIII", self.time_us // 1_000_000, self.time_us % 1_000_000,
                           len(data), len(data)) + data

    def sip(self, start, call, method="INVITE", tag=True, body=""):
        answer = start.startswith("SIP/2.0")
        source, destination = (CALLEE, CALLER) if answer else (CALLER, CALLEE)
        user = "alice" if call == 0 else "zoe" if call < 0 else "user%d" % call
        lines = [start, "Via: SIP/2.0/UDP %s;branch=z9hG4bK%d%s" % (CALLER, call, method),
                 "From: <sip:%s@example.org>;tag=a" % user,
                 "To: <sip:bob@example.org>" + (";tag=b" if tag else ""),
                 "Call-ID: call-%d" % call, "CSeq: 1 " + ("INVITE" if method == "ACK" else method)]
        if method == "ACK":
            lines[-1] = "CSeq: 1 ACK"
        if body:
            lines.append("Content-Type: application/sdp")
        lines.append("Content-Length: %d" % len(body))
        text = "\r\n".join(lines) + "\r\n\r\n" + body
        return self.packet(source, destination, (5060, 5060), text.encode())

    def sdp(self, host, port):
        return ("v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\n"
                "m=audio %d RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n" % (host, host, port))

    def rtp(self, first, count):
        packets = []
        for i in range(first, first + count):
            self.time_us += 19000
            header = struct.pack(">BBHII", 0x80, 8, i, i * 160, 0x1234)
            packets.append(self.packet(CALLER, CALLEE, (4000, 6000), header + bytes(160)))
        return b"".join(packets)

    def attempt(self, call):
        return (self.sip("INVITE sip:bob@example.org SIP/2.0", call, tag=False) +
                self.sip("SIP/2.0 486 Busy Here", call) +
                self.sip("ACK sip:bob@example.org SIP/2.0", call, "ACK"))

    def piece(self, name, data):
        with open("%s/%s" % (self.folder, name), "wb") as file:
            file.write(data)


def main():
    out = Writer(sys.argv[1])
    out.piece("header", struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101))
    out.piece("invite", out.sip("INVITE sip:bob@example.org SIP/2.0", 0, tag=False,
                                body=out.sdp(CALLER, 4000)))
    out.piece("ringing", out.sip("SIP/2.0 180 Ringing", 0))
    out.piece("answer", out.sip("SIP/2.0 200 OK", 0, body=out.sdp(CALLEE, 6000)) +
              out.sip("ACK sip:bob@example.org SIP/2.0", 0, "ACK"))
    out.piece("media-1", out.rtp(0, 100))
    out.piece("media-2", out.rtp(100, 50))
    out.piece("bye", out.sip("BYE sip:bob@example.org SIP/2.0", 0, "BYE") +
              out.sip("SIP/2.0 200 OK", 0, "BYE"))
    out.piece("many-1", b"".join(out.attempt(1 + i) for i in range(MANY)))
    out.piece("many-2", b"".join(out.attempt(1 + MANY + i) for i in range(MANY)))
    out.piece("late", out.attempt(-1))


main()
