/* dissect/media/emodel.c - see emodel.h */
#include "dissect/media/emodel.h"
#include <math.h>

#define SPAN_WIDEBAND     1.29
#define SPAN_FULLBAND     1.48
#define RO_WIDEBAND       129.0
#define IE_CAP            95.0  /* G.107 and G.107.1 */
#define IE_CAP_FULLBAND   132.0 /* G.107.2 */
#define STMR_STRONG       9.0   /* G.107 7.4: below it sidetone masks talker echo */
#define STMR_WEAK         20.0  /* above it talker echo is heard beside sidetone */
#define BURST_RATIO_FLOOR 1.0

const char *quality_scale_name(QualityScale scale)
{
    static const char *const names[] = { "nb", "wb", "fb" };
    return (unsigned)scale < QUALITY_SCALES ? names[scale] : "nb";
}

double quality_scale_span(QualityScale scale)
{
    static const double spans[] = { 1.0, SPAN_WIDEBAND, SPAN_FULLBAND };
    return 100 * ((unsigned)scale < QUALITY_SCALES ? spans[scale] : 1.0);
}

EmodelCodec emodel_codec_default(void)
{
    return (EmodelCodec){ .bpl = 4.3, .burst_ratio = 1 };
}

static EmodelDelayClass default_delay_class(void)
{
    return (EmodelDelayClass){ .threshold_ms = 100, .sensitivity = 1 };
}

EmodelNarrowband emodel_narrowband_default(void)
{
    return (EmodelNarrowband){
        .slr = 8,
        .rlr = 2,
        .stmr = 15,
        .lstr = NAN,
        .ds = 3,
        .dr = 3,
        .telr = 65,
        .wepl = 110,
        .qdu = 1,
        .nc_dbm0p = -70,
        .nfor_dbmp = -64,
        .ps_dba = 35,
        .pr_dba = 35,
        .delay_class = default_delay_class(),
        .codec = emodel_codec_default(),
    };
}

EmodelWideband emodel_wideband_default(void)
{
    return (EmodelWideband){
        .telr = 65,
        .wepl = 110,
        .delay_class = default_delay_class(),
        .codec = emodel_codec_default(),
    };
}

EmodelFullband emodel_fullband_default(void)
{
    return (EmodelFullband){
        .ro = EMODEL_FULLBAND_RO_2019,
        .delay_class = default_delay_class(),
        .codec = emodel_codec_default(),
    };
}

static double power(double decibel)
{
    return pow(10, decibel / 10);
}

static double decibel(double power_ratio)
{
    return 10 * log10(power_ratio);
}

/* The curve G.107 is built of: about 1 for small x, about x for large ones. */
static double bend(double x, double exponent)
{
    return pow(1 + pow(x, exponent), 1 / exponent);
}

/* d/2 + sqrt(d^2/4 + c): max(d, 0) with a soft corner. */
static double soft_excess(double d, double corner)
{
    return d / 2 + sqrt(d * d / 4 + corner);
}

double emodel_effective_impairment(QualityScale scale, const EmodelCodec *codec)
{
    double cap = scale == QUALITY_SCALE_FULLBAND ? IE_CAP_FULLBAND : IE_CAP;
    double burst_ratio =
        scale == QUALITY_SCALE_WIDEBAND ? 1 : fmax(codec->burst_ratio, BURST_RATIO_FLOOR);

    if (codec->loss_percent <= 0)
        return codec->ie;
    return codec->ie + (cap - codec->ie) * codec->loss_percent /
                           (codec->loss_percent / burst_ratio + codec->bpl);
}

/* Idd: G.107 equation 7-27. */
static double absolute_delay_impairment(double ta_ms, const EmodelDelayClass *class)
{
    double exponent = 6 * class->sensitivity;

    if (ta_ms <= class->threshold_ms)
        return 0;
    double x = log2(ta_ms / class->threshold_ms);
    return 25 * (bend(x, exponent) - 3 * bend(x / 3, exponent) + 2);
}

/* Idle: listener echo, G.107 equations 7-25 and 7-26. */
static double listener_echo_impairment(double ro, double wepl, double tr_ms)
{
    double rle = 10.5 * (wepl + 7) * pow(tr_ms + 1, -0.25);
    return soft_excess(ro - rle, 169);
}

/* TERV without its corrections: G.107 equation 7-23. */
static double talker_echo_loudness(double telr, double t_ms)
{
    return telr - 40 * log10((1 + t_ms / 10) / (1 + t_ms / 150)) + 6 * exp(-0.3 * t_ms * t_ms);
}

/* No: all noise at the 0 dBr point, G.107 7.2. */
static double noise_level(const EmodelNarrowband *in)
{
    double olr = in->slr + in->rlr;
    double lstr = isnan(in->lstr) ? in->stmr + in->dr : in->lstr;
    double nos =
        in->ps_dba - in->slr - in->ds - 100 + 0.004 * pow(in->ps_dba - olr - in->ds - 14, 2);
    double pre = in->pr_dba + decibel(1 + power(10 - lstr));
    double nor = in->rlr - 121 + pre + 0.008 * pow(pre - 35, 2);
    double nfo = in->nfor_dbmp + in->rlr;

    return decibel(power(in->nc_dbm0p) + power(nos) + power(nor) + power(nfo));
}

/* Ist: G.107 equations 7-12 and 7-13. */
static double sidetone_impairment(const EmodelNarrowband *in)
{
    double stmro = -decibel(power(-in->stmr) + exp(-in->t_ms / 4) * power(-in->telr));

    return 12 * bend((stmro - 13) / 6, 8) - 28 * bend((stmro + 1) / 19.4, 35) -
           13 * bend((stmro - 3) / 33, 13) + 29;
}

/* Iolr: G.107 equations 7-9 and 7-10. */
static double loudness_impairment(const EmodelNarrowband *in, double noise)
{
    double x = (in->slr + in->rlr + 0.2 * (64 + noise - in->rlr)) / 8;
    return 20 * (bend(x, 8) - x);
}

/* Iq: G.107 equations 7-14 to 7-18. */
static double quantising_impairment(double qdu, double ro)
{
    double q = 37 - 15 * log10(qdu);
    double g = 1.07 + 0.258 * q + 0.0602 * q * q;
    double y = (ro - 100) / 15 + 46 / 8.4 - g / 9;
    double z = 46.0 / 30 - g / 40;

    return 15 * log10(1 + pow(10, y) + pow(10, z));
}

/* Idte: G.107 equations 7-20 to 7-24. */
static double talker_echo_impairment(const EmodelNarrowband *in, double noise, double sidetone)
{
    double terv = talker_echo_loudness(in->telr, in->t_ms);
    if (in->stmr < STMR_STRONG)
        terv += sidetone / 2;
    double re = 80 + 2.5 * (terv - 14);
    double roe = -1.5 * (noise - in->rlr);
    double idte = (soft_excess(roe - re, 100) - 1) * (1 - exp(-in->t_ms));

    return in->stmr > STMR_WEAK ? hypot(idte, sidetone) : idte;
}

static EmodelResult finish(EmodelResult result, QualityScale scale, double advantage)
{
    result.id = result.idte + result.idle + result.idd;
    result.r = result.ro - result.is - result.id - result.ie_eff + advantage;
    result.mos = emodel_mos(scale, result.r);
    return result;
}

EmodelResult emodel_narrowband(const EmodelNarrowband *in)
{
    double noise = noise_level(in);
    double ro = 15 - 1.5 * (in->slr + noise);
    double sidetone = sidetone_impairment(in);
    EmodelResult result = {
        .ro = ro,
        .is = loudness_impairment(in, noise) + sidetone + quantising_impairment(in->qdu, ro),
        .ie_eff = emodel_effective_impairment(QUALITY_SCALE_NARROWBAND, &in->codec),
        .idte = talker_echo_impairment(in, noise, sidetone),
        .idle = listener_echo_impairment(ro, in->wepl, in->tr_ms),
        .idd = absolute_delay_impairment(in->ta_ms, &in->delay_class),
    };
    return finish(result, QUALITY_SCALE_NARROWBAND, in->advantage);
}

/* G.107.1 Corrigendum 1 (2020): 129 stands where G.107 has Roe. */
static double wideband_talker_echo(const EmodelWideband *in)
{
    double k = in->t_ms < 100 ? 0.08 * in->t_ms + 10 : 18;
    double re = 80 + 3 * (talker_echo_loudness(in->telr, in->t_ms) + k - 14);

    return (soft_excess(RO_WIDEBAND - re, 100) - 1) * (1 - exp(-in->t_ms));
}

EmodelResult emodel_wideband(const EmodelWideband *in)
{
    EmodelResult result = {
        .ro = RO_WIDEBAND,
        .ie_eff = emodel_effective_impairment(QUALITY_SCALE_WIDEBAND, &in->codec),
        .idd = SPAN_WIDEBAND * absolute_delay_impairment(in->ta_ms, &in->delay_class),
    };
    if (in->echo) {
        result.idte = wideband_talker_echo(in);
        result.idle = listener_echo_impairment(RO_WIDEBAND, in->wepl, in->tr_ms);
    }
    return finish(result, QUALITY_SCALE_WIDEBAND, in->advantage);
}

/* G.107.2 (2023) with its default noise: SLR 8, circuit noise and noise floor -96 dBm0p. */
double emodel_fullband_ro_2023(void)
{
    double noise = decibel(2 * power(-96));
    return 20 - 1.5 * (8 + noise);
}

EmodelResult emodel_fullband(const EmodelFullband *in)
{
    EmodelResult result = {
        .ro = in->ro,
        .ie_eff = emodel_effective_impairment(QUALITY_SCALE_FULLBAND, &in->codec),
        .idd = SPAN_FULLBAND * absolute_delay_impairment(in->ta_ms, &in->delay_class),
    };
    return finish(result, QUALITY_SCALE_FULLBAND, in->advantage);
}

double emodel_mos(QualityScale scale, double r)
{
    double share = 100 * r / quality_scale_span(scale);

    if (share <= 0)
        return 1;
    if (share >= 100)
        return 4.5;
    return fmax(1, 1 + 0.035 * share + 7e-6 * share * (share - 60) * (100 - share));
}

double emodel_r_of_mos(double mos)
{
    double m = fmin(fmax(mos, 1), 4.5);
    double root = sqrt(fmax(0, -903522 + 1113960 * m - 202500 * m * m));
    double h = atan2(15 * root, 18566 - 6750 * m) / 3; /* C order: the text has arctan2(x, y) */

    return 20.0 / 3 * (8 - sqrt(226) * cos(h + M_PI / 3));
}

static double normal_percent(double x)
{
    return 50 * (1 + erf(x / M_SQRT2));
}

double emodel_good_or_better(double r)
{
    return normal_percent((r - 60) / 16);
}

double emodel_poor_or_worse(double r)
{
    return normal_percent((45 - r) / 16);
}
