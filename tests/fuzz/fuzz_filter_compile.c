/* A filter compiles or names a column; a compiled one can be asked of any call. */
#include "dissect/filter/filter.h"
#include "support/sample_calls.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static SipFeed feed;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    feed = sample_feed();
    sample_completed_call(&feed, "one");
    sample_busy_call(&feed, "two");
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = slice_dup(slice_of(data, size));
    g_autoptr(GError) error = NULL;
    g_autoptr(Filter) filter = filter_compile(text, &error);

    if (!filter) {
        g_assert_true(g_str_has_prefix(error->message, "column "));
        return 0;
    }
    for (uint32_t i = 1; i <= model_last_call(feed.model); i++)
        filter_matches(filter, feed.model, model_call(feed.model, i));
    return 0;
}
