/* The call list's order: filtered and sorted in steps while calls keep coming. */
#include "dissect/call/tracker.h"
#include "dissect/sip/message.h"
#include "ui/tui/call_columns.h"
#include "ui/tui/call_index.h"
#include "ui/tui/call_set.h"
#include "ui/tui/merge_sort.h"
#include <string.h>

/* One INVITE of @user, and its answer when @status is not 0. */
static void add_call(Model *model, const char *user, unsigned status, int64_t time_ns)
{
    static const char *const format = "%s\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK%u\r\n"
                                      "From: <sip:%s@a.example>;tag=f\r\n"
                                      "To: <sip:b@b.example>;tag=%s\r\nCall-ID: id-%u\r\n"
                                      "CSeq: 1 %s\r\nContent-Length: 0\r\n\r\n";
    unsigned number = model_last_call(model) + 1;
    bool invite = g_ascii_strcasecmp(user, "options") != 0;
    const char *method = invite ? "INVITE" : "OPTIONS";
    g_autofree char *start = g_strdup_printf("%s sip:b@b.example SIP/2.0", method);
    g_autofree char *answer = g_strdup_printf("SIP/2.0 %u Answer", status);
    MessageOrigin origin = { .time_ns = time_ns,
                             .source = { ip_from_v4(0x0a000001), 5060 },
                             .destination = { ip_from_v4(0x0a000002), 5060 } };

    for (unsigned i = 0; i < (status ? 2 : 1); i++) {
        SipMessage message;
        g_autofree char *text =
            g_strdup_printf(format, i ? answer : start, number, user, i ? "t" : "", number, method);
        if (!i) { /* a request that begins something has no tag yet */
            char *tag = strstr(text, ";tag=\r\n");
            memset(tag, ' ', strlen(";tag="));
        }
        g_assert_cmpint(sip_parse(slice_from_string(text), &message), ==, DISSECT_OK);
        call_tracker_message(model, &message, &origin);
        origin.time_ns++;
    }
    g_assert_cmpuint(model_last_call(model), ==, number);
    model->generation++;
}

static void finish(CallIndex *index)
{
    while (call_index_step(index))
        ;
}

static unsigned column(const char *name)
{
    int found = column_find(&call_column_set, name);
    g_assert_cmpint(found, >=, 0);
    return (unsigned)found;
}

static void test_arrival_order(void)
{
    g_autoptr(Model) model = model_new(&(ModelLimits){ 0 });
    CallIndex *index = call_index_new(model, NULL);

    for (unsigned i = 0; i < 2500; i++)
        add_call(model, "x", 0, i);
    finish(index);
    g_assert_cmpuint(call_index_count(index), ==, 2500);
    for (unsigned i = 0; i < 2500; i++)
        g_assert_cmpuint(call_index_at(index, i), ==, i + 1);
    g_assert_cmpuint(call_index_at(index, 2500), ==, 0);
    g_assert_cmpuint(call_index_row(index, 77, 0), ==, 76);
    g_assert_cmpuint(call_index_row(index, 9999, 0), ==, 2500);
    call_index_free(index);
}

static void assert_order(CallIndex *index, const uint32_t *order, unsigned count)
{
    finish(index);
    g_assert_cmpuint(call_index_count(index), ==, count);
    for (unsigned i = 0; i < count; i++)
        g_assert_cmpuint(call_index_at(index, i), ==, order[i]);
}

static void test_sorted_by_text(void)
{
    static const char *const users[] = { "dora", "Anna", "carl", "bert", "anna" };
    static const uint32_t ascending[] = { 2, 5, 4, 3, 1 };
    static const uint32_t descending[] = { 1, 3, 4, 2, 5 };
    g_autoptr(Model) model = model_new(&(ModelLimits){ 0 });
    CallIndex *index = call_index_new(model, NULL);

    for (unsigned i = 0; i < G_N_ELEMENTS(users); i++)
        add_call(model, users[i], 0, i);
    call_index_set_sort(index, column("from"), false);
    assert_order(index, ascending, G_N_ELEMENTS(ascending));
    call_index_set_sort(index, column("from"), true);
    assert_order(index, descending, G_N_ELEMENTS(descending));
    call_index_free(index);
}

/* What is not known is last either way. */
static void test_sorted_by_number(void)
{
    static const unsigned statuses[] = { 486, 0, 404, 603, 0 };
    static const uint32_t ascending[] = { 3, 1, 4, 2, 5 };
    static const uint32_t descending[] = { 4, 1, 3, 2, 5 };
    g_autoptr(Model) model = model_new(&(ModelLimits){ 0 });
    CallIndex *index = call_index_new(model, NULL);

    for (unsigned i = 0; i < G_N_ELEMENTS(statuses); i++)
        add_call(model, "x", statuses[i], i);
    call_index_set_sort(index, column("status"), false);
    assert_order(index, ascending, G_N_ELEMENTS(ascending));
    call_index_set_sort(index, column("status"), true);
    assert_order(index, descending, G_N_ELEMENTS(descending));
    call_index_free(index);
}

static void test_arrivals_while_sorting(void)
{
    g_autoptr(Model) model = model_new(&(ModelLimits){ 0 });
    CallIndex *index = call_index_new(model, NULL);
    CallIndexState state;

    for (unsigned i = 0; i < 5000; i++)
        add_call(model, "x", 0, 10000 - (int64_t)i);
    finish(index);
    call_index_set_sort(index, column("time"), false);
    g_assert_true(call_index_step(index));
    call_index_state(index, &state);
    g_assert_cmpfloat(state.progress, >=, 0);
    g_assert_cmpuint(call_index_at(index, 0), ==, 1); /* the old order is still in use */
    add_call(model, "late", 0, 1);
    finish(index);
    call_index_state(index, &state);
    g_assert_cmpfloat(state.progress, <, 0);
    g_assert_cmpuint(state.unsorted, ==, 1);
    g_assert_true(call_index_is_stale(index));
    g_assert_cmpuint(call_index_at(index, 0), ==, 5000);
    g_assert_cmpuint(call_index_at(index, 5000), ==, 5001);
    call_index_free(index);
}

static void test_filter_and_clear(void)
{
    g_autoptr(Model) model = model_new(&(ModelLimits){ 0 });
    g_autoptr(GError) error = NULL;
    CallIndex *index = call_index_new(model, NULL);

    for (unsigned i = 0; i < 100; i++)
        add_call(model, i % 4 ? "call" : "options", 0, i);
    Filter *filter = filter_compile("call.id contains \"id-1\"", &error);
    g_assert_no_error(error);
    call_index_set_filter(index, filter);
    finish(index);
    g_assert_cmpuint(call_index_count(index), ==, 12); /* 1, 10..19, 100 */
    call_index_clear_hidden(index);
    call_index_set_filter(index, NULL);
    finish(index);
    g_assert_cmpuint(call_index_count(index), ==, 12);
    call_index_set_calls_only(index, true);
    finish(index);
    g_assert_cmpuint(call_index_count(index), <, 12);
    call_index_clear(index);
    call_index_set_calls_only(index, false);
    finish(index);
    g_assert_cmpuint(call_index_count(index), ==, 0);
    add_call(model, "new", 0, 1);
    finish(index);
    g_assert_cmpuint(call_index_count(index), ==, 1);
    call_index_free(index);
}

static int compare_numbers(const void *a, const void *b, const void *context)
{
    const unsigned *one = a, *other = b;
    (void)context;
    return (int)(*one / 1000) - (int)(*other / 1000);
}

/* In pieces of every size the order is that of a stable sort. */
static void test_merge_sort(void)
{
    for (size_t count = 0; count < 70; count++) {
        g_autofree unsigned *values = g_new(unsigned, MAX(count, 1));
        g_autofree void **items = g_new(void *, MAX(count, 1));
        MergeSort sort;

        for (size_t i = 0; i < count; i++) {
            values[i] = (unsigned)(g_test_rand_int_range(0, 8) * 1000 + (int)i);
            items[i] = &values[i];
        }
        merge_sort_begin(&sort, items, count, compare_numbers, NULL);
        while (!merge_sort_step(&sort, 1 + count % 7))
            ;
        merge_sort_end(&sort);
        for (size_t i = 1; i < count; i++)
            g_assert_cmpuint(*(unsigned *)items[i - 1], <, *(unsigned *)items[i]);
    }
}

static void test_call_set(void)
{
    CallSet set = { 0 };

    g_assert_false(call_set_has(&set, 7));
    call_set_put(&set, 700, true);
    call_set_put(&set, 7, true);
    call_set_put(&set, 7, true);
    g_assert_cmpuint(set.count, ==, 2);
    g_autoptr(GArray) list = call_set_list(&set);
    g_assert_cmpuint(g_array_index(list, uint32_t, 0), ==, 7);
    g_assert_cmpuint(g_array_index(list, uint32_t, 1), ==, 700);
    call_set_put(&set, 700, false);
    g_assert_false(call_set_has(&set, 700));
    g_assert_cmpuint(set.count, ==, 1);
    call_set_clear(&set);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tui/call-index/arrival-order", test_arrival_order);
    g_test_add_func("/tui/call-index/sorted-by-text", test_sorted_by_text);
    g_test_add_func("/tui/call-index/sorted-by-number", test_sorted_by_number);
    g_test_add_func("/tui/call-index/arrivals-while-sorting", test_arrivals_while_sorting);
    g_test_add_func("/tui/call-index/filter-and-clear", test_filter_and_clear);
    g_test_add_func("/tui/merge-sort", test_merge_sort);
    g_test_add_func("/tui/call-set", test_call_set);
    return g_test_run();
}
