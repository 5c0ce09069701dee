/* dissect/media/emodel.h - the E-model: ITU-T G.107 (narrowband), G.107.1 (wideband) and G.107.2
 * (fullband).
 *
 * R of one scale says nothing on another one: a clean G.711 call is R 93.2 and MOS 4.41
 * narrowband, MOS 3.70 wideband and 3.25 fullband. Whoever keeps a score keeps its scale.
 * Pure functions: no allocation, no state. Loss is in percent, delays are in ms, levels in dB. */
#pragma once
#include <stdbool.h>

typedef enum {
    QUALITY_SCALE_NARROWBAND,
    QUALITY_SCALE_WIDEBAND,
    QUALITY_SCALE_FULLBAND,
    QUALITY_SCALES
} QualityScale;
/* "nb", "wb", "fb". */
const char *quality_scale_name(QualityScale scale);
/* The R of a perfect connection: what MOS is scaled by (1, 1.29, 1.48 times 100). */
double quality_scale_span(QualityScale scale);

/* What a codec and the packets that it missed do to speech: G.107 clause 3.5. */
typedef struct {
    double ie;           /* equipment impairment of the codec without loss */
    double bpl;          /* robustness of the codec against loss */
    double loss_percent; /* behind the jitter buffer: lost in the network, late and early */
    double burst_ratio;  /* 1: random; only G.107 and the 2023 text of G.107.2 have it */
} EmodelCodec;
/* The same with defaults: no impairment, Bpl of G.711 without concealment, no loss, random. */
EmodelCodec emodel_codec_default(void);
/* Ie,eff of that scale. */
double emodel_effective_impairment(QualityScale scale, const EmodelCodec *codec);

/* G.107 7.4: how users take delay. */
typedef struct {
    double threshold_ms; /* mT */
    double sensitivity;  /* sT */
} EmodelDelayClass;

/* Parameters by their names in G.107 table 2. */
typedef struct {
    double slr, rlr;       /* loudness ratings, dB */
    double stmr, lstr;     /* sidetone masking, listener sidetone, dB; LSTR NAN: STMR + Dr */
    double ds, dr;         /* D-values of the handsets */
    double telr;           /* talker echo loudness, dB */
    double wepl;           /* weighted echo path loss, dB */
    double t_ms;           /* mean one-way delay of the echo path */
    double tr_ms;          /* round trip in the 4-wire loop */
    double ta_ms;          /* absolute one-way delay, mouth to ear */
    double qdu;            /* quantising distortion units */
    double nc_dbm0p;       /* circuit noise */
    double nfor_dbmp;      /* noise floor at the receiving side */
    double ps_dba, pr_dba; /* room noise */
    double advantage;      /* A */
    EmodelDelayClass delay_class;
    EmodelCodec codec;
} EmodelNarrowband;
EmodelNarrowband emodel_narrowband_default(void);

typedef struct {
    bool echo; /* the echo terms count; else only the absolute delay */
    double t_ms, tr_ms, ta_ms;
    double telr, wepl;
    double advantage;
    EmodelDelayClass delay_class;
    EmodelCodec codec; /* burst_ratio is not read: the Recommendation has no such term */
} EmodelWideband;
EmodelWideband emodel_wideband_default(void);

#define EMODEL_FULLBAND_RO_2019 148.0
typedef struct {
    double ro; /* EMODEL_FULLBAND_RO_2019, or emodel_fullband_ro_2023() */
    double ta_ms;
    double advantage;
    EmodelDelayClass delay_class;
    EmodelCodec codec;
} EmodelFullband;
EmodelFullband emodel_fullband_default(void);
double emodel_fullband_ro_2023(void);

/* R = ro - is - id - ie_eff + a. */
typedef struct {
    double r, mos;
    double ro, is, ie_eff;
    double id, idte, idle, idd; /* id is the sum of the others */
} EmodelResult;

EmodelResult emodel_narrowband(const EmodelNarrowband *in);
EmodelResult emodel_wideband(const EmodelWideband *in);
EmodelResult emodel_fullband(const EmodelFullband *in);

/* G.107 Annex B, of R on @scale; 1 where the cubic would be below (R under 6.5). */
double emodel_mos(QualityScale scale, double r);
/* G.107 Appendix I: the narrowband R of a MOS from 1 to 4.5. */
double emodel_r_of_mos(double mos);
/* Shares of users, in percent: good or better, poor or worse (G.107 Annex B, narrowband R). */
double emodel_good_or_better(double r);
double emodel_poor_or_worse(double r);
