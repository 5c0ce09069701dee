#include "dissect/media/fax/session.h"
#include "dissect/media/fax/bit_order.h"

#define EVENTS_MAX 1024u
#define PAGES_MAX  1000u
#define BLOCK_MAX  256u /* ECM frames of a partial page (T.30 annex A) */
#define FRAME_MAX  256u

/* The block of ECM frames that is being sent. */
typedef struct {
    uint64_t got[BLOCK_MAX / 64];
    unsigned highest;   /* frame number + 1 */
    unsigned announced; /* frames, by PPS; 0: not yet */
    uint8_t *octets;    /* owned; BLOCK_MAX of FRAME_MAX; NULL when nobody wants them */
    uint16_t lengths[BLOCK_MAX];
} EcmBlock;

typedef struct FaxDialogue {
    FaxPageSink sink;
    bool wants_pages;
    EcmBlock block;
    int page;           /* index of the open one; -1: none */
    unsigned sender;    /* of the last DCS */
    bool training_due;  /* a DCS came, and no training check after it */
    bool training_open; /* it is under way */
    T30Signal command;  /* that waits for its answer; T30_NONE: none does */
    bool command_ends_page;
    int image_event[FAX_SIDES]; /* that is still growing; -1: none */
    unsigned lost[FAX_SIDES];   /* packets since the last frame or tone: of the page that begins */
} FaxDialogue;

typedef void FrameHandler(FaxSession *session, unsigned side, const T30Frame *frame,
                          int64_t time_ns);

static void clear_event(gpointer event)
{
    g_free(((FaxEvent *)event)->detail);
}

FaxSession *fax_session_new(uint32_t number, FaxCarrier carrier)
{
    FaxSession *session = g_new0(FaxSession, 1);

    session->number = number;
    session->carrier = carrier;
    session->first_ns = session->last_ns = TIME_UNKNOWN;
    session->events = g_array_new(FALSE, FALSE, sizeof(FaxEvent));
    g_array_set_clear_func(session->events, clear_event);
    session->pages = g_array_new(FALSE, FALSE, sizeof(FaxPage));
    session->dialogue = g_new0(FaxDialogue, 1);
    session->dialogue->page = -1;
    for (unsigned i = 0; i < FAX_SIDES; i++)
        session->dialogue->image_event[i] = -1;
    return session;
}

void fax_session_free(FaxSession *session)
{
    if (!session)
        return;
    g_array_unref(session->events);
    g_array_unref(session->pages);
    g_free(session->dialogue->block.octets);
    g_free(session->dialogue);
    g_free(session);
}

void fax_session_set_sink(FaxSession *session, const FaxPageSink *sink)
{
    session->dialogue->sink = *sink;
    session->dialogue->wants_pages = true;
    session->dialogue->block.octets = g_malloc(BLOCK_MAX * FRAME_MAX);
}

void fax_session_clear_sink(FaxSession *session)
{
    session->dialogue->sink = (FaxPageSink){ 0 };
    session->dialogue->wants_pages = false;
    g_clear_pointer(&session->dialogue->block.octets, g_free);
}

/* --- events --- */

static void note_time(FaxSession *session, int64_t time_ns)
{
    if (session->first_ns == TIME_UNKNOWN || time_ns < session->first_ns)
        session->first_ns = time_ns;
    if (session->last_ns == TIME_UNKNOWN || time_ns > session->last_ns)
        session->last_ns = time_ns;
}

/* NULL when the list is full. @detail is taken. */
static FaxEvent *add_event(FaxSession *session, FaxEventKind kind, unsigned side, unsigned code,
                           int64_t time_ns)
{
    if (session->events->len >= EVENTS_MAX) {
        session->events_left_out++;
        return NULL;
    }
    FaxEvent event = {
        .time_ns = time_ns,
        .end_ns = time_ns,
        .kind = kind,
        .side = (uint8_t)side,
        .code = (uint8_t)code,
        .count = 1,
    };
    g_array_append_val(session->events, event);
    return &g_array_index(session->events, FaxEvent, session->events->len - 1);
}

static void add_octets(FaxSession *session, FaxEventKind kind, unsigned side, bool ecm,
                       uint32_t count, int64_t time_ns)
{
    int *growing = &session->dialogue->image_event[side];

    if (*growing < 0 || g_array_index(session->events, FaxEvent, *growing).kind != kind) {
        FaxEvent *event = add_event(session, kind, side, 0, time_ns);
        if (!event)
            return;
        event->count = 0;
        event->ecm = ecm;
        *growing = (int)session->events->len - 1;
    }
    FaxEvent *event = &g_array_index(session->events, FaxEvent, *growing);
    event->count += count;
    event->end_ns = time_ns;
}

void fax_session_indicator(FaxSession *session, unsigned side, IfpIndicator indicator,
                           int64_t time_ns)
{
    GArray *events = session->events;

    note_time(session, time_ns);
    session->dialogue->image_event[side] = -1;
    session->dialogue->lost[side] = 0;
    if (indicator == IFP_NO_SIGNAL)
        return;
    for (unsigned i = events->len; i-- > 0 && i + 4 >= events->len;) {
        FaxEvent *last = &g_array_index(events, FaxEvent, i);
        if (last->side != side)
            continue;
        if (last->kind != FAX_INDICATOR || last->code != indicator)
            break;
        last->count++;
        last->end_ns = time_ns;
        return;
    }
    add_event(session, FAX_INDICATOR, side, indicator, time_ns);
}

/* --- pages --- */

static FaxPage *open_page(const FaxSession *session)
{
    int index = session->dialogue->page;

    return index < 0 ? NULL : &g_array_index(session->pages, FaxPage, index);
}

static void begin_page(FaxSession *session, unsigned side, int64_t time_ns)
{
    FaxDialogue *dialogue = session->dialogue;

    if (session->pages->len >= PAGES_MAX)
        return;
    FaxPage page = {
        .number = session->pages->len + 1,
        .side = (uint8_t)side,
        .begin_ns = time_ns,
        .end_ns = time_ns,
        .terms = session->terms,
        .lost = dialogue->lost[side],
    };
    g_array_append_val(session->pages, page);
    dialogue->page = (int)session->pages->len - 1;
    if (dialogue->sink.begin)
        dialogue->sink.begin(open_page(session), dialogue->sink.context);
}

static FaxPage *page_of(FaxSession *session, unsigned side, int64_t time_ns)
{
    if (session->dialogue->page < 0)
        begin_page(session, side, time_ns);
    FaxPage *page = open_page(session);
    if (page)
        page->end_ns = time_ns;
    return page;
}

static void end_page(FaxSession *session)
{
    FaxDialogue *dialogue = session->dialogue;
    const FaxPage *page = open_page(session);

    if (page && dialogue->sink.end)
        dialogue->sink.end(page, dialogue->sink.context);
    dialogue->page = -1;
}

/* --- ECM --- */

static bool has_frame(const EcmBlock *block, unsigned number)
{
    return block->got[number / 64] >> number % 64 & 1;
}

static unsigned block_missing(const EcmBlock *block)
{
    unsigned missing = 0;

    for (unsigned i = 0; i < MAX(block->highest, block->announced); i++)
        missing += !has_frame(block, i);
    return missing;
}

static void give_block(const FaxDialogue *dialogue, const FaxPage *page)
{
    const EcmBlock *block = &dialogue->block;

    for (unsigned i = 0; i < MAX(block->highest, block->announced); i++) {
        if (has_frame(block, i))
            dialogue->sink.data(slice_of(&block->octets[i * FRAME_MAX], block->lengths[i]),
                                dialogue->sink.context);
        else if (dialogue->sink.missing)
            dialogue->sink.missing(page->terms.ecm_octets, dialogue->sink.context);
    }
}

/* What is of the block by now is all there will ever be. */
static void commit_block(FaxSession *session)
{
    FaxDialogue *dialogue = session->dialogue;
    EcmBlock *block = &dialogue->block;
    FaxPage *page = open_page(session);

    if (page && block->highest) {
        page->blocks++;
        page->missing += block_missing(block);
        if (dialogue->wants_pages)
            give_block(dialogue, page);
    }
    memset(block->got, 0, sizeof block->got);
    block->highest = block->announced = 0;
}

static void take_frame(EcmBlock *block, FaxPage *page, unsigned number, Slice octets)
{
    octets = slice_sub(octets, 0, FRAME_MAX);
    page->repeated += has_frame(block, number);
    page->frames += !has_frame(block, number);
    page->octets += has_frame(block, number) ? 0 : octets.len;
    block->got[number / 64] |= UINT64_C(1) << number % 64;
    block->highest = MAX(block->highest, number + 1);
    if (!block->octets || octets.len == 0)
        return;
    memcpy(&block->octets[number * FRAME_MAX], octets.data, octets.len);
    block->lengths[number] = (uint16_t)octets.len;
}

/* --- frames --- */

static void end_command(FaxSession *session, T30Signal answer)
{
    FaxDialogue *dialogue = session->dialogue;
    FaxPage *page = open_page(session);

    commit_block(session);
    if (page && dialogue->command_ends_page) {
        page->answer = answer;
        end_page(session);
    }
    dialogue->command = T30_NONE;
    dialogue->command_ends_page = false;
}

static void on_image(FaxSession *session, unsigned side, const T30Frame *frame, int64_t time_ns)
{
    FaxDialogue *dialogue = session->dialogue;
    Slice octets = frame->information;

    /* the answer was not seen, and nothing was left to be repeated: this is the next block */
    if (dialogue->command != T30_NONE && block_missing(&dialogue->block) == 0)
        end_command(session, T30_NONE);
    dialogue->training_due = false;
    FaxPage *page = page_of(session, side, time_ns);
    if (octets.len < 1)
        return;
    if (page)
        take_frame(&dialogue->block, page, bit_order_turned(octets.data[0]), slice_from(octets, 1));
    add_octets(session, FAX_IMAGE, side, true, 1, time_ns);
}

static void on_rcp(FaxSession *session, unsigned side, const T30Frame *frame, int64_t time_ns)
{
    (void)session, (void)side, (void)frame, (void)time_ns; /* three of them end each block */
}

static void on_abilities(FaxSession *session, unsigned side, const T30Frame *frame, int64_t time_ns)
{
    (void)time_ns;
    t30_abilities(frame->information, &session->abilities[side]);
}

static void on_identity(FaxSession *session, unsigned side, const T30Frame *frame, int64_t time_ns)
{
    (void)time_ns;
    t30_identity(frame->information, session->identity[side]);
}

static void on_terms(FaxSession *session, unsigned side, const T30Frame *frame, int64_t time_ns)
{
    FaxDialogue *dialogue = session->dialogue;
    T30Terms terms;

    (void)time_ns;
    if (!t30_terms(frame->information, &terms))
        return;
    if (dialogue->page >= 0) {
        dialogue->command_ends_page = true;
        end_command(session, T30_NONE);
    }
    session->terms = terms;
    dialogue->sender = side;
    dialogue->training_due = true;
    dialogue->training_open = false;
}

static void on_new_rate(FaxSession *session, unsigned side, const T30Frame *frame, int64_t time_ns)
{
    (void)side, (void)time_ns;
    t30_new_rate(frame->information, &session->terms);
}

static void on_trained(FaxSession *session, unsigned side, const T30Frame *frame, int64_t time_ns)
{
    (void)side, (void)frame, (void)time_ns;
    session->dialogue->training_due = session->dialogue->training_open = false;
}

static void on_page_end(FaxSession *session, unsigned side, const T30Frame *frame, int64_t time_ns)
{
    FaxDialogue *dialogue = session->dialogue;
    FaxPage *page = open_page(session);

    (void)side, (void)time_ns;
    dialogue->command = frame->signal;
    dialogue->command_ends_page = true;
    if (page)
        page->command = frame->signal;
}

static void on_block_end(FaxSession *session, unsigned side, const T30Frame *frame, int64_t time_ns)
{
    FaxDialogue *dialogue = session->dialogue;
    FaxPage *page = open_page(session);
    T30PartialPage partial;

    (void)side, (void)time_ns;
    if (!t30_partial_page(frame, &partial))
        return;
    dialogue->command = frame->signal;
    dialogue->command_ends_page = partial.command != T30_NONE;
    if (partial.frames)
        dialogue->block.announced = partial.frames;
    if (page)
        page->command = partial.command;
}

static void on_answer(FaxSession *session, unsigned side, const T30Frame *frame, int64_t time_ns)
{
    (void)side, (void)time_ns;
    if (session->dialogue->command != T30_NONE)
        end_command(session, frame->signal);
}

/* Frames will be repeated: the block goes on. */
static void on_repeat(FaxSession *session, unsigned side, const T30Frame *frame, int64_t time_ns)
{
    (void)side, (void)frame, (void)time_ns;
    session->dialogue->command = T30_NONE;
    session->dialogue->command_ends_page = false;
}

static void on_hang_up(FaxSession *session, unsigned side, const T30Frame *frame, int64_t time_ns)
{
    (void)side, (void)frame, (void)time_ns;
    fax_session_finish(session);
}

static FrameHandler *const handlers[T30_SIGNALS] = {
    [T30_DIS] = on_abilities, [T30_DTC] = on_abilities,    [T30_CSI] = on_identity,
    [T30_TSI] = on_identity,  [T30_CIG] = on_identity,     [T30_DCS] = on_terms,
    [T30_CTC] = on_new_rate,  [T30_CFR] = on_trained,      [T30_FCD] = on_image,
    [T30_RCP] = on_rcp,       [T30_EOM] = on_page_end,     [T30_MPS] = on_page_end,
    [T30_EOP] = on_page_end,  [T30_PRI_EOM] = on_page_end, [T30_PRI_MPS] = on_page_end,
    [T30_PPS] = on_block_end, [T30_PRI_EOP] = on_page_end, [T30_EOR] = on_block_end,
    [T30_MCF] = on_answer,    [T30_RTP] = on_answer,       [T30_RTN] = on_answer,
    [T30_PIP] = on_answer,    [T30_PIN] = on_answer,       [T30_ERR] = on_answer,
    [T30_PPR] = on_repeat,    [T30_CTR] = on_repeat,       [T30_DCN] = on_hang_up,
};

/* --- what a frame says, in words --- */

static char *terms_text(const T30Terms *terms)
{
    if (terms->rate_bps == 0)
        return g_strdup("a reserved rate");
    return g_strdup_printf("%s %u, %ux%u, %s%s, %s", t30_modem_name(terms->modem), terms->rate_bps,
                           terms->x_dpi, terms->y_dpi, t30_coding_name(terms->coding),
                           terms->ecm ? ", ECM" : "", terms->paper);
}

static char *abilities_text(const T30Abilities *abilities)
{
    return g_strdup_printf("up to %s %u%s%s%s", t30_modem_name(abilities->modem),
                           abilities->rate_bps, abilities->fine ? ", fine" : "",
                           abilities->mmr ? ", MMR" : "", abilities->ecm ? ", ECM" : "");
}

static char *partial_text(const T30Frame *frame)
{
    T30PartialPage partial;

    if (!t30_partial_page(frame, &partial))
        return NULL;
    const char *command = partial.command ? t30_signal_name(partial.command) : "NULL";
    if (frame->signal == T30_EOR)
        return g_strdup(command);
    return g_strdup_printf("%s, page %u, block %u, %u frames", command, partial.page + 1u,
                           partial.block + 1u, partial.frames);
}

static unsigned wanted_frames(Slice map)
{
    unsigned count = 0;

    for (size_t i = 0; i < map.len && i < BLOCK_MAX / 8; i++)
        count += (unsigned)__builtin_popcount(map.data[i]);
    return count;
}

static char *detail_of(const T30Frame *frame)
{
    char identity[T30_IDENTITY_SIZE];
    T30Terms terms = { 0 };
    T30Abilities abilities;

    switch (frame->signal) {
    case T30_DIS:
    case T30_DTC:
        return t30_abilities(frame->information, &abilities) ? abilities_text(&abilities) : NULL;
    case T30_DCS:
        return t30_terms(frame->information, &terms) ? terms_text(&terms) : NULL;
    case T30_CTC:
        return t30_new_rate(frame->information, &terms) && terms.rate_bps
                   ? g_strdup_printf("%s %u", t30_modem_name(terms.modem), terms.rate_bps)
                   : NULL;
    case T30_CSI:
    case T30_TSI:
    case T30_CIG:
        t30_identity(frame->information, identity);
        return g_strdup(identity);
    case T30_PPS:
    case T30_EOR:
        return partial_text(frame);
    case T30_PPR:
        return g_strdup_printf("%u frames", wanted_frames(frame->information));
    default:
        return NULL;
    }
}

static void note_bad_frame(FaxSession *session, unsigned side, const T30Frame *frame,
                           int64_t time_ns)
{
    session->bad_frames++;
    if (session->terms.ecm && session->dialogue->sender == side && frame->signal == T30_FCD)
        return;
    FaxEvent *event = add_event(session, FAX_FRAME, side, frame->signal, time_ns);
    if (event)
        event->bad = true;
}

void fax_session_frame(FaxSession *session, unsigned side, Slice bytes, bool good, int64_t time_ns)
{
    T30Frame frame = { 0 };

    note_time(session, time_ns);
    DissectStatus status = t30_parse(bytes, &frame);
    if (!good) {
        note_bad_frame(session, side, &frame, time_ns);
        return;
    }
    if (status != DISSECT_OK) {
        session->odd_frames++;
        anomaly_note(&session->anomalies, ANOMALY_T30_BAD_FRAME);
        return;
    }
    session->frames[frame.signal]++;
    if (frame.signal != T30_FCD && frame.signal != T30_RCP) {
        session->dialogue->image_event[side] = -1;
        FaxEvent *event = add_event(session, FAX_FRAME, side, frame.signal, time_ns);
        if (event)
            event->detail = detail_of(&frame);
    }
    if (handlers[frame.signal])
        handlers[frame.signal](session, side, &frame, time_ns);
}

void fax_session_data(FaxSession *session, unsigned side, Slice octets, int64_t time_ns)
{
    FaxDialogue *dialogue = session->dialogue;
    uint32_t count = (uint32_t)octets.len;

    note_time(session, time_ns);
    if (dialogue->training_due) {
        dialogue->training_open = true;
        add_octets(session, FAX_TRAINING, side, false, count, time_ns);
        return;
    }
    if (dialogue->command != T30_NONE) /* its answer was not seen */
        end_command(session, T30_NONE);
    FaxPage *page = page_of(session, side, time_ns);
    if (!page)
        return;
    page->octets += count;
    if (dialogue->wants_pages)
        dialogue->sink.data(octets, dialogue->sink.context);
    add_octets(session, FAX_IMAGE, side, false, count, time_ns);
}

/* What follows a training check that CFR was not seen of is the page all the same. */
void fax_session_data_end(FaxSession *session, unsigned side, int64_t time_ns)
{
    FaxDialogue *dialogue = session->dialogue;

    note_time(session, time_ns);
    dialogue->image_event[side] = -1;
    if (dialogue->training_open && side == dialogue->sender)
        dialogue->training_due = dialogue->training_open = false;
}

bool fax_session_expects_training(const FaxSession *session)
{
    return session->dialogue->training_due;
}

void fax_session_loss(FaxSession *session, unsigned side, unsigned packets)
{
    FaxPage *page = open_page(session);

    session->lost += packets;
    anomaly_note(&session->anomalies, ANOMALY_UDPTL_UNREPAIRED);
    if (page && page->side == side)
        page->lost += packets;
    else
        session->dialogue->lost[side] += packets;
}

void fax_session_finish(FaxSession *session)
{
    commit_block(session);
    end_page(session);
    session->dialogue->command = T30_NONE;
    session->dialogue->command_ends_page = false;
}
