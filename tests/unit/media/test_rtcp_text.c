#include "dissect/media/rtcp.h"
#include "dissect/media/rtcp_text.h"

/* RFC 3550 6.5: two chunks, the first padded by two bytes, the second with a private item. */
static const uint8_t sdes[] = {
    0x82, 202, 0, 10, 0,   0,   0,   1,   1, 2, 'a', 'b', 6,   3,   'f', 'o', 'o', 0, 0, 0, 0, 0,
    0,    2,   2, 4,  'A', 'n', 'n', 'a', 8, 4, 1,   'k', 'v', 'w', 0,   0,   0,   0, 0, 0, 0, 0,
};

static RtcpPacket packet_of(const uint8_t *bytes, size_t len)
{
    Slice rest = slice_of(bytes, len);
    RtcpPacket packet;

    g_assert_cmpint(rtcp_next(&rest, &packet), ==, DISSECT_OK);
    return packet;
}

static void test_items(void)
{
    static const struct {
        uint32_t ssrc;
        uint8_t type;
        const char *text;
    } wanted[] = { { 1, 1, "ab" }, { 1, 6, "foo" }, { 2, 2, "Anna" }, { 2, 8, "\1kvw" } };
    RtcpPacket packet = packet_of(sdes, sizeof sdes);
    RtcpSdesReader reader = { .chunks = packet.body, .left = packet.count };
    RtcpSdesItem item;

    for (unsigned i = 0; i < G_N_ELEMENTS(wanted); i++) {
        g_assert_true(rtcp_sdes_next(&reader, &item));
        g_assert_cmpuint(item.ssrc, ==, wanted[i].ssrc);
        g_assert_cmpuint(item.type, ==, wanted[i].type);
        g_assert_true(slice_equal(item.text, slice_from_string(wanted[i].text)));
    }
    g_assert_false(rtcp_sdes_next(&reader, &item));
}

/* Whatever is missing, what stands before it is read, and nothing behind. */
static void test_every_truncation(void)
{
    RtcpPacket packet = packet_of(sdes, sizeof sdes);
    unsigned before = 0;

    for (size_t len = 0; len <= packet.body.len; len++) {
        g_autofree uint8_t *exact = g_memdup2(packet.body.data, len);
        RtcpSdesReader reader = { .chunks = slice_of(exact, len), .left = packet.count };
        RtcpSdesItem item;
        unsigned items = 0;
        while (rtcp_sdes_next(&reader, &item))
            items++;
        g_assert_cmpuint(items, >=, before);
        g_assert_cmpuint(items, <=, before + 1);
        before = items;
    }
    g_assert_cmpuint(before, ==, 4);
}

static void test_texts(void)
{
    RtcpText *list = NULL;

    rtcp_text_note(&list, RTCP_TEXT_TOOL, SLICE_LITERAL("phone/1"));
    rtcp_text_note(&list, RTCP_TEXT_NAME, SLICE_LITERAL("Anna"));
    rtcp_text_note(&list, RTCP_TEXT_TOOL, SLICE_LITERAL("phone/2"));
    rtcp_text_note(&list, RTCP_TEXT_NOTE, SLICE_EMPTY);
    rtcp_text_note(&list, RTCP_TEXT_PRIV, SLICE_LITERAL("\1kvw"));
    rtcp_text_note(&list, RTCP_TEXT_PRIV, SLICE_LITERAL("\7kvw")); /* longer than itself */
    rtcp_text_note(&list, 1, SLICE_LITERAL("a@b"));                /* CNAME is kept elsewhere */
    rtcp_text_note(&list, 200, SLICE_LITERAL("x"));
    RtcpText *copy = rtcp_text_copy(list);
    rtcp_text_free(list);
    g_assert_cmpstr(rtcp_text_find(copy, RTCP_TEXT_TOOL), ==, "phone/2");
    g_assert_cmpstr(rtcp_text_find(copy, RTCP_TEXT_NAME), ==, "Anna");
    g_assert_cmpstr(rtcp_text_find(copy, RTCP_TEXT_PRIV), ==, "k=vw");
    g_assert_null(rtcp_text_find(copy, RTCP_TEXT_NOTE));
    g_assert_null(rtcp_text_find(copy, RTCP_TEXT_BYE_REASON));
    unsigned count = 0;
    for (const RtcpText *text = copy; text; text = text->next)
        count++;
    g_assert_cmpuint(count, ==, 3);
    rtcp_text_free(copy);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rtcp-text/items", test_items);
    g_test_add_func("/rtcp-text/every-truncation", test_every_truncation);
    g_test_add_func("/rtcp-text/texts", test_texts);
    return g_test_run();
}
