#include "dissect/sip/body/isup_parameter.h"
#include "dissect/base/cursor.h"
#include "dissect/sip/q850.h"

#define DIGITS_MAX 40

/* Table 5. */
static const char *const names[256] = {
    [0x02] = "transmission medium",
    [0x03] = "access transport",
    [0x04] = "called party number",
    [0x05] = "subsequent number",
    [0x06] = "nature of connection",
    [0x07] = "forward call indicators",
    [0x08] = "optional forward call indicators",
    [0x09] = "calling party category",
    [0x0a] = "calling party number",
    [0x0b] = "redirecting number",
    [0x0c] = "redirection number",
    [0x0d] = "connection request",
    [0x0e] = "information request indicators",
    [0x0f] = "information indicators",
    [0x10] = "continuity indicators",
    [0x11] = "backward call indicators",
    [0x12] = "cause",
    [0x13] = "redirection information",
    [0x15] = "circuit group supervision type",
    [0x16] = "range and status",
    [0x18] = "facility indicator",
    [0x1a] = "closed user group interlock code",
    [0x1d] = "user service information",
    [0x1e] = "signalling point code",
    [0x20] = "user-to-user information",
    [0x21] = "connected number",
    [0x22] = "suspend/resume indicators",
    [0x23] = "transit network selection",
    [0x24] = "event",
    [0x25] = "circuit assignment map",
    [0x26] = "circuit state indicator",
    [0x27] = "automatic congestion level",
    [0x28] = "original called number",
    [0x29] = "optional backward call indicators",
    [0x2a] = "user-to-user indicators",
    [0x2b] = "origination ISC point code",
    [0x2c] = "generic notification",
    [0x2d] = "call history information",
    [0x2e] = "access delivery information",
    [0x2f] = "network specific facility",
    [0x30] = "user service information prime",
    [0x31] = "propagation delay counter",
    [0x32] = "remote operations",
    [0x33] = "service activation",
    [0x34] = "user teleservice information",
    [0x35] = "transmission medium used",
    [0x36] = "call diversion information",
    [0x37] = "echo control information",
    [0x38] = "message compatibility information",
    [0x39] = "parameter compatibility information",
    [0x3a] = "MLPP precedence",
    [0x3b] = "MCID request indicators",
    [0x3c] = "MCID response indicators",
    [0x3d] = "hop counter",
    [0x3e] = "transmission medium prime",
    [0x3f] = "location number",
    [0x40] = "redirection number restriction",
    [0x43] = "call transfer reference",
    [0x44] = "loop prevention indicators",
    [0x45] = "call transfer number",
    [0x4b] = "CCSS",
    [0x4c] = "forward GVNS",
    [0x4d] = "backward GVNS",
    [0x4e] = "redirect capability",
    [0x5b] = "network management controls",
    [0x65] = "correlation id",
    [0x66] = "SCF id",
    [0x6e] = "call diversion treatment",
    [0x6f] = "called IN number",
    [0x70] = "call offering treatment",
    [0x71] = "charged party identification",
    [0x72] = "conference treatment",
    [0x73] = "display information",
    [0x74] = "UID action indicators",
    [0x75] = "UID capability indicators",
    [0x78] = "application transport",
    [0xc0] = "generic number",
    [0xc1] = "generic digits",
};

/* @width bits at @shift of the octets read with the first as the lowest. */
typedef struct {
    uint8_t code, shift, width;
    const char *name;
    const char *values[4]; /* NULL: the number alone */
} BitField;

static const BitField bit_fields[] = {
    /* 3.35 */
    { 0x06, 0, 2, "satellite", { "none", "one circuit", "two circuits", "spare" } },
    { 0x06, 2, 2, "continuity check", { "not required", "required", "on a previous circuit" } },
    { 0x06, 4, 1, "echo control device", { "not included", "included" } },
    /* 3.23 */
    { 0x07, 0, 1, "call", { "national", "international" } },
    { 0x07, 1, 2, "end-to-end method", { "none", "pass-along", "SCCP", "pass-along and SCCP" } },
    { 0x07, 3, 1, "interworking", { "not encountered", "encountered" } },
    { 0x07, 5, 1, "ISUP all the way", { "no", "yes" } },
    { 0x07, 6, 2, "ISUP preference", { "preferred", "not required", "required", "spare" } },
    { 0x07, 8, 1, "originating access", { "not ISDN", "ISDN" } },
    /* 3.5 */
    { 0x11, 0, 2, "charge", { "no indication", "no charge", "charge", "spare" } },
    { 0x11, 2, 2, "called party status", { "no indication", "free", "connect when free" } },
    { 0x11, 4, 2, "called party category", { "no indication", "ordinary", "payphone" } },
    { 0x11, 6, 2, "end-to-end method", { "none", "pass-along", "SCCP", "pass-along and SCCP" } },
    { 0x11, 8, 1, "interworking", { "not encountered", "encountered" } },
    { 0x11, 10, 1, "ISUP all the way", { "no", "yes" } },
    { 0x11, 11, 1, "holding", { "not requested", "requested" } },
    { 0x11, 12, 1, "terminating access", { "not ISDN", "ISDN" } },
    { 0x11, 13, 1, "echo control device", { "not included", "included" } },
    /* 3.37 */
    { 0x29, 0, 1, "in-band information", { "no indication", "may be available" } },
    { 0x29, 1, 1, "call diversion", { "no indication", "may occur" } },
    { 0x29, 3, 1, "MLPP user", { "no indication", "yes" } },
    /* 3.44 */
    { 0x13, 8, 3, "redirections", { NULL } },
    { 0x22, 0, 1, "initiated by", { "subscriber", "network" } },
};

static const struct {
    uint8_t code, value;
    const char *name;
} plain_values[] = {
    /* 3.54 */
    { 0x02, 0, "speech" },
    { 0x02, 2, "64 kbit/s unrestricted" },
    { 0x02, 3, "3.1 kHz audio" },
    { 0x02, 6, "64 kbit/s preferred" },
    { 0x02, 7, "2 x 64 kbit/s unrestricted" },
    { 0x02, 8, "384 kbit/s unrestricted" },
    { 0x02, 9, "1536 kbit/s unrestricted" },
    { 0x02, 10, "1920 kbit/s unrestricted" },
    /* 3.11 */
    { 0x09, 0, "unknown" },
    { 0x09, 1, "operator, French" },
    { 0x09, 2, "operator, English" },
    { 0x09, 3, "operator, German" },
    { 0x09, 4, "operator, Russian" },
    { 0x09, 5, "operator, Spanish" },
    { 0x09, 10, "ordinary subscriber" },
    { 0x09, 11, "subscriber with priority" },
    { 0x09, 12, "data call" },
    { 0x09, 13, "test call" },
    { 0x09, 15, "payphone" },
    /* 3.21; bit 8 is about presentation */
    { 0x24, 1, "alerting" },
    { 0x24, 2, "progress" },
    { 0x24, 3, "in-band information" },
    { 0x24, 4, "forwarded on busy" },
    { 0x24, 5, "forwarded on no reply" },
    { 0x24, 6, "forwarded unconditionally" },
    /* 3.18 */
    { 0x10, 0, "check failed" },
    { 0x10, 1, "check successful" },
};

typedef enum {
    NUMBER_CALLED,  /* octet 2 tells of internal numbers */
    NUMBER_CALLING, /* octet 2 tells of presentation and screening */
    NUMBER_GENERIC, /* the same behind an octet that says what it is */
} NumberKind;

static const struct {
    uint8_t code;
    NumberKind kind;
} numbers[] = {
    { 0x04, NUMBER_CALLED },  { 0x0a, NUMBER_CALLING }, { 0x0b, NUMBER_CALLING },
    { 0x0c, NUMBER_CALLED },  { 0x21, NUMBER_CALLING }, { 0x28, NUMBER_CALLING },
    { 0x3f, NUMBER_CALLING }, { 0x45, NUMBER_CALLING }, { 0x6f, NUMBER_CALLING },
    { 0xc0, NUMBER_GENERIC },
};

size_t isup_fixed_length(uint8_t code)
{
    switch (code) {
    case 0x07:
    case 0x0e:
    case 0x0f:
    case 0x11:
        return 2;
    default:
        return 1;
    }
}

/* 3.9 b */
static const char *nature_name(unsigned nature)
{
    static const char *const natures[] = { NULL,       "subscriber",    "unknown",
                                           "national", "international", "network specific" };
    return nature < G_N_ELEMENTS(natures) ? natures[nature] : NULL;
}

/* 3.9 d */
static const char *plan_name(unsigned plan)
{
    static const char *const plans[8] = {
        [1] = "E.164", [3] = "X.121", [4] = "F.69", [5] = "private"
    };
    return plans[plan];
}

/* 3.26 b */
static const char *qualifier_name(unsigned qualifier)
{
    static const char *const qualifiers[] = {
        [1] = "additional called number",      [5] = "additional connected number",
        [6] = "additional calling number",     [7] = "additional original called number",
        [8] = "additional redirecting number", [9] = "additional redirection number",
        [10] = "called freephone number",
    };
    return qualifier < G_N_ELEMENTS(qualifiers) ? qualifiers[qualifier] : NULL;
}

static void add_known(BodyReport *out, const char *name, const char *meaning, unsigned value)
{
    if (meaning)
        body_add_text(out, 2, name, meaning);
    else
        body_add_format(out, 2, name, "%u", value);
}

/* Two digits an octet, the first in the low half; @odd: the last high half is filler. Code 15 ends
 * the digits (3.9 f). */
static void format_digits(Slice octets, bool odd, char out[static DIGITS_MAX + 1])
{
    size_t halves = octets.len * 2;
    size_t count = 0;

    halves -= odd && halves ? 1 : 0;
    for (size_t i = 0; i < halves && count < DIGITS_MAX; i++) {
        unsigned digit = octets.data[i / 2] >> (i % 2 ? 4 : 0) & 0xf;
        if (digit == 15)
            break;
        out[count++] = "0123456789ABCDE"[digit];
    }
    out[count] = '\0';
}

static void add_number(const char *name, NumberKind kind, Slice value, BodyReport *out)
{
    static const char *const presentations[] = { "allowed", "restricted", "not available",
                                                 "reserved" };
    static const char *const screenings[] = { "user, not verified", "user, verified",
                                              "user, failed", "network" };
    Cursor c = cursor_over(value);
    uint8_t qualifier = kind == NUMBER_GENERIC ? cursor_u8(&c) : 0;
    uint8_t first = cursor_u8(&c);
    uint8_t second = cursor_u8(&c);
    char digits[DIGITS_MAX + 1];

    if (c.failed) {
        body_add_text(out, 1, name, "cut short");
        return;
    }
    format_digits(cursor_rest(&c), first >> 7, digits);
    body_add_text(out, 1, name, digits);
    if (kind == NUMBER_GENERIC)
        add_known(out, "qualifier", qualifier_name(qualifier), qualifier);
    add_known(out, "nature of address", nature_name(first & 0x7f), first & 0x7f);
    add_known(out, "numbering plan", plan_name(second >> 4 & 7), second >> 4 & 7);
    if (kind == NUMBER_CALLED) {
        body_add_text(out, 2, "internal network number", second >> 7 ? "not allowed" : "allowed");
        return;
    }
    body_add_text(out, 2, "presentation", presentations[second >> 2 & 3]);
    body_add_text(out, 2, "screening", screenings[second & 3]);
}

/* 3.12: ITU-T Q.850 2.2; octet 1a is there when bit 8 of octet 1 is not set. */
static void add_cause(const char *name, Slice value, BodyReport *out)
{
    Cursor c = cursor_over(value);
    uint8_t first = cursor_u8(&c);
    if (!(first & 0x80))
        cursor_skip(&c, 1);
    unsigned cause = cursor_u8(&c) & 0x7f;
    unsigned standard = first >> 5 & 3;

    if (c.failed) {
        body_add_text(out, 1, name, "cut short");
        return;
    }
    const char *meaning = standard == 0 ? q850_cause_name(cause) : NULL;
    body_add_format(out, 1, name, "%u%s%s", cause, meaning ? " " : "", meaning ? meaning : "");
    add_known(out, "location", q850_location_name(first & 0xf), first & 0xf);
    if (standard != 0)
        body_add_format(out, 2, "coding standard", "%u", standard);
}

static void add_hex(const char *name, Slice value, BodyReport *out)
{
    g_autoptr(GString) hex = g_string_new(NULL);

    for (size_t i = 0; i < value.len && i < BODY_VALUE_MAX / 2; i++)
        g_string_append_printf(hex, "%02x", value.data[i]);
    body_add_text(out, 1, name, hex->str);
}

/* 3.21, 3.54 and the like: one octet, one meaning. */
static bool add_plain_value(uint8_t code, const char *name, Slice value, BodyReport *out)
{
    bool event = code == 0x24;

    if (value.len < 1)
        return false;
    for (size_t i = 0; i < G_N_ELEMENTS(plain_values); i++) {
        uint8_t octet = event ? value.data[0] & 0x7f : value.data[0];
        if (plain_values[i].code != code || plain_values[i].value != octet)
            continue;
        body_add_text(out, 1, name, plain_values[i].name);
        if (event)
            body_add_text(out, 2, "presentation",
                          value.data[0] & 0x80 ? "restricted" : "no indication");
        return true;
    }
    return false;
}

static void add_bits(uint8_t code, Slice value, BodyReport *out)
{
    uint32_t bits = 0;

    for (size_t i = 0; i < value.len && i < 4; i++)
        bits |= (uint32_t)value.data[i] << (8 * i);
    for (size_t i = 0; i < G_N_ELEMENTS(bit_fields); i++) {
        const BitField *row = &bit_fields[i];
        if (row->code != code || (size_t)row->shift + row->width > value.len * 8)
            continue;
        unsigned number = bits >> row->shift & ((1u << row->width) - 1);
        add_known(out, row->name, row->width <= 2 ? row->values[number] : NULL, number);
    }
}

void isup_parameter_add(uint8_t code, Slice value, BodyReport *out)
{
    g_autofree char *number = g_strdup_printf("parameter 0x%02x", code);
    const char *name = names[code] ? names[code] : number;

    for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
        if (numbers[i].code == code) {
            add_number(name, numbers[i].kind, value, out);
            return;
        }
    }
    if (code == 0x12) {
        add_cause(name, value, out);
    } else if (!add_plain_value(code, name, value, out)) {
        add_hex(name, value, out);
        add_bits(code, value, out);
    }
}
