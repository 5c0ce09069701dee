#include "export/ladder.h"
#include "support/sample_calls.h"

static char *print(const Model *model, unsigned calls, bool utf8, unsigned width)
{
    uint32_t numbers[] = { 1, 2, 3 };
    LadderOptions options = { .streams = true };
    g_autoptr(Ladder) ladder = ladder_new(model, numbers, calls, &options);
    GString *out = g_string_new(NULL);

    ladder_print(ladder, LADDER_SINCE_START, utf8, width, out);
    return g_string_free(out, FALSE);
}

static void test_completed_utf8(void)
{
    SipFeed feed = sample_feed();

    sample_completed_call(&feed, "one");
    g_autofree char *text = print(feed.model, 1, true, 80);
    g_assert_cmpstr(text, ==,
                    "                            10.0.0.1:5060           10.0.0.2:5060\n"
                    "                                  │                       │\n"
                    "       0.000000                   │──── INVITE (PCMA) ───▶│\n"
                    "       0.500000    +0.500         │◀──── 180 Ringing ─────│\n"
                    "       2.500000    +2.000         │◀─── 200 OK (PCMA) ────│\n"
                    "       2.500000    +0.000         │───────── ACK ────────▶│\n"
                    "      12.500000   +10.000         │───────── BYE ────────▶│\n"
                    "      12.510000    +0.010         │◀────── 200 OK ────────│\n");
    model_free(feed.model);
}

static void test_busy_ascii(void)
{
    SipFeed feed = sample_feed();

    sample_busy_call(&feed, "one");
    g_autofree char *text = print(feed.model, 1, false, 0);
    g_assert_cmpstr(text, ==,
                    "                            10.0.0.1:5060           10.0.0.2:5060\n"
                    "                                  |                       |\n"
                    "       0.000000                   |------- INVITE ------->|\n"
                    "       0.500000    +0.500         |- - - - INVITE  - - - >|\n"
                    "       0.600000    +0.100         |<--- 486 Busy Here ----|\n"
                    "       0.600000    +0.000         |--------- ACK -------->|\n");
    model_free(feed.model);
}

/* Whatever the width, no line is longer, and every row is there. */
static void test_widths(void)
{
    SipFeed feed = sample_feed();

    sample_completed_call(&feed, "one");
    sample_busy_call(&feed, "two");
    for (unsigned width = 1; width < 200; width++) {
        g_autofree char *text = print(feed.model, 2, true, width);
        g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
        g_assert_cmpuint(g_strv_length(lines), ==, 2 + 6 + 4 + 1);
        for (char **line = lines; *line; line++)
            g_assert_cmpint(g_utf8_strlen(*line, -1), <=, width);
    }
    model_free(feed.model);
}

static void test_hostile_phrase(void)
{
    SipFeed feed = sample_feed();

    feed.call_id = "one";
    sample_step(&feed, 0, "INVITE sip:bob@example.org", "1 INVITE", 0);
    sample_step(&feed, 0, "180 \x1b[2J\xe2\x80\xae\xff", "1 INVITE", 0);
    g_autofree char *text = print(feed.model, 1, true, 0);
    g_assert_nonnull(strstr(text, "180 \\x1b[2J\\u202e\\xff"));
    g_assert_null(strchr(text, '\x1b'));
    model_free(feed.model);
}

static void test_unknown_call(void)
{
    SipFeed feed = sample_feed();
    g_autofree char *text = print(feed.model, 3, true, 80);

    g_assert_cmpstr(text, ==, "");
    model_free(feed.model);
}

static void test_columns(void)
{
    SipFeed feed = sample_feed();
    uint32_t number = 1;
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    LadderOptions options = { .fold_ports = true, .names = names };

    g_hash_table_insert(names, "10.0.0.2", "pbx\x1b");
    sample_completed_call(&feed, "one");
    g_autoptr(Ladder) ladder = ladder_new(feed.model, &number, 1, &options);
    g_assert_cmpuint(ladder->columns->len, ==, 2);
    g_assert_cmpstr(g_array_index(ladder->columns, LadderColumn, 0).name, ==, "10.0.0.1");
    g_assert_cmpstr(g_array_index(ladder->columns, LadderColumn, 1).name, ==, "pbx\\x1b");
    model_free(feed.model);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ladder/completed-utf8", test_completed_utf8);
    g_test_add_func("/ladder/busy-ascii", test_busy_ascii);
    g_test_add_func("/ladder/widths", test_widths);
    g_test_add_func("/ladder/hostile-phrase", test_hostile_phrase);
    g_test_add_func("/ladder/unknown-call", test_unknown_call);
    g_test_add_func("/ladder/columns", test_columns);
    return g_test_run();
}
