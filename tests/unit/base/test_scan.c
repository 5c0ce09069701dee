/* The scanner against the same written byte by byte. */
#include "dissect/base/scan.h"

static unsigned mask_by_bytes(const uint8_t *found)
{
    unsigned mask = 0;
    for (unsigned i = 0; i < SCAN_WIDTH; i++)
        mask |= (found[i] ? 1u : 0u) << i;
    return mask;
}

static void check_compare(const uint8_t *bytes, uint8_t at)
{
    uint8_t equal[SCAN_WIDTH], below[SCAN_WIDTH], range[SCAN_WIDTH];
    ScanBytes loaded = scan_load(bytes);
    uint8_t last = (uint8_t)MIN(at + 9, 255);

    for (unsigned i = 0; i < SCAN_WIDTH; i++) {
        equal[i] = bytes[i] == at;
        below[i] = bytes[i] < at;
        range[i] = bytes[i] >= at && bytes[i] <= last;
    }
    g_assert_cmphex(scan_mask(scan_equal(loaded, at)), ==, mask_by_bytes(equal));
    g_assert_cmphex(scan_mask(scan_below(loaded, at)), ==, mask_by_bytes(below));
    if (at > 0)
        g_assert_cmphex(scan_mask(scan_range(loaded, at, last)), ==, mask_by_bytes(range));
}

static void test_compare(void)
{
    uint8_t bytes[SCAN_WIDTH];

    for (unsigned start = 0; start < 256; start++) {
        for (unsigned i = 0; i < SCAN_WIDTH; i++)
            bytes[i] = (uint8_t)(start + i * 17);
        for (unsigned at = 0; at < 256; at++)
            check_compare(bytes, (uint8_t)at);
    }
}

/* Allocated to the byte: a sanitizer sees a read behind the end. */
static void test_find(void)
{
    for (size_t len = 0; len < 50; len++) {
        for (size_t at = 0; at <= len; at++) {
            g_autofree uint8_t *bytes = g_malloc(MAX(len, 1));
            memset(bytes, 'a', len);
            if (at < len)
                bytes[at] = ':';
            g_assert_cmpuint(scan_find(slice_of(bytes, len), ':'), ==, at);
            if (at + 1 < len)
                bytes[len - 1] = ':'; /* the first one counts */
            g_assert_cmpuint(scan_find(slice_of(bytes, len), ':'), ==, MIN(at, len));
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/scan/compare", test_compare);
    g_test_add_func("/scan/find", test_find);
    return g_test_run();
}
