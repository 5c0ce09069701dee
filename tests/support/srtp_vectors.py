#!/usr/bin/env python3
"""SRTP as RFC 3711, 6188, 6904 and 7714 describe it, written from their text and checked against their
test vectors; prints tests/unit/media/srtp_vectors.h. Shares nothing with rung or libsrtp2.
AES-GCM needs python3-cryptography."""
import hashlib
import hmac

from aes import counter_mode, encrypt_block, expand

RTP_KEY, RTP_AUTH, RTP_SALT, RTCP_KEY, RTCP_AUTH, RTCP_SALT = range(6)


def ctr(key, iv, data):
    return counter_mode(key, iv, data)


def f8(key, salt, iv, data):
    """RFC 3711 4.1.2.1."""
    mask = salt.ljust(16, b"\x55")
    start = encrypt_block(expand(bytes(a ^ b for a, b in zip(key, mask))), iv)
    words, stream, out = expand(key), bytes(16), bytearray()
    for at in range(0, len(data), 16):
        count = (at // 16).to_bytes(16, "big")
        stream = encrypt_block(words, bytes(a ^ b ^ c for a, b, c in zip(start, count, stream)))
        out += bytes(a ^ b for a, b in zip(data[at:at + 16], stream))
    return bytes(out)


def derive(key, salt, label, size, round_=0):
    """RFC 3711 4.3.1, @round_: index DIV key derivation rate; a salt of 12 bytes as RFC 7714 11."""
    x = int.from_bytes(salt.ljust(14, b"\0"), "big") ^ (label << 48) ^ round_
    return ctr(key, x << 16, bytes(size))


class Keys:
    def __init__(self, master, key_bytes, salt_bytes, first, padded=False, round_=0):
        key, salt = master[:key_bytes], master[key_bytes:]
        assert len(salt) == salt_bytes
        if padded:  # libsrtp2, and all that use it, derive as for AES 256 (not RFC 6188)
            master += bytes(46 - len(master))
            key, salt = master[:32], master[32:]
        self.key = derive(key, salt, first, key_bytes, round_)
        self.auth = derive(key, salt, first + 1, 20, round_)
        self.salt = derive(key, salt, first + 2, salt_bytes, round_)


def header_bytes(packet):
    size = 12 + 4 * (packet[0] & 15)
    if packet[0] & 0x10:
        size += 4 + 4 * int.from_bytes(packet[size + 2:size + 4], "big")
    return size


def cm_iv(salt, ssrc, index):
    return (int.from_bytes(salt, "big") << 16) ^ (ssrc << 64) ^ (index << 16)


def protect(suite, master, packet, roc, mki=b"", padded=False, kdr=0):
    cipher, key_bytes, salt_bytes, tag_bytes, _ = SUITES[suite]
    seq, ssrc = int.from_bytes(packet[2:4], "big"), int.from_bytes(packet[8:12], "big")
    keys = Keys(master, key_bytes, salt_bytes, 0, padded, (roc << 16 | seq) >> kdr if kdr else 0)
    size = header_bytes(packet)
    head, payload = packet[:size], packet[size:]
    if cipher == "gcm":
        iv = bytes(2) + ssrc.to_bytes(4, "big") + roc.to_bytes(4, "big") + seq.to_bytes(2, "big")
        iv = bytes(a ^ b for a, b in zip(iv, keys.salt))
        return head + seal(keys.key, iv, payload, head, tag_bytes) + mki
    if cipher == "cm":
        payload = ctr(keys.key, cm_iv(keys.salt, ssrc, roc << 16 | seq), payload)
    if cipher == "f8":
        payload = f8(keys.key, keys.salt, b"\0" + packet[1:12] + roc.to_bytes(4, "big"), payload)
    out = head + payload
    tag = hmac.new(keys.auth, out + roc.to_bytes(4, "big"), hashlib.sha1).digest()[:tag_bytes]
    return out + mki + tag


def extension_mask(extension, profile, ids):
    """RFC 6904 3.1: ones where the data of elements stands that are encrypted."""
    mask, at = bytearray(len(extension)), 0
    while at < len(extension):
        if extension[at] == 0:
            at += 1
            continue
        if profile == 0xbede:
            element, size, at = extension[at] >> 4, (extension[at] & 15) + 1, at + 1
        else:
            element, size, at = extension[at], extension[at + 1], at + 2
        if element in ids:
            mask[at:at + size] = b"\xff" * size
        at += size
    return bytes(mask)


def cover_extension(suite, master, packet, roc, ids):
    """Encrypts the header extension's elements with @ids, before the packet itself is protected."""
    cipher, key_bytes, salt_bytes, _, _ = SUITES[suite]
    if cipher == "null":
        return packet
    key, salt = master[:key_bytes], master[key_bytes:key_bytes + salt_bytes]
    begin, end = 16 + 4 * (packet[0] & 15), header_bytes(packet)
    seq, ssrc = int.from_bytes(packet[2:4], "big"), int.from_bytes(packet[8:12], "big")
    plain = packet[begin:end]
    mask = extension_mask(plain, int.from_bytes(packet[begin - 4:begin - 2], "big"), ids)
    stream = ctr(derive(key, salt, 6, key_bytes),
                 cm_iv(derive(key, salt, 7, 14), ssrc, roc << 16 | seq), bytes(len(plain)))
    covered = bytes(p ^ (s & m) for p, s, m in zip(plain, stream, mask))
    return packet[:begin] + covered + packet[end:]


def seal(key, iv, plain, aad, tag_bytes):
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    sealed = AESGCM(key).encrypt(iv, plain, aad)
    return sealed[:len(sealed) - 16 + tag_bytes]


def protect_rtcp(suite, master, packet, index, tag_bytes=None, padded=False, kdr=0):
    cipher, key_bytes, salt_bytes, _, rtcp_tag = SUITES[suite]
    tag_bytes = tag_bytes or rtcp_tag
    keys = Keys(master, key_bytes, salt_bytes, 3, padded, index >> kdr if kdr else 0)
    ssrc = int.from_bytes(packet[4:8], "big")
    word = (1 << 31 | index).to_bytes(4, "big")
    head, payload = packet[:8], packet[8:]
    if cipher == "gcm":
        iv = bytes(2) + ssrc.to_bytes(4, "big") + bytes(2) + index.to_bytes(4, "big")
        iv = bytes(a ^ b for a, b in zip(iv, keys.salt))
        return head + seal(keys.key, iv, payload, head + word, tag_bytes) + word
    if cipher == "cm":
        payload = ctr(keys.key, cm_iv(keys.salt, ssrc, index), payload)
    elif cipher == "f8":
        payload = f8(keys.key, keys.salt, bytes(4) + word + head, payload)
    else:
        word = index.to_bytes(4, "big")
    out = head + payload + word
    return out + hmac.new(keys.auth, out, hashlib.sha1).digest()[:tag_bytes]


SUITES = {  # cipher, key, salt, SRTP tag, SRTCP tag
    "AES_CM_128_HMAC_SHA1_80": ("cm", 16, 14, 10, 10),
    "AES_CM_128_HMAC_SHA1_32": ("cm", 16, 14, 4, 10),
    "F8_128_HMAC_SHA1_80": ("f8", 16, 14, 10, 10),
    "AES_192_CM_HMAC_SHA1_80": ("cm", 24, 14, 10, 10),
    "AES_192_CM_HMAC_SHA1_32": ("cm", 24, 14, 4, 10),
    "AES_256_CM_HMAC_SHA1_80": ("cm", 32, 14, 10, 10),
    "AES_256_CM_HMAC_SHA1_32": ("cm", 32, 14, 4, 10),
    "AEAD_AES_128_GCM": ("gcm", 16, 12, 16, 16),
    "AEAD_AES_256_GCM": ("gcm", 32, 12, 16, 16),
    "AEAD_AES_128_GCM_8": ("gcm", 16, 12, 8, 8),
    "AEAD_AES_256_GCM_8": ("gcm", 32, 12, 8, 8),
    "NULL_HMAC_SHA1_80": ("null", 16, 14, 10, 10),
    "NULL_HMAC_SHA1_32": ("null", 16, 14, 4, 10),
}


def check():
    """Against the RFCs themselves."""
    # RFC 3711 B.2: AES-CM keystream
    key = bytes.fromhex("2B7E151628AED2A6ABF7158809CF4F3C")
    salt = bytes.fromhex("F0F1F2F3F4F5F6F7F8F9FAFBFCFD")
    assert ctr(key, cm_iv(salt, 0, 0), bytes(16)).hex().upper() == "E03EAD0935C95E80E166B16DD92B4EB4"
    # RFC 3711 B.1: AES-f8
    assert f8(bytes.fromhex("234829008467be186c3de14aae72d62c"), bytes.fromhex("32f2870d"),
              bytes.fromhex("006e5cba50681de55c621599d462564a"),
              b"pseudorandomness is the next best thing").hex() == (
                  "019ce7a26e7854014a6366aa95d4eefd1ad4172a14f9faf455b7f1d4b62bd08f562c0eef7c4802")
    # RFC 3711 B.3: key derivation
    key = bytes.fromhex("E1F97A0D3E018BE0D64FA32C06DE4139")
    salt = bytes.fromhex("0EC675AD498AFEEBB6960B3AABE6")
    assert derive(key, salt, 0, 16).hex().upper() == "C61E7A93744F39EE10734AFE3FF7A087"
    assert derive(key, salt, 2, 14).hex().upper() == "30CBBC08863D8C85D49DB34A9AE1"
    assert derive(key, salt, 1, 20).hex().upper() == "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"
    # RFC 6904 A: the same master key; elements 1, 3 and 4 are encrypted
    assert derive(key, salt, 6, 16).hex().upper() == "549752054D6FB708622C4A2E596A1B93"
    assert derive(key, salt, 7, 14).hex().upper() == "AB01818174C40D39A3781F7C2D27"
    head = bytes.fromhex("900F1234DECAFBADCAFEBABEBEDE0006")
    plain = bytes.fromhex("17414273A475262748220000C8308E4655996386B395FB00")
    covered = cover_extension("AES_CM_128_HMAC_SHA1_80", key + salt, head + plain, 0, {1, 3, 4})
    assert covered[16:].hex().upper() == "17588A9270F4E15E1C220000C8309546A994F0BC54789700"
    # RFC 6188 7.2: AES-256 key derivation
    key = bytes.fromhex("f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6")
    salt = bytes.fromhex("3b04803de51ee7c96423ab5b78d2")
    assert derive(key, salt, 0, 32).hex() == \
        "5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4"
    assert derive(key, salt, 2, 14).hex() == "fa31791685ca444a9e07c6c64e93"
    # RFC 6188 7.3 and 7.4: AES-192 keystream and key derivation
    key = bytes.fromhex("eab234764e517b2d3d160d587d8c86219740f65f99b6bcf7")
    assert ctr(key, cm_iv(bytes(range(0xf0, 0xfe)), 0, 0), bytes(16)).hex() == \
        "35096cba4610028dc1b57503804ce37c"
    key = bytes.fromhex("73edc66c4fa15776fb57f9505c17136550ffda71f3e8e5f1")
    salt = bytes.fromhex("c8522f3acd4ce86d5add78edbb11")
    assert derive(key, salt, 0, 24).hex() == "31874736a8f1143870c26e4857d8a5b2c4a354407faadabb"
    assert derive(key, salt, 2, 14).hex() == "2372b82d639b6d8503a47adc0a6c"
    assert derive(key, salt, 1, 20).hex() == "355b10973cd95b9eacf4061c7e1a7151e7cfbfcb"
    # RFC 7714 16.1.1: AEAD_AES_128_GCM, from its session key
    head = bytes.fromhex("8040f17b8041f8d35501a0b2")
    plain = b"Gallia est omnis divisa in partes tres"
    sealed = seal(bytes(range(16)), bytes.fromhex("51753c6580c2726f20718414"), plain, head, 16)
    assert sealed.hex() == ("f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36"
                            "de3adf8833899d7f27beb16a9152cf765ee4390cce")


def c_bytes(data):
    return ", ".join(f"0x{byte:02x}" for byte in data)


def master_of(suite):
    size = SUITES[suite][1] + SUITES[suite][2]
    return hashlib.sha512(suite.encode()).digest()[:size]


RTP = bytes.fromhex("8060ffff0000bb80cafebabe") + b"what was said, before it was sealed"
# with a CSRC, an audio level extension (RFC 6464) and padding of 3
RICH = (bytes.fromhex("b10000070000bc20cafebabe" "01020304" "bede0001" "10a30000")
        + b"and padding" + bytes([0, 0, 3]))
SR = bytes.fromhex("80c80006cafebabe83aa7e80000000010000bb80000000640000fa00") + \
    bytes.fromhex("81ca0004cafebabe0107") + b"rung@ab" + bytes(3)


def main():
    check()
    print("/* Made by tests/support/srtp_vectors.py, which has the standards' vectors. */")
    print("#pragma once\n#include <stdint.h>\n")
    for name, data in (("plain_rtp", RTP), ("plain_rich", RICH), ("plain_rtcp", SR)):
        print(f"static const uint8_t {name}[] = {{ {c_bytes(data)} }};")
    print("\ntypedef struct {\n    const char *suite;\n    unsigned derivation_bits, master_bytes, rtp_bytes, "
          "rich_bytes, mki_bytes, rtcp_bytes, short_bytes;\n"
          "    uint8_t master[46], rtp[96], rich[96], mki[96], rtcp[96], rtcp_short[96];\n"
          "} SrtpVector;\n")
    print("/* rtp at ROC 0 with SEQ 65535, rich at ROC 1, mki as rich under MKI 0x0102; rtcp at index "
          "7, and\n * the same with a tag of 4 bytes. Those of 192 bits come twice: at the end as "
          "libsrtp2\n * derives their keys. With derivation_bits the keys change every so many packets. */")
    print("static const SrtpVector srtp_vectors[] = {")
    forms = [(suite, False, 0) for suite in SUITES]
    forms += [(suite, False, 2) for suite in SUITES if SUITES[suite][0] != "gcm"]
    forms += [(suite, True, 0) for suite in SUITES if SUITES[suite][1] == 24]
    for suite, padded, kdr in forms:
        cipher, master = SUITES[suite][0], master_of(suite)
        short = protect_rtcp(suite, master, SR, 7, 4, padded, kdr) if cipher != "gcm" else b""
        packets = [protect(suite, master, RTP, 0, padded=padded, kdr=kdr),
                   protect(suite, master, RICH, 1, padded=padded, kdr=kdr),
                   protect(suite, master, RICH, 1, b"\1\2", padded, kdr),
                   protect_rtcp(suite, master, SR, 7, padded=padded, kdr=kdr), short]
        print(f'    {{ "{suite}", {kdr}, {len(master)}, ' + ", ".join(str(len(p)) for p in packets) + ",")
        print(f"      {{ {c_bytes(master)} }},")
        for packet in packets:
            print(f"      {{ {c_bytes(packet) or 0} }},")
        print("    },")
    print("};")


if __name__ == "__main__":
    main()
