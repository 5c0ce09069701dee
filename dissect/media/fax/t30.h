/* dissect/media/fax/t30.h - frames of fax signalling (ITU-T T.30 clause 5.3): a facsimile control
 * field and its information. All bytes here have the bit that came first on the line in the highest
 * place, as T.38 carries them and the tables of T.30 print them.
 * Pure functions: no allocation, no state. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/base/status.h"

typedef enum {
    T30_NONE,
#define SIGNAL(id, code, name, meaning) T30_##id,
#include "dissect/media/fax/t30_signal.def"
#undef SIGNAL
    T30_SIGNALS
} T30Signal;

const char *t30_signal_name(T30Signal signal);    /* "DIS"; "?" for T30_NONE */
const char *t30_signal_meaning(T30Signal signal); /* a few words for people */

typedef struct {
    T30Signal signal;  /* T30_NONE: a control field that T.30 does not have */
    uint8_t code;      /* as it came */
    bool final;        /* the last frame before the other end speaks */
    Slice information; /* the facsimile information field; borrowed */
} T30Frame;

/* @bytes: address, control and so on, without the check sequence. DISSECT_OK fills @out;
 * DISSECT_TRUNCATED: shorter than a frame; DISSECT_MALFORMED: another address or control field. */
DissectStatus t30_parse(Slice bytes, T30Frame *out);

/* PPS and EOR name what ends (T.30 A.4.3): T30_NONE for NULL, T30_MPS, T30_EOM, T30_EOP ... */
typedef struct {
    T30Signal command;
    uint8_t page, block; /* modulo 256, from 0 */
    unsigned frames;     /* 1..256 */
} T30PartialPage;
bool t30_partial_page(const T30Frame *frame, T30PartialPage *out);

#define T30_IDENTITY_SIZE 21
/* CSI, TSI, CIG: "+49 30 1234567", trimmed; what is no digit, blank or printable ASCII is '?'. */
void t30_identity(Slice information, char out[T30_IDENTITY_SIZE]);

typedef enum { T30_MH, T30_MR, T30_MMR, T30_JBIG, T30_COLOUR } T30Coding;
const char *t30_coding_name(T30Coding coding); /* "MMR" */

typedef enum { T30_MODEM_NONE, T30_V27TER, T30_V29, T30_V17, T30_V33 } T30Modem;
const char *t30_modem_name(T30Modem modem); /* "V.17"; NULL for none */

/* What a DCS orders (T.30 table 2). */
typedef struct {
    T30Modem modem;
    uint32_t rate_bps;     /* 0: reserved */
    uint16_t width;        /* pixels of a row */
    uint16_t x_dpi, y_dpi; /* rounded, as fax software writes them: 204 by 98, 196 or 391 */
    T30Coding coding;
    bool ecm;
    uint16_t ecm_octets; /* 256 or 64 a frame */
    const char *paper;   /* "A4", "B4", "A3", "unlimited" */
} T30Terms;
/* False when @information is too short to say. */
bool t30_terms(Slice information, T30Terms *out);
/* CTC: the same terms at another rate (A.4.1). */
bool t30_new_rate(Slice information, T30Terms *terms);

/* What a DIS or DTC offers. */
typedef struct {
    uint32_t rate_bps; /* the highest */
    T30Modem modem;
    bool ecm, receives, transmits; /* can take a document; has one to be polled */
    bool fine, mmr;
} T30Abilities;
bool t30_abilities(Slice information, T30Abilities *out);
