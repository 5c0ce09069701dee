/* ISUP messages: a type, its mandatory parameters of fixed length, pointers to those of variable
 * length and to the optional part (Q.763 section 1). */
#include "dissect/base/cursor.h"
#include "dissect/sip/body/decoders.h"
#include "dissect/sip/body/isup_parameter.h"

#define FIXED_MAX 4

typedef struct {
    uint8_t code;
    const char *mnemonic, *name;
    uint8_t fixed[FIXED_MAX]; /* codes; their lengths are isup_fixed_length()'s */
    uint8_t variable;         /* code of the one mandatory parameter of variable length; 0: none */
    bool optional;            /* has a pointer to an optional part */
} IsupMessage;

/* Q.763 table 4 and the tables of section 4. */
static const IsupMessage messages[] = {
    { 0x01, "IAM", "initial address", { 0x06, 0x07, 0x09, 0x02 }, 0x04, true },
    { 0x02, "SAM", "subsequent address", { 0 }, 0x05, true },
    { 0x03, "INR", "information request", { 0x0e }, 0, true },
    { 0x04, "INF", "information", { 0x0f }, 0, true },
    { 0x05, "COT", "continuity", { 0x10 }, 0, false },
    { 0x06, "ACM", "address complete", { 0x11 }, 0, true },
    { 0x07, "CON", "connect", { 0x11 }, 0, true },
    { 0x08, "FOT", "forward transfer", { 0 }, 0, true },
    { 0x09, "ANM", "answer", { 0 }, 0, true },
    { 0x0c, "REL", "release", { 0 }, 0x12, true },
    { 0x0d, "SUS", "suspend", { 0x22 }, 0, true },
    { 0x0e, "RES", "resume", { 0x22 }, 0, true },
    { 0x10, "RLC", "release complete", { 0 }, 0, true },
    { 0x11, "CCR", "continuity check request", { 0 }, 0, false },
    { 0x12, "RSC", "reset circuit", { 0 }, 0, false },
    { 0x13, "BLO", "blocking", { 0 }, 0, false },
    { 0x14, "UBL", "unblocking", { 0 }, 0, false },
    { 0x15, "BLA", "blocking acknowledgement", { 0 }, 0, false },
    { 0x16, "UBA", "unblocking acknowledgement", { 0 }, 0, false },
    { 0x17, "GRS", "circuit group reset", { 0 }, 0x16, false },
    { 0x18, "CGB", "circuit group blocking", { 0x15 }, 0x16, false },
    { 0x19, "CGU", "circuit group unblocking", { 0x15 }, 0x16, false },
    { 0x1a, "CGBA", "circuit group blocking acknowledgement", { 0x15 }, 0x16, false },
    { 0x1b, "CGUA", "circuit group unblocking acknowledgement", { 0x15 }, 0x16, false },
    { 0x1f, "FAR", "facility request", { 0x18 }, 0, true },
    { 0x20, "FAA", "facility accepted", { 0x18 }, 0, true },
    { 0x21, "FRJ", "facility reject", { 0x18 }, 0x12, true },
    { 0x29, "GRA", "circuit group reset acknowledgement", { 0 }, 0x16, false },
    { 0x2c, "CPG", "call progress", { 0x24 }, 0, true },
    { 0x2d, "USR", "user-to-user information", { 0 }, 0x20, true },
    { 0x2f, "CFN", "confusion", { 0 }, 0x12, true },
    { 0x32, "NRM", "network resource management", { 0 }, 0, true },
    { 0x33, "FAC", "facility", { 0 }, 0, true },
    { 0x36, "IDR", "identification request", { 0 }, 0, true },
    { 0x37, "IRS", "identification response", { 0 }, 0, true },
    { 0x38, "SGM", "segmentation", { 0 }, 0, true },
    { 0x40, "LOP", "loop prevention", { 0 }, 0, true },
    { 0x41, "APM", "application transport", { 0 }, 0, true },
    { 0x42, "PRI", "pre-release information", { 0 }, 0, true },
};

static const IsupMessage *find_message(uint8_t code)
{
    for (size_t i = 0; i < G_N_ELEMENTS(messages); i++) {
        if (messages[i].code == code)
            return &messages[i];
    }
    return NULL;
}

/* What stands @pointer bytes behind the pointer at @at (Q.763 section 1.2). */
static Cursor follow(Slice body, size_t at, uint8_t pointer)
{
    return cursor_over(slice_from(body, at + pointer));
}

static bool read_optional(Cursor c, BodyReport *out)
{
    while (!c.failed) {
        uint8_t code = cursor_u8(&c);
        if (c.failed || code == 0)
            break;
        uint8_t len = cursor_u8(&c);
        Slice value = cursor_slice(&c, len);
        if (!c.failed)
            isup_parameter_add(code, value, out);
    }
    return !c.failed;
}

static bool read_variable(const IsupMessage *message, Slice body, Cursor *c, BodyReport *out)
{
    size_t at = body.len - c->rest.len;
    uint8_t pointer = cursor_u8(c);
    Cursor there = follow(body, at, pointer);
    uint8_t len = cursor_u8(&there);
    Slice value = cursor_slice(&there, len);

    if (c->failed || there.failed || pointer == 0)
        return false;
    isup_parameter_add(message->variable, value, out);
    return true;
}

static bool read_parameters(const IsupMessage *message, Slice body, BodyReport *out)
{
    Cursor c = cursor_over(slice_from(body, 1));

    for (unsigned i = 0; i < FIXED_MAX && message->fixed[i]; i++) {
        Slice value = cursor_slice(&c, isup_fixed_length(message->fixed[i]));
        if (c.failed)
            return false;
        isup_parameter_add(message->fixed[i], value, out);
    }
    if (message->variable && !read_variable(message, body, &c, out))
        return false;
    if (!message->optional)
        return true;
    size_t at = body.len - c.rest.len;
    uint8_t pointer = cursor_u8(&c);
    if (c.failed)
        return false;
    return pointer == 0 || read_optional(follow(body, at, pointer), out);
}

static const char *value_of(const BodyReport *report, unsigned first, const char *name)
{
    for (unsigned i = first; name && i < report->fields->len; i++) {
        const BodyField *field = &g_array_index(report->fields, BodyField, i);
        if (strcmp(field->name, name) == 0)
            return field->value;
    }
    return NULL;
}

static void label_message(const IsupMessage *message, unsigned first, BodyReport *out)
{
    const char *called = value_of(out, first, "called party number");
    const char *calling = value_of(out, first, "calling party number");
    const char *cause = value_of(out, first, "cause");
    const char *event = value_of(out, first, "event");

    if (called)
        body_label(out, "%s %s->%s", message->mnemonic, calling ? calling : "?", called);
    else if (cause)
        body_label(out, "%s %d", message->mnemonic, atoi(cause));
    else if (event)
        body_label(out, "%s %s", message->mnemonic, event);
    else
        body_label(out, "%s", message->mnemonic);
}

DissectStatus isup_decode(Slice body, BodyReport *out)
{
    unsigned first = out->fields->len;

    if (body.len == 0)
        return DISSECT_TRUNCATED;
    const IsupMessage *message = find_message(body.data[0]);
    if (!message) {
        body_add_format(out, 1, "message", "0x%02x", body.data[0]);
        return DISSECT_MALFORMED;
    }
    body_add_format(out, 1, "message", "%s, %s", message->mnemonic, message->name);
    bool whole = read_parameters(message, body, out);
    label_message(message, first, out);
    return whole ? DISSECT_OK : DISSECT_TRUNCATED;
}
