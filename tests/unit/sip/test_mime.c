#include "dissect/sip/mime.h"

#include "sip_test.h"

static const char mixed[] = "preamble\r\n"
                            "--b1\r\n"
                            "Content-Type: application/sdp\r\n"
                            "\r\n"
                            "v=0\r\n"
                            "--b1 \r\n"
                            "content-type: multipart/alternative;\r\n boundary=\"b 2\"\r\n"
                            "\r\n"
                            "--b 2\r\n"
                            "\r\n"
                            "plain --b1 text\r\n"
                            "--b 2\r\n"
                            "Content-Type: application/isup;version=itu-t92+\r\n"
                            "Content-Disposition: signal;handling=optional\r\n"
                            "Content-ID: <1@x>\r\n"
                            "\r\n"
                            "\x01\x11\r\n"
                            "--b 2--\r\n"
                            "--b1\r\n"
                            "Content-Type: text/x\r\n"
                            "\r\n"
                            "--b1--\r\n"
                            "epilogue";
static const char mixed_type[] = "Multipart/Mixed; boundary=b1";

static const struct {
    const char *type, *disposition, *content_id, *body;
} parts[] = {
    { "application/sdp", "", "", "v=0" },
    { "text/plain", "", "", "plain --b1 text" },
    { "application/isup;version=itu-t92+", "signal;handling=optional", "<1@x>", "\x01\x11" },
    { "text/x", "", "", "" },
};

static void test_parts(void)
{
    size_t position = 0;
    MimePart part;
    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
        g_assert_true(mime_next_part(slice_of(mixed_type, sizeof mixed_type - 1),
                                     slice_of(mixed, sizeof mixed - 1), &position, &part));
        assert_slice(part.content_type, parts[i].type);
        assert_slice(part.disposition, parts[i].disposition);
        assert_slice(part.content_id, parts[i].content_id);
        assert_slice(part.body, parts[i].body);
    }
    g_assert_false(mime_next_part(slice_of(mixed_type, sizeof mixed_type - 1),
                                  slice_of(mixed, sizeof mixed - 1), &position, &part));
}

static void test_single(void)
{
    size_t position = 0;
    MimePart part;
    Slice type = SLICE_LITERAL("application/sdp; charset=utf-8");
    Slice body = SLICE_LITERAL("v=0\r\n");
    g_assert_true(mime_next_part(type, body, &position, &part));
    assert_slice(part.content_type, "application/sdp; charset=utf-8");
    assert_slice(part.body, "v=0\r\n");
    g_assert_false(mime_next_part(type, body, &position, &part));
    g_assert_true(mime_is(type, SLICE_LITERAL("Application/SDP")));
    g_assert_false(mime_is(type, SLICE_LITERAL("application/sdpx")));
}

static void test_find(void)
{
    Slice found;
    g_assert_true(mime_find(slice_of(mixed_type, sizeof mixed_type - 1),
                            slice_of(mixed, sizeof mixed - 1), SLICE_LITERAL("application/isup"),
                            &found));
    assert_slice(found, "\x01\x11");
    g_assert_false(mime_find(slice_of(mixed_type, sizeof mixed_type - 1),
                             slice_of(mixed, sizeof mixed - 1), SLICE_LITERAL("application/x"),
                             &found));
    g_assert_true(mime_find(SLICE_LITERAL("application/sdp"), SLICE_LITERAL("v=0"),
                            SLICE_LITERAL("application/sdp"), &found));
    assert_slice(found, "v=0");
    g_assert_false(
        mime_find(SLICE_EMPTY, SLICE_LITERAL("v=0"), SLICE_LITERAL("application/sdp"), &found));
}

static void test_bare_lf_and_no_end(void)
{
    Slice found;
    g_assert_true(mime_find(SLICE_LITERAL("multipart/mixed;boundary=x"),
                            SLICE_LITERAL("--x\nContent-Type: a/b\n\none\n--x\n"
                                          "Content-Type: c/d\n\ntwo\nlines\n"),
                            SLICE_LITERAL("c/d"), &found));
    assert_slice(found, "two\nlines\n");
}

/* Every part claims to be a multipart again: depth and count stay bounded. */
static void test_nesting_is_bounded(void)
{
    g_autoptr(GString) body = g_string_new(NULL);
    size_t position = 0;
    unsigned count = 0;
    MimePart part;
    for (int i = 0; i < 2000; i++)
        g_string_append(body, "--x\r\nContent-Type: multipart/a;boundary=x\r\n\r\n");
    while (mime_next_part(SLICE_LITERAL("multipart/a;boundary=x"), slice_of(body->str, body->len),
                          &position, &part))
        count++;
    g_assert_cmpuint(count, <=, 64);
}

static void test_truncations(void)
{
    for (size_t len = 0; len < sizeof mixed; len++) {
        g_autofree uint8_t *exact = exact_copy(mixed, len);
        size_t position = 0;
        MimePart part;
        unsigned count = 0;
        while (mime_next_part(slice_of(mixed_type, sizeof mixed_type - 1), slice_of(exact, len),
                              &position, &part))
            count++;
        g_assert_cmpuint(count, <=, G_N_ELEMENTS(parts));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sip/mime/parts", test_parts);
    g_test_add_func("/sip/mime/single", test_single);
    g_test_add_func("/sip/mime/find", test_find);
    g_test_add_func("/sip/mime/no-end", test_bare_lf_and_no_end);
    g_test_add_func("/sip/mime/nesting", test_nesting_is_bounded);
    g_test_add_func("/sip/mime/truncations", test_truncations);
    return g_test_run();
}
