#include "dissect/sip/message.h"

#include "sip_test.h"

#define BYE      "BYE sip:a@b SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 0\r\n\r\n"
#define RESPONSE "SIP/2.0 200 OK\r\nCall-ID: 1\r\nl: 4\r\n\r\nbody"

static const struct {
    const char *text;
    DissectStatus status;
    size_t skipped, length;
} frames[] = {
    { BYE, DISSECT_OK, 0, sizeof BYE - 1 },
    { "\r\n\r\n" BYE BYE, DISSECT_OK, 4, sizeof BYE - 1 },
    { RESPONSE BYE, DISSECT_OK, 0, sizeof RESPONSE - 1 },
    { "BYE sip:a@b SIP/2.0\nl: 2\n\nxyBYE", DISSECT_OK, 0, 28 },
    { "BYE sip:a@b SIP/2.0\r\nContent-Length:\r\n  3\r\n\r\nabcd", DISSECT_OK, 0, 48 },
    { "BYE sip:a@b SIP/2.0\r\nl: 1\r\nl: 3\r\n\r\nabc", DISSECT_OK, 0, 36 },
    { "BYE sip:a@b SIP/2.0\r\nX: y\r\n\r\nabc", DISSECT_OK, 0, 29 },
    { "BYE sip:a@b SIP/2.0\r\nl: -4\r\n\r\nabc", DISSECT_OK, 0, 30 },
    { "BYE sip:a@b SIP/2.0\r\nl: 4294967295\r\n\r\nabc", DISSECT_OK, 0, 38 },
    { "BYE sip:a@b SIP/2.0\r\nl: 4\r\n\r\nabc", DISSECT_TRUNCATED, 0, 0 },
    { "BYE sip:a@b SIP/2.0\r\nl: 4\r\n", DISSECT_TRUNCATED, 0, 0 },
    { "BYE sip:a@b", DISSECT_TRUNCATED, 0, 0 },
    { "", DISSECT_TRUNCATED, 0, 0 },
    { "\r\n", DISSECT_NOT_MINE, 2, 0 },
    { "\r\n\r\n", DISSECT_NOT_MINE, 4, 0 },
    { "a=sendrecv\r\na=ptime:20\r\n" BYE, DISSECT_OK, 24, sizeof BYE - 1 },
    { "a=sendrecv\r\n", DISSECT_NOT_MINE, 12, 0 },
    { "a=sendrecv\r\nBY", DISSECT_TRUNCATED, 12, 0 },
    { "Via: SIP/2.0/UDP 192.0.2.1\r\n\r\n" BYE, DISSECT_OK, 30, sizeof BYE - 1 },
    { "a=sendrecv" BYE, DISSECT_OK, 10, sizeof BYE - 1 },
    { "</presence>" RESPONSE, DISSECT_OK, 11, sizeof RESPONSE - 1 },
    { "BYE sip:a@b SIP/2.0\r\nX: lost\r\n" BYE, DISSECT_OK, 0, 30 },
};

static void test_frames(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(frames); i++) {
        size_t skipped, length;
        g_test_message("%s", frames[i].text);
        g_assert_cmpint(sip_frame(slice_from_string(frames[i].text), &skipped, &length), ==,
                        frames[i].status);
        g_assert_cmpuint(skipped, ==, frames[i].skipped);
        if (frames[i].status == DISSECT_OK)
            g_assert_cmpuint(length, ==, frames[i].length);
    }
}

/* Gives the stream in pieces of @piece bytes and counts the messages. */
static unsigned count_messages(const char *text, size_t len, size_t piece)
{
    unsigned count = 0;
    size_t consumed = 0;
    for (size_t end = MIN(piece, len);; end = MIN(end + piece, len)) {
        for (;;) {
            size_t skipped, length;
            g_autofree uint8_t *exact = exact_copy(text + consumed, end - consumed);
            DissectStatus status = sip_frame(slice_of(exact, end - consumed), &skipped, &length);
            if (status != DISSECT_OK)
                length = 0; /* of what is still to come */
            g_assert_cmpuint(skipped + length, <=, end - consumed);
            consumed += skipped + length;
            if (status != DISSECT_OK)
                break;
            count++;
        }
        if (end == len)
            return count;
    }
}

static void test_cut_anywhere(void)
{
    static const char stream[] = "e: middle of a message\r\n\r\nv=0\r\n" BYE RESPONSE "\r\n\r\n" BYE
                                 "\r\n" RESPONSE RESPONSE BYE;
    for (size_t piece = 1; piece < sizeof stream; piece++)
        g_assert_cmpuint(count_messages(stream, sizeof stream - 1, piece), ==, 6);
}

static void test_limits(void)
{
    g_autoptr(GString) text = g_string_new("BYE sip:a@b SIP/2.0\r\n");
    size_t skipped, length;
    while (text->len < 300 * 1024)
        g_string_append(text, "X-Endless: header\r\n");
    g_assert_cmpint(sip_frame(slice_of(text->str, text->len), &skipped, &length), ==,
                    DISSECT_NOT_MINE);
    g_assert_cmpuint(skipped, ==, text->len);

    g_string_assign(text, "INVITE sip:");
    while (text->len < 9000)
        g_string_append_c(text, 'a');
    g_assert_cmpint(sip_frame(slice_of(text->str, text->len), &skipped, &length), ==,
                    DISSECT_NOT_MINE);
    g_assert_cmpuint(skipped, ==, text->len);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sip/frame/forms", test_frames);
    g_test_add_func("/sip/frame/cut-anywhere", test_cut_anywhere);
    g_test_add_func("/sip/frame/limits", test_limits);
    return g_test_run();
}
