"""AES in counter mode as FIPS 197 and SP 800-38A describe it: for test generators, which must run
where nothing but Python is. Encrypts only, slowly."""


def times(a, b):
    """In the field of FIPS 197 4.2."""
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a = a << 1 ^ (0x11b if a & 0x80 else 0)
        b >>= 1
    return product


def make_box():
    box = []
    for value in range(256):
        inverse = next((x for x in range(256) if times(value, x) == 1), 0)
        turned = inverse
        for shift in range(1, 5):
            turned ^= (inverse << shift | inverse >> (8 - shift)) & 255
        box.append(turned ^ 0x63)
    return box


BOX = make_box()
COLUMNS = [[times(BOX[x], factor) for x in range(256)] for factor in (2, 1, 1, 3)]
# for each row of a column: where its four products go
MIX = [[int.from_bytes(bytes(COLUMNS[(i - row) % 4][x] for i in range(4)), "big")
        for x in range(256)] for row in range(4)]


def expand(key):
    words = [key[i:i + 4] for i in range(0, len(key), 4)]
    size, constant = len(words), 1
    for i in range(size, 4 * (size + 7)):
        word = words[-1]
        if i % size == 0:
            word = bytes(BOX[x] for x in word[1:] + word[:1])
            word = bytes([word[0] ^ constant]) + word[1:]
            constant = times(constant, 2)
        elif size > 6 and i % size == 4:
            word = bytes(BOX[x] for x in word)
        words.append(bytes(a ^ b for a, b in zip(words[i - size], word)))
    return [int.from_bytes(word, "big") for word in words]


def encrypt_block(words, block):
    """@words: expand()ed key; a block of 16 bytes."""
    state = [int.from_bytes(block[4 * i:4 * i + 4], "big") ^ words[i] for i in range(4)]
    for at in range(4, len(words) - 4, 4):
        state = [MIX[0][state[i] >> 24] ^ MIX[1][state[(i + 1) % 4] >> 16 & 255]
                 ^ MIX[2][state[(i + 2) % 4] >> 8 & 255] ^ MIX[3][state[(i + 3) % 4] & 255]
                 ^ words[at + i] for i in range(4)]
    last = [BOX[state[i] >> 24] << 24 | BOX[state[(i + 1) % 4] >> 16 & 255] << 16
            | BOX[state[(i + 2) % 4] >> 8 & 255] << 8 | BOX[state[(i + 3) % 4] & 255]
            for i in range(4)]
    return b"".join((word ^ key).to_bytes(4, "big") for word, key in zip(last, words[-4:]))


def counter_mode(key, counter, data):
    """@counter: the first block, as a number."""
    words, out = expand(key), bytearray()
    for at in range(0, len(data), 16):
        stream = encrypt_block(words, (counter + at // 16).to_bytes(16, "big"))
        out += bytes(a ^ b for a, b in zip(data[at:at + 16], stream))
    return bytes(out)


# FIPS 197 C.1 and C.3
assert encrypt_block(expand(bytes(range(16))), bytes.fromhex("00112233445566778899aabbccddeeff")) \
    == bytes.fromhex("69c4e0d86a7b0430d8cdb78070b4c55a")
assert encrypt_block(expand(bytes(range(32))), bytes.fromhex("00112233445566778899aabbccddeeff")) \
    == bytes.fromhex("8ea2b7ca516745bfeafc49904b496089")
