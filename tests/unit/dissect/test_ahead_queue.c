/* Runs of packets between two threads: all of them, in order, none before it is whole. */
#include "dissect/ahead_queue.h"

#define RUNS_PASSED 20000u
#define WAIT_US     10000000

static gpointer write_runs(gpointer data)
{
    AheadQueue *queue = data;

    for (unsigned i = 0; i < RUNS_PASSED; i++) {
        AheadRun *run = ahead_queue_next(queue);
        run->is_first = i % 7 == 0;
        run->decoded->count = i;
        if (i % 1000 == 0)
            g_usleep(200); /* the reader has to wait */
        ahead_queue_push(queue);
    }
    ahead_queue_close(queue);
    return NULL;
}

static void test_order(void)
{
    AheadQueue *queue = ahead_queue_new();
    GThread *writer = g_thread_new("writer", write_runs, queue);
    const AheadRun *run;
    unsigned count = 0;

    for (; (run = ahead_queue_first(queue, WAIT_US)); count++) {
        g_assert_cmpuint(run->decoded->count, ==, count);
        g_assert_cmpint(run->is_first, ==, count % 7 == 0);
        if (count % 1700 == 0)
            g_usleep(200); /* the writer has to wait */
        ahead_queue_pop(queue);
    }
    g_assert_cmpuint(count, ==, RUNS_PASSED);
    g_assert_null(ahead_queue_first(queue, WAIT_US));
    g_thread_join(writer);
    ahead_queue_free(queue);
}

/* What was handed over before the end is still there. */
static void test_close(void)
{
    AheadQueue *queue = ahead_queue_new();

    g_assert_null(ahead_queue_first(queue, 1000));
    g_assert_false(ahead_queue_ended(queue));
    ahead_queue_next(queue)->decoded->count = 5;
    ahead_queue_push(queue);
    ahead_queue_close(queue);
    g_assert_false(ahead_queue_ended(queue));
    g_assert_cmpuint(ahead_queue_first(queue, WAIT_US)->decoded->count, ==, 5);
    ahead_queue_pop(queue);
    g_assert_null(ahead_queue_first(queue, WAIT_US));
    g_assert_true(ahead_queue_ended(queue));
    ahead_queue_free(queue);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/ahead-queue/order", test_order);
    g_test_add_func("/ahead-queue/close", test_close);
    return g_test_run();
}
