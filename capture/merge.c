/* capture/merge.c - see merge.h. A heap of inputs, the one with the earliest packet on top. */
#include "capture/merge.h"

/* Small, so that a hundred files of a ring together stay small. */
#define INPUT_BYTES   (64u << 10)
#define INPUT_PACKETS 1024u

typedef struct {
    PacketSource *source; /* borrowed */
    PacketBlock *block;   /* owned; NULL when the source has ended */
    unsigned next;        /* index of the earliest packet in @block */
} MergeInput;

typedef struct {
    PacketSource base;
    MergeOptions options;
    MergeInput *inputs; /* owned */
    unsigned input_count;
    MergeInput **heap; /* owned; borrows the inputs that have a packet */
    unsigned heap_count;
    MergeInput **hungry; /* owned; borrows the inputs that may get one */
    unsigned hungry_count;
} MergeSource;

static int64_t input_time(const MergeInput *input)
{
    return input->block->packets[input->next].time_ns;
}

/* Of two with the same time, the file that was named first. */
static bool is_earlier(const MergeInput *a, const MergeInput *b)
{
    int64_t a_ns = input_time(a), b_ns = input_time(b);
    return a_ns < b_ns || (a_ns == b_ns && a < b);
}

static void swap_inputs(MergeInput **heap, unsigned i, unsigned j)
{
    MergeInput *other = heap[i];
    heap[i] = heap[j];
    heap[j] = other;
}

static void sift_up(MergeInput **heap, unsigned at)
{
    for (; at > 0 && is_earlier(heap[at], heap[(at - 1) / 2]); at = (at - 1) / 2)
        swap_inputs(heap, at, (at - 1) / 2);
}

static void sift_down(MergeInput **heap, unsigned count)
{
    for (unsigned at = 0;;) {
        unsigned child = 2 * at + 1;
        if (child >= count)
            return;
        if (child + 1 < count && is_earlier(heap[child + 1], heap[child]))
            child++;
        if (!is_earlier(heap[child], heap[at]))
            return;
        swap_inputs(heap, at, child);
        at = child;
    }
}

static void end_input(MergeInput *input)
{
    packet_block_free(input->block);
    input->block = NULL;
}

/* Reads the inputs that have run dry. Those that got a packet go to the heap. */
static void feed_hungry(MergeSource *self)
{
    unsigned still_hungry = 0;
    for (unsigned i = 0; i < self->hungry_count; i++) {
        MergeInput *input = self->hungry[i];
        SourceStatus status = SOURCE_MORE;
        packet_block_reset(input->block);
        input->next = 0;
        while (status == SOURCE_MORE && input->block->count == 0)
            status = packet_source_fill(input->source, input->block);
        if (input->block->count > 0) {
            self->heap[self->heap_count++] = input;
            sift_up(self->heap, self->heap_count - 1);
        } else if (status == SOURCE_END) {
            end_input(input);
        } else {
            self->hungry[still_hungry++] = input;
        }
    }
    self->hungry_count = still_hungry;
    self->base.poll_fd = still_hungry > 0 ? self->hungry[0]->source->poll_fd : -1;
}

static bool append_earliest(MergeSource *self, PacketBlock *out)
{
    MergeInput *input = self->heap[0];
    const Packet *packet = &input->block->packets[input->next];
    Packet *copy = packet_block_append(out, packet->data, packet->caplen);
    if (!copy)
        return false;
    const uint8_t *data = copy->data;
    *copy = *packet;
    copy->data = data;
    if (++input->next == input->block->count) {
        self->heap[0] = self->heap[--self->heap_count];
        self->hungry[self->hungry_count++] = input;
    }
    sift_down(self->heap, self->heap_count);
    return true;
}

static SourceStatus merge_fill(PacketSource *base, PacketBlock *block)
{
    MergeSource *self = (MergeSource *)base;
    for (;;) {
        if (self->hungry_count > 0)
            feed_hungry(self);
        if (self->heap_count == 0)
            return self->hungry_count > 0 ? SOURCE_IDLE : SOURCE_END;
        if (self->hungry_count > 0 && self->options.wait_for_all)
            return SOURCE_IDLE;
        bool room;
        do
            room = append_earliest(self, block);
        while (room && self->hungry_count == 0);
        if (!room)
            return SOURCE_MORE;
    }
}

static void merge_stats(PacketSource *base, SourceStats *out)
{
    MergeSource *self = (MergeSource *)base;
    for (unsigned i = 0; i < self->input_count; i++) {
        SourceStats one;
        packet_source_stats(self->inputs[i].source, &one);
        out->bytes_read += one.bytes_read;
        out->bytes_total += one.bytes_total;
        out->kernel_drops += one.kernel_drops;
        out->interface_drops += one.interface_drops;
        if (!out->failure)
            out->failure = one.failure;
    }
}

static void merge_free(PacketSource *base)
{
    MergeSource *self = (MergeSource *)base;
    for (unsigned i = 0; i < self->input_count; i++)
        packet_block_free(self->inputs[i].block);
    g_free(self->inputs);
    g_free(self->heap);
    g_free(self->hungry);
    g_free(self);
}

static const PacketSourceOps merge_ops = { merge_fill, merge_stats, merge_free };

PacketSource *merge_source_new(PacketSource *const *sources, unsigned count, MergeOptions options)
{
    MergeSource *self = g_new0(MergeSource, 1);
    self->base = (PacketSource){ .ops = &merge_ops, .poll_fd = -1 };
    self->options = options;
    self->inputs = g_new0(MergeInput, count);
    self->heap = g_new0(MergeInput *, count);
    self->hungry = g_new0(MergeInput *, count);
    self->input_count = count;
    for (unsigned i = 0; i < count; i++) {
        self->inputs[i].source = sources[i];
        self->inputs[i].block = packet_block_new_sized(INPUT_BYTES, INPUT_PACKETS);
        self->hungry[self->hungry_count++] = &self->inputs[i];
    }
    return &self->base;
}
