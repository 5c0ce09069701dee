#include "ui/tui/overview.h"
#include "ui/tui/menu.h"
#include "ui/tui/report_view.h"
#include "ui/tui/stats_view.h"

typedef struct {
    const char *title; /* as it stands in the menu */
    Screen *(*open)(Ui *ui);
} OverviewRow;

static const OverviewRow overviews[] = {
    { "Statistics      methods, answers, states, faults", stats_view_new },
    { "Capture         drops, copies, missing directions", capture_view_new },
    { "Endpoints       who is who, and why", endpoints_view_new },
    { "Registrations   addresses of record and their contacts", registrations_view_new },
    { "Subscriptions   events, their states and what they bring", subscriptions_view_new },
    { "Security        attacks and weaknesses, by source", security_view_new },
    { "MSRP            chat and files, what was answered", msrp_view_new },
    { "TLS             sessions, certificates, and why one cannot be read", tls_view_new },
};

static Screen *open_overview(Ui *ui, unsigned item)
{
    return overviews[item].open(ui);
}

Screen *overview_menu_new(Ui *ui)
{
    const char *items[G_N_ELEMENTS(overviews) + 1] = { NULL };

    for (unsigned i = 0; i < G_N_ELEMENTS(overviews); i++)
        items[i] = overviews[i].title;
    return menu_new(ui, &(MenuSpec){ .title = "Overviews", .items = items, .open = open_overview });
}
