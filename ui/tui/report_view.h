/* ui/tui/report_view.h - tables of the capture as a whole that are looked at as they are printed
 * (-z endpoints, -z registrations ...), as wide as the screen and kept up to date. */
#pragma once
#include "ui/tui/screen.h"

Screen *endpoints_view_new(Ui *ui);
Screen *registrations_view_new(Ui *ui);
Screen *subscriptions_view_new(Ui *ui);
Screen *security_view_new(Ui *ui);
