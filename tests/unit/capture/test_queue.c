#include "capture/queue.h"

#define BLOCKS 2000u

static PacketBlock *small_block(unsigned mark)
{
    PacketBlock *block = packet_block_new_sized(1, 1);
    block->used = mark;
    return block;
}

static void test_order_and_bound(void)
{
    g_autoptr(BlockQueue) queue = block_queue_new(2);
    PacketBlock *third = small_block(3);
    g_assert_null(block_queue_pop(queue, 0));
    g_assert_null(block_queue_pop(queue, 1000));
    g_assert_true(block_queue_try_push(queue, small_block(1)));
    g_assert_true(block_queue_try_push(queue, small_block(2)));
    g_assert_false(block_queue_try_push(queue, third));
    g_assert_false(block_queue_push(queue, third, 1000));
    PacketBlock *first = block_queue_pop(queue, 0);
    g_assert_cmpuint(first->used, ==, 1);
    packet_block_free(first);
    g_assert_true(block_queue_try_push(queue, third));
    g_assert_cmpuint(block_queue_length(queue), ==, 2);
}

static void test_close(void)
{
    g_autoptr(BlockQueue) queue = block_queue_new(2);
    PacketBlock *refused = small_block(2);
    g_assert_true(block_queue_try_push(queue, small_block(1)));
    block_queue_close(queue);
    g_assert_false(block_queue_push(queue, refused, -1));
    g_assert_false(block_queue_ended(queue));
    packet_block_free(block_queue_pop(queue, -1));
    g_assert_true(block_queue_ended(queue));
    g_assert_null(block_queue_pop(queue, -1));
    packet_block_free(refused);
}

static void *push_many(void *queue)
{
    for (unsigned i = 0; i < BLOCKS; i++)
        g_assert_true(block_queue_push(queue, small_block(i), -1));
    block_queue_close(queue);
    return NULL;
}

static void test_threads(void)
{
    g_autoptr(BlockQueue) queue = block_queue_new(3);
    GThread *thread = g_thread_new("push", push_many, queue);
    unsigned expected = 0;
    while (!block_queue_ended(queue)) {
        PacketBlock *block = block_queue_pop(queue, 50000);
        if (!block)
            continue;
        g_assert_cmpuint(block->used, ==, expected++);
        packet_block_free(block);
    }
    g_assert_cmpuint(expected, ==, BLOCKS);
    g_thread_join(thread);
}

static void *close_later(void *queue)
{
    g_usleep(20000);
    block_queue_close(queue);
    return NULL;
}

static void test_close_wakes_reader(void)
{
    g_autoptr(BlockQueue) queue = block_queue_new(1);
    GThread *thread = g_thread_new("close", close_later, queue);
    g_assert_null(block_queue_pop(queue, -1));
    g_thread_join(thread);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/queue/order-and-bound", test_order_and_bound);
    g_test_add_func("/queue/close", test_close);
    g_test_add_func("/queue/threads", test_threads);
    g_test_add_func("/queue/close-wakes-reader", test_close_wakes_reader);
    return g_test_run();
}
