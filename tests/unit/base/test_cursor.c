#include "dissect/base/cursor.h"

static const uint8_t bytes[] = { 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09 };

static void test_reads(void)
{
    Cursor c = cursor_over(slice_of(bytes, sizeof bytes));
    g_assert_cmphex(cursor_u8(&c), ==, 0x01);
    g_assert_cmphex(cursor_be16(&c), ==, 0x0203);
    g_assert_cmphex(cursor_be24(&c), ==, 0x040506);
    g_assert_cmpuint(cursor_rest(&c).len, ==, 3);
    g_assert_false(c.failed);
    c = cursor_over(slice_of(bytes, sizeof bytes));
    g_assert_cmphex(cursor_be32(&c), ==, 0x01020304);
    c = cursor_over(slice_of(bytes, sizeof bytes));
    g_assert_cmphex(cursor_be64(&c), ==, 0x0102030405060708);
    Slice last = cursor_slice(&c, 1);
    g_assert_true(slice_equal(last, slice_of(bytes + 8, 1)));
    g_assert_cmpuint(cursor_rest(&c).len, ==, 0);
    g_assert_false(c.failed);
}

static void test_high_bits(void)
{
    uint8_t ones[8];
    memset(ones, 0xff, sizeof ones);
    Cursor c = cursor_over(slice_of(ones, sizeof ones));
    g_assert_cmphex(cursor_be64(&c), ==, UINT64_MAX);
    c = cursor_over(slice_of(ones, sizeof ones));
    g_assert_cmphex(cursor_be32(&c), ==, UINT32_MAX);
    g_assert_cmphex(cursor_be16(&c), ==, UINT16_MAX);
}

/* A read that does not fit takes nothing, and all that follow fail as well. */
static void test_failure_stays(void)
{
    Cursor c = cursor_over(slice_of(bytes, 3));
    g_assert_cmphex(cursor_be32(&c), ==, 0);
    g_assert_true(c.failed);
    g_assert_cmphex(cursor_u8(&c), ==, 0);
    g_assert_null(cursor_take(&c, 0));
    g_assert_cmpuint(cursor_slice(&c, 1).len, ==, 0);
    g_assert_cmpuint(cursor_rest(&c).len, ==, 0);
    g_assert_true(c.failed);
}

static void test_skip_cannot_wrap(void)
{
    Cursor c = cursor_over(slice_of(bytes, sizeof bytes));
    cursor_skip(&c, SIZE_MAX);
    g_assert_true(c.failed);
    c = cursor_over(SLICE_EMPTY);
    cursor_skip(&c, 0);
    g_assert_false(c.failed);
    cursor_skip(&c, 1);
    g_assert_true(c.failed);
}

static void test_every_truncation(void)
{
    for (size_t len = 0; len <= sizeof bytes; len++) {
        g_autofree uint8_t *exact = g_memdup2(bytes, len);
        Cursor c = cursor_over(slice_of(exact, len));
        cursor_u8(&c);
        cursor_be24(&c);
        cursor_be32(&c);
        cursor_u8(&c);
        g_assert_cmpint(c.failed, ==, len < sizeof bytes);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cursor/reads", test_reads);
    g_test_add_func("/cursor/high-bits", test_high_bits);
    g_test_add_func("/cursor/failure-stays", test_failure_stays);
    g_test_add_func("/cursor/skip-cannot-wrap", test_skip_cannot_wrap);
    g_test_add_func("/cursor/every-truncation", test_every_truncation);
    return g_test_run();
}
