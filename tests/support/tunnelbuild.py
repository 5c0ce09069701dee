"""Tunnels around IP packets, for tests: each function takes an IP packet and returns one, or a
frame where it says so. The outer addresses are 198.51.100.1 and .2 of TEST-NET-2."""
import ipaddress
import struct

from pcapbuild import endpoint, ethernet, ip_packet, udp

OUTER, OUTER_TO = '198.51.100.1', '198.51.100.2'


def outer(protocol, payload, **fields):
    return ip_packet(endpoint(OUTER + ':1')[0], endpoint(OUTER_TO + ':1')[0], protocol, payload,
                     **fields)


def outer_udp(port, payload):
    return udp('%s:50000' % OUTER, '%s:%d' % (OUTER_TO, port), payload)


def ip_in_ip(packet):
    return outer(41 if packet[0] >> 4 == 6 else 4, packet)


def gre(packet):
    return outer(47, struct.pack('>HH', 0, 0x0800) + packet)


def gre_key(packet):
    return outer(47, struct.pack('>HHIII', 0xb000, 0x0800, 0, 5, 1) + packet)


def gre_ethernet(packet):
    return outer(47, struct.pack('>HHI', 0x2000, 0x6558, 0x1200) + ethernet(packet))


def pptp(packet):
    ppp = b'\xff\x03\0\x21' + packet
    return outer(47, struct.pack('>HHHHI', 0x3001, 0x880b, len(ppp), 7, 1) + ppp)


def erspan1(packet):
    return outer(47, struct.pack('>HH', 0, 0x88be) + ethernet(packet))


def erspan2(packet):
    return outer(47, struct.pack('>HHIHHI', 0x1000, 0x88be, 1, 0x1064, 7, 3) + ethernet(packet))


def erspan3(packet):
    return outer(47, struct.pack('>HHIHHIHH', 0x1000, 0x22eb, 1, 0x2064, 9, 0, 0, 0)
                 + ethernet(packet))


def erspan3_sub(packet):
    return outer(47, struct.pack('>HHIHHIHHQ', 0x1000, 0x22eb, 1, 0x2064, 9, 0, 0, 1, 0)
                 + ethernet(packet))


def vxlan(packet, port=4789, vni=4242):
    return outer_udp(port, struct.pack('>II', 0x08000000, vni << 8) + ethernet(packet))


def vxlan_8472(packet):
    return vxlan(packet, 8472)


def vxlan_any_port(packet):
    return vxlan(packet, 33333)


def vxlan_gpe(packet):
    return outer_udp(4790, struct.pack('>II', 0x0c000001, 4242 << 8) + packet)


def geneve(packet):
    return outer_udp(6081, struct.pack('>BBHII', 2, 0, 0x6558, 77 << 8, 0x01020101) + bytes(4)
                     + ethernet(packet))


def gtp(packet):
    return outer_udp(2152, struct.pack('>BBHI', 0x30, 255, len(packet), 0x1234) + packet)


def gtp_5g(packet):
    return outer_udp(2152, struct.pack('>BBHIHBB', 0x34, 255, len(packet) + 8, 0x1234, 0, 0, 0x85)
                     + b'\1\x10\x09\0' + packet)


def l2tp(packet):
    return outer_udp(1701, struct.pack('>HHHH', 0x4002, len(packet) + 12, 1, 2) + b'\xff\x03\0\x21'
                     + packet)


def l2tpv3(packet):
    return outer(115, struct.pack('>IQ', 0x11223344, 0xcafebabecafebabe) + ethernet(packet))


def l2tpv3_udp(packet):
    return outer_udp(1701, struct.pack('>HHI', 3, 0, 0x11223344) + ethernet(packet))


def tzsp(packet):
    return outer_udp(37008, b'\1\0\0\1\x0a\1\xce\1' + ethernet(packet))


def mpls_in_udp(packet):
    return outer_udp(6635, struct.pack('>I', 100 << 12 | 0x1ff) + packet)


def authenticated(packet):
    return outer(51, struct.pack('>BBHII', 4, 4, 0, 1, 1) + bytes(12) + packet)


def esp_null(packet, check=12):
    pad = -(len(packet) + 2) % 4
    return outer(50, struct.pack('>II', 0x9abcdef0, 1) + packet + bytes(range(1, pad + 1))
                 + bytes((pad, 4)) + b'\xa5' * check)


def esp_in_udp(packet):
    return outer_udp(4500, esp_null(packet, 16)[20:])


# Of frames: what stands between the addresses and the type.
def vn_tag(packet):
    return ethernet(struct.pack('>IHHH', 0x80010002, 0x8100, 100, 0x0800) + packet, kind=0x8926)


def backbone(packet):
    return ethernet(bytes(4) + ethernet(packet), kind=0x88e7)


TUNNELS = [ip_in_ip, gre, gre_key, gre_ethernet, pptp, erspan1, erspan2, erspan3, erspan3_sub,
           vxlan, vxlan_8472, vxlan_any_port, vxlan_gpe, geneve, gtp, gtp_5g, l2tp, l2tpv3,
           l2tpv3_udp, tzsp, mpls_in_udp, authenticated, esp_null, esp_in_udp]


def cut(packet, size, ident):
    """An IPv4 packet without options in fragments of @size bytes (a multiple of 8)."""
    source, destination = (ipaddress.ip_address(packet[at:at + 4]) for at in (12, 16))
    data = packet[20:]
    return [ip_packet(source, destination, packet[9], data[at:at + size], ident=ident, offset=at,
                      flags=1 if at + size < len(data) else 0)
            for at in range(0, len(data), size)]


def gtp_between(one, other, teids):
    """A frame with a GTP-U tunnel between gateways @one, behind which are the inner hosts whose
    packets it sends, and @other. @teids: by inner source address; the first is behind @one."""
    first = next(iter(teids))

    def encapsulate(packet):
        inner = str(ipaddress.ip_address(packet[12:16]))
        ends = [one + ':2152', other + ':2152']
        head = struct.pack('>BBHI', 0x30, 255, len(packet), teids[inner])
        return ethernet(udp(*(ends if inner == first else reversed(ends)), head + packet))
    return encapsulate
