/* ui/tui/report_view.h - what is known of the capture as a whole, looked at as it is printed
 * (-z capture, -z endpoints, -z registrations ...), as wide as the screen and kept up to date. */
#pragma once
#include "ui/tui/screen.h"

Screen *capture_view_new(Ui *ui);
Screen *endpoints_view_new(Ui *ui);
Screen *registrations_view_new(Ui *ui);
Screen *subscriptions_view_new(Ui *ui);
Screen *security_view_new(Ui *ui);
Screen *tls_view_new(Ui *ui);
Screen *msrp_view_new(Ui *ui);
