#include "dissect/media/codec/fax_modem.h"
#include "dissect/media/fax/bit_order.h"

#ifdef RUNG_HAVE_SPANDSP
/* One by one and in their order: <spandsp.h> has names of T.30 of its own. */
/* clang-format off */
#include <spandsp/telephony.h>
#include <spandsp/complex.h>
#include <spandsp/async.h>
#include <spandsp/logging.h>
#include <spandsp/hdlc.h>
#include <spandsp/fsk.h>
#include <spandsp/super_tone_rx.h>
#include <spandsp/modem_connect_tones.h>
#include <spandsp/v29rx.h>
#include <spandsp/v17rx.h>
#include <spandsp/v27ter_rx.h>
/* clang-format on */

#define CHUNK        160u /* samples: 20 ms, the precision of times */
#define FLAGS_NEEDED 5
#define FRAME_MAX    300
#define OCTETS_MAX   256u

/* What the fast receivers have in common. */
typedef struct {
    T30Modem modem;
    void *(*open)(int rate_bps, put_bit_func_t put_bit, void *context);
    void (*close)(void *state);
    void (*restart)(void *state, int rate_bps, bool short_train);
    void (*feed)(void *state, const int16_t *samples, int count);
} FastReceiver;

struct FaxModem {
    FaxSession *session; /* borrowed */
    uint8_t side;
    modem_connect_tones_rx_state_t *cng, *ced;
    fsk_rx_state_t *v21;
    hdlc_rx_state_t *v21_frames, *fast_frames;
    bool in_preamble;         /* V.21 flags were told of */
    const FastReceiver *fast; /* NULL before a DCS of this side */
    void *fast_state;
    T30Terms terms;
    bool trained;     /* the fast receiver follows its signal */
    bool has_trained; /* and did once on these terms: V.17 may train shortly */
    bool restart_due;
    bool hdlc; /* what comes fast is frames */
    int64_t now_ns;
    uint8_t octet;       /* being put together, */
    unsigned octet_bits; /* and its bits so far */
    unsigned octet_count;
    uint8_t octets[OCTETS_MAX];
};

#define RECEIVER(name, number, short_flag)                                                         \
    static void *open_##name(int rate_bps, put_bit_func_t put_bit, void *context)                  \
    {                                                                                              \
        return name##_rx_init(NULL, rate_bps, put_bit, context);                                   \
    }                                                                                              \
    static void close_##name(void *state)                                                          \
    {                                                                                              \
        name##_rx_free(state);                                                                     \
    }                                                                                              \
    static void restart_##name(void *state, int rate_bps, bool short_train)                        \
    {                                                                                              \
        name##_rx_restart(state, rate_bps, short_train && (short_flag));                           \
    }                                                                                              \
    static void feed_##name(void *state, const int16_t *samples, int count)                        \
    {                                                                                              \
        name##_rx(state, samples, count);                                                          \
    }                                                                                              \
    static const FastReceiver receiver_##name = { number, open_##name, close_##name,               \
                                                  restart_##name, feed_##name };

RECEIVER(v27ter, T30_V27TER, false)
RECEIVER(v29, T30_V29, false)
RECEIVER(v17, T30_V17, true)
#undef RECEIVER

static const FastReceiver *const receivers[] = { &receiver_v27ter, &receiver_v29, &receiver_v17 };

static void reverse_bits(uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        bytes[i] = bit_order_turned(bytes[i]);
}

/* --- frames --- */

static void close_fast(FaxModem *modem)
{
    if (modem->fast)
        modem->fast->close(modem->fast_state);
    modem->fast = NULL;
}

static void put_fast_bit(void *context, int bit);

static void choose_fast(FaxModem *modem)
{
    close_fast(modem);
    modem->terms = modem->session->terms;
    modem->trained = modem->has_trained = modem->restart_due = false;
    for (unsigned i = 0; i < G_N_ELEMENTS(receivers); i++)
        if (receivers[i]->modem == modem->terms.modem)
            modem->fast = receivers[i];
    if (modem->fast)
        modem->fast_state = modem->fast->open((int)modem->terms.rate_bps, put_fast_bit, modem);
}

/* Frames come with their check sequence left out and the first bit of each octet in the lowest
 * place. */
static void take_frame(FaxModem *modem, const uint8_t *bytes, int length, bool good)
{
    uint8_t frame[FRAME_MAX];
    T30Frame parsed;
    size_t count = MIN((size_t)MAX(length, 0), sizeof frame);

    if (count == 0)
        return;
    memcpy(frame, bytes, count);
    reverse_bits(frame, count);
    Slice slice = slice_of(frame, count);
    fax_session_frame(modem->session, modem->side, slice, good, modem->now_ns);
    if (good && t30_parse(slice, &parsed) == DISSECT_OK &&
        (parsed.signal == T30_DCS || parsed.signal == T30_CTC))
        choose_fast(modem);
}

static void take_v21_frame(void *context, const uint8_t *bytes, int length, int good)
{
    FaxModem *modem = context;

    if (length == SIG_STATUS_FRAMING_OK && !modem->in_preamble && !modem->trained) {
        modem->in_preamble = true;
        fax_session_indicator(modem->session, modem->side, IFP_V21_PREAMBLE, modem->now_ns);
    } else if (length == SIG_STATUS_CARRIER_DOWN) {
        modem->in_preamble = false;
    } else if (length > 0 && !modem->trained && (good || modem->in_preamble)) {
        take_frame(modem, bytes, length, good);
    }
}

static void take_fast_frame(void *context, const uint8_t *bytes, int length, int good)
{
    FaxModem *modem = context;

    if (length > 0 && modem->trained)
        take_frame(modem, bytes, length, good);
}

/* --- the fast signal --- */

static void give_octets(FaxModem *modem)
{
    if (modem->octet_count)
        fax_session_data(modem->session, modem->side, slice_of(modem->octets, modem->octet_count),
                         modem->now_ns);
    modem->octet_count = 0;
}

static void add_bit(FaxModem *modem, int bit)
{
    modem->octet = (uint8_t)(modem->octet << 1 | (bit & 1));
    if (++modem->octet_bits < 8)
        return;
    modem->octets[modem->octet_count++] = modem->octet;
    modem->octet_bits = 0;
    if (modem->octet_count == OCTETS_MAX)
        give_octets(modem);
}

static IfpIndicator training_of(const FaxModem *modem)
{
    bool is_long = !modem->has_trained;

    switch (modem->terms.rate_bps * 10 + modem->terms.modem) {
    case 24000 + T30_V27TER:
        return IFP_V27_2400_TRAINING;
    case 48000 + T30_V27TER:
        return IFP_V27_4800_TRAINING;
    case 72000 + T30_V29:
        return IFP_V29_7200_TRAINING;
    case 96000 + T30_V29:
        return IFP_V29_9600_TRAINING;
    case 72000 + T30_V17:
        return is_long ? IFP_V17_7200_LONG : IFP_V17_7200_SHORT;
    case 96000 + T30_V17:
        return is_long ? IFP_V17_9600_LONG : IFP_V17_9600_SHORT;
    case 120000 + T30_V17:
        return is_long ? IFP_V17_12000_LONG : IFP_V17_12000_SHORT;
    case 144000 + T30_V17:
        return is_long ? IFP_V17_14400_LONG : IFP_V17_14400_SHORT;
    default:
        return IFP_NO_SIGNAL;
    }
}

static void begin_signal(FaxModem *modem)
{
    fax_session_indicator(modem->session, modem->side, training_of(modem), modem->now_ns);
    modem->hdlc = modem->terms.ecm && !fax_session_expects_training(modem->session);
    modem->trained = modem->has_trained = true;
    modem->octet_bits = modem->octet_count = 0;
    hdlc_rx_restart(modem->fast_frames);
}

static void end_signal(FaxModem *modem)
{
    if (modem->trained) {
        give_octets(modem);
        fax_session_data_end(modem->session, modem->side, modem->now_ns);
    }
    modem->trained = false;
    modem->restart_due = true; /* not here: the receiver is in the middle of its work */
}

static void put_fast_bit(void *context, int bit)
{
    FaxModem *modem = context;

    if (bit == SIG_STATUS_TRAINING_SUCCEEDED)
        begin_signal(modem);
    else if (bit == SIG_STATUS_CARRIER_DOWN || bit == SIG_STATUS_TRAINING_FAILED)
        end_signal(modem);
    else if (bit < 0 || !modem->trained)
        return;
    else if (modem->hdlc)
        hdlc_rx_put_bit(modem->fast_frames, bit);
    else
        add_bit(modem, bit);
}

/* --- tones --- */

static void take_tone(void *context, int code, int level, int delay)
{
    FaxModem *modem = context;

    (void)level, (void)delay;
    if (modem->trained)
        return;
    if (code == MODEM_CONNECT_TONES_FAX_CNG)
        fax_session_indicator(modem->session, modem->side, IFP_CNG, modem->now_ns);
    else if (code == MODEM_CONNECT_TONES_ANS || code == MODEM_CONNECT_TONES_ANS_PR)
        fax_session_indicator(modem->session, modem->side, IFP_CED, modem->now_ns);
}

/* --- --- */

bool fax_modem_exists(void)
{
    return true;
}

FaxModem *fax_modem_new(FaxSession *session, unsigned side)
{
    FaxModem *modem = g_new0(FaxModem, 1);

    modem->session = session;
    modem->side = (uint8_t)side;
    modem->v21_frames = hdlc_rx_init(NULL, FALSE, TRUE, FLAGS_NEEDED, take_v21_frame, modem);
    modem->fast_frames = hdlc_rx_init(NULL, FALSE, TRUE, FLAGS_NEEDED, take_fast_frame, modem);
    modem->v21 = fsk_rx_init(NULL, &preset_fsk_specs[FSK_V21CH2], FSK_FRAME_MODE_SYNC,
                             (put_bit_func_t)hdlc_rx_put_bit, modem->v21_frames);
    modem->cng = modem_connect_tones_rx_init(NULL, MODEM_CONNECT_TONES_FAX_CNG, take_tone, modem);
    modem->ced = modem_connect_tones_rx_init(NULL, MODEM_CONNECT_TONES_ANS_PR, take_tone, modem);
    return modem;
}

void fax_modem_free(FaxModem *modem)
{
    if (!modem)
        return;
    end_signal(modem);
    close_fast(modem);
    fsk_rx_free(modem->v21);
    hdlc_rx_free(modem->v21_frames);
    hdlc_rx_free(modem->fast_frames);
    modem_connect_tones_rx_free(modem->cng);
    modem_connect_tones_rx_free(modem->ced);
    g_free(modem);
}

static void feed_chunk(FaxModem *modem, const int16_t *samples, int count)
{
    modem_connect_tones_rx(modem->cng, samples, count);
    modem_connect_tones_rx(modem->ced, samples, count);
    if (!modem->trained)
        fsk_rx(modem->v21, samples, count);
    if (!modem->fast)
        return;
    modem->fast->feed(modem->fast_state, samples, count);
    if (modem->restart_due)
        modem->fast->restart(modem->fast_state, (int)modem->terms.rate_bps, modem->has_trained);
    modem->restart_due = false;
}

void fax_modem_feed(FaxModem *modem, const int16_t *samples, size_t count, int64_t time_ns)
{
    for (size_t at = 0; at < count; at += CHUNK) {
        size_t length = MIN(CHUNK, count - at);
        modem->now_ns = time_ns + (int64_t)(at + length) * NS_PER_S / FAX_MODEM_RATE_HZ;
        feed_chunk(modem, samples + at, (int)length);
    }
}
#else
bool fax_modem_exists(void)
{
    return false;
}

FaxModem *fax_modem_new(FaxSession *session, unsigned side)
{
    (void)session, (void)side;
    return NULL;
}

void fax_modem_free(FaxModem *modem)
{
    (void)modem;
}

void fax_modem_feed(FaxModem *modem, const int16_t *samples, size_t count, int64_t time_ns)
{
    (void)modem, (void)samples, (void)count, (void)time_ns;
}
#endif
