#include "dissect/media/payload.h"

static void test_static_types(void)
{
    g_assert_cmpstr(payload_static(0)->encoding, ==, "PCMU");
    g_assert_cmpstr(payload_static(8)->encoding, ==, "PCMA");
    g_assert_cmpuint(payload_static(9)->clock_hz, ==, 8000); /* RFC 3551 4.5.2 */
    g_assert_cmpuint(payload_static(10)->channels, ==, 2);
    g_assert_cmpuint(payload_static(11)->channels, ==, 1);
    g_assert_cmpint(payload_static(13)->kind, ==, PAYLOAD_COMFORT_NOISE);
    g_assert_cmpint(payload_static(34)->kind, ==, PAYLOAD_VIDEO);
    static const uint8_t none[] = { 1, 2, 19, 20, 24, 27, 29, 30, 35, 63, 72, 96, 127, 255 };
    for (size_t i = 0; i < sizeof none; i++)
        g_assert_null(payload_static(none[i]));
    for (unsigned type = 0; type < 256; type++)
        if (payload_static((uint8_t)type))
            g_assert_cmpuint(payload_static((uint8_t)type)->payload_type, ==, type);
}

static void test_names(void)
{
    g_assert_cmpint(payload_kind_of(SLICE_LITERAL("OPUS")), ==, PAYLOAD_AUDIO);
    g_assert_cmpint(payload_kind_of(SLICE_LITERAL("telephone-event")), ==, PAYLOAD_EVENT);
    g_assert_cmpint(payload_kind_of(SLICE_LITERAL("h264")), ==, PAYLOAD_VIDEO);
    g_assert_cmpint(payload_kind_of(SLICE_LITERAL("t140")), ==, PAYLOAD_TEXT);
    g_assert_cmpint(payload_kind_of(SLICE_LITERAL("red")), ==, PAYLOAD_OTHER);
    g_assert_cmpint(payload_kind_of(SLICE_EMPTY), ==, PAYLOAD_OTHER);
    g_assert_cmpuint(payload_fixed_clock(SLICE_LITERAL("g722")), ==, 8000);
    g_assert_cmpuint(payload_fixed_clock(SLICE_LITERAL("opus")), ==, 48000);
    g_assert_cmpuint(payload_fixed_clock(SLICE_LITERAL("speex")), ==, 0);
}

static PayloadEntry entry(uint8_t type, const char *encoding, uint32_t clock_hz, const char *fmtp)
{
    return (PayloadEntry){ type, 0, clock_hz, slice_from_string(encoding),
                           slice_from_string(fmtp) };
}

static void test_map(void)
{
    PayloadMapTable *table = payload_map_table_new();
    PayloadEntry entries[] = {
        entry(96, "opus", 24000, "useinbandfec=1"),
        entry(9, "G722", 16000, ""),
        entry(101, "telephone-event", 8000, "0-15"),
        entry(0, "", 0, ""),
        entry(96, "AMR", 8000, ""), /* ignored */
        entry(97, "", 0, ""),
    };
    PayloadMap *map = payload_map_get(table, entries, G_N_ELEMENTS(entries));

    g_assert_cmpuint(payload_map_count(map), ==, 5);
    g_assert_cmpstr(payload_lookup(map, 96)->encoding, ==, "opus");
    g_assert_cmpuint(payload_lookup(map, 96)->clock_hz, ==, 48000);
    g_assert_cmpstr(payload_lookup(map, 96)->fmtp, ==, "useinbandfec=1");
    g_assert_cmpuint(payload_lookup(map, 9)->clock_hz, ==, 8000);
    g_assert_cmpstr(payload_lookup(map, 0)->encoding, ==, "PCMU");
    g_assert_cmpstr(payload_lookup(map, 8)->encoding, ==, "PCMA"); /* static, not listed */
    g_assert_null(payload_lookup(map, 97)->encoding);
    g_assert_null(payload_lookup(map, 98));
    g_assert_cmpuint(payload_map_at(map, 2)->payload_type, ==, 101);
    g_assert_null(payload_map_at(map, 5));
    payload_map_unref(table, map);
    payload_map_table_free(table);
}

static void test_sharing(void)
{
    PayloadMapTable *table = payload_map_table_new();
    PayloadEntry a[] = { entry(96, "AMR-WB", 16000, "mode-set=0") };
    PayloadEntry b[] = { entry(96, "AMR-WB", 16000, "mode-set=1") };
    PayloadMap *first = payload_map_get(table, a, 1);
    PayloadMap *second = payload_map_get(table, a, 1);
    PayloadMap *other = payload_map_get(table, b, 1);
    PayloadMap *empty = payload_map_get(table, NULL, 0);

    g_assert_true(first == second);
    g_assert_true(first != other);
    g_assert_cmpuint(payload_map_count(empty), ==, 0);
    g_assert_null(payload_map_label(first));
    payload_map_set_label(first, "AMR-WB");
    g_assert_cmpstr(payload_map_label(second), ==, "AMR-WB");
    g_assert_null(payload_map_label(other));
    payload_map_unref(table, first);
    g_assert_cmpstr(payload_lookup(second, 96)->encoding, ==, "AMR-WB");
    payload_map_unref(table, second);
    payload_map_unref(table, other);
    payload_map_unref(table, empty);
    payload_map_unref(table, NULL);
    payload_map_table_free(table);
}

static void test_no_map(void)
{
    g_assert_cmpuint(payload_map_count(NULL), ==, 0);
    g_assert_null(payload_map_at(NULL, 0));
    g_assert_cmpstr(payload_lookup(NULL, 18)->encoding, ==, "G729");
    g_assert_null(payload_lookup(NULL, 96));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/payload/static-types", test_static_types);
    g_test_add_func("/payload/names", test_names);
    g_test_add_func("/payload/map", test_map);
    g_test_add_func("/payload/sharing", test_sharing);
    g_test_add_func("/payload/no-map", test_no_map);
    return g_test_run();
}
