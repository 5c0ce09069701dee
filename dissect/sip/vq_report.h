/* dissect/sip/vq_report.h - voice quality reports of endpoints: application/vq-rtcpxr (RFC 6035),
 * sent in PUBLISH or NOTIFY with "Event: vq-rtcpxr".
 * Lines and keys are taken in any order, with or without white space, as phones send them.
 * Pure functions; slices borrowed from the body. Numbers are NAN when they are absent or said to be
 * unavailable. */
#pragma once
#include "dissect/base/slice.h"
#include "dissect/base/status.h"

typedef enum {
    VQ_SESSION,      /* VQSessionReport */
    VQ_SESSION_TERM, /* VQSessionReport: CallTerm */
    VQ_INTERVAL,     /* VQIntervalReport */
    VQ_ALERT,        /* VQAlertReport: Type=... */
} VqReportKind;
const char *vq_report_kind_name(VqReportKind kind); /* "session-end" */

/* What one side measured of what it received: 4.6.2. */
typedef struct {
    bool present;
    Slice start, stop; /* RFC 3339; "0" is seen */
    /* SessionDesc */
    double payload_type, sample_hz, frame_ms, frame_octets, frames_per_packet, packets_per_s;
    double concealment; /* 0 unspecified, 1 disabled, 2 enhanced, 3 standard */
    Slice codec, fmtp, silence_suppression;
    /* JitterBuffer; adaptation: 0 unknown, 1 reserved, 2 fixed, 3 adaptive */
    double adaptation, adjustment_rate, buffer_nominal_ms, buffer_maximum_ms, buffer_limit_ms;
    double loss_percent, discard_percent;
    double burst_loss_percent, burst_ms, gap_loss_percent, gap_ms, gmin;
    double round_trip_ms, end_system_ms, one_way_ms, symmetric_one_way_ms, jitter_ms,
        absolute_jitter_ms;
    double signal_dbm0, noise_dbm0, rerl_db;
    double r_lq, r_cq, external_r_in, external_r_out, mos_lq, mos_cq;
    Slice r_lq_algorithm, r_cq_algorithm, external_r_in_algorithm, external_r_out_algorithm,
        mos_lq_algorithm, mos_cq_algorithm, qoe_algorithm;
} VqMetrics;

typedef struct {
    Slice ip;
    double port;
    uint32_t ssrc; /* valid with @has_ssrc */
    bool has_ssrc;
} VqAddress;

typedef struct {
    VqReportKind kind;
    Slice alert_type, alert_severity, alert_direction; /* of an alert */
    Slice call_id, local_id, remote_id, original_id;
    Slice local_group, remote_group, local_mac, remote_mac;
    VqAddress local_address, remote_address;
    VqMetrics local, remote;
    Slice dialog_call_id, dialog_to_tag, dialog_from_tag; /* DialogID */
    unsigned unknown_lines;
} VqReport;

/* DISSECT_NOT_MINE when the first line is none of RFC 6035's. Values that are no numbers where they
 * should be are left out. */
DissectStatus vq_report_parse(Slice body, VqReport *out);
/* The Call-ID of the call it speaks of: that of DialogID, else CallID. */
Slice vq_report_call_id(const VqReport *report);
