#include "dissect/base/address.h"

static IpAddress ip(const char *text)
{
    IpAddress address;
    g_assert_true(ip_parse(slice_from_string(text), &address));
    return address;
}

static Endpoint endpoint(const char *text)
{
    Endpoint result;
    g_assert_true(endpoint_parse(slice_from_string(text), &result));
    return result;
}

static void test_text_and_back(void)
{
    static const char *const texts[] = { "0.0.0.0",     "192.0.2.1", "255.255.255.255",  "::",
                                         "2001:db8::1", "fe80::1",   "64:ff9b::c000:201" };
    char buffer[ADDRESS_TEXT_SIZE];
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        g_assert_cmpstr(ip_format(ip(texts[i]), buffer, sizeof buffer), ==, texts[i]);
    g_assert_cmpstr(ip_format(ip("[2001:DB8:0:0::1]"), buffer, sizeof buffer), ==, "2001:db8::1");
    g_assert_cmpstr(ip_format(ip("::ffff:192.0.2.1"), buffer, sizeof buffer), ==, "192.0.2.1");
    g_assert_true(ip_equal(ip("192.0.2.1"), ip_from_v4(0xc0000201)));
}

static void test_bad_addresses(void)
{
    static const char *const texts[] = {
        "",
        " ",
        "1.2.3",
        "1.2.3.4.5",
        "1.2.3.",
        "1..2.3",
        ".1.2.3",
        "1.2.3.04",
        "1.2.3.1234",
        "256.1.1.1",
        "1.2.3.4 ",
        " 1.2.3.4",
        "[1.2.3.4]",
        "[]",
        "[",
        "]",
        ":::",
        "2001:db8::g",
        "[2001:db8::1",
        "2001:db8::1]",
        "fe80::1%eth0",
        "example.org",
        "1:2:3:4:5:6:7:8:9",
        "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000",
    };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        IpAddress address = ip_from_v4(1);
        g_assert_false(ip_parse(slice_from_string(texts[i]), &address));
        g_assert_true(ip_equal(address, ip_from_v4(1)));
    }
    IpAddress address;
    g_assert_false(ip_parse(slice_of("1.2.3.4\0.5", 10), &address));
}

static void test_endpoints(void)
{
    char buffer[ENDPOINT_TEXT_SIZE];
    g_assert_cmpstr(endpoint_format(endpoint("192.0.2.1:5060"), buffer, sizeof buffer), ==,
                    "192.0.2.1:5060");
    g_assert_cmpstr(endpoint_format(endpoint("[2001:db8::1]:65535"), buffer, sizeof buffer), ==,
                    "[2001:db8::1]:65535");
    g_assert_cmpstr(endpoint_format(endpoint("192.0.2.1:0"), buffer, sizeof buffer), ==,
                    "192.0.2.1");
    static const char *const bad[] = {
        "",      "192.0.2.1", "192.0.2.1:", ":5060",    "192.0.2.1:65536", "192.0.2.1:-1",
        "[::1]", "[::1]5060", "[::1:5060",  "::1:5060", "[192.0.2.1]:1",   "host:5060"
    };
    for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
        Endpoint result;
        g_assert_false(endpoint_parse(slice_from_string(bad[i]), &result));
    }
}

/* The longest texts fit the sizes the header names, and shorter buffers are never overrun. */
static void test_buffer_sizes(void)
{
    Endpoint longest = endpoint("[1111:2222:3333:4444:5555:6666:7777:8888]:65535");
    char buffer[ENDPOINT_TEXT_SIZE];
    endpoint_format(longest, buffer, sizeof buffer);
    g_assert_cmpstr(buffer, ==, "[1111:2222:3333:4444:5555:6666:7777:8888]:65535");
    for (size_t size = 1; size <= sizeof buffer; size++) {
        g_autofree char *small = g_malloc(size);
        g_assert_cmpuint(strlen(endpoint_format(longest, small, size)), <, size);
        g_assert_cmpuint(strlen(ip_format(ip("255.255.255.255"), small, size)), <, size);
    }
}

static void test_every_truncation(void)
{
    static const char *const texts[] = { "192.168.100.200:65535", "[2001:db8::ffff:1]:5060" };
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
        for (size_t len = 0; len <= strlen(texts[i]); len++) {
            g_autofree char *exact = g_memdup2(texts[i], len);
            IpAddress address;
            Endpoint result;
            ip_parse(slice_of(exact, len), &address);
            bool good = endpoint_parse(slice_of(exact, len), &result);
            g_assert_true(good || len < strlen(texts[i]));
        }
    }
}

static void test_kinds(void)
{
    static const struct {
        const char *text;
        bool unspecified, multicast, loopback, private;
    } rows[] = {
        { "0.0.0.0", true, false, false, false },
        { "::", true, false, false, false },
        { "127.0.0.1", false, false, true, false },
        { "127.255.255.255", false, false, true, false },
        { "128.0.0.1", false, false, false, false },
        { "::1", false, false, true, false },
        { "::2", false, false, false, false },
        { "223.255.255.255", false, false, false, false },
        { "224.0.0.1", false, true, false, false },
        { "239.255.255.255", false, true, false, false },
        { "240.0.0.1", false, false, false, false },
        { "ff02::1", false, true, false, false },
        { "10.0.0.1", false, false, false, true },
        { "11.0.0.1", false, false, false, false },
        { "172.15.0.1", false, false, false, false },
        { "172.16.0.1", false, false, false, true },
        { "172.31.255.255", false, false, false, true },
        { "172.32.0.1", false, false, false, false },
        { "192.168.0.1", false, false, false, true },
        { "192.169.0.1", false, false, false, false },
        { "100.63.255.255", false, false, false, false },
        { "100.64.0.1", false, false, false, true },
        { "100.127.255.255", false, false, false, true },
        { "100.128.0.0", false, false, false, false },
        { "169.254.1.1", false, false, false, true },
        { "fe80::1", false, false, false, true },
        { "febf::1", false, false, false, true },
        { "fec0::1", false, false, false, false },
        { "fc00::1", false, false, false, true },
        { "fdff::1", false, false, false, true },
        { "fe00::1", false, false, false, false },
        { "2001:db8::1", false, false, false, false },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        IpAddress address = ip(rows[i].text);
        g_assert_cmpint(ip_is_unspecified(address), ==, rows[i].unspecified);
        g_assert_cmpint(ip_is_multicast(address), ==, rows[i].multicast);
        g_assert_cmpint(ip_is_loopback(address), ==, rows[i].loopback);
        g_assert_cmpint(ip_is_private(address), ==, rows[i].private);
    }
}

static void test_order(void)
{
    static const char *const ascending[] = { "9.0.0.1:5",       "10.0.0.1:5060", "10.0.0.1:5061",
                                             "255.0.0.1:1",     "[::1]:1",       "[2001:db8::]:1",
                                             "[2001:db8::1]:1", "[2001:db9::]:1" };
    for (size_t i = 0; i < G_N_ELEMENTS(ascending); i++) {
        for (size_t k = 0; k < G_N_ELEMENTS(ascending); k++) {
            int order = endpoint_compare(endpoint(ascending[i]), endpoint(ascending[k]));
            g_assert_cmpint(order, ==, (i > k) - (i < k));
        }
    }
}

static void test_hash(void)
{
    Endpoint a = endpoint("192.0.2.1:5060"), b = endpoint("192.0.2.1:5060");
    Endpoint other = endpoint("192.0.2.1:5061");
    g_assert_cmpuint(endpoint_hash(a), ==, endpoint_hash(b));
    g_assert_cmpuint(endpoint_hash(a), !=, endpoint_hash(other));
    g_assert_true(endpoint_ptr_equal(&a, &b));
    g_assert_false(endpoint_ptr_equal(&a, &other));
    g_assert_cmpuint(endpoint_ptr_hash(&a), ==, endpoint_ptr_hash(&b));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/address/text-and-back", test_text_and_back);
    g_test_add_func("/address/bad-addresses", test_bad_addresses);
    g_test_add_func("/address/endpoints", test_endpoints);
    g_test_add_func("/address/buffer-sizes", test_buffer_sizes);
    g_test_add_func("/address/every-truncation", test_every_truncation);
    g_test_add_func("/address/kinds", test_kinds);
    g_test_add_func("/address/order", test_order);
    g_test_add_func("/address/hash", test_hash);
    return g_test_run();
}
