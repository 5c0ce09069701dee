#include "dissect/base/clock.h"
#include "dissect/net/flow.h"

static FlowKey key_of(uint32_t n)
{
    return (FlowKey){
        .source = { ip_from_v4(0x0a000000 | n >> 8), (uint16_t)(10000 + (n & 0xff)) },
        .destination = { ip_from_v4(0xc0000200 | n % 7), (uint16_t)(5060 + n % 3) },
    };
}

static void collect(Flow *flow, void *context)
{
    g_ptr_array_add(context, flow);
}

static GPtrArray *flows_to(FlowTable *table, Endpoint destination)
{
    GPtrArray *found = g_ptr_array_new();
    flow_table_each_to(table, destination, collect, found);
    return found;
}

static void test_get_and_find(void)
{
    g_autoptr(FlowTable) table = flow_table_new(10, NULL, NULL);
    FlowKey key = key_of(1), back = { key.destination, key.source };
    g_assert_null(flow_table_find(table, key));
    Flow *flow = flow_table_get(table, key, 5);
    g_assert_cmpint(flow->kind, ==, FLOW_NEW);
    g_assert_cmpint(flow->last_ns, ==, 5);
    g_assert_true(flow_key_equal(&flow->key, &key));
    g_assert_true(flow_table_get(table, key, 9) == flow);
    g_assert_cmpint(flow->last_ns, ==, 9);
    g_assert_true(flow_table_find(table, key) == flow);
    g_assert_null(flow_table_find(table, back)); /* directed */
    g_assert_true(flow_table_get(table, back, 9) != flow);
    g_assert_cmpuint(flow_table_size(table), ==, 2);
}

/* What is expected is only probable; a table without the flow may expect none. */
static void test_expect(void)
{
    g_autoptr(FlowTable) table = flow_table_new(10, NULL, NULL);
    uint64_t hash = flow_key_hash(key_of(1));
    flow_table_fetch(table, hash);
    g_assert_null(flow_table_expect(table, hash));
    Flow *flow = flow_table_get(table, key_of(1), 0);
    flow_table_fetch(table, hash);
    g_assert_true(flow_table_expect(table, hash) == flow);
}

static void test_every_part_of_the_key_counts(void)
{
    g_autoptr(FlowTable) table = flow_table_new(10, NULL, NULL);
    FlowKey keys[5];
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
        keys[i] = key_of(1);
    keys[1].source.port++;
    keys[2].destination.port++;
    keys[3].source.ip.low++;
    keys[4].destination.ip.high++;
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
        flow_table_get(table, keys[i], 0);
    g_assert_cmpuint(flow_table_size(table), ==, G_N_ELEMENTS(keys));
}

static void count_eviction(Flow *flow, void *context)
{
    (void)flow;
    ++*(unsigned *)context;
}

/* Growth leaves flows where they are. */
static void test_100k_flows(void)
{
    unsigned evicted = 0;
    FlowTable *table = flow_table_new(1000000, count_eviction, &evicted);
    g_autoptr(GPtrArray) flows = g_ptr_array_new();
    for (uint32_t n = 0; n < 100000; n++)
        g_ptr_array_add(flows, flow_table_get(table, key_of(n), n));
    g_assert_cmpuint(flow_table_size(table), ==, 100000);
    for (uint32_t n = 0; n < 100000; n++) {
        Flow *flow = flow_table_find(table, key_of(n));
        FlowKey key = key_of(n);
        g_assert_true(flow == flows->pdata[n]);
        g_assert_true(flow_key_equal(&flow->key, &key));
    }
    g_assert_null(flow_table_find(table, key_of(100000)));
    g_assert_cmpuint(evicted, ==, 0);
    flow_table_free(table);
    g_assert_cmpuint(evicted, ==, 100000);
}

static void test_cap_is_kept(void)
{
    unsigned evicted = 0;
    g_autoptr(FlowTable) table = flow_table_new(1000, count_eviction, &evicted);
    for (uint32_t n = 0; n < 50000; n++) {
        Flow *flow = flow_table_get(table, key_of(n), (int64_t)n * NS_PER_MS);
        g_assert_true(flow_table_find(table, key_of(n)) == flow);
        g_assert_cmpuint(flow_table_size(table), <=, 1000);
    }
    g_assert_cmpuint(evicted, ==, 49000);
    unsigned alive = 0, listed = 0;
    for (uint32_t n = 0; n < 50000; n++)
        alive += flow_table_find(table, key_of(n)) != NULL;
    g_assert_cmpuint(alive, ==, 1000);
    for (uint32_t n = 0; n < 21; n++) {
        g_autoptr(GPtrArray) found = flows_to(table, key_of(n).destination);
        listed += found->len;
    }
    g_assert_cmpuint(listed, ==, 1000);
    evicted = 0;
}

static void count_live_eviction(Flow *flow, void *context)
{
    *(unsigned *)context += flow->kind == FLOW_MEDIA;
}

/* Flows with packets all the time stay while others come and go. */
static void test_idle_flows_go_first(void)
{
    unsigned live_evicted = 0;
    g_autoptr(FlowTable) table = flow_table_new(256, count_live_eviction, &live_evicted);
    for (uint32_t n = 0; n < 32; n++)
        flow_table_get(table, key_of(n), 0)->kind = FLOW_MEDIA;
    for (uint32_t n = 1000; n < 20000; n++) {
        int64_t now = (int64_t)n * NS_PER_MS;
        flow_table_get(table, key_of(n), now);
        for (uint32_t live = 0; live < 32; live++)
            g_assert_nonnull(flow_table_get(table, key_of(live), now));
    }
    g_assert_cmpuint(live_evicted, ==, 0);
}

static void test_each_to(void)
{
    g_autoptr(FlowTable) table = flow_table_new(100, NULL, NULL);
    FlowKey key = key_of(0), other = key;
    Flow *flows[3];
    other.destination.port++;
    for (size_t i = 0; i < 3; i++) {
        key.source.port++;
        flows[i] = flow_table_get(table, key, 0);
    }
    flow_table_get(table, other, 0);
    g_autoptr(GPtrArray) found = flows_to(table, key.destination);
    g_assert_cmpuint(found->len, ==, 3);
    for (unsigned i = 0; i < 3; i++)
        g_assert_true(found->pdata[i] == flows[2 - i]);
    g_autoptr(GPtrArray) none = flows_to(table, key.source);
    g_assert_cmpuint(none->len, ==, 0);
}

/* An address that everybody sends to does not make each announcement a walk of the table. */
static void test_each_to_is_bounded(void)
{
    g_autoptr(FlowTable) table = flow_table_new(5000, NULL, NULL);
    FlowKey key = key_of(0);
    for (uint16_t port = 1; port <= 5000; port++) {
        key.source.port = port;
        flow_table_get(table, key, 0);
    }
    g_autoptr(GPtrArray) found = flows_to(table, key.destination);
    g_assert_cmpuint(found->len, ==, 1024);
    g_assert_cmpuint(((Flow *)found->pdata[0])->key.source.port, ==, 5000);
}

/* Random use against a GHashTable of the keys, with so small a cap that chains break everywhere. */
static void test_chains_under_eviction(void)
{
    g_autoptr(FlowTable) table = flow_table_new(17, NULL, NULL);
    g_autoptr(GRand) rand = g_rand_new_with_seed(1);
    for (int step = 0; step < 20000; step++) {
        uint32_t n = (uint32_t)g_rand_int_range(rand, 0, 60);
        Flow *flow = flow_table_get(table, key_of(n), step);
        g_autoptr(GPtrArray) found = flows_to(table, flow->key.destination);
        g_assert_true(g_ptr_array_find(found, flow, NULL));
        unsigned listed = 0;
        for (uint32_t k = 0; k < 60; k++) {
            Flow *known = flow_table_find(table, key_of(k));
            if (known && endpoint_equal(known->key.destination, flow->key.destination)) {
                g_assert_true(g_ptr_array_find(found, known, NULL));
                listed++;
            }
        }
        g_assert_cmpuint(found->len, ==, listed);
    }
}

/* The same 5-tuple in several networks: net/network.h. */
static void test_lanes(void)
{
    g_autoptr(FlowTable) table = flow_table_new(4, NULL, NULL);
    FlowKey key = key_of(1);
    Flow *plain = flow_table_get(table, key, 0);
    g_assert_null(flow_table_find_lane(table, key, 7));
    Flow *lane = flow_table_get_lane(table, key, 7, 0);
    g_assert_true(lane != plain && lane != flow_table_get_lane(table, key, 8, 0));
    g_assert_cmpuint(lane->network, ==, 7);
    g_assert_cmpuint(plain->network, ==, 0);
    g_assert_true(flow_table_find(table, key) == plain);
    g_assert_true(flow_table_find_lane(table, key, 0) == plain);
    g_assert_true(flow_table_find_lane(table, key, 7) == lane);
    g_autoptr(GPtrArray) found = flows_to(table, key.destination);
    g_assert_cmpuint(found->len, ==, 3);
    g_autoptr(GPtrArray) lanes = g_ptr_array_new();
    flow_table_each_lane(table, key, collect, lanes);
    g_assert_cmpuint(lanes->len, ==, 2);
    g_assert_true(lanes->pdata[1] == lane);
    for (uint32_t n = 2; n < 6; n++) /* they are evicted like others */
        flow_table_get(table, key_of(n), n);
    g_assert_null(flow_table_find_lane(table, key, 7));
    g_assert_null(flow_table_find(table, key));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/flow/lanes", test_lanes);
    g_test_add_func("/flow/get-and-find", test_get_and_find);
    g_test_add_func("/flow/expect", test_expect);
    g_test_add_func("/flow/every-part-of-the-key", test_every_part_of_the_key_counts);
    g_test_add_func("/flow/100k", test_100k_flows);
    g_test_add_func("/flow/cap", test_cap_is_kept);
    g_test_add_func("/flow/idle-first", test_idle_flows_go_first);
    g_test_add_func("/flow/each-to", test_each_to);
    g_test_add_func("/flow/each-to-is-bounded", test_each_to_is_bounded);
    g_test_add_func("/flow/chains-under-eviction", test_chains_under_eviction);
    return g_test_run();
}
