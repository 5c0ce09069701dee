#include "export/fax_t38.h"
#include "export/fax_pages.h"
#include "export/media_reader.h"

#define SETTLED_NS       (3 * NS_PER_S) /* behind its last packet nothing of a session comes */
#define SWEEP_NS         NS_PER_S
#define PROGRESS_PACKETS 16384u

typedef struct Job Job;

/* A flow of a session. */
typedef struct Feed {
    FlowKey key;
    Job *job;
    FaxStream *stream;
    struct Feed *next; /* with the same key, at another time */
} Feed;

struct Job {
    FaxSession *session; /* a second one, with a place for pages */
    FaxPages *pages;     /* NULL: closed */
    int64_t first_ns, last_ns;
    unsigned feed_count;
    Feed feeds[FAX_SIDES];
};

struct FaxT38Plan {
    const FaxOptions *options;
    const DecodeRules *rules; /* of the model; NULL before a call was added */
    MediaReader *media;       /* of the run */
    GPtrArray *jobs;          /* Job*, owned */
    GHashTable *feeds;        /* FlowKey* -> Feed*, the first of a list */
    uint64_t seen, packets;
    int64_t swept_ns;
    unsigned pages;
    bool stopped;
    GError *error;
};

static guint key_hash(gconstpointer key)
{
    return (guint)flow_key_hash(*(const FlowKey *)key);
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
    return flow_key_equal(a, b);
}

FaxT38Plan *fax_t38_plan_new(const FaxOptions *options, const DecodeRules *rules)
{
    FaxT38Plan *plan = g_new0(FaxT38Plan, 1);

    plan->rules = rules;
    plan->options = options;
    plan->jobs = g_ptr_array_new();
    plan->feeds = g_hash_table_new(key_hash, key_equal);
    plan->swept_ns = TIME_UNKNOWN;
    return plan;
}

static void close_job(FaxT38Plan *plan, Job *job)
{
    unsigned pages = 0;

    if (!job->pages)
        return;
    for (unsigned i = 0; i < job->feed_count; i++)
        fax_stream_finish(job->feeds[i].stream);
    fax_session_finish(job->session);
    fax_pages_close(g_steal_pointer(&job->pages), &pages, plan->error ? NULL : &plan->error);
    plan->pages += pages;
}

static void free_job(Job *job)
{
    for (unsigned i = 0; i < job->feed_count; i++)
        fax_stream_free(job->feeds[i].stream);
    fax_session_free(job->session);
    g_free(job);
}

void fax_t38_plan_free(FaxT38Plan *plan)
{
    for (unsigned i = 0; i < plan->jobs->len; i++)
        free_job(g_ptr_array_index(plan->jobs, i));
    g_ptr_array_unref(plan->jobs);
    g_hash_table_unref(plan->feeds);
    g_clear_error(&plan->error);
    g_free(plan);
}

void fax_t38_plan_add(FaxT38Plan *plan, const FaxTracker *faxes, uint32_t number, const char *name)
{
    const FaxSession *known = fax_tracker_session(faxes, number);

    if (!known || known->carrier != FAX_OVER_T38)
        return;
    Job *job = g_new0(Job, 1);
    job->session = fax_session_new(number, FAX_OVER_T38);
    job->pages = fax_pages_new(plan->options, name);
    job->first_ns = known->first_ns;
    job->last_ns = known->last_ns;
    const FaxPageSink sink = fax_pages_sink(job->pages);
    fax_session_set_sink(job->session, &sink);
    for (unsigned side = 0; side < FAX_SIDES; side++) {
        const FaxStream *stream = fax_tracker_stream(faxes, number, side);
        if (!stream)
            continue;
        Feed *feed = &job->feeds[job->feed_count++];
        feed->key = stream->key;
        feed->job = job;
        feed->stream = fax_stream_new(stream->key, job->session, side, stream->syntax);
        feed->stream->syntax_proven = stream->syntax_proven;
        job->last_ns = MAX(job->last_ns, stream->last_ns);
        feed->next = g_hash_table_lookup(plan->feeds, &feed->key);
        g_hash_table_replace(plan->feeds, &feed->key, feed);
    }
    g_ptr_array_add(plan->jobs, job);
}

static const Feed *feed_of(const FaxT38Plan *plan, const NetPacket *net, int64_t time_ns)
{
    const FlowKey key = { net->source, net->destination };

    for (const Feed *feed = g_hash_table_lookup(plan->feeds, &key); feed; feed = feed->next)
        if (feed->job->pages && time_ns >= feed->job->first_ns && time_ns <= feed->job->last_ns)
            return feed;
    return NULL;
}

static void close_ended(FaxT38Plan *plan, int64_t now_ns)
{
    for (unsigned i = 0; i < plan->jobs->len; i++) {
        Job *job = g_ptr_array_index(plan->jobs, i);
        if (job->last_ns < now_ns - SETTLED_NS)
            close_job(plan, job);
    }
    plan->swept_ns = now_ns;
}

static bool goes_on(FaxT38Plan *plan)
{
    const FaxOptions *options = plan->options;

    if (++plan->seen % PROGRESS_PACKETS == 0 && options->progress && plan->packets)
        plan->stopped =
            !options->progress((double)plan->seen / (double)plan->packets, options->context);
    return !plan->stopped && !plan->error;
}

static bool visit(const Packet *packet, void *context)
{
    FaxT38Plan *plan = context;
    AnomalySet anomalies = { 0 };
    NetPacket net;

    if (media_reader_datagram(plan->media, packet, &net)) {
        const Feed *feed = feed_of(plan, &net, packet->time_ns);
        if (feed && !fax_stream_is_rtp(feed->stream, net.payload))
            fax_stream_datagram(feed->stream, net.payload, packet->time_ns, &anomalies);
    }
    if (plan->swept_ns == TIME_UNKNOWN)
        plan->swept_ns = packet->time_ns;
    if (time_between(plan->swept_ns, packet->time_ns) > SWEEP_NS)
        close_ended(plan, packet->time_ns);
    return goes_on(plan);
}

bool fax_t38_plan_run(FaxT38Plan *plan, PacketStore *store, uint64_t packets, unsigned *pages,
                      GError **error)
{
    bool read = true;

    plan->packets = packets;
    plan->media = media_reader_new(plan->rules);
    if (plan->jobs->len > 0)
        read = packet_store_scan(store, visit, plan, error);
    g_clear_pointer(&plan->media, media_reader_free);
    for (unsigned i = 0; i < plan->jobs->len; i++)
        close_job(plan, g_ptr_array_index(plan->jobs, i));
    *pages += plan->pages;
    if (!read)
        return false;
    if (plan->error)
        g_propagate_error(error, g_steal_pointer(&plan->error));
    return !*error;
}
