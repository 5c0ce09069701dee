#include "dissect/session/keylog.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRETS_MAX  1000000u
#define ID_MAX       32u
#define LINE_MAX_LEN 4096u
#define READ_BYTES   (64u << 10)

typedef struct {
    KeyLogLabel label;
    bool captured;    /* not of a file */
    Slice id, secret; /* both behind the struct */
    GList link;       /* in log->by_age */
} Secret;

typedef struct {
    int fd;
    uint64_t read; /* bytes so far */
    GString *rest; /* a line of which the end has not come */
} LogFile;

struct KeyLog {
    GHashTable *secrets; /* owns each Secret, which is its own key */
    GQueue by_age;       /* intrusive, the oldest first */
    GPtrArray *files;    /* owns each LogFile */
    bool reading;        /* one of them, or what was found out by other means than the capture */
    KeyLogStats stats;
};

static const struct {
    const char *name;
    KeyLogLabel label;
} labels[] = {
    { "CLIENT_RANDOM", KEYLOG_CLIENT_RANDOM },
    { "PMS_CLIENT_RANDOM", KEYLOG_PREMASTER },
    { "RSA", KEYLOG_RSA },
    { "CLIENT_EARLY_TRAFFIC_SECRET", KEYLOG_CLIENT_EARLY },
    { "CLIENT_HANDSHAKE_TRAFFIC_SECRET", KEYLOG_CLIENT_HANDSHAKE },
    { "SERVER_HANDSHAKE_TRAFFIC_SECRET", KEYLOG_SERVER_HANDSHAKE },
    { "CLIENT_TRAFFIC_SECRET_0", KEYLOG_CLIENT_TRAFFIC },
    { "SERVER_TRAFFIC_SECRET_0", KEYLOG_SERVER_TRAFFIC },
    { "EXPORTER_SECRET", KEYLOG_EXPORTER },
    { "EARLY_EXPORTER_SECRET", KEYLOG_EARLY_EXPORTER },
};

static guint hash_secret(gconstpointer key)
{
    const Secret *secret = key;
    return (guint)slice_hash(secret->id) + secret->label;
}

static gboolean equal_secrets(gconstpointer a, gconstpointer b)
{
    const Secret *one = a, *other = b;
    return one->label == other->label && slice_equal(one->id, other->id);
}

static void destroy_secret(gpointer data)
{
    Secret *secret = data;

    explicit_bzero((uint8_t *)secret->secret.data, secret->secret.len);
    g_free(secret);
}

static void destroy_file(gpointer data)
{
    LogFile *file = data;

    close(file->fd);
    g_string_free(file->rest, TRUE);
    g_free(file);
}

KeyLog *keylog_new(void)
{
    KeyLog *log = g_new0(KeyLog, 1);

    log->secrets = g_hash_table_new_full(hash_secret, equal_secrets, destroy_secret, NULL);
    log->files = g_ptr_array_new_with_free_func(destroy_file);
    return log;
}

void keylog_free(KeyLog *log)
{
    if (!log)
        return;
    g_hash_table_destroy(log->secrets);
    g_ptr_array_unref(log->files);
    g_free(log);
}

static void remove_secret(KeyLog *log, Secret *secret)
{
    g_queue_unlink(&log->by_age, &secret->link);
    g_hash_table_remove(log->secrets, secret);
}

static void keep(KeyLog *log, KeyLogLabel label, Slice id, Slice secret)
{
    Secret *entry = g_malloc(sizeof *entry + id.len + secret.len);
    uint8_t *bytes = (uint8_t *)(entry + 1);

    memcpy(bytes, id.data, id.len);
    memcpy(bytes + id.len, secret.data, secret.len);
    *entry = (Secret){
        .label = label,
        .captured = !log->reading,
        .id = slice_of(bytes, id.len),
        .secret = slice_of(bytes + id.len, secret.len),
        .link = { .data = entry },
    };
    Secret *before = g_hash_table_lookup(log->secrets, entry);
    if (before)
        remove_secret(log, before);
    g_hash_table_add(log->secrets, entry);
    g_queue_push_tail_link(&log->by_age, &entry->link);
    log->stats.added++;
    if (g_hash_table_size(log->secrets) > SECRETS_MAX) {
        remove_secret(log, log->by_age.head->data);
        log->stats.dropped++;
    }
}

/* Hexadecimal to bytes: how many, 0 when it is none or too long. */
static size_t decode_hex(Slice text, uint8_t *out, size_t room)
{
    if (text.len % 2 != 0 || text.len / 2 > room)
        return 0;
    for (size_t i = 0; i < text.len; i += 2) {
        int high = g_ascii_xdigit_value((char)text.data[i]);
        int low = g_ascii_xdigit_value((char)text.data[i + 1]);
        if (high < 0 || low < 0)
            return 0;
        out[i / 2] = (uint8_t)(high << 4 | low);
    }
    return text.len / 2;
}

static bool find_label(Slice name, KeyLogLabel *out)
{
    for (size_t i = 0; i < G_N_ELEMENTS(labels); i++)
        if (slice_equal(name, slice_from_string(labels[i].name))) {
            *out = labels[i].label;
            return true;
        }
    return false;
}

/* "Session-ID:" and "Master-Key:" before the digits are s_client's way to name a session. */
static bool cut_prefix(Slice *text, Slice prefix)
{
    if (!slice_starts_with_nocase(*text, prefix))
        return false;
    *text = slice_from(*text, prefix.len);
    return true;
}

static Slice next_word(Slice *line)
{
    *line = slice_trim(*line);
    return slice_split(line, ' ');
}

/* A name in capitals that is not known: a secret of no use here (ECH, QUIC, later generations). */
static bool is_other_label(Slice name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!g_ascii_isupper(name.data[i]) && !g_ascii_isdigit(name.data[i]) && name.data[i] != '_')
            return false;
    return name.len > 0;
}

static void add_line(KeyLog *log, Slice line)
{
    uint8_t id[ID_MAX], secret[KEYLOG_SECRET_MAX];
    KeyLogLabel label;

    line = slice_trim(line);
    if (line.len == 0 || line.data[0] == '#')
        return;
    Slice name = next_word(&line), id_text = next_word(&line), secret_text = next_word(&line);
    if (!find_label(name, &label)) {
        log->stats.faulty += !is_other_label(name) || secret_text.len == 0;
        return;
    }
    if (label == KEYLOG_RSA && cut_prefix(&id_text, SLICE_LITERAL("Session-ID:")) &&
        cut_prefix(&secret_text, SLICE_LITERAL("Master-Key:")))
        label = KEYLOG_SESSION_ID;
    size_t id_len = decode_hex(id_text, id, sizeof id);
    size_t secret_len = decode_hex(secret_text, secret, sizeof secret);
    if (id_len > 0 && secret_len > 0 && slice_trim(line).len == 0)
        keep(log, label, slice_of(id, id_len), slice_of(secret, secret_len));
    else
        log->stats.faulty++;
    explicit_bzero(secret, sizeof secret);
}

void keylog_put(KeyLog *log, KeyLogLabel label, Slice id, Slice secret)
{
    bool reading = log->reading;

    if (id.len == 0 || id.len > ID_MAX || secret.len == 0 || secret.len > KEYLOG_SECRET_MAX ||
        slice_equal(keylog_find(log, label, id), secret))
        return;
    log->reading = true;
    keep(log, label, id, secret);
    log->reading = reading;
}

void keylog_add(KeyLog *log, Slice text)
{
    while (text.len > 0)
        add_line(log, slice_split(&text, '\n'));
}

/* The last line waits for its end; one that never ends is none. */
static void add_piece(KeyLog *log, LogFile *file, const char *bytes, size_t len)
{
    g_string_append_len(file->rest, bytes, (gssize)len);
    Slice text = slice_of(file->rest->str, file->rest->len);
    size_t whole = text.len;
    while (whole > 0 && text.data[whole - 1] != '\n')
        whole--;
    keylog_add(log, slice_sub(text, 0, whole));
    g_string_erase(file->rest, 0, (gssize)whole);
    if (file->rest->len > LINE_MAX_LEN) {
        log->stats.faulty++;
        g_string_truncate(file->rest, 0);
    }
}

static void read_file(KeyLog *log, LogFile *file)
{
    g_autofree char *buffer = NULL;
    struct stat info;

    if (fstat(file->fd, &info) != 0)
        return;
    bool regular = S_ISREG(info.st_mode);
    if (regular && (uint64_t)info.st_size < file->read) { /* begun anew */
        file->read = 0;
        g_string_truncate(file->rest, 0);
    }
    if (regular && (uint64_t)info.st_size == file->read)
        return;
    buffer = g_malloc(READ_BYTES);
    for (;;) {
        ssize_t got = regular ? pread(file->fd, buffer, READ_BYTES, (off_t)file->read)
                              : read(file->fd, buffer, READ_BYTES);
        if (got <= 0)
            break;
        file->read += (uint64_t)got;
        log->reading = true;
        add_piece(log, file, buffer, (size_t)got);
        log->reading = false;
    }
    explicit_bzero(buffer, READ_BYTES);
}

bool keylog_open(KeyLog *log, const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat info = { 0 };

    if (fd < 0 || fstat(fd, &info) != 0 || S_ISDIR(info.st_mode)) {
        int code = fd >= 0 && S_ISDIR(info.st_mode) ? EISDIR : errno;
        g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(code), "%s: %s", path,
                    g_strerror(code));
        if (fd >= 0)
            close(fd);
        return false;
    }
    LogFile *file = g_new0(LogFile, 1);
    file->fd = fd;
    file->rest = g_string_new(NULL);
    g_ptr_array_add(log->files, file);
    read_file(log, file);
    return true;
}

void keylog_refresh(KeyLog *log)
{
    for (unsigned i = 0; i < log->files->len; i++)
        read_file(log, log->files->pdata[i]);
}

Slice keylog_find(const KeyLog *log, KeyLogLabel label, Slice id)
{
    const Secret wanted = { .label = label, .id = id };
    const Secret *found = g_hash_table_lookup(log->secrets, &wanted);

    return found ? found->secret : SLICE_EMPTY;
}

static void append_hex(GString *out, Slice bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        g_string_append_printf(out, "%02x", bytes.data[i]);
}

void keylog_write(const KeyLog *log, Slice client_random, bool captured, GString *out)
{
    for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
        const Secret wanted = { .label = labels[i].label, .id = client_random };
        const Secret *found = g_hash_table_lookup(log->secrets, &wanted);
        if (!found || (captured && !found->captured))
            continue;
        g_string_append_printf(out, "%s ", labels[i].name);
        append_hex(out, found->id);
        g_string_append_c(out, ' ');
        append_hex(out, found->secret);
        g_string_append_c(out, '\n');
    }
}

void keylog_stats(const KeyLog *log, KeyLogStats *out)
{
    *out = log->stats;
    out->kept = g_hash_table_size(log->secrets);
    out->files = log->files->len;
}
