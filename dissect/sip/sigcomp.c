#include "dissect/sip/sigcomp.h"
#include "dissect/base/cursor.h"

#define BEGIN_MASK     0xf8u /* five bits that no UTF-8 text begins with */
#define HAS_FEEDBACK   0x04u
#define STATE_ID_WORDS 0x03u
#define LONG_FEEDBACK  0x80u

/* Figure 4: a byte, or a length and so many of them. */
static void skip_feedback(Cursor *c)
{
    uint8_t first = cursor_u8(c);

    if (first & LONG_FEEDBACK)
        cursor_skip(c, first & ~LONG_FEEDBACK);
}

/* Twelve bits are the length of the code, four where it goes, of which 0 is reserved. */
static bool has_code(Cursor *c)
{
    uint16_t head = cursor_be16(c);

    if (head >> 4 == 0 || (head & 15) == 0)
        return false;
    cursor_skip(c, head >> 4);
    return !c->failed;
}

bool sigcomp_looks_like(Slice bytes)
{
    Cursor c = cursor_over(bytes);
    uint8_t first = cursor_u8(&c);

    if (c.failed || (first & BEGIN_MASK) != BEGIN_MASK)
        return false;
    if (first & HAS_FEEDBACK)
        skip_feedback(&c);
    if ((first & STATE_ID_WORDS) == 0)
        return has_code(&c);
    cursor_skip(&c, 3u + 3u * (first & STATE_ID_WORDS)); /* 6, 9 or 12 bytes */
    return !c.failed && c.rest.len > 0;
}
