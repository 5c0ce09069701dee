#include "dissect/sip/method.h"

#include "sip_test.h"

static void test_names(void)
{
    for (SipMethod method = SIP_INVITE; method < SIP_METHODS; method++)
        g_assert_cmpint(sip_method_from(slice_from_string(sip_method_name(method))), ==, method);
    g_assert_cmpstr(sip_method_name(SIP_OTHER), ==, "OTHER");
    g_assert_cmpint(sip_method_from(SLICE_LITERAL("OTHER")), ==, SIP_OTHER);
    g_assert_cmpint(sip_method_from(SLICE_LITERAL("invite")), ==, SIP_OTHER);
    g_assert_cmpint(sip_method_from(SLICE_LITERAL("INVITEX")), ==, SIP_OTHER);
    g_assert_cmpint(sip_method_from(SLICE_EMPTY), ==, SIP_OTHER);
}

static void test_phrases(void)
{
    g_assert_cmpstr(sip_status_phrase(100), ==, "Trying");
    g_assert_cmpstr(sip_status_phrase(487), ==, "Request Terminated");
    g_assert_cmpstr(sip_status_phrase(608), ==, "Rejected");
    g_assert_null(sip_status_phrase(299));
    g_assert_null(sip_status_phrase(609));
    g_assert_null(sip_status_phrase(0));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sip/method/names", test_names);
    g_test_add_func("/sip/method/phrases", test_phrases);
    return g_test_run();
}
