#include "dissect/sip/text_map.h"

static bool is_mark(uint8_t byte)
{
    return !g_ascii_isalnum(byte) && byte != '-' && byte != '.' && byte != '_';
}

/* The next of each kind, byte by byte. */
static void check(const TextMap *map, const uint8_t *bytes)
{
    size_t mark = map->len, control = map->len;

    g_assert_cmpuint(text_map_mark(map, map->len), ==, map->len);
    g_assert_cmpuint(text_map_control(map, map->len), ==, map->len);
    g_assert_cmpuint(text_map_byte(map, map->len), ==, 0);
    for (size_t at = map->len; at-- > 0;) {
        mark = is_mark(bytes[at]) ? at : mark;
        control = bytes[at] < ' ' ? at : control;
        g_assert_cmpuint(text_map_mark(map, at), ==, mark);
        g_assert_cmpuint(text_map_control(map, at), ==, control);
        g_assert_cmpuint(text_map_byte(map, at), ==, bytes[at]);
    }
}

/* Texts of every length around the blocks, each in memory of just that length. */
static void test_every_length(void)
{
    for (size_t len = 0; len < 200; len++) {
        g_autofree uint8_t *bytes = g_malloc(len);
        g_autofree TextMap *map = g_new(TextMap, 1);
        for (size_t i = 0; i < len; i++)
            bytes[i] = (uint8_t)g_test_rand_int_range(0, 256);
        text_map_make(map, slice_of(bytes, len));
        g_assert_cmpuint(map->len, ==, len);
        check(map, bytes);
        if (len > 0)
            memset(bytes, 'a', len);
        text_map_make(map, slice_of(bytes, len));
        check(map, bytes);
    }
}

static void test_every_byte(void)
{
    uint8_t bytes[256];
    TextMap map;

    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)i;
    text_map_make(&map, slice_of(bytes, sizeof bytes));
    check(&map, bytes);
}

static void test_beyond(void)
{
    g_autofree uint8_t *bytes = g_malloc(TEXT_MAP_BYTES + 100);
    TextMap map;

    memset(bytes, 'a', TEXT_MAP_BYTES + 100);
    text_map_make(&map, slice_of(bytes, TEXT_MAP_BYTES + 100));
    g_assert_cmpuint(map.len, ==, TEXT_MAP_BYTES);
    g_assert_cmpuint(text_map_mark(&map, 0), ==, TEXT_MAP_BYTES);
    check(&map, bytes);
}

static void test_runs(void)
{
    Slice text = SLICE_LITERAL("sip:+49%20a;b@host.example_1:5060");
    TextMap map;

    text_map_make(&map, text);
    for (size_t at = 0; at <= text.len; at++) {
        for (uint8_t class = 1; class < 16; class ++)
            g_assert_cmpuint(text_map_run(&map, at, class), ==,
                             at + text_run_length(slice_from(text, at), class));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text-map/every-length", test_every_length);
    g_test_add_func("/text-map/every-byte", test_every_byte);
    g_test_add_func("/text-map/beyond", test_beyond);
    g_test_add_func("/text-map/runs", test_runs);
    return g_test_run();
}
