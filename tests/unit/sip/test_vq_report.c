#include "dissect/sip/vq_report.h"
#include <glib.h>
#include <math.h>

static const char full[] =
    "VQSessionReport: CallTerm\r\n"
    "LocalMetrics:\r\n"
    "Timestamps:START=2026-11-21T10:00:00.000Z STOP=2026-11-21T10:05:00.250Z\r\n"
    "SessionDesc:PT=18 PD=G729 SR=8000 FD=20 FO=20 FPP=2 PPS=50 FMTP=\"annexb=no; x=1\" PLC=3 "
    "SSUP=on\r\n"
    "JitterBuffer:JBA=3 JBR=2 JBN=40 JBM=80 JBX=120\r\n"
    "PacketLoss:NLR=5.0 JDR=2.5\r\n"
    "BurstGapLoss:BLD=0.7 BD=60 GLD=2.1 GD=30000 GMIN=16\r\n"
    "Delay:RTD=200 ESD=140 OWD=110 SOWD=100 IAJ=2 MAJ=10\r\n"
    "Signal:SL=-21 NL=-50 RERL=127\r\n"
    "QualityEst:RLQ=90 RLQEstAlg=P.564 RCQ=85 EXTRI=127 MOSLQ=4.2 MOSCQ=4.3 QoEEstAlg=P.564\r\n"
    "CallID: 1890463548@alice.example.org\r\n"
    "LocalID: Alice <sip:alice@example.org>\r\n"
    "RemoteID:Bill <sip:bill@example.net>\r\n"
    "OrigID: sip:alice@example.org\r\n"
    "LocalMAC:00:1f:5b:cc:21:0f\r\n"
    "LocalAddr:IP=10.10.1.100 PORT=5000 SSRC=0x2468abcd\r\n"
    "RemoteAddr:IP=11.1.1.150 PORT=5002 SSRC=305419896\r\n"
    "RemoteMetrics:\r\n"
    "PacketLoss:NLR=1.0 JDR=0\r\n"
    "X-Vendor: something\r\n"
    "DialogID:1890463548@alice.example.org;to-tag=8472761;from-tag=9123dh311";

static VqReport parse(const char *text)
{
    VqReport report;
    g_assert_cmpint(vq_report_parse(slice_from_string(text), &report), ==, DISSECT_OK);
    return report;
}

static void assert_text(Slice text, const char *expected)
{
    g_autofree char *copy = slice_dup(text);
    g_assert_cmpstr(copy, ==, expected);
}

static void test_description(void)
{
    VqReport report = parse(full);

    g_assert_cmpint(report.kind, ==, VQ_SESSION_TERM);
    assert_text(report.call_id, "1890463548@alice.example.org");
    assert_text(report.local_id, "Alice <sip:alice@example.org>");
    assert_text(report.remote_id, "Bill <sip:bill@example.net>");
    assert_text(report.local_mac, "00:1f:5b:cc:21:0f");
    assert_text(report.local_address.ip, "10.10.1.100");
    g_assert_cmpfloat(report.local_address.port, ==, 5000);
    g_assert_cmphex(report.local_address.ssrc, ==, 0x2468abcd);
    g_assert_cmphex(report.remote_address.ssrc, ==, 305419896);
    assert_text(vq_report_call_id(&report), "1890463548@alice.example.org");
    assert_text(report.dialog_to_tag, "8472761");
    assert_text(report.dialog_from_tag, "9123dh311");
    g_assert_cmpuint(report.unknown_lines, ==, 1);
}

static void test_metrics(void)
{
    VqReport report = parse(full);
    const VqMetrics *m = &report.local;

    assert_text(m->start, "2026-11-21T10:00:00.000Z");
    assert_text(m->codec, "G729");
    assert_text(m->fmtp, "annexb=no; x=1");
    assert_text(m->silence_suppression, "on");
    g_assert_cmpfloat(m->concealment, ==, 3);
    g_assert_cmpfloat(m->frames_per_packet, ==, 2);
    g_assert_cmpfloat(m->buffer_limit_ms, ==, 120);
    g_assert_cmpfloat_with_epsilon(m->loss_percent, 5, 1e-9);
    g_assert_cmpfloat_with_epsilon(m->discard_percent, 2.5, 1e-9);
    g_assert_cmpfloat_with_epsilon(m->burst_loss_percent, 0.7, 1e-9);
    g_assert_cmpfloat(m->gap_ms, ==, 30000);
    g_assert_cmpfloat(m->symmetric_one_way_ms, ==, 100);
    g_assert_cmpfloat(m->signal_dbm0, ==, -21);
    g_assert_true(isnan(m->rerl_db));
    g_assert_true(isnan(m->external_r_in));
    g_assert_true(isnan(m->external_r_out));
    g_assert_cmpfloat_with_epsilon(m->mos_lq, 4.2, 1e-9);
    assert_text(m->qoe_algorithm, "P.564");
    g_assert_true(report.remote.present);
    g_assert_cmpfloat(report.remote.loss_percent, ==, 1);
    g_assert_true(isnan(report.remote.mos_lq));
}

static void test_kinds(void)
{
    g_assert_cmpint(parse("VQSessionReport\r\n").kind, ==, VQ_SESSION);
    g_assert_cmpint(parse("VQIntervalReport\r\n").kind, ==, VQ_INTERVAL);
    VqReport alert = parse("VQAlertReport: Type=NLR Severity=Critical Dir=local\r\nCallID:x\r\n");
    g_assert_cmpint(alert.kind, ==, VQ_ALERT);
    assert_text(alert.alert_type, "NLR");
    assert_text(alert.alert_severity, "Critical");
    assert_text(alert.alert_direction, "local");
    g_assert_false(alert.local.present);
    assert_text(vq_report_call_id(&alert), "x");
}

static void test_bad_values(void)
{
    VqReport report = parse("VQSessionReport:CallTerm\nLocalMetrics:\nPacketLoss:NLR= JDR=abc =5 "
                            "NLR\nQualityEst:MOSLQ=-.5 MOSCQ=4.\nLocalAddr:SSRC=0x1ffffffff "
                            "PORT=x\nSessionDesc:FMTP=\"open");
    g_assert_true(isnan(report.local.loss_percent));
    g_assert_true(isnan(report.local.discard_percent));
    g_assert_cmpfloat_with_epsilon(report.local.mos_lq, -0.5, 1e-9);
    g_assert_cmpfloat(report.local.mos_cq, ==, 4);
    g_assert_false(report.local_address.has_ssrc);
    g_assert_true(isnan(report.local_address.port));
    assert_text(report.local.fmtp, "open");
}

static void test_not_mine(void)
{
    static const char *const bodies[] = { "", "\r\n", "v=0\r\n", "LocalMetrics:\r\n" };
    for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
        VqReport report;
        g_assert_cmpint(vq_report_parse(slice_from_string(bodies[i]), &report), ==,
                        DISSECT_NOT_MINE);
    }
}

static void test_every_truncation(void)
{
    for (size_t len = 0; len <= sizeof full - 1; len++) {
        g_autofree uint8_t *exact = g_memdup2(full, len);
        VqReport report;
        vq_report_parse(slice_of(exact, len), &report);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/vq-report/description", test_description);
    g_test_add_func("/vq-report/metrics", test_metrics);
    g_test_add_func("/vq-report/kinds", test_kinds);
    g_test_add_func("/vq-report/bad-values", test_bad_values);
    g_test_add_func("/vq-report/not-mine", test_not_mine);
    g_test_add_func("/vq-report/every-truncation", test_every_truncation);
    return g_test_run();
}
