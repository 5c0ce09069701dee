/* capture/privileges.c - see privileges.h. */
#include "capture/privileges.h"
#include "capture/capture.h"
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>
#ifdef RUNG_HAVE_CAPNG
#include <cap-ng.h>
#endif

typedef struct {
    uid_t uid;
    gid_t gid;
} Identity;

static bool parse_id(const char *name, unsigned *out)
{
    const char *text = g_getenv(name);
    guint64 id;
    if (!text || !g_ascii_string_to_unsigned(text, 10, 1, UINT32_MAX - 1, &id, NULL))
        return false;
    *out = (unsigned)id;
    return true;
}

static bool find_identity(const char *user, Identity *out, GError **error)
{
    if (!user && parse_id("SUDO_UID", &out->uid) && parse_id("SUDO_GID", &out->gid))
        return true;
    const char *name = user ? user : "nobody";
    const struct passwd *entry = getpwnam(name);
    if (!entry) {
        g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_PERMISSION,
                    "root cannot be given up: there is no user \"%s\"", name);
        return false;
    }
    *out = (Identity){ entry->pw_uid, entry->pw_gid };
    return true;
}

static bool change_identity(Identity identity)
{
    return setgroups(0, NULL) == 0 && setresgid(identity.gid, identity.gid, identity.gid) == 0 &&
           setresuid(identity.uid, identity.uid, identity.uid) == 0;
}

static bool drop_capabilities(void)
{
#ifdef RUNG_HAVE_CAPNG
    capng_clear(CAPNG_SELECT_CAPS);
    return capng_apply(CAPNG_SELECT_CAPS) == 0;
#else
    return true;
#endif
}

bool privileges_drop(const char *user, GError **error)
{
    Identity identity = { 0 };
    bool is_root = geteuid() == 0;
    if (is_root && !find_identity(user, &identity, error))
        return false;
    errno = 0;
    if ((!is_root || identity.uid == 0 || change_identity(identity)) && drop_capabilities() &&
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        return true;
    g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_PERMISSION, "root cannot be given up: %s",
                g_strerror(errno ? errno : EPERM));
    return false;
}
