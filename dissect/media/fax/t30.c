#include "dissect/media/fax/t30.h"
#include "dissect/base/cursor.h"
#include "dissect/media/fax/bit_order.h"

#define ADDRESS       0xffu
#define CONTROL       0xc0u
#define CONTROL_FINAL 0x08u
#define CODE_NULL     0x00u
#define CODE_WITH_X   0xa0u
#define IDENTITY_MAX  20u

static const struct {
    uint8_t code;
    const char *name, *meaning;
} signals[T30_SIGNALS] = {
    [T30_NONE] = { 0, "?", "a signal T.30 does not have" },
#define SIGNAL(id, code, name, meaning) [T30_##id] = { code, name, meaning },
#include "dissect/media/fax/t30_signal.def"
#undef SIGNAL
};

const char *t30_signal_name(T30Signal signal)
{
    return signals[signal < T30_SIGNALS ? signal : T30_NONE].name;
}

const char *t30_signal_meaning(T30Signal signal)
{
    return signals[signal < T30_SIGNALS ? signal : T30_NONE].meaning;
}

static T30Signal signal_of(uint8_t code)
{
    for (unsigned i = T30_NONE + 1; i < T30_SIGNALS; i++)
        if (signals[i].code == code)
            return (T30Signal)i;
    return T30_NONE;
}

/* X, the first bit, is set by whoever received a valid DIS (5.3.6.1). DIS, DTC and what goes with
 * them have none. */
static T30Signal find_signal(uint8_t code)
{
    return signal_of(code >= CODE_WITH_X ? code & 0x7f : code);
}

DissectStatus t30_parse(Slice bytes, T30Frame *out)
{
    Cursor c = cursor_over(bytes);
    unsigned address = cursor_u8(&c), control = cursor_u8(&c), code = cursor_u8(&c);

    if (c.failed)
        return DISSECT_TRUNCATED;
    if (address != ADDRESS || (control & ~CONTROL_FINAL) != CONTROL)
        return DISSECT_MALFORMED;
    *out = (T30Frame){ .signal = find_signal((uint8_t)code),
                       .code = (uint8_t)code,
                       .final = control & CONTROL_FINAL,
                       .information = c.rest };
    return DISSECT_OK;
}

bool t30_partial_page(const T30Frame *frame, T30PartialPage *out)
{
    Cursor c = cursor_over(frame->information);
    uint8_t command = cursor_u8(&c);

    *out = (T30PartialPage){ .command = command == CODE_NULL ? T30_NONE : find_signal(command) };
    if (frame->signal == T30_EOR)
        return !c.failed;
    out->page = bit_order_turned(cursor_u8(&c));
    out->block = bit_order_turned(cursor_u8(&c));
    out->frames = bit_order_turned(cursor_u8(&c)) + 1u;
    return frame->signal == T30_PPS && !c.failed;
}

void t30_identity(Slice information, char out[T30_IDENTITY_SIZE])
{
    size_t length = MIN(information.len, IDENTITY_MAX);

    for (size_t i = 0; i < length; i++) { /* the last digit comes first */
        char c = (char)bit_order_turned(information.data[length - 1 - i]);
        out[i] = c >= ' ' && c <= '~' ? c : '?';
    }
    out[length] = '\0';
    g_strstrip(out);
}

const char *t30_coding_name(T30Coding coding)
{
    static const char *const names[] = { "MH", "MR", "MMR", "JBIG", "colour" };

    return names[coding];
}

const char *t30_modem_name(T30Modem modem)
{
    static const char *const names[] = { NULL, "V.27ter", "V.29", "V.17", "V.33" };

    return names[modem];
}

/* Bit 1 is the first on the line. */
static bool has_bit(Slice information, unsigned number)
{
    size_t at = (number - 1) / 8;

    return at < information.len && information.data[at] & 0x80u >> (number - 1) % 8;
}

/* Bits 11 to 14 of a DCS. */
static void read_rate(unsigned bits, T30Terms *out)
{
    static const struct {
        T30Modem modem;
        uint16_t rate_bps;
    } rates[16] = {
        [0x0] = { T30_V27TER, 2400 }, [0x4] = { T30_V27TER, 4800 }, [0x8] = { T30_V29, 9600 },
        [0xc] = { T30_V29, 7200 },    [0x2] = { T30_V33, 14400 },   [0x6] = { T30_V33, 12000 },
        [0x1] = { T30_V17, 14400 },   [0x5] = { T30_V17, 12000 },   [0x9] = { T30_V17, 9600 },
        [0xd] = { T30_V17, 7200 },
    };
    out->modem = rates[bits].modem;
    out->rate_bps = rates[bits].rate_bps;
}

static unsigned rate_bits(Slice information)
{
    unsigned bits = 0;

    for (unsigned number = 11; number <= 14; number++)
        bits = bits << 1 | has_bit(information, number);
    return bits;
}

/* Widths of 215, 255 and 303 mm (T.4 clause 2.1). */
static void read_size(Slice information, T30Terms *out)
{
    static const uint16_t widths[4][3] = { { 1728, 2048, 2432 },
                                           { 2592, 3072, 3648 },
                                           { 3456, 4096, 4864 } };
    unsigned paper = has_bit(information, 18) ? 2 : has_bit(information, 17) ? 1 : 0;
    unsigned density = 0;
    bool inches = has_bit(information, 44);

    out->x_dpi = inches ? 200 : 204;
    out->y_dpi = inches ? 100 : 98;
    if (has_bit(information, 15))
        out->y_dpi = inches ? 200 : 196;
    if (has_bit(information, 41))
        out->y_dpi = inches ? 400 : 391;
    if (has_bit(information, 42)) {
        density = 1;
        out->x_dpi = out->y_dpi = 300;
    }
    if (has_bit(information, 43)) {
        density = 2;
        out->x_dpi = inches ? 400 : 408;
        out->y_dpi = inches ? 400 : 391;
    }
    out->width = widths[density][paper];
    out->paper = has_bit(information, 20)   ? "unlimited"
                 : has_bit(information, 19) ? "B4"
                 : paper == 2               ? "A3"
                                            : "A4";
}

static T30Coding coding_of(Slice information, bool ecm)
{
    if (has_bit(information, 68) || has_bit(information, 36))
        return T30_COLOUR;
    if (ecm && (has_bit(information, 78) || has_bit(information, 79)))
        return T30_JBIG;
    if (ecm && has_bit(information, 31))
        return T30_MMR;
    return has_bit(information, 16) ? T30_MR : T30_MH;
}

/* Every eighth bit from 24 on says whether another octet follows. */
static Slice in_force(Slice information)
{
    size_t octets = 3;

    while (octets < information.len && has_bit(information, (unsigned)octets * 8))
        octets++;
    return slice_sub(information, 0, octets);
}

bool t30_terms(Slice information, T30Terms *out)
{
    Slice fields = in_force(information);

    *out = (T30Terms){ 0 };
    if (fields.len < 3)
        return false;
    read_rate(rate_bits(fields), out);
    read_size(fields, out);
    out->ecm = has_bit(fields, 27);
    out->ecm_octets = has_bit(fields, 28) ? 64 : 256;
    out->coding = coding_of(fields, out->ecm);
    return true;
}

bool t30_new_rate(Slice information, T30Terms *terms)
{
    if (information.len < 2)
        return false;
    read_rate(rate_bits(information), terms);
    return true;
}

bool t30_abilities(Slice information, T30Abilities *out)
{
    Slice fields = in_force(information);
    unsigned bits = rate_bits(fields);

    *out = (T30Abilities){ 0 };
    if (fields.len < 3)
        return false;
    out->transmits = has_bit(fields, 9);
    out->receives = has_bit(fields, 10);
    out->modem = T30_V27TER;
    out->rate_bps = bits & 0x4 ? 4800 : 2400;
    if (bits & 0x8) { /* V.29 as well */
        out->modem = T30_V29;
        out->rate_bps = 9600;
    }
    if ((bits & 0xd) == 0xd) {
        out->modem = T30_V17;
        out->rate_bps = 14400;
    } else if ((bits & 0xe) == 0xe) {
        out->modem = T30_V33;
        out->rate_bps = 14400;
    }
    out->fine = has_bit(fields, 15);
    out->ecm = has_bit(fields, 27);
    out->mmr = has_bit(fields, 31);
    return true;
}
