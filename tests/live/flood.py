#!/usr/bin/env python3
"""flood.py SOURCE DESTINATION FIRST COUNT RATE: OPTIONS requests over UDP, numbered from FIRST, each
with a Call-ID of its own, RATE a second."""
import socket
import sys
import time


def main():
    source, destination = sys.argv[1:3]
    first, count, rate = map(int, sys.argv[3:6])
    link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    link.bind((source, 5062))
    link.connect((destination, 5060))
    start = time.monotonic()
    for n in range(first, first + count):
        text = ('OPTIONS sip:flood@%s SIP/2.0\r\nVia: SIP/2.0/UDP %s:5062;branch=z9hG4bK-%d\r\n'
                'Max-Forwards: 70\r\nFrom: <sip:flood@%s>;tag=%d\r\nTo: <sip:flood@%s>\r\n'
                'Call-ID: flood-%d\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n'
                % (destination, source, n, source, n, destination, n))
        try:
            link.send(text.encode())
        except ConnectionRefusedError:  # nobody listens, and says so by ICMP
            link.send(text.encode())
        ahead = start + (n - first) / rate - time.monotonic()
        if ahead > 0.001:
            time.sleep(ahead)


if __name__ == '__main__':
    main()
