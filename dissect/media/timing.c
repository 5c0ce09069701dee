/* dissect/media/timing.c - see timing.h */
#include "dissect/media/timing.h"
#include <glib.h>
#include <math.h>

#define NS_PER_SECOND    1e9
#define JUMP_NS          1e9   /* further from the arrivals than any network delays */
#define LONGEST_PTIME_NS 200e6 /* a lost packet explains so much of a step at most */
#define SILENCE_NS       200e6 /* pause before a talkspurt whose timestamps stood still */

/* RFC 3550 has no word for it: a sender that changes its timestamp base, without which one packet
 * would cost a jitter of seconds. */
static bool sender_jumped(const TimingStep *step, double lead_ns)
{
    double explained_ns = JUMP_NS + LONGEST_PTIME_NS * fabs((double)step->seq_step);
    return fabs(lead_ns) > JUMP_NS && fabs(step->media_ns) > explained_ns;
}

static bool stood_still_in_silence(const TimingStep *step, double lead_ns)
{
    return step->talkspurt && step->seq_step > 0 && fabs(lead_ns) > SILENCE_NS;
}

static bool capture_clock_stepped(const TimingStep *step, double lead_ns)
{
    return step->arrival_ns < 0 && lead_ns > CAPTURE_STEP_NS;
}

void timing_add(Timing *timing, const TimingStep *step)
{
    double lead_ns = step->media_ns - step->arrival_ns;

    if (capture_clock_stepped(step, lead_ns))
        return;
    if (sender_jumped(step, lead_ns) || stood_still_in_silence(step, lead_ns)) {
        timing->jumps++;
        return;
    }
    timing->jitter_ns += (fabs(lead_ns) - timing->jitter_ns) / 16;
    timing->jitter_sum_ns += timing->jitter_ns;
    timing->jitter_max_ns = MAX(timing->jitter_max_ns, timing->jitter_ns);
    if (timing->jitter_ns < timing->jitter_min_ns || timing->samples == 0)
        timing->jitter_min_ns = timing->jitter_ns;
    timing->skew_ns += lead_ns;
    if (fabs(timing->skew_ns) > fabs(timing->skew_peak_ns))
        timing->skew_peak_ns = timing->skew_ns;

    double x = step->elapsed_s;
    double y = timing->skew_ns / NS_PER_SECOND;
    timing->sum_x += x;
    timing->sum_y += y;
    timing->sum_xx += x * x;
    timing->sum_xy += x * y;
    timing->samples++;
}

void timing_absorb(Timing *timing, const Timing *other)
{
    if (other->samples == 0 && other->jumps == 0)
        return;
    timing->jitter_ns = other->jitter_ns;
    if (other->samples > 0 &&
        (timing->samples == 0 || other->jitter_min_ns < timing->jitter_min_ns))
        timing->jitter_min_ns = other->jitter_min_ns;
    timing->jitter_sum_ns += other->jitter_sum_ns;
    timing->jitter_max_ns = MAX(timing->jitter_max_ns, other->jitter_max_ns);
    timing->skew_ns += other->skew_ns;
    if (fabs(other->skew_peak_ns) > fabs(timing->skew_peak_ns))
        timing->skew_peak_ns = other->skew_peak_ns;
    timing->sum_x += other->sum_x;
    timing->sum_y += other->sum_y;
    timing->sum_xx += other->sum_xx;
    timing->sum_xy += other->sum_xy;
    timing->samples += other->samples;
    timing->jumps += other->jumps;
}

double timing_drift_ppm(const Timing *timing)
{
    double n = (double)timing->samples + 1; /* the first packet is the point 0, 0 */
    double spread = n * timing->sum_xx - timing->sum_x * timing->sum_x;

    if (timing->samples < 2 || spread <= 0)
        return NAN;
    return 1e6 * (n * timing->sum_xy - timing->sum_x * timing->sum_y) / spread;
}
