/* The vectors N, W and F: computed apart from this program, and in part from other people's. */
#include "dissect/media/emodel.h"
#include <glib.h>
#include <math.h>

#define CLOSE 5e-5

#define assert_close(actual, expected) g_assert_cmpfloat_with_epsilon((actual), (expected), CLOSE)

typedef struct {
    const char *id;
    double ie, bpl, loss_percent, burst_ratio, delay_ms; /* 0: the default */
    double r, mos;
} CodecVector;

/* One delay for the echo path and from mouth to ear, twice as much around the loop. */
static EmodelNarrowband narrowband_at(double delay_ms)
{
    EmodelNarrowband in = emodel_narrowband_default();
    in.t_ms = in.ta_ms = delay_ms;
    in.tr_ms = 2 * delay_ms;
    return in;
}

static void check_narrowband(const EmodelNarrowband *in, double r, double mos)
{
    EmodelResult result = emodel_narrowband(in);
    assert_close(result.r, r);
    assert_close(result.mos, mos);
}

static void test_narrowband_codecs(void)
{
    static const CodecVector vectors[] = {
        { "N01", 0, 0, 0, 0, 0, 93.2062, 4.4094 },
        { "N02", 0, 25.1, 1, 0, 0, 89.5664, 4.3282 },
        { "N03", 0, 4.3, 1, 0, 0, 75.2817, 3.8339 },
        { "N04", 0, 25.1, 5, 0, 0, 77.4255, 3.9231 },
        { "N05", 0, 4.3, 2, 2, 0, 57.3572, 2.9623 },
        { "N06", 11, 19, 0, 0, 0, 82.2062, 4.1046 },
        { "N07", 11, 19, 2, 0, 0, 74.2062, 3.7876 },
        { "N08", 11, 19, 2, 0, 150, 70.5391, 3.6222 },
        { "N09", 15, 16.1, 3, 1.5, 0, 64.9465, 3.3520 },
        { "N10", 5, 10, 1, 0, 0, 80.0244, 4.0249 },
        { "N11", 0, 0, 0, 0, 100, 90.6637, 4.3549 },
        { "N12", 0, 0, 0, 0, 150, 89.5391, 4.3275 },
        { "N13", 0, 0, 0, 0, 200, 85.8047, 4.2232 },
        { "N14", 0, 0, 0, 0, 400, 62.2468, 3.2156 },
        { "N17", 0, 25.1, 1, 0, 200, 82.1649, 4.1031 },
        { "N19", 7, 0, 0, 0, 0, 86.2062, 4.2354 },
        { "N24", 0, 25.1, 20, 0, 0, 51.0776, 2.6316 },
        { "N25", 0, 4.3, 30, 0, 0, 10.1158, 1.0366 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(vectors); i++) {
        const CodecVector *v = &vectors[i];
        EmodelNarrowband in = narrowband_at(v->delay_ms);
        in.codec.ie = v->ie;
        in.codec.loss_percent = v->loss_percent;
        if (v->bpl > 0)
            in.codec.bpl = v->bpl;
        if (v->burst_ratio > 0)
            in.codec.burst_ratio = v->burst_ratio;
        check_narrowband(&in, v->r, v->mos);
    }
}

static void test_narrowband_delay_alone(void)
{
    EmodelNarrowband in = emodel_narrowband_default();

    in.ta_ms = 150;
    check_narrowband(&in, 93.0427, 4.4062); /* N15 */
    in.ta_ms = 300;
    check_narrowband(&in, 78.4455, 3.9639); /* N16 */
    in.delay_class = (EmodelDelayClass){ 120, 0.55 };
    check_narrowband(&in, 83.1120, 4.1360); /* N26 */
    in.delay_class = (EmodelDelayClass){ 150, 0.4 };
    check_narrowband(&in, 87.0277, 4.2596); /* N27 */
}

static void test_narrowband_plant(void)
{
    EmodelNarrowband in = narrowband_at(100);
    in.telr = 45;
    check_narrowband(&in, 70.1457, 3.6038); /* N18 */

    in = emodel_narrowband_default();
    in.advantage = 10;
    in.codec.loss_percent = 3;
    check_narrowband(&in, 64.1651, 3.3128); /* N20 */

    in = emodel_narrowband_default();
    in.qdu = 4;
    check_narrowband(&in, 88.2031, 4.2925); /* N21 */

    in = emodel_narrowband_default();
    in.nc_dbm0p = -50;
    check_narrowband(&in, 76.3508, 3.8789); /* N22 */

    in = emodel_narrowband_default();
    in.ps_dba = in.pr_dba = 60;
    check_narrowband(&in, 70.2704, 3.6097); /* N23 */

    in = narrowband_at(50);
    in.stmr = 25;
    check_narrowband(&in, 87.6189, 4.2764); /* N28 */
    in.stmr = 8;
    check_narrowband(&in, 91.4326, 4.3725); /* N29 */
}

static void test_default_terms(void)
{
    EmodelNarrowband in = emodel_narrowband_default();
    EmodelResult result = emodel_narrowband(&in);

    g_assert_cmpfloat_with_epsilon(result.r, 93.2062077233, 1e-8);
    g_assert_cmpfloat_with_epsilon(result.ro, 94.768822, 1e-6);
    g_assert_cmpfloat_with_epsilon(result.is, 1.413568, 1e-6);
    g_assert_cmpfloat_with_epsilon(result.idle, 0.149046, 1e-6);
}

/* Idd; 3.6558 at 200 ms would be an exponent of 6 - sT. */
static void test_absolute_delay(void)
{
    static const double rows[][2] = { { 100, 0 },       { 120, 0.0014 },  { 150, 0.1635 },
                                      { 175, 1.0349 },  { 200, 3.0444 },  { 250, 8.9167 },
                                      { 300, 14.7607 }, { 400, 24.0701 }, { 500, 30.6359 } };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        EmodelNarrowband in = emodel_narrowband_default();
        in.ta_ms = rows[i][0];
        assert_close(emodel_narrowband(&in).idd, rows[i][1]);
    }
}

/* The whole loss grid: rows of R for 0.5, 1, 2, 3, 5 and 10 %. */
static void test_loss_grid(void)
{
    static const double loss[] = { 0.5, 1, 2, 3, 5, 10 };
    static const struct {
        double ie, bpl, r[6];
    } rows[] = {
        { 0, 4.3, { 83.31, 75.28, 63.05, 54.17, 42.13, 26.77 } },
        { 0, 25.1, { 91.35, 89.57, 86.20, 83.06, 77.43, 66.14 } },
        { 11, 19, { 80.05, 78.01, 74.21, 70.75, 64.71, 53.24 } },
        { 15, 16.1, { 75.80, 73.53, 69.37, 65.64, 59.25, 47.55 } },
        { 5, 10, { 83.92, 80.02, 73.21, 67.44, 58.21, 43.21 } },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        for (size_t j = 0; j < G_N_ELEMENTS(loss); j++) {
            EmodelNarrowband in = emodel_narrowband_default();
            in.codec = (EmodelCodec){ rows[i].ie, rows[i].bpl, loss[j], 1 };
            g_assert_cmpfloat_with_epsilon(emodel_narrowband(&in).r, rows[i].r[j], 0.006);
        }
    }
}

static void test_wideband(void)
{
    static const CodecVector vectors[] = {
        { "W01", 0, 4.3, 0, 1, 0, 129, 4.5 },
        { "W02", 1, 4.3, 0, 1, 0, 128, 4.4940 },
        { "W03", 8, 4.3, 0, 1, 0, 121, 4.4206 },
        { "W04", 13, 4.3, 0, 1, 0, 116, 4.3371 },
        { "W05", 41, 4.3, 0, 1, 0, 88, 3.5123 },
        { "W06", 20, 4.3, 2, 1, 0, 85.1905, 3.4062 },
        { "W07", 8, 4.6, 1, 1, 0, 105.4643, 4.0886 },
        { "W08", 20, 4.3, 1, 1, 200, 90.9218, 3.6195 },
        { "W09", 13, 4.3, 0, 1, 150, 115.7890, 4.3330 },
        { "W10", 35.8, 4.3, 0, 1, 0, 93.2, 3.7006 },
        { "no term for bursts", 20, 4.3, 2, 4, 0, 85.1905, 3.4062 },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(vectors); i++) {
        const CodecVector *v = &vectors[i];
        EmodelWideband in = emodel_wideband_default();
        in.ta_ms = v->delay_ms;
        in.codec = (EmodelCodec){ v->ie, v->bpl, v->loss_percent, v->burst_ratio };
        EmodelResult result = emodel_wideband(&in);
        assert_close(result.r, v->r);
        assert_close(result.mos, v->mos);
    }
}

static void test_wideband_echo(void)
{
    EmodelWideband in = emodel_wideband_default();

    in.echo = true;
    assert_close(emodel_wideband(&in).r, 128.8463); /* W12 */
    assert_close(emodel_wideband(&in).mos, 4.4992);
    in.t_ms = in.ta_ms = 150;
    in.tr_ms = 300;
    assert_close(emodel_wideband(&in).r, 126.8376); /* W11 */
    assert_close(emodel_wideband(&in).mos, 4.4855);
}

static void test_fullband(void)
{
    double ro = EMODEL_FULLBAND_RO_2019;
    const struct {
        double ie, bpl, loss_percent, ta_ms, ro, r, mos;
    } vectors[] = {
        { 10.2, 9.6, 0, 0, ro, 137.8, 4.4075 },
        { 10.2, 9.6, 1, 0, ro, 126.3094, 4.2089 },
        { 10.2, 9.6, 5, 0, ro, 96.0877, 3.3508 },
        { 7.2, 11.4, 0, 0, ro, 140.8, 4.4436 },
        { 7.2, 11.4, 1, 0, ro, 130.7355, 4.2961 },
        { 7.2, 11.4, 5, 0, ro, 102.7512, 3.5700 },
        { 17.1, 11.7, 0, 0, ro, 130.9, 4.2991 },
        { 17.1, 11.7, 1, 0, ro, 121.8528, 4.1090 },
        { 17.1, 11.7, 5, 0, ro, 96.4988, 3.3647 },
        { 22.7, 13, 0, 0, ro, 125.3, 4.1873 },
        { 22.7, 13, 1, 0, ro, 117.4929, 4.0006 },
        { 22.7, 13, 5, 0, ro, 94.9389, 3.3120 },
        { 7.2, 11.4, 1, 0, emodel_fullband_ro_2023(), 130.2200, 4.2866 },
        { 17.1, 11.7, 2, 200, ro, 109.6205, 3.7815 },
        { 54.8, 10, 0, 0, ro, 93.2, 3.2526 },
    };
    g_assert_cmpfloat_with_epsilon(emodel_fullband_ro_2023(), 147.4845, 1e-4);
    for (size_t i = 0; i < G_N_ELEMENTS(vectors); i++) {
        EmodelFullband in = emodel_fullband_default();
        in.ro = vectors[i].ro;
        in.ta_ms = vectors[i].ta_ms;
        in.codec = (EmodelCodec){ vectors[i].ie, vectors[i].bpl, vectors[i].loss_percent, 1 };
        EmodelResult result = emodel_fullband(&in);
        assert_close(result.r, vectors[i].r);
        assert_close(result.mos, vectors[i].mos);
    }
}

static void test_mos(void)
{
    static const double rows[][2] = { { -10, 1 },       { 0, 1 },      { 3, 1 },
                                      { 50, 2.575 },    { 60, 3.1 },   { 70, 3.597 },
                                      { 80, 4.024 },    { 90, 4.339 }, { 93.2, 4.4093 },
                                      { 94.2, 4.4278 }, { 100, 4.5 },  { 120, 4.5 } };
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
        assert_close(emodel_mos(QUALITY_SCALE_NARROWBAND, rows[i][0]), rows[i][1]);
    for (double r = 6.6; r <= 100; r += 0.1)
        g_assert_cmpfloat_with_epsilon(emodel_r_of_mos(emodel_mos(QUALITY_SCALE_NARROWBAND, r)), r,
                                       0.002);
}

static void test_users(void)
{
    g_assert_cmpfloat_with_epsilon(emodel_good_or_better(50), 26.6, 0.05);
    g_assert_cmpfloat_with_epsilon(emodel_good_or_better(90), 97.0, 0.05);
    g_assert_cmpfloat_with_epsilon(emodel_poor_or_worse(50), 37.7, 0.05);
    g_assert_cmpfloat_with_epsilon(emodel_poor_or_worse(90), 0.25, 0.005);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/emodel/narrowband/codecs", test_narrowband_codecs);
    g_test_add_func("/emodel/narrowband/delay-alone", test_narrowband_delay_alone);
    g_test_add_func("/emodel/narrowband/plant", test_narrowband_plant);
    g_test_add_func("/emodel/narrowband/default-terms", test_default_terms);
    g_test_add_func("/emodel/narrowband/absolute-delay", test_absolute_delay);
    g_test_add_func("/emodel/narrowband/loss-grid", test_loss_grid);
    g_test_add_func("/emodel/wideband/vectors", test_wideband);
    g_test_add_func("/emodel/wideband/echo", test_wideband_echo);
    g_test_add_func("/emodel/fullband/vectors", test_fullband);
    g_test_add_func("/emodel/mos", test_mos);
    g_test_add_func("/emodel/users", test_users);
    return g_test_run();
}
