#include "dissect/media/realtime_text.h"
#include <glib.h>

#define MISSING "\xef\xbf\xbd"

/* Two generations, oldest first. */
static void send(RealtimeText *text, int64_t seq, const char *older, const char *old,
                 const char *primary)
{
    RedPacket red = { .count = 3 };
    red.blocks[0].data = slice_from_string(older);
    red.blocks[1].data = slice_from_string(old);
    red.blocks[2].data = slice_from_string(primary);
    realtime_text_add_red(text, seq, &red);
}

static void assert_text(const RealtimeText *text, const char *expected)
{
    g_assert_nonnull(text->text);
    g_assert_cmpstr(text->text->str, ==, expected);
}

static void test_nothing_lost(void)
{
    RealtimeText text = { 0 };
    send(&text, 100, "", "", "Hel");
    send(&text, 101, "", "Hel", "lo");
    send(&text, 102, "Hel", "lo", "");
    assert_text(&text, "Hello");
    g_assert_true(text.lost == 0 && text.recovered == 0 && text.blocks == 2);
    realtime_text_clear(&text);
}

static void test_recovered(void)
{
    RealtimeText text = { 0 };
    send(&text, 100, "", "", "a");
    send(&text, 103, "b", "c", "d"); /* 101 and 102 did not come */
    assert_text(&text, "abcd");
    g_assert_true(text.lost == 0 && text.recovered == 2);
    send(&text, 102, "a", "b", "c"); /* and now it does */
    assert_text(&text, "abcd");
    realtime_text_clear(&text);
}

/* RFC 4103 5.4: a mark where something is missing. */
static void test_lost(void)
{
    RealtimeText text = { 0 };
    send(&text, 100, "", "", "a");
    send(&text, 105, "e", "f", "g"); /* 101 and 102 are in no generation */
    assert_text(&text, "a" MISSING "efg");
    g_assert_true(text.lost == 2 && text.recovered == 2);
    realtime_text_add(&text, 107, SLICE_LITERAL("h"));
    assert_text(&text, "a" MISSING "efg" MISSING "h");
    realtime_text_clear(&text);
}

static void test_editing(void)
{
    RealtimeText text = { 0 };
    realtime_text_add(&text, 1, SLICE_LITERAL("\xef\xbb\xbfGr\xc3\xbc\xc3\x9f"));
    realtime_text_add(&text, 2, SLICE_LITERAL("\b\b\b"));
    realtime_text_add(&text, 3, SLICE_LITERAL("o"));
    assert_text(&text, "Go");
    realtime_text_add(&text, 4, SLICE_LITERAL("\b\b\b\b"));
    assert_text(&text, "");
    realtime_text_clear(&text);
}

static void test_restart_is_no_loss(void)
{
    RealtimeText text = { 0 };
    realtime_text_add(&text, 70000, SLICE_LITERAL("a"));
    realtime_text_add(&text, 90000, SLICE_LITERAL("b"));
    realtime_text_add(&text, 60000, SLICE_LITERAL("c"));
    assert_text(&text, "abc");
    g_assert_cmpuint(text.lost, ==, 0);
    realtime_text_clear(&text);
}

static void test_bounded(void)
{
    RealtimeText text = { 0 };
    char block[1000];
    memset(block, 'x', sizeof block);
    for (int64_t i = 1; i <= 70; i++)
        realtime_text_add(&text, i, slice_of(block, sizeof block));
    g_assert_cmpuint(text.text->len, ==, REALTIME_TEXT_MAX);
    g_assert_cmpuint(text.dropped, ==, 70000 - REALTIME_TEXT_MAX);
    realtime_text_clear(&text);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/realtime-text/nothing-lost", test_nothing_lost);
    g_test_add_func("/realtime-text/recovered", test_recovered);
    g_test_add_func("/realtime-text/lost", test_lost);
    g_test_add_func("/realtime-text/editing", test_editing);
    g_test_add_func("/realtime-text/restart", test_restart_is_no_loss);
    g_test_add_func("/realtime-text/bounded", test_bounded);
    return g_test_run();
}
